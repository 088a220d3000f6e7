// The books on disk. Entries are added and read; nothing here changes or removes one.

#ifndef VG_SERVICES_FUNDING_STORAGE_LEDGER_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_LEDGER_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {

// Adds `entries` to `book` inside the caller's write transaction, all or nothing, in their order.
// Gives the number of each. An entry whose id the book has is not added again: the same content
// gives its number, another one is ALREADY_EXISTS, ENTRY_ID_REUSED. Refuses what CheckEntry
// refuses. Locks the book's head; a transaction that adds to several books takes them in ascending
// order. Use Isolation::kReadCommitted and lock the head before deciding by what the book holds.
absl::StatusOr<std::vector<int64_t>> AppendEntries(sql::Transaction& transaction,
                                                   std::string_view book,
                                                   std::span<const Entry> entries, absl::Time now);

// Entries that a balance counts.
struct Moment {
  std::optional<absl::CivilDay> effective;  // Those that count on this day or before.
  std::optional<absl::Time> recorded;       // Those that the book had at this time.
};

struct Account {
  std::string recipient;  // Empty: an account of the book.
  Purpose purpose = Purpose::kAvailable;
  Currency currency;

  friend bool operator==(const Account&, const Account&) = default;
};

struct Balance {
  Account account;
  int64_t cents = 0;

  friend bool operator==(const Balance&, const Balance&) = default;
};

struct Book {
  std::string name;
  int64_t entries = 0;
  std::string digest;  // Of the last entry.
  absl::Time recorded;

  friend bool operator==(const Book&, const Book&) = default;
};

// Which entries; an empty text means any.
struct EntryFilter {
  std::string recipient;
  std::string source;
  std::optional<EntryKind> kind;
};

// What VerifyBook found. `fault` is empty if the book is whole.
struct Verification {
  int64_t entries = 0;
  std::string digest;
  int64_t broken_entry = 0;  // The number of the first that is wrong, or 0.
  std::string fault;         // "its postings were changed"
};

// Thread-safe; calls block. Borrows the database.
class LedgerStore {
 public:
  explicit LedgerStore(sql::Database& database) : database_(database) {}

  // AppendEntries in a transaction of its own.
  absl::StatusOr<std::vector<int64_t>> Append(std::string_view book, std::span<const Entry> entries,
                                              absl::Time now);

  // By name.
  absl::StatusOr<std::vector<Book>> Books();

  // What is in the accounts at `moment`, by recipient, purpose and currency, after `after`;
  // accounts without a posting are left out. Only those of `recipient` if it is given: "" for the
  // book's own.
  absl::StatusOr<std::vector<Balance>> Balances(std::string_view book, const Moment& moment,
                                                std::optional<std::string_view> recipient,
                                                const std::optional<Account>& after, size_t limit);

  // Per purpose and currency, over all recipients.
  absl::StatusOr<std::vector<Balance>> Totals(std::string_view book, const Moment& moment);

  // By number, after `after`.
  absl::StatusOr<std::vector<RecordedEntry>> Entries(std::string_view book,
                                                     const EntryFilter& filter, int64_t after,
                                                     size_t limit);
  absl::StatusOr<std::optional<RecordedEntry>> FindEntry(std::string_view book,
                                                         std::string_view id);

  // Reads the whole book and recomputes every balance and digest.
  absl::StatusOr<Verification> Verify(std::string_view book);

  // By how many cents the stored postings are out of balance: the sum, over all entries of all
  // books and currencies, of what each is off. 0 is right.
  absl::StatusOr<int64_t> UnbalancedCents();
  // By how many cents the ledger and the plan of payments tell different things: what is committed
  // to a recipient and what is planned for it, what is payable and what is ordered. 0 is right.
  absl::StatusOr<int64_t> UnplannedCents();

 private:
  absl::StatusOr<int64_t> Off(std::string_view sql);

  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_LEDGER_STORE_H_
