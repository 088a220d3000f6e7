#include "services/funding/storage/release_store.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/ledger/posting.h"
#include "services/funding/storage/approval_rows.h"
#include "services/funding/storage/funding_store.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_rows.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/position_reader.h"

namespace vg::funding {
namespace {

constexpr char kNextRecipients[] =
    "SELECT recipient FROM approval_recipient WHERE approval = $1 AND recipient > $2 "
    "ORDER BY recipient LIMIT $3";
constexpr char kSetStart[] = "UPDATE approval SET release_start = $2 WHERE name = $1";
constexpr char kPaymentsMade[] =
    "SELECT recipient FROM planned_payment WHERE book = $1 AND approval = $2 "
    "AND state IN ('ordered', 'paid') ORDER BY recipient LIMIT 1";
// An approval that was released after this one, to one of its recipients.
constexpr char kLaterRelease[] =
    "SELECT later.name, mine.recipient FROM approval this "
    "JOIN approval later ON later.book = this.book AND later.scheme = this.scheme "
    "AND later.release_start > this.release_start AND later.name <> this.name "
    "AND later.state IN ('releasing', 'released', 'reversing') "
    "JOIN approval_recipient mine ON mine.approval = this.name "
    "JOIN approval_recipient theirs ON theirs.approval = later.name "
    "AND theirs.recipient = mine.recipient WHERE this.name = $1 ORDER BY later.name LIMIT 1";

// Payments of the approval that a carry-over took the place of.
constexpr char kSettledSince[] =
    "SELECT cancelled_by, recipient FROM planned_payment WHERE book = $1 AND approval = $2 "
    "AND state = 'cancelled' AND cancelled_by LIKE 'carryOvers/%' "
    "AND cancelled_by NOT LIKE '%/reversal' ORDER BY recipient LIMIT 1";
// Who no longer has what the approval says was paid too much.
constexpr char kOverpaidMoved[] =
    "SELECT posted.recipient FROM (SELECT p.recipient, p.purpose, p.detail, SUM(p.cents) AS cents "
    "FROM ledger_posting p JOIN ledger_entry e ON e.book = p.book AND e.number = p.number "
    "WHERE e.book = $1 AND e.source = $2 AND p.purpose IN ('carried_over', 'recoverable') "
    "GROUP BY p.recipient, p.purpose, p.detail) AS posted "
    "JOIN (SELECT recipient, purpose, detail, SUM(cents) AS cents FROM ledger_posting "
    "WHERE book = $1 AND purpose IN ('carried_over', 'recoverable') "
    "GROUP BY recipient, purpose, detail) AS now ON now.recipient = posted.recipient "
    "AND now.purpose = posted.purpose AND now.detail = posted.detail "
    "WHERE now.cents < posted.cents ORDER BY posted.recipient LIMIT 1";

// An approval of the same scheme with a recipient in common: one that is on its way, or that was
// given after this one and is released.
constexpr char kInTheWay[] =
    "SELECT other.name, other.state, mine.recipient FROM approval this "
    "JOIN approval other ON other.book = this.book AND other.scheme = this.scheme "
    "AND other.name <> this.name AND (other.state IN ('releasing', 'reversing') "
    "OR (other.state = 'released' AND other.approve_time > this.approve_time)) "
    "JOIN approval_recipient mine ON mine.approval = this.name "
    "JOIN approval_recipient theirs ON theirs.approval = other.name "
    "AND theirs.recipient = mine.recipient WHERE this.name = $1 ORDER BY other.name LIMIT 1";

// The approval, with the head of its book locked.
absl::StatusOr<Approval> Lock(sql::Transaction& transaction, std::string_view name) {
  ASSIGN_OR_RETURN(std::optional<Approval> found, FindApproval(transaction, name));
  if (!found.has_value()) return NotFound(name);
  RETURN_IF_ERROR(LockHead(transaction, found->book).status());
  // As it is now that nobody else changes it.
  ASSIGN_OR_RETURN(found, FindApproval(transaction, name));
  if (!found.has_value()) return NotFound(name);
  return *std::move(found);
}

absl::StatusOr<std::vector<std::string>> NextRecipients(sql::Transaction& transaction,
                                                        const Approval& approval, size_t batch) {
  std::vector<std::string> recipients;
  RETURN_IF_ERROR(transaction.Query(
      kNextRecipients, {approval.name(), approval.cursor, static_cast<int64_t>(batch)},
      [&](const sql::Row& row) { recipients.push_back(row.String(0)); }));
  return recipients;
}

absl::Status RequireNoneInTheWay(sql::Transaction& transaction, const Approval& approval) {
  std::string other, state, recipient;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kInTheWay, {approval.name()},
                                [&](const sql::Row& row) {
                                  other = row.String(0);
                                  state = row.String(1);
                                  recipient = row.String(2);
                                })
                      .status());
  if (other.empty()) return absl::OkStatus();
  if (state == NameOf(ApprovalState::kReleased)) {
    return Error(absl::StatusCode::kFailedPrecondition, "SUPERSEDED",
                 absl::StrCat(other, " was approved later and is released, to ", recipient,
                              " for one; reverse ", approval.name(), ", or approve it anew"),
                 {{"resource", approval.name()}, {"approval", other}, {"recipient", recipient}});
  }
  return Error(absl::StatusCode::kFailedPrecondition, "APPROVAL_STATE",
               absl::StrCat(other, " is ", state, " for some of the same recipients, ", recipient,
                            " for one; let it come to its end first"),
               {{"resource", approval.name()}, {"approval", other}, {"state", state}});
}

absl::Status StartRelease(sql::Transaction& transaction, const Approval& approval, absl::Time now) {
  RETURN_IF_ERROR(RequireNoneInTheWay(transaction, approval));
  ASSIGN_OR_RETURN(const std::optional<LedgerHead> head, FindHead(transaction, approval.book));
  RETURN_IF_ERROR(
      transaction.Execute(kSetStart, {approval.name(), head.has_value() ? head->next : 1})
          .status());
  return AddEvent(transaction, approval, "release_started", approval.releaser, approval.reason,
                  now);
}

absl::Status ReleaseBatch(sql::Transaction& transaction, const Scheme& rules,
                          const std::vector<std::string>& recipients, Approval& approval,
                          absl::Time now) {
  const std::string& first = recipients.front();
  const std::string& last = recipients.back();
  const ReleaseTerms terms = TermsOf(approval);
  ASSIGN_OR_RETURN(
      const std::vector<Allocation> allocations,
      ReadAllocations(transaction, approval.run, first, last, approval.total.currency));
  ASSIGN_OR_RETURN(const auto positions, ReadPositions(transaction, approval.book, approval.scheme,
                                                       rules.currency, first, last));
  static const Position& nothing = *new Position();
  std::vector<Entry> entries;
  std::vector<PlannedPayment> changed, added;
  auto allocation = allocations.begin();
  for (const std::string& recipient : recipients) {
    while (allocation != allocations.end() && allocation->code < recipient) ++allocation;
    if (allocation == allocations.end() || allocation->code != recipient) {
      return absl::DataLossError(
          absl::StrCat("runs/", approval.run, " no longer holds ", recipient));
    }
    const auto position = positions.find(recipient);
    ASSIGN_OR_RETURN(funding::Release release,
                     ReleaseAllocation(terms, rules, *allocation,
                                       position == positions.end() ? nothing : position->second));
    if (release.entry.has_value()) entries.push_back(*std::move(release.entry));
    std::ranges::move(release.changed, std::back_inserter(changed));
    std::ranges::move(release.added, std::back_inserter(added));
  }
  RETURN_IF_ERROR(AppendEntries(transaction, approval.book, entries, now).status());
  RETURN_IF_ERROR(UpdatePayments(transaction, approval.book, changed));
  return InsertPayments(transaction, approval.book, added);
}

absl::Status RequireOverpaidLeft(sql::Transaction& transaction, const Approval& approval) {
  std::string who;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kOverpaidMoved, {approval.book, approval.name()},
                                [&](const sql::Row& row) { who = row.String(0); })
                      .status());
  if (who.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "OVERPAYMENT_MOVED",
               absl::StrCat("what ", who, " was paid too much by ", approval.name(),
                            " was settled, carried over, claimed or paid back since; release a "
                            "run with the right amounts instead"),
               {{"resource", approval.name()}, {"recipient", who}});
}

absl::Status RequireReversible(sql::Transaction& transaction, const Approval& approval) {
  std::string paid, later, again;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kPaymentsMade, {approval.book, approval.name()},
                                [&](const sql::Row& row) { paid = row.String(0); })
                      .status());
  if (!paid.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "PAYMENTS_MADE",
                 absl::StrCat("payments of ", approval.name(), " are ordered or paid, to ", paid,
                              " for one; release a run with the right amounts instead, which "
                              "settles or claims back what was paid too much"),
                 {{"resource", approval.name()}, {"recipient", paid}});
  }
  RETURN_IF_ERROR(transaction
                      .QueryOne(kLaterRelease, {approval.name()},
                                [&](const sql::Row& row) {
                                  later = row.String(0);
                                  again = row.String(1);
                                })
                      .status());
  if (later.empty()) {
    RETURN_IF_ERROR(transaction
                        .QueryOne(kSettledSince, {approval.book, approval.name()},
                                  [&](const sql::Row& row) {
                                    later = row.String(0);
                                    again = row.String(1);
                                  })
                        .status());
  }
  if (later.empty()) return RequireOverpaidLeft(transaction, approval);
  return Error(
      absl::StatusCode::kFailedPrecondition, "LATER_RELEASE",
      absl::StrCat(later, " changed payments since, to ", again, " for one; reverse it first"),
      {{"resource", approval.name()}, {"approval", later}, {"recipient", again}});
}

absl::Status ReverseBatch(sql::Transaction& transaction, const std::vector<std::string>& recipients,
                          const Approval& approval, absl::CivilDay today, absl::Time now) {
  static const auto& posted = *new std::string(absl::StrCat(
      kEntryColumns,
      "WHERE e.book = $1 AND e.source = $2 AND e.number IN (SELECT number FROM ledger_posting "
      "WHERE book = $1 AND recipient >= $3 AND recipient <= $4)",
      kEntryOrder));
  std::vector<Entry> mirrors;
  RETURN_IF_ERROR(VisitEntries(
      transaction, posted, {approval.book, approval.name(), recipients.front(), recipients.back()},
      [&](const StoredEntry& stored) {
        mirrors.push_back(MirrorOf(stored.recorded.entry, today, approval.reverser, approval.reason,
                                   approval.reversal_name()));
        return absl::OkStatus();
      }));
  ASSIGN_OR_RETURN(
      const std::vector<PlannedPayment> payments,
      PaymentsBetween(transaction, approval.book, recipients.front(), recipients.back()));
  RETURN_IF_ERROR(AppendEntries(transaction, approval.book, mirrors, now).status());
  return UpdatePayments(transaction, approval.book,
                        Restored(approval.name(), approval.reversal_name(), payments));
}

// Takes note of a batch, and of the end after the last one.
absl::Status Advance(sql::Transaction& transaction, const std::vector<std::string>& recipients,
                     size_t batch, ApprovalState end, std::string_view actor, absl::Time now,
                     Approval& approval) {
  if (!recipients.empty()) approval.cursor = recipients.back();
  approval.done += static_cast<int64_t>(recipients.size());
  if (recipients.size() < batch) {
    approval.state = end;
    RETURN_IF_ERROR(AddEvent(transaction, approval, NameOf(end), actor, approval.reason, now));
  }
  return UpdateApproval(transaction, approval);
}

}  // namespace

absl::StatusOr<Approval> ReleaseStore::Release(std::string_view name, const ReleaseRequest& request,
                                               const Scheme& rules, size_t batch, absl::Time now) {
  Approval approval;
  RETURN_IF_ERROR(database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(approval, Lock(transaction, name));
        ASSIGN_OR_RETURN(const bool begun, BeginRelease(request, approval));
        if (begun) RETURN_IF_ERROR(StartRelease(transaction, approval, now));
        if (approval.state != ApprovalState::kReleasing) return absl::OkStatus();
        ASSIGN_OR_RETURN(const std::vector<std::string> recipients,
                         NextRecipients(transaction, approval, batch));
        if (!recipients.empty()) {
          RETURN_IF_ERROR(ReleaseBatch(transaction, rules, recipients, approval, now));
        }
        return Advance(transaction, recipients, batch, ApprovalState::kReleased, request.actor, now,
                       approval);
      },
      sql::Isolation::kReadCommitted));
  return approval;
}

absl::StatusOr<Approval> ReleaseStore::Reverse(std::string_view name, const std::string& actor,
                                               const std::string& reason, absl::CivilDay today,
                                               size_t batch, absl::Time now) {
  Approval approval;
  RETURN_IF_ERROR(database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(approval, Lock(transaction, name));
        ASSIGN_OR_RETURN(const bool begun, BeginReversal(actor, reason, approval));
        if (begun && approval.state == ApprovalState::kReversed) {
          RETURN_IF_ERROR(AddEvent(transaction, approval, "reversed", actor, reason, now));
          return UpdateApproval(transaction, approval);
        }
        if (begun) {
          RETURN_IF_ERROR(RequireReversible(transaction, approval));
          RETURN_IF_ERROR(AddEvent(transaction, approval, "reversal_started", actor, reason, now));
        }
        if (approval.state != ApprovalState::kReversing) return absl::OkStatus();
        ASSIGN_OR_RETURN(const std::vector<std::string> recipients,
                         NextRecipients(transaction, approval, batch));
        if (!recipients.empty()) {
          RETURN_IF_ERROR(ReverseBatch(transaction, recipients, approval, today, now));
        }
        return Advance(transaction, recipients, batch, ApprovalState::kReversed, actor, now,
                       approval);
      },
      sql::Isolation::kReadCommitted));
  return approval;
}

}  // namespace vg::funding
