// The ledger of a grant: where every cent of its budget is, and how it came there.
//
// A book is the ledger of one grant in one school year. Its entries are numbered 1, 2, 3 …, never
// change, and each is balanced: per currency its postings add up to zero. A positive posting puts
// money into an account, a negative one takes it out, so that at any moment
//
//     available + committed + payable + paid + spent + recoverable + carried over = the budget
//
// which is what `appropriation` owes. Every entry has a digest over its content and over the digest
// of the one before: a changed, removed or inserted entry breaks the chain from there on.

#ifndef VG_SERVICES_FUNDING_DOMAIN_LEDGER_LEDGER_H_
#define VG_SERVICES_FUNDING_DOMAIN_LEDGER_LEDGER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/numeric/money.h"

namespace vg::funding {

// What the money of an account is for. The first two are of the book, the others of a recipient.
enum class Purpose {
  kAppropriation,  // What was made available for the grant, as a debt to it: the budget, negative.
  kAvailable,      // Not promised to anyone. Below zero: more was promised than there is.
  kCommitted,      // Granted to the recipient, not yet ordered to be paid.
  kPayable,        // Ordered to be paid, not yet seen on the bank's statement.
  kPaid,           // Paid, not yet accounted for.
  kSpent,          // Accounted for as spent.
  kRecoverable,    // To be paid back by the recipient.
  kCarriedOver,    // Paid too much, and left to be settled with what comes later.
};
inline constexpr Purpose kPurposes[] = {
    Purpose::kAppropriation, Purpose::kAvailable, Purpose::kCommitted,   Purpose::kPayable,
    Purpose::kPaid,          Purpose::kSpent,     Purpose::kRecoverable, Purpose::kCarriedOver};

// "carried_over", and back; empty for another word.
std::string_view NameOf(Purpose purpose);
std::optional<Purpose> PurposeNamed(std::string_view name);
// Whether accounts of `purpose` belong to the book and not to a recipient.
bool OfBook(Purpose purpose);

// What happened.
enum class EntryKind {
  kBudget,        // Money was made available, or taken away again.
  kAllocation,    // A recipient was granted an amount for the first time.
  kCorrection,    // A later run granted more or less.
  kReversal,      // An entry was undone by its mirror.
  kPaymentOrder,  // A payment was ordered.
  kPayment,       // The bank paid.
  kReturn,        // A payment that was ordered or paid came back.
  kSpending,      // A recipient accounted for what it spent.
  kRecovery,      // Money was claimed back, or a claim was dropped.
  kRepayment,     // Money that was claimed back came in.
  kCarryOver,     // Unspent money moved to the book of the next school year.
};
std::string_view NameOf(EntryKind kind);
std::optional<EntryKind> KindNamed(std::string_view name);

// One side of an entry.
struct Posting {
  std::string recipient;  // "16SW03", "GM0363"; empty for accounts of the book.
  Purpose purpose = Purpose::kAvailable;
  Money amount;        // Positive: into the account. Not zero.
  std::string detail;  // What it is of: a component ("npo-schools/bo"), a category ("A").

  friend bool operator==(const Posting&, const Posting&) = default;
};

struct Entry {
  // Chosen by whoever posts, unique in its book: the same entry again is acknowledged again.
  std::string id;
  EntryKind kind = EntryKind::kAllocation;
  absl::CivilDay effective;  // The day on which it counts.
  std::string actor;         // Who posted it.
  std::string reason;
  std::string source;    // What it follows from: "runs/a/approvals/1", "orders/2021-11".
  std::string reverses;  // The id of the entry that it mirrors; empty: none.
  std::vector<Posting> postings;

  friend bool operator==(const Entry&, const Entry&) = default;
};

// An entry as the book holds it.
struct RecordedEntry {
  Entry entry;
  int64_t number = 0;
  absl::Time recorded;  // Never before that of the number before.
  std::string digest;   // The chain's, up to and with this entry.

  friend bool operator==(const RecordedEntry&, const RecordedEntry&) = default;
};

// "npo-schools/2021-2022".
std::string BookOf(std::string_view grant, std::string_view school_year);

// INVALID_ARGUMENT: UNBALANCED (naming the currency and the difference), BAD_ENTRY (naming what is
// wrong); OUT_OF_RANGE, MONEY_OVERFLOW.
absl::Status CheckEntry(const Entry& entry);

// SHA-256 over all that `entry` says.
std::string ContentDigest(const Entry& entry);
// The chain's digest at an entry, after the entry with the digest `before` (empty at the first).
std::string ChainDigest(std::string_view before, std::string_view book, int64_t number,
                        absl::Time recorded, std::string_view content_digest);

// The mirror of `entry`: each posting taken back, linked to it. `id` is "reversal:" and its id.
Entry MirrorOf(const Entry& entry, absl::CivilDay effective, std::string actor, std::string reason,
               std::string source);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_LEDGER_LEDGER_H_
