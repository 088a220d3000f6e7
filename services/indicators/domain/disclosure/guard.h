// What follows when a table is subtracted from one that somebody has already.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_GUARD_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_GUARD_H_

#include <cstdint>
#include <set>
#include <vector>

#include "services/indicators/domain/disclosure/policy.h"

namespace vg::indicators::disclosure {

// A table as its readers see it: which of its groups each unit is counted in.
struct SeenTable {
  std::vector<int> group_of;  // By unit: a group, or -1 if it is in none.
  std::vector<char> shown;    // By group.
};

// Records of each unit: how many count.
using UnitRecords = std::vector<int64_t>;

// The groups of `asked` that must not be shown to those who have seen `earlier`: where a shown
// group of one table is made up of shown groups of the other but for a rest that is not nobody, and
// of fewer records or units than the policy shows, the rest follows by subtracting. Each group of
// one table is held against all groups of the other that lie in it together. Both tables are by
// unit, over the same units.
std::set<int> GivenAway(const Policy& policy, const UnitRecords& records, const SeenTable& asked,
                        const SeenTable& earlier);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_GUARD_H_
