#include "services/funding/storage/approval_store.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/ledger/posting.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/position_reader.h"

namespace vg::funding {
namespace {

// Later approvals come later, and so take the place of earlier ones.
constexpr char kStanding[] =
    "SELECT r.recipient, r.cents, a.name, a.run, n.create_time "
    "FROM approval a JOIN approval_recipient r ON r.approval = a.name JOIN run n ON n.id = a.run "
    "WHERE a.book = $1 AND a.scheme = $2 AND a.state <> 'reversed' "
    "ORDER BY a.approve_time, a.name";
constexpr char kEvents[] =
    "SELECT number, approval, kind, actor, time, reason FROM approval_event "
    "WHERE run = $1 AND number > $2 ORDER BY number LIMIT $3";

constexpr char kSuperseding[] = "SELECT id FROM run WHERE supersedes = $1";

absl::StatusOr<Approved> ReadApproved(sql::Transaction& transaction, std::string_view book,
                                      std::string_view scheme, std::string_view run) {
  Approved approved;
  RETURN_IF_ERROR(transaction.Query(kStanding, {book, scheme}, [&](const sql::Row& row) {
    std::string recipient = row.String(0);
    if (row.Text(3) == run) approved.of_run.insert(recipient);
    approved.standing[std::move(recipient)] = {row.Int64(1), row.String(2), row.Time(4)};
  }));
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kSuperseding, {run},
                    [&](const sql::Row& row) { approved.superseded_by = row.String(0); })
          .status());
  return approved;
}

absl::Status Nothing(const Approval& draft, const Approved& approved) {
  std::set<std::string> holders;
  for (const auto& [recipient, standing] : approved.standing) {
    if (approved.of_run.contains(recipient)) holders.insert(standing.approval);
  }
  std::string names;
  for (const std::string& holder : holders) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", holder);
  }
  return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_APPROVE",
               names.empty() ? absl::StrCat("no recipient of runs/", draft.run,
                                            " matches with a known amount")
                             : absl::StrCat("every recipient of runs/", draft.run,
                                            " that matches is approved already, by ", names),
               {{"resource", absl::StrCat("runs/", draft.run)}, {"approvals", names}});
}

absl::Status InsertRecipients(sql::Transaction& transaction, const Approval& approval,
                              const std::vector<ApprovedAmount>& amounts) {
  auto next = amounts.begin();
  return transaction
      .Append("approval_recipient", {"approval", "recipient", "cents"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == amounts.end()) return false;
                row = {approval.name(), next->recipient, next->cents};
                ++next;
                return true;
              })
      .status();
}

// Posts what the budget of the approval's scheme has become.
absl::Status PostBudget(sql::Transaction& transaction, const Approval& approval, Money budget,
                        const std::string& reason, absl::CivilDay today) {
  ASSIGN_OR_RETURN(const int64_t present,
                   ReadBudget(transaction, approval.book, approval.scheme, budget.currency.code()));
  const ReleaseTerms terms{.approval = approval.name(),
                           .scheme = approval.scheme,
                           .effective = today,
                           .actor = approval.approver,
                           .reason = reason,
                           .first_month = {}};
  const std::optional<Entry> entry = BudgetEntry(terms, budget, {present, budget.currency});
  if (!entry.has_value()) return absl::OkStatus();
  return AppendEntries(transaction, approval.book, {&*entry, 1}, approval.approve_time).status();
}

}  // namespace

absl::StatusOr<Approval> ApprovalStore::Approve(const Approval& draft,
                                                const std::optional<Money>& budget,
                                                const std::string& reason, absl::CivilDay today,
                                                ApprovalDecision decide) {
  Approval kept;
  RETURN_IF_ERROR(database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(LockHead(transaction, draft.book).status());
        ASSIGN_OR_RETURN(std::optional<Approval> present, FindApproval(transaction, draft.name()));
        if (present.has_value()) {
          if (present->request != draft.request || present->approver != draft.approver) {
            return AlreadyExists(draft.name(), "APPROVAL_EXISTS",
                                 absl::StrCat(draft.name(), " exists, by ", present->approver,
                                              " and of something else; choose another id"));
          }
          kept = *std::move(present);
          return absl::OkStatus();
        }
        kept = draft;
        ASSIGN_OR_RETURN(const Approved approved,
                         ReadApproved(transaction, draft.book, draft.scheme, draft.run));
        ASSIGN_OR_RETURN(const std::vector<ApprovedAmount> amounts, decide(approved, kept));
        if (amounts.empty()) return Nothing(draft, approved);
        for (const ApprovedAmount& amount : amounts) {
          ASSIGN_OR_RETURN(kept.total, Add(kept.total, {amount.cents, kept.total.currency}));
        }
        kept.recipients = static_cast<int64_t>(amounts.size());
        RETURN_IF_ERROR(InsertApproval(transaction, kept));
        RETURN_IF_ERROR(InsertRecipients(transaction, kept, amounts));
        if (budget.has_value()) {
          RETURN_IF_ERROR(PostBudget(transaction, kept, *budget, reason, today));
        }
        return AddEvent(transaction, kept, "approved", kept.approver, reason, kept.approve_time);
      },
      sql::Isolation::kReadCommitted));
  return kept;
}

absl::StatusOr<Approved> ApprovalStore::Find(std::string_view book, std::string_view scheme,
                                             std::string_view run) {
  Approved approved;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(approved, ReadApproved(transaction, book, scheme, run));
    return absl::OkStatus();
  }));
  return approved;
}

absl::StatusOr<std::optional<Approval>> ApprovalStore::FindByName(std::string_view name) {
  std::optional<Approval> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindApproval(transaction, name));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<Approval>> ApprovalStore::List(std::string_view run,
                                                          std::string_view after, size_t limit) {
  std::vector<Approval> approvals;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(approvals, SelectApprovals(transaction,
                                                "WHERE ($1 = '' OR run = $1) AND name > $2 "
                                                "ORDER BY name LIMIT $3",
                                                {run, after, static_cast<int64_t>(limit)}));
    return absl::OkStatus();
  }));
  return approvals;
}

absl::StatusOr<std::vector<ApprovalEvent>> ApprovalStore::Events(std::string_view run,
                                                                 int64_t after, size_t limit) {
  std::vector<ApprovalEvent> events;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    events.clear();
    return transaction.Query(kEvents, {run, after, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) {
                               events.push_back({.number = row.Int64(0),
                                                 .approval = row.String(1),
                                                 .kind = row.String(2),
                                                 .actor = row.String(3),
                                                 .time = row.Time(4),
                                                 .reason = row.String(5)});
                             });
  }));
  return events;
}

}  // namespace vg::funding
