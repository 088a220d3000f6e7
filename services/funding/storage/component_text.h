// The components of an allocation in one cell: "0:17529000 2:2511600", "1:?".

#ifndef VG_SERVICES_FUNDING_STORAGE_COMPONENT_TEXT_H_
#define VG_SERVICES_FUNDING_STORAGE_COMPONENT_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/numeric/money.h"
#include "services/funding/domain/calculation/calculator.h"

namespace vg::funding {

std::string ToText(const std::vector<ComponentAmount>& components);

// DATA_LOSS if `text` is not what ToText writes.
absl::StatusOr<std::vector<ComponentAmount>> ComponentsFromText(std::string_view text,
                                                                Currency currency);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_COMPONENT_TEXT_H_
