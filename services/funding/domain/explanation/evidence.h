// What is known of one recipient, and where it was read.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EVIDENCE_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EVIDENCE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/numeric/format.h"
#include "services/funding/domain/recipient.h"

namespace vg::funding {

// Where the register read a fact: lines of a file.
struct FactRows {
  std::string fact;  // "pupils.bo"; "register" for what was read with the school itself.
  std::string file_name;
  std::vector<int64_t> lines;  // Ascending.

  friend bool operator==(const FactRows&, const FactRows&) = default;
};

struct Evidence {
  Recipient recipient;
  std::vector<FactRows> rows;  // Empty if the register does not know.
  // Of a municipality: the branches that stand in it.
  std::vector<Recipient> branches;
};

// The rows of `fact`: its own, of a total those of its parts, else those of the register.
std::vector<FactRows> RowsOf(const std::vector<FactRows>& rows, std::string_view fact);

// "leerlingen-vo.csv, lines 12, 40 to 43 and 57"; empty for none.
std::string InWords(const std::vector<FactRows>& rows, Language language);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EVIDENCE_H_
