// Whose account the money of a recipient goes to, by a snapshot of the registry.

#ifndef VG_SERVICES_FUNDING_API_RECIPIENT_PAYEES_H_
#define VG_SERVICES_FUNDING_API_RECIPIENT_PAYEES_H_

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/peers/register.h"

namespace vg::funding {

// The board of a school; a municipality itself. A value type.
class RecipientPayees {
 public:
  // The registry's errors.
  static absl::StatusOr<RecipientPayees> Read(Register& registry, std::string_view snapshot);

  // "40740" of "16SW03", "GM0363" of "GM0363"; empty if the register does not say.
  std::string Of(std::string_view recipient) const;
  // The schools of a board, by code.
  std::vector<std::string> RecipientsOf(std::string_view board) const;
  const std::unordered_map<std::string, std::string>& boards() const { return boards_; }

 private:
  std::unordered_map<std::string, std::string> boards_;  // By school.
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_RECIPIENT_PAYEES_H_
