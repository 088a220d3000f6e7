// The end of a book: the one row of the ledger that changes, and the lock of those who add to it.

#ifndef VG_SERVICES_FUNDING_STORAGE_LEDGER_HEAD_H_
#define VG_SERVICES_FUNDING_STORAGE_LEDGER_HEAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"

namespace vg::funding {

struct LedgerHead {
  int64_t next = 1;     // The number of the entry to come.
  std::string digest;   // Of the last entry; empty before the first.
  absl::Time recorded;  // When the last one was added.
};

// Makes the head of `book` if there is none and locks it until the transaction ends: whoever adds
// to a book, or decides by what is in it, does this first. Suits either isolation level.
absl::StatusOr<LedgerHead> LockHead(sql::Transaction& transaction, std::string_view book);

// Reads it without a lock. Empty: there is no such book.
absl::StatusOr<std::optional<LedgerHead>> FindHead(sql::Transaction& transaction,
                                                   std::string_view book);

// Moves the head of `book`, which the caller has locked.
absl::Status MoveHead(sql::Transaction& transaction, std::string_view book, const LedgerHead& head);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_LEDGER_HEAD_H_
