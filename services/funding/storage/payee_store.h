// Accounts of payees on disk, and who proposed and approved them.

#ifndef VG_SERVICES_FUNDING_STORAGE_PAYEE_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_PAYEE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/payments/payee.h"

namespace vg::funding {

enum class ChangeState { kProposed, kApproved, kRejected };

// Accounts that were proposed together and are approved together.
struct PayeeChange {
  std::string id;
  std::string digest;
  ChangeState state = ChangeState::kProposed;
  int64_t account_count = 0;
  std::string proposed_by;
  absl::Time propose_time;
  std::string decided_by;  // Empty: not decided.
  std::optional<absl::Time> decide_time;
  std::string reason;

  friend bool operator==(const PayeeChange&, const PayeeChange&) = default;
};

struct ChangeDecision {
  ChangeState to = ChangeState::kApproved;  // Not kProposed.
  std::string decided_by;
  absl::Time decide_time;
  std::string reason;
};

// By payee, each in the order of approval: what PayeeOn takes.
using ApprovedAccounts = std::map<std::string, std::vector<Payee>, std::less<>>;

// Inside a transaction: all accounts that were approved.
absl::StatusOr<ApprovedAccounts> ReadApproved(sql::Transaction& transaction);

// Thread-safe; calls block. Borrows the database.
class PayeeStore {
 public:
  explicit PayeeStore(sql::Database& database) : database_(database) {}

  // Keeps a proposal. The same one again (by id and accounts) is answered as it is;
  // ALREADY_EXISTS, CHANGE_EXISTS if the id holds other accounts.
  absl::StatusOr<PayeeChange> Propose(const PayeeChange& draft, const std::vector<Payee>& accounts);

  // Decides on a proposal. The same decision again is answered as it is. NOT_FOUND;
  // PERMISSION_DENIED, FOUR_EYES if whoever proposed it would approve it; FAILED_PRECONDITION,
  // CHANGE_DECIDED if it was decided otherwise.
  absl::StatusOr<PayeeChange> Decide(std::string_view id, const ChangeDecision& decision);

  absl::StatusOr<std::optional<PayeeChange>> Find(std::string_view id);
  // Newest first, after (`before`, `id`); from the newest with `before` infinite.
  absl::StatusOr<std::vector<PayeeChange>> List(absl::Time before, std::string_view id,
                                                size_t limit);
  // The accounts of a proposal, in the order of its file, after number `after`.
  absl::StatusOr<std::vector<Payee>> Accounts(std::string_view change, int64_t after, size_t limit);
  // The accounts that hold on `day`, by payee, after `after`; of one payee if `only` is not empty.
  absl::StatusOr<std::vector<Payee>> AccountsOn(absl::CivilDay day, std::string_view after,
                                                std::string_view only, size_t limit);

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_PAYEE_STORE_H_
