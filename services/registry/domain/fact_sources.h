// Where the facts of a school or municipality were read: which lines of which file.
//
// Kept as one short text, because a country has 9,000 of them and they are read one at a time:
// "r@0:12 1@2:345 5@3:10,12-14 s@4:77" says that who the school is was read from line 12 of the
// first file, its count of school type 1 from line 345 of the third, and so on.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_FACT_SOURCES_H_
#define VG_SERVICES_REGISTRY_DOMAIN_FACT_SOURCES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/registry/domain/drafts.h"
#include "services/registry/domain/school.h"

namespace vg::registry {

// What was read: 1 to 8 are the pupils of a SchoolType.
using FactKey = char;
inline constexpr FactKey kRegisterFact = 'r';    // Who the school or municipality is.
inline constexpr FactKey kScoreFact = 's';       // Its disadvantage score.
inline constexpr FactKey kPopulationFact = 'i';  // Its inhabitants.
FactKey PupilsFact(SchoolType type);

// Adds that `key` was read at `places`, in the order of the files. Nothing for no places.
void AddFactSource(FactKey key, std::span<const Place> places, std::string& text);

struct FactSource {
  FactKey key = kRegisterFact;
  int32_t file = 0;            // Its position in the import.
  std::vector<int64_t> lines;  // Ascending.
  friend bool operator==(const FactSource&, const FactSource&) = default;
};

// INTERNAL if `text` is not what AddFactSource writes.
absl::StatusOr<std::vector<FactSource>> FactSourcesOf(std::string_view text);

// The same, with an entry for every fact that `school` has: one without an entry of its own was
// read from the row that says who the school is. Empty for a school that was imported before lines
// were kept.
absl::StatusOr<std::vector<FactSource>> FactSourcesOf(const School& school);
absl::StatusOr<std::vector<FactSource>> FactSourcesOf(const Municipality& municipality);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_FACT_SOURCES_H_
