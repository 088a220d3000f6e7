#include "services/funding/peers/register.h"

#include "common/status/status_macros.h"

namespace vg::funding {

absl::StatusOr<std::vector<Recipient>> Register::ReadAll(std::string_view snapshot,
                                                         RecipientKind kind) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RecipientSource> source, Open(snapshot, kind));
  return funding::ReadAll(*source);
}

}  // namespace vg::funding
