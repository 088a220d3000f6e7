// What is paid in one go: one period, one currency, one account of ours.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_BATCH_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_BATCH_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/digest/digest.h"
#include "common/numeric/money.h"
#include "services/funding/domain/payments/payee.h"

namespace vg::funding {

// A planned payment that is to be paid now. A value type.
struct DuePayment {
  std::string book;       // Of the ledger: "npo-schools/2021-2022".
  std::string recipient;  // "16SW03", "GM0363"
  int64_t number = 0;     // Of the planned payment: 1, 2, 3 … per recipient.
  int64_t attempt = 1;    // 1; 2, 3 … after it came back.
  absl::CivilMonth month;
  std::string payee;  // Whose account it goes to: "40740", "GM0363". Empty: not known.
  Money amount;

  friend bool operator==(const DuePayment&, const DuePayment&) = default;
};

enum class LineState {
  kCreated,    // In a batch that no bank has seen.
  kExported,   // In a file.
  kConfirmed,  // Debited, says the bank.
  kReturned,   // It came back; the money is due again.
  kWithdrawn,  // Its batch was withdrawn before a bank saw it; the money is due again.
};

// One person prepares a batch, another authorises it; only then a bank may see it.
enum class BatchState { kPrepared, kAuthorised, kWithdrawn };

// One transfer.
struct PaymentLine {
  int number = 0;  // 1, 2, 3 … within its batch.
  DuePayment due;
  std::string payee_title;
  BankAccount account;
  std::string end_to_end_id;  // At most 35 characters; unique among all batches.
  LineState state = LineState::kCreated;

  friend bool operator==(const PaymentLine&, const PaymentLine&) = default;
};

enum class BlockReason { kNoPayee, kNoAccount, kNotPositive, kNotEuroAccount };

// Money that is due and cannot be paid.
struct BlockedPayment {
  DuePayment due;
  BlockReason reason;

  friend bool operator==(const BlockedPayment&, const BlockedPayment&) = default;
};
// "PAYEE_UNKNOWN", and what is to be done about it.
std::string_view BlockReasonName(BlockReason reason);
std::string BlockSentence(const BlockedPayment& blocked);

// Our side of the transfers.
struct Payer {
  std::string title;  // "Ministerie van OCW"
  BankAccount account;

  friend bool operator==(const Payer&, const Payer&) = default;
};

struct BatchPlan {
  absl::CivilMonth period;
  Currency currency;
  int sequence = 1;  // 1; 2, 3 … if more becomes payable for a period that was paid.
  absl::CivilDay execution_date;
  Payer payer;

  friend bool operator==(const BatchPlan&, const BatchPlan&) = default;
};

struct PaymentBatch {
  std::string id;  // "2021-11-eur-1"
  BatchPlan plan;
  std::string message_id;  // Of the payment file; at most 35 characters.
  // SHA-256 over all that is paid, from where, and to which accounts.
  std::string digest;
  Money total;  // The sum of the lines: the file's control sum.
  std::vector<PaymentLine> lines;
  std::vector<BlockedPayment> blocked;
};

// The account of a payee on the day of execution; null if there is none.
using AccountOf = std::function<const Payee*(std::string_view payee)>;

// The batch of what is due. Lines and what is blocked are by book, recipient and number, whatever
// the order of `due`. The content alone decides on every id. Euro is paid to IBANs. OUT_OF_RANGE,
// MONEY_OVERFLOW; INVALID_ARGUMENT, CURRENCY_MISMATCH if a payment is in another currency than the
// plan.
absl::StatusOr<PaymentBatch> MakeBatch(const BatchPlan& plan, std::vector<DuePayment> due,
                                       const AccountOf& account_of);

// The digest of a batch from its lines, by number, so that it can be told whether they are still
// those that it was made of. SHA-256 over all that is paid, from where, and to which accounts.
class BatchDigest {
 public:
  BatchDigest(const std::string& id, const BatchPlan& plan, size_t line_count);
  void Add(const PaymentLine& line);
  std::string Finish() { return digest_.Finish(); }

 private:
  DigestBuilder digest_;
};

std::string BatchId(const BatchPlan& plan);
// What the payee reads: "npo-schools/2021-2022 16SW03 2021-11".
std::string Remittance(const DuePayment& due);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_BATCH_H_
