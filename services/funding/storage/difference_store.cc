#include "services/funding/storage/difference_store.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/payments/payment_errors.h"
#include "services/funding/storage/difference_rows.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/payment_words.h"

namespace vg::funding {
namespace {

// Whether r, the resolution that holds, fits the state in $4.
constexpr char kInState[] =
    "($4 = '' OR ($4 = 'open' AND r.state IS NULL) OR ($4 <> 'open' AND r.state = $4))";

std::string_view NameOf(const std::optional<DifferenceState>& state) {
  return state.has_value() ? funding::NameOf(*state) : "";
}

absl::StatusOr<DifferenceRow> Present(sql::Transaction& transaction, std::string_view id) {
  ASSIGN_OR_RETURN(std::optional<DifferenceRow> found, FindDifference(transaction, id));
  if (!found.has_value()) return NotFound(absl::StrCat("paymentDifferences/", std::string(id)));
  return *std::move(found);
}

// The transfer that `kind` says; absent if it moves no money. RESOLUTION_DOES_NOT_FIT.
absl::StatusOr<std::optional<MissingLine>> Fitting(sql::Transaction& transaction,
                                                   const DifferenceRow& row, ResolutionKind kind,
                                                   std::string_view transfer) {
  std::optional<MissingLine> line;
  if (MovesMoney(kind)) {
    ASSIGN_OR_RETURN(line, FindTransfer(transaction, transfer));
  }
  std::string fault =
      WhyNot(kind, row.difference.kind, row.line.has_value() ? nullptr : &row.transaction,
             line.has_value() ? &line->row.line : nullptr);
  if (!fault.empty()) return ResolutionDoesNotFit(row.id, std::move(fault));
  return line;
}

absl::Status Insert(sql::Transaction& transaction, const DifferenceRow& row) {
  const Resolution& resolution = *row.resolution;
  ASSIGN_OR_RETURN(
      const std::optional<int64_t> last,
      transaction.QueryInt64("SELECT MAX(number) FROM difference_resolution WHERE difference = $1",
                             {row.id}));
  return transaction
      .Execute(
          "INSERT INTO difference_resolution (difference, number, kind, note, transfer, state, "
          "resolved_by, resolve_time, decided_by, decide_time, reason) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', NULL, '')",
          {row.id, last.value_or(0) + 1, NameOf(resolution.kind), resolution.note,
           resolution.transfer, NameOf(row.state), resolution.resolved_by, resolution.resolve_time})
      .status();
}

// Posts what `row` says: the line, the match that tells why it changed, and the ledger.
absl::Status Apply(sql::Transaction& transaction, const DifferenceRow& row,
                   const MissingLine& transfer, absl::Time now) {
  const Resolution& resolution = *row.resolution;
  const bool paid = resolution.kind == ResolutionKind::kPaid;
  const PaymentLine& line = transfer.row.line;
  const std::string_view to = NameOf(paid ? LineState::kConfirmed : LineState::kReturned);
  RETURN_IF_ERROR(
      transaction
          .Execute("UPDATE payment_line SET state = $3, return_reason = $4 WHERE batch = $1 AND "
                   "number = $2",
                   {transfer.row.batch, line.number, to,
                    paid || row.line.has_value() ? "" : row.transaction.return_reason})
          .status());
  RETURN_IF_ERROR(transaction
                      .Execute("INSERT INTO payment_match (batch, line, state, account, statement, "
                               "bank_transaction, rule) VALUES ($1, $2, $3, $4, $5, $6, "
                               "'resolution')",
                               {transfer.row.batch, line.number, to, row.account, row.statement,
                                row.difference.transaction})
                      .status());
  absl::CivilDay day = row.transaction.booking_day;
  if (row.line.has_value()) {
    day = paid ? transfer.execution_date : absl::ToCivilDay(now, absl::UTCTimeZone());
  }
  const PaymentStep step{.order = OrderOf(transfer.row.batch),
                         .day = day,
                         .actor = resolution.confirmed_by,
                         .reason = absl::StrCat("paymentDifferences/", row.id)};
  const PaymentKey key{line.due.recipient, line.due.number};
  return paid ? ConfirmPayments(transaction, line.due.book, step, {&key, 1}, now)
              : ReturnPayments(transaction, line.due.book, step, {&key, 1}, now);
}

}  // namespace

absl::StatusOr<std::vector<DifferenceRow>> DifferenceStore::OfStatements(
    const DifferenceFilter& filter, const DifferenceKey& after, size_t limit) {
  static const auto& rest = *new std::string(
      absl::StrCat("WHERE ($1 = '' OR d.account = $1) AND ($2 = '' OR d.statement = $2) "
                   "AND ($3 = '' OR d.kind = $3) AND ",
                   kInState,
                   " AND (d.account, d.statement, d.number) > ($5, $6, $7) "
                   "ORDER BY d.account, d.statement, d.number LIMIT $8"));
  std::vector<DifferenceRow> rows;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(rows, QueryDifferences(transaction, rest,
                                            {filter.account, filter.statement,
                                             filter.kind.has_value() ? NameOf(*filter.kind) : "",
                                             NameOf(filter.state), after.account, after.statement,
                                             after.number, static_cast<int64_t>(limit)}));
    return absl::OkStatus();
  }));
  return rows;
}

absl::StatusOr<std::vector<DifferenceRow>> DifferenceStore::Missing(
    absl::CivilDay day, std::optional<DifferenceState> state, std::string_view batch, int number,
    size_t limit) {
  static const auto& rest = *new std::string(absl::StrCat(
      "WHERE (l.batch, l.number) > ($2, $3) AND ((l.state = 'exported' AND b.execution_day < $1) "
      "OR r.difference IS NOT NULL) AND ",
      kInState, " ORDER BY l.batch, l.number LIMIT $5"));
  std::vector<DifferenceRow> rows;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(rows, QueryMissing(transaction, rest,
                                        {FormatDay(day), batch, number, NameOf(state),
                                         static_cast<int64_t>(limit)}));
    return absl::OkStatus();
  }));
  return rows;
}

absl::StatusOr<DifferenceRow> DifferenceStore::Resolve(const ResolutionDraft& draft) {
  DifferenceRow row;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(row, Present(transaction, draft.difference));
    std::string transfer;
    if (MovesMoney(draft.kind)) {
      transfer = draft.transfer.empty() ? row.difference.end_to_end_id : draft.transfer;
      if (transfer.empty()) {
        return InvalidField("end_to_end_id", "REQUIRED",
                            "must say which transfer was paid or returned");
      }
    }
    if (row.resolution.has_value()) {
      const Resolution& present = *row.resolution;
      if (present.kind == draft.kind && present.note == draft.note &&
          present.transfer == transfer && present.resolved_by == draft.actor) {
        return absl::OkStatus();
      }
      return DifferenceResolved(row.id, NameOf(row.state), present.resolved_by);
    }
    RETURN_IF_ERROR(Fitting(transaction, row, draft.kind, transfer).status());
    row.state = MovesMoney(draft.kind) ? DifferenceState::kProposed : DifferenceState::kResolved;
    row.resolution = Resolution{.kind = draft.kind,
                                .note = draft.note,
                                .transfer = std::move(transfer),
                                .resolved_by = draft.actor,
                                .resolve_time = draft.now};
    return Insert(transaction, row);
  }));
  return row;
}

absl::StatusOr<DifferenceRow> DifferenceStore::Decide(const ResolutionDecision& decision) {
  DifferenceRow row;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(row, Present(transaction, decision.difference));
    if (row.state != DifferenceState::kProposed) {
      const bool repeated = row.resolution.has_value() && !row.resolution->confirmed_by.empty();
      return repeated && !decision.reject ? absl::OkStatus() : NothingProposed(row.id);
    }
    Resolution& resolution = *row.resolution;
    if (!decision.reject && decision.actor == resolution.resolved_by) {
      return ResolutionFourEyes(row.id, resolution.resolved_by);
    }
    RETURN_IF_ERROR(
        transaction
            .Execute("UPDATE difference_resolution SET state = $2, decided_by = $3, "
                     "decide_time = $4, reason = $5 WHERE difference = $1 AND state = 'proposed'",
                     {row.id, decision.reject ? "rejected" : "resolved", decision.actor,
                      decision.now, decision.reason})
            .status());
    if (decision.reject) {
      row.state = DifferenceState::kOpen;
      row.resolution.reset();
      return absl::OkStatus();
    }
    row.state = DifferenceState::kResolved;
    resolution.confirmed_by = decision.actor;
    resolution.confirm_time = decision.now;
    ASSIGN_OR_RETURN(const std::optional<MissingLine> transfer,
                     Fitting(transaction, row, resolution.kind, resolution.transfer));
    return Apply(transaction, row, *transfer, decision.now);
  }));
  return row;
}

}  // namespace vg::funding
