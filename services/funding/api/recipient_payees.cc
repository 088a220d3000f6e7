#include "services/funding/api/recipient_payees.h"

#include <algorithm>
#include <vector>

#include "common/status/status_macros.h"

namespace vg::funding {

absl::StatusOr<RecipientPayees> RecipientPayees::Read(Register& registry,
                                                      std::string_view snapshot) {
  // A snapshot that is not there is told apart from one without schools.
  RETURN_IF_ERROR(registry.Identify(snapshot).status());
  ASSIGN_OR_RETURN(std::vector<Recipient> schools,
                   registry.ReadAll(snapshot, RecipientKind::kSchool));
  RecipientPayees payees;
  for (Recipient& school : schools) {
    payees.boards_.emplace(std::move(school.code), std::move(school.board));
  }
  return payees;
}

std::string RecipientPayees::Of(std::string_view recipient) const {
  if (recipient.substr(0, 2) == "GM") return std::string(recipient);
  const auto found = boards_.find(std::string(recipient));
  return found == boards_.end() ? std::string() : found->second;
}

std::vector<std::string> RecipientPayees::RecipientsOf(std::string_view board) const {
  std::vector<std::string> schools;
  for (const auto& [school, its_board] : boards_) {
    if (its_board == board) schools.push_back(school);
  }
  std::sort(schools.begin(), schools.end());
  return schools;
}

}  // namespace vg::funding
