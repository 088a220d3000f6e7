#include "services/funding/storage/difference_rows.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/storage/payment_words.h"

namespace vg::funding {
namespace {

constexpr char kMissingPrefix[] = "missing-";
constexpr int kResolutionColumns = 8;
// The columns of a resolution r, all null without one.
constexpr char kResolution[] =
    "r.kind, r.note, r.transfer, r.state, r.resolved_by, r.resolve_time, r.decided_by, "
    "r.decide_time";
constexpr char kDifferences[] =
    ", d.id, d.account, d.statement, d.number, d.kind, d.bank_transaction, d.end_to_end_id, "
    "d.sentence, t.booking_day, t.currency, t.cents, t.credit, t.end_to_end_id, "
    "t.instruction_id, t.counter_account, t.counter_name, t.reference, t.return_reason, "
    "t.remittance FROM payment_difference d JOIN bank_transaction t ON t.account = d.account "
    "AND t.statement = d.statement AND t.number = d.bank_transaction "
    "LEFT JOIN difference_resolution r ON r.difference = d.id AND r.state <> 'rejected' ";
constexpr char kTransfers[] =
    "SELECT l.batch, l.number, l.book, l.recipient, l.payment, l.attempt, l.month, l.payee, "
    "l.payee_title, l.iban, l.account_number, l.bic, l.cents, l.end_to_end_id, l.state, "
    "l.return_reason, b.currency, b.execution_day";
constexpr int kTransferColumns = 18;
constexpr char kFromTransfers[] =
    " FROM payment_line l JOIN payment_batch b ON b.id = l.batch "
    "LEFT JOIN difference_resolution r ON r.difference = 'missing-' || l.end_to_end_id "
    "AND r.state <> 'rejected' ";

// Reads the resolution whose columns begin with `first`.
absl::Status ReadResolution(const sql::Row& row, int first, DifferenceRow& read) {
  if (row.IsNull(first)) return absl::OkStatus();
  Resolution& resolution = read.resolution.emplace();
  const std::optional<ResolutionKind> kind = ResolutionKindNamed(row.Text(first));
  if (!kind.has_value()) return absl::DataLossError("a resolution of an unknown kind");
  resolution.kind = *kind;
  resolution.note = row.String(first + 1);
  resolution.transfer = row.String(first + 2);
  read.state = row.Text(first + 3) == NameOf(DifferenceState::kProposed)
                   ? DifferenceState::kProposed
                   : DifferenceState::kResolved;
  resolution.resolved_by = row.String(first + 4);
  resolution.resolve_time = row.Time(first + 5);
  resolution.confirmed_by = row.String(first + 6);
  if (!row.IsNull(first + 7)) resolution.confirm_time = row.Time(first + 7);
  return absl::OkStatus();
}

absl::StatusOr<DifferenceRow> ReadDifference(const sql::Row& row) {
  constexpr int kAt = kResolutionColumns;
  DifferenceRow read{.id = row.String(kAt),
                     .account = row.String(kAt + 1),
                     .statement = row.String(kAt + 2),
                     .number = row.Int64(kAt + 3)};
  ASSIGN_OR_RETURN(read.difference.kind, DifferenceKindNamed(row.Text(kAt + 4)));
  read.difference.transaction = static_cast<int>(row.Int64(kAt + 5));
  read.difference.end_to_end_id = row.String(kAt + 6);
  read.difference.sentence = row.String(kAt + 7);
  BankTransaction& one = read.transaction;
  one.number = read.difference.transaction;
  ASSIGN_OR_RETURN(one.booking_day, ParseDay(row.Text(kAt + 8)));
  ASSIGN_OR_RETURN(one.amount.currency, Currency::FromCode(row.Text(kAt + 9)));
  one.amount.cents = row.Int64(kAt + 10);
  one.credit = row.Int64(kAt + 11) != 0;
  one.end_to_end_id = row.String(kAt + 12);
  one.instruction_id = row.String(kAt + 13);
  one.counter_account = row.String(kAt + 14);
  one.counter_name = row.String(kAt + 15);
  one.reference = row.String(kAt + 16);
  one.return_reason = row.String(kAt + 17);
  one.remittance = row.String(kAt + 18);
  RETURN_IF_ERROR(ReadResolution(row, 0, read));
  return read;
}

absl::StatusOr<MissingLine> ReadTransfer(const sql::Row& row) {
  MissingLine read;
  ASSIGN_OR_RETURN(const Currency currency, Currency::FromCode(row.Text(16)));
  ASSIGN_OR_RETURN(read.row, ReadLine(row, currency));
  ASSIGN_OR_RETURN(read.execution_date, ParseDay(row.Text(17)));
  return read;
}

}  // namespace

std::string DifferenceId(std::string_view account, std::string_view statement, int64_t number) {
  const std::string digest =
      DigestBuilder("voortgang.funding.difference.v1").Text(account).Text(statement).Finish();
  return absl::StrCat(digest.substr(0, 12), "-", number);
}

std::string MissingId(std::string_view end_to_end_id) {
  return absl::StrCat(kMissingPrefix, Av(end_to_end_id));
}

std::string_view NameOf(DifferenceState state) {
  switch (state) {
    case DifferenceState::kOpen:
      return "open";
    case DifferenceState::kProposed:
      return "proposed";
    case DifferenceState::kResolved:
      return "resolved";
  }
  return "";
}

absl::StatusOr<std::vector<DifferenceRow>> QueryDifferences(sql::Transaction& transaction,
                                                            const std::string& rest,
                                                            sql::Params params) {
  std::vector<DifferenceRow> rows;
  RETURN_IF_ERROR(transaction.Query(absl::StrCat("SELECT ", kResolution, kDifferences, rest),
                                    params, [&](const sql::Row& row) -> absl::Status {
                                      ASSIGN_OR_RETURN(rows.emplace_back(), ReadDifference(row));
                                      return absl::OkStatus();
                                    }));
  return rows;
}

absl::StatusOr<std::vector<DifferenceRow>> QueryMissing(sql::Transaction& transaction,
                                                        const std::string& rest,
                                                        sql::Params params) {
  std::vector<DifferenceRow> rows;
  RETURN_IF_ERROR(transaction.Query(
      absl::StrCat(kTransfers, ", ", kResolution, kFromTransfers, rest), params,
      [&](const sql::Row& row) -> absl::Status {
        DifferenceRow& read = rows.emplace_back();
        ASSIGN_OR_RETURN(read.line, ReadTransfer(row));
        read.id = MissingId(read.line->row.line.end_to_end_id);
        read.difference = {.kind = DifferenceKind::kMissing,
                           .end_to_end_id = read.line->row.line.end_to_end_id,
                           .sentence =
                               "no statement tells of it; ask the bank what became of it, "
                               "and resolve it as paid or returned"};
        return ReadResolution(row, kTransferColumns, read);
      }));
  return rows;
}

absl::StatusOr<std::optional<DifferenceRow>> FindDifference(sql::Transaction& transaction,
                                                            std::string_view id) {
  std::vector<DifferenceRow> rows;
  if (absl::StartsWith(Av(id), kMissingPrefix)) {
    const std::string_view transfer = id.substr(sizeof(kMissingPrefix) - 1);
    ASSIGN_OR_RETURN(rows, QueryMissing(transaction,
                                        "WHERE l.end_to_end_id = $1 AND (l.state = 'exported' OR "
                                        "r.difference IS NOT NULL)",
                                        {transfer}));
  } else {
    ASSIGN_OR_RETURN(rows, QueryDifferences(transaction, "WHERE d.id = $1", {id}));
  }
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

absl::StatusOr<std::optional<MissingLine>> FindTransfer(sql::Transaction& transaction,
                                                        std::string_view end_to_end_id) {
  static const auto& sql =
      *new std::string(absl::StrCat(kTransfers, kFromTransfers, "WHERE l.end_to_end_id = $1"));
  std::optional<MissingLine> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(sql, {end_to_end_id},
                                [&](const sql::Row& row) -> absl::Status {
                                  ASSIGN_OR_RETURN(found, ReadTransfer(row));
                                  return absl::OkStatus();
                                })
                      .status());
  return found;
}

}  // namespace vg::funding
