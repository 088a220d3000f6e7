#include "services/funding/storage/carry_over_store.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/accountability/accountability_errors.h"
#include "services/funding/storage/brought_in_rows.h"
#include "services/funding/storage/carry_over_rows.h"
#include "services/funding/storage/carry_over_undoing.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/recovery_rows.h"

namespace vg::funding {
namespace {

CarryOverResult ResultOf(const CarryOverDraft& draft, const std::vector<UnspentFunds>& funds) {
  const Money none{0, draft.grant.currency};
  CarryOverResult result;
  result.row = {.id = draft.id,
                .grant = draft.grant.grant,
                .school_year = draft.rule.school_year,
                .day = draft.day,
                .total = none,
                .claimed = none,
                .overpaid = none,
                .until = draft.rule.until,
                .legal_reference = draft.rule.legal_reference,
                .create_time = draft.now,
                .created_by = draft.actor};
  for (const UnspentFunds& one : funds) {
    CarryOverPart part = Divide(draft.rule, one);
    if (part.unspent == 0 && part.overpaid == 0) continue;
    result.row.total.cents += part.carried;
    result.row.claimed.cents += part.claimed;
    result.row.overpaid.cents += part.overpaid;
    result.parts.push_back(std::move(part));
  }
  result.row.line_count = static_cast<int64_t>(result.parts.size());
  return result;
}

absl::Status Claim(sql::Transaction& transaction, const CarryOverDraft& draft,
                   const CarryOverResult& result) {
  const std::string book = BookOf(draft.grant.grant, draft.rule.school_year);
  std::vector<ClaimPart> parts;
  for (const CarryOverPart& part : result.parts) {
    if (part.claimed > 0) parts.push_back({part.recipient, book, part.claimed});
  }
  if (parts.empty()) return absl::OkStatus();
  const RecoveryRow recovery{.id = draft.id,
                             .grant = draft.grant.grant,
                             .day = draft.day,
                             .total = result.row.claimed,
                             .line_count = static_cast<int64_t>(parts.size()),
                             .recovered = {0, draft.grant.currency},
                             .create_time = draft.now,
                             .created_by = draft.actor};
  RETURN_IF_ERROR(InsertRecovery(transaction, recovery, parts));
  return PostClaims(
      transaction,
      {.id = draft.id,
       .grant = draft.grant,
       .day = draft.day,
       .now = draft.now,
       .actor = draft.actor},
      absl::StrCat("unspent of ", draft.rule.school_year, ", beyond what may be carried over (",
                   draft.rule.legal_reference, ")"),
      parts);
}

absl::Status Post(sql::Transaction& transaction, const CarryOverDraft& draft,
                  const CarryOverResult& result, const std::vector<UnspentFunds>& funds) {
  const CarryOverTerms terms{.id = draft.id,
                             .rule = draft.rule,
                             .currency = draft.grant.currency,
                             .day = draft.day,
                             .actor = draft.actor};
  std::map<std::string_view, const UnspentFunds*> by_recipient;
  for (const UnspentFunds& one : funds) by_recipient[one.recipient] = &one;
  std::vector<Entry> from, to;
  for (const CarryOverPart& part : result.parts) {
    if (part.carried == 0 && part.overpaid == 0) continue;
    CarryOverEntries entries =
        Carry(terms, part.recipient, part.carried, by_recipient.at(part.recipient)->overpaid);
    from.push_back(std::move(entries.from));
    to.push_back(std::move(entries.to));
  }
  const std::string book = BookOf(draft.grant.grant, draft.rule.school_year);
  const std::string next = NextBook(draft.grant.grant, draft.rule.school_year);
  RETURN_IF_ERROR(AppendEntries(transaction, book, from, draft.now).status());
  RETURN_IF_ERROR(Claim(transaction, draft, result));
  if (to.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(AppendEntries(transaction, next, to, draft.now).status());
  const Entry head{.id = "",
                   .kind = EntryKind::kCarryOver,
                   .effective = draft.day,
                   .actor = draft.actor,
                   .reason = absl::StrCat("paid too much in ", draft.rule.school_year),
                   .source = CarryOverName(draft.id),
                   .reverses = "",
                   .postings = {}};
  return SettleWithPlans(transaction, next, head, OverpaidIn(result.parts), draft.grant.currency,
                         draft.now);
}

}  // namespace

absl::StatusOr<CarryOverResult> CarryOverStore::Propose(const CarryOverDraft& draft) {
  CarryOverResult result;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<UnspentFunds> funds,
                     ReadUnspent(transaction, draft.grant, draft.rule.school_year));
    result = ResultOf(draft, funds);
    return absl::OkStatus();
  }));
  return result;
}

absl::StatusOr<CarryOverResult> CarryOverStore::Carry(const CarryOverDraft& draft) {
  CarryOverResult result;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<CarryOverRow> present,
                     FindCarryOver(transaction, draft.id));
    if (present.has_value()) {
      if (present->grant != draft.grant.grant || present->school_year != draft.rule.school_year) {
        return CarryOverExists(draft.id, absl::StrCat(present->grant, " ", present->school_year));
      }
      result.row = *present;
      ASSIGN_OR_RETURN(result.parts, PartsIn(transaction, draft.id, "",
                                             static_cast<size_t>(present->line_count)));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const std::optional<RecoveryRow> claim, FindRecovery(transaction, draft.id));
    if (claim.has_value()) {
      return CarryOverExists(draft.id, absl::StrCat("a recovery of ", claim->grant));
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, draft.grant.grant));
    for (const std::string& book : books) RETURN_IF_ERROR(LockHead(transaction, book).status());
    RETURN_IF_ERROR(RequireNoReleaseUnderWay(transaction, draft.grant.grant));
    ASSIGN_OR_RETURN(const std::vector<UnspentFunds> funds,
                     ReadUnspent(transaction, draft.grant, draft.rule.school_year));
    result = ResultOf(draft, funds);
    if (result.parts.empty()) {
      return NothingToCarryOver(draft.grant.grant, draft.rule.school_year);
    }
    RETURN_IF_ERROR(InsertCarryOver(transaction, result.row, result.parts));
    return Post(transaction, draft, result, funds);
  }));
  return result;
}

absl::StatusOr<CarryOverRow> CarryOverStore::Reverse(std::string_view id, std::string_view reason,
                                                     absl::CivilDay day, absl::Time now,
                                                     std::string_view actor) {
  CarryOverRow row;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<CarryOverRow> present, FindCarryOver(transaction, id));
    if (!present.has_value()) return NotFound(CarryOverName(id));
    row = *std::move(present);
    if (row.reverse_time.has_value()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, row.grant));
    for (const std::string& book : books) RETURN_IF_ERROR(LockHead(transaction, book).status());
    ASSIGN_OR_RETURN(const std::vector<CarryOverPart> parts,
                     PartsIn(transaction, id, "", static_cast<size_t>(row.line_count)));
    RETURN_IF_ERROR(RequireUndoable(transaction, row, parts));
    row.reverse_time = now;
    row.reversed_by = std::string(actor);
    row.reverse_reason = std::string(reason);
    RETURN_IF_ERROR(MarkReversed(transaction, row));
    const Entry how{.id = "",
                    .kind = EntryKind::kReversal,
                    .effective = day,
                    .actor = row.reversed_by,
                    .reason = row.reverse_reason,
                    .source = absl::StrCat(CarryOverName(id), "/reversal"),
                    .reverses = "",
                    .postings = {}};
    return UndoPostings(transaction, row, how, parts, now);
  }));
  return row;
}

absl::StatusOr<std::optional<CarryOverRow>> CarryOverStore::Find(std::string_view id) {
  std::optional<CarryOverRow> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindCarryOver(transaction, id));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<CarryOverPart>> CarryOverStore::Lines(std::string_view id,
                                                                 std::string_view after,
                                                                 size_t limit) {
  std::vector<CarryOverPart> parts;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(parts, PartsIn(transaction, id, after, limit));
    return absl::OkStatus();
  }));
  return parts;
}

absl::StatusOr<std::map<std::string, int64_t>> CarryOverStore::CarriedBetween(
    std::string_view grant, absl::CivilDay first, absl::CivilDay last) {
  std::map<std::string, int64_t> carried;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    carried.clear();
    return transaction.Query(
        "SELECT l.recipient, CAST(SUM(l.cents) AS BIGINT) FROM carry_over_line l "
        "JOIN carry_over c ON c.id = l.carry_over WHERE c.grant_id = $1 AND c.day >= $2 "
        "AND c.day <= $3 AND c.reverse_time IS NULL GROUP BY l.recipient",
        {grant, FormatDay(first), FormatDay(last)},
        [&](const sql::Row& row) { carried[row.String(0)] = row.Int64(1); });
  }));
  return carried;
}

}  // namespace vg::funding
