// The schools of one snapshot of the registry, with what they can be grouped by.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_SCHOOL_TABLE_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_SCHOOL_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/status/error.h"

namespace vg::catalogue {

struct School {
  std::string code;                               // "16SW03"
  std::map<std::string, std::string> attributes;  // By name; what is not known may be left out.
};

// One value per attribute of a breakdown.
using GroupKey = std::vector<std::string>;

// Values are kept as numbers into one table of texts. Immutable, thread-safe.
class SchoolTable {
 public:
  SchoolTable(std::string digest, const std::vector<School>& schools);

  // The snapshot's.
  const std::string& digest() const { return digest_; }
  size_t size() const { return codes_.size(); }
  const std::vector<std::string>& codes() const { return codes_; }
  bool Has(const std::string& code) const { return places_.contains(code); }

  // Empty if the attribute or the school is not known, or the attribute means nothing for it.
  const std::string& Get(const std::string& code, std::string_view attribute) const;
  GroupKey GroupOf(const std::string& code, const std::vector<std::string>& attributes) const;

  // The schools of "boards/40740", by code.
  std::vector<std::string> OfBoard(std::string_view board) const;

  // UNKNOWN_ATTRIBUTE, with the attributes that there are, and ATTRIBUTE_TWICE, on "breakdowns[1]".
  std::vector<FieldViolation> CheckBreakdowns(const std::vector<std::string>& attributes) const;

 private:
  std::vector<uint32_t>& Column(const std::string& attribute);

  const std::string digest_;
  std::vector<std::string> codes_;
  std::unordered_map<std::string, size_t> places_;
  std::vector<std::string> texts_;
  std::map<std::string, std::vector<uint32_t>, std::less<>> columns_;  // By attribute.
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_SCHOOL_TABLE_H_
