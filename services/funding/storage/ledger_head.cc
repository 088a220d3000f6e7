#include "services/funding/storage/ledger_head.h"

#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

constexpr char kLock[] =
    "INSERT INTO ledger_head (book, next, digest, recorded_time) VALUES ($1, 1, '', $2) "
    "ON CONFLICT (book) DO UPDATE SET next = ledger_head.next "
    "RETURNING next, digest, recorded_time";
constexpr char kFind[] = "SELECT next, digest, recorded_time FROM ledger_head WHERE book = $1";
constexpr char kMove[] =
    "UPDATE ledger_head SET next = $2, digest = $3, recorded_time = $4 WHERE book = $1";

LedgerHead ReadHead(const sql::Row& row) { return {row.Int64(0), row.String(1), row.Time(2)}; }

}  // namespace

absl::StatusOr<LedgerHead> LockHead(sql::Transaction& transaction, std::string_view book) {
  LedgerHead head;
  ASSIGN_OR_RETURN(const bool found,
                   transaction.QueryOne(kLock, {book, absl::UnixEpoch()},
                                        [&](const sql::Row& row) { head = ReadHead(row); }));
  if (!found) return absl::InternalError("the head of a book could not be locked");
  return head;
}

absl::StatusOr<std::optional<LedgerHead>> FindHead(sql::Transaction& transaction,
                                                   std::string_view book) {
  std::optional<LedgerHead> head;
  RETURN_IF_ERROR(
      transaction.QueryOne(kFind, {book}, [&](const sql::Row& row) { head = ReadHead(row); })
          .status());
  return head;
}

absl::Status MoveHead(sql::Transaction& transaction, std::string_view book,
                      const LedgerHead& head) {
  ASSIGN_OR_RETURN(const int64_t moved,
                   transaction.Execute(kMove, {book, head.next, head.digest, head.recorded}));
  if (moved != 1) return absl::InternalError("the head of a book is gone");
  return absl::OkStatus();
}

}  // namespace vg::funding
