// What changed from one revision of a programme to another.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_PROGRAMME_DIFF_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_PROGRAMME_DIFF_H_

#include <string>
#include <vector>

#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// A field with another value.
struct Difference {
  std::string field;   // "choices[feedback].status"
  std::string before;  // Empty if there was nothing.
  std::string after;   // Empty if there is nothing.

  friend bool operator==(const Difference&, const Difference&) = default;
};

// The fields that differ, in the order of the programme; those that `after` lacks come last. What
// the service itself counts and derives is no difference.
std::vector<Difference> Diff(const Programme& before, const Programme& after);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_PROGRAMME_DIFF_H_
