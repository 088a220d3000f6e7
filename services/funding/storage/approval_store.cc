#include "services/funding/storage/approval_store.h"

#include <set>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/ledger/posting.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/position_reader.h"

namespace vg::funding {
namespace {

constexpr char kEvents[] =
    "SELECT number, approval, kind, actor, time, reason FROM approval_event "
    "WHERE run = $1 AND number > $2 ORDER BY number LIMIT $3";

absl::Status Nothing(const Approval& draft, const Candidates& candidates) {
  ASSIGN_OR_RETURN(const std::set<std::string> holders, candidates.Approvals());
  const std::string names = absl::StrJoin(holders, ", ");
  return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_APPROVE",
               names.empty() ? absl::StrCat("no recipient of runs/", draft.run,
                                            " matches with a known amount")
                             : absl::StrCat("every recipient of runs/", draft.run,
                                            " that matches is approved already, by ", names),
               {{"resource", absl::StrCat("runs/", draft.run)}, {"approvals", names}});
}

// Writes the recipients of an approval, many at a time, and adds them up.
class RecipientWriter {
 public:
  RecipientWriter(sql::Transaction& transaction, Approval& approval)
      : transaction_(transaction), approval_(approval) {}

  absl::Status Add(const std::string& recipient, int64_t cents) {
    ASSIGN_OR_RETURN(approval_.total,
                     vg::Add(approval_.total, {cents, approval_.total.currency}));
    ++approval_.recipients;
    rows_.push_back({approval_.name(), recipient, cents});
    return rows_.size() < kPage ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    RETURN_IF_ERROR(
        transaction_
            .Append("approval_recipient", {"approval", "recipient", "cents"}, std::span(rows_))
            .status());
    rows_.clear();
    return absl::OkStatus();
  }

 private:
  static constexpr size_t kPage = 2000;

  sql::Transaction& transaction_;
  Approval& approval_;
  std::vector<std::vector<sql::Value>> rows_;
};

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
                                                const CandidateQuery& query,
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
        const Candidates candidates(transaction, query);
        RecipientWriter writer(transaction, kept);
        RETURN_IF_ERROR(decide(
            candidates,
            [&](const std::string& recipient, int64_t cents) {
              return writer.Add(recipient, cents);
            },
            kept));
        RETURN_IF_ERROR(writer.Flush());
        if (kept.recipients == 0) return Nothing(draft, candidates);
        RETURN_IF_ERROR(InsertApproval(transaction, kept));
        if (budget.has_value()) {
          RETURN_IF_ERROR(PostBudget(transaction, kept, *budget, reason, today));
        }
        return AddEvent(transaction, kept, "approved", kept.approver, reason, kept.approve_time);
      },
      sql::Isolation::kReadCommitted));
  return kept;
}

absl::Status ApprovalStore::Look(const CandidateQuery& query,
                                 absl::FunctionRef<absl::Status(const Candidates&)> look) {
  return database_.Read(
      [&](sql::Transaction& transaction) { return look(Candidates(transaction, query)); });
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
