#include "services/funding/storage/ledger_rows.h"

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

absl::StatusOr<Posting> ReadPosting(const sql::Row& row, int first) {
  const std::optional<Purpose> purpose = PurposeNamed(row.Text(first + 1));
  const absl::StatusOr<Currency> currency = Currency::FromCode(row.Text(first + 2));
  if (!purpose.has_value() || !currency.ok()) {
    return absl::DataLossError("a stored posting has an account that does not exist");
  }
  return Posting{.recipient = row.String(first),
                 .purpose = *purpose,
                 .amount = {row.Int64(first + 3), *currency},
                 .detail = row.String(first + 4)};
}

absl::StatusOr<StoredEntry> ReadEntry(const sql::Row& row) {
  const std::optional<EntryKind> kind = KindNamed(row.Text(2));
  const absl::StatusOr<absl::CivilDay> day = ParseDay(row.Text(3));
  if (!kind.has_value() || !day.ok()) {
    return absl::DataLossError(absl::StrCat("entry ", row.Int64(0), " cannot be read"));
  }
  return StoredEntry{.recorded = {.entry = {.id = row.String(1),
                                            .kind = *kind,
                                            .effective = *day,
                                            .actor = row.String(5),
                                            .reason = row.String(6),
                                            .source = row.String(7),
                                            .reverses = row.String(8),
                                            .postings = {}},
                                  .number = row.Int64(0),
                                  .recorded = row.Time(4),
                                  .digest = row.String(10)},
                     .content_digest = row.String(9)};
}

}  // namespace

absl::Status VisitEntries(sql::Transaction& transaction, std::string_view sql, sql::Params params,
                          absl::FunctionRef<absl::Status(StoredEntry)> visit) {
  std::optional<StoredEntry> open;
  const auto close = [&]() -> absl::Status {
    if (!open.has_value()) return absl::OkStatus();
    StoredEntry done = *std::move(open);
    open.reset();
    return visit(std::move(done));
  };
  RETURN_IF_ERROR(transaction.Query(sql, params, [&](const sql::Row& row) -> absl::Status {
    if (!open.has_value() || open->recorded.number != row.Int64(0)) {
      RETURN_IF_ERROR(close());
      ASSIGN_OR_RETURN(open, ReadEntry(row));
    }
    if (row.IsNull(11)) return absl::OkStatus();
    ASSIGN_OR_RETURN(Posting posting, ReadPosting(row, 12));
    open->recorded.entry.postings.push_back(std::move(posting));
    return absl::OkStatus();
  }));
  return close();
}

absl::StatusOr<std::vector<Entry>> EntriesFrom(sql::Transaction& transaction, std::string_view book,
                                               std::string_view source) {
  static const auto& sql = *new std::string(
      absl::StrCat(kEntryColumns, "WHERE e.book = $1 AND e.source = $2", kEntryOrder));
  std::vector<Entry> entries;
  RETURN_IF_ERROR(VisitEntries(transaction, sql, {book, source}, [&](StoredEntry stored) {
    entries.push_back(std::move(stored.recorded.entry));
    return absl::OkStatus();
  }));
  return entries;
}

}  // namespace vg::funding
