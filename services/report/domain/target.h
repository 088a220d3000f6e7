// What a reference points at.

#ifndef VG_SERVICES_REPORT_DOMAIN_TARGET_H_
#define VG_SERVICES_REPORT_DOMAIN_TARGET_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/status/error.h"
#include "services/report/domain/figure.h"

namespace vg::report {

// "consent@primary:yes": a figure, perhaps a group of its breakdown, perhaps a category by id or by
// rank ("#1").
struct Reference {
  std::string figure;
  std::string group;     // Empty: the total.
  std::string category;  // Empty, an id, or "#k".
  bool name = false;     // The category's name is meant, not its value.

  bool by_rank() const { return !category.empty() && category[0] == '#'; }
};

// Reads what stands between braces. Nothing if it is no reference.
std::optional<Reference> ParseReference(std::string_view text);

struct Target {
  const Figure* figure = nullptr;
  const Cell* cell = nullptr;
  const Label* category = nullptr;  // Null: the total.
};

// Nothing, and a violation at `place`, if there is no such figure, group or category, or if its
// value is not shown.
std::optional<Target> FindTarget(const Figures& figures, const Reference& reference,
                                 const std::string& place, std::vector<FieldViolation>& violations);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_TARGET_H_
