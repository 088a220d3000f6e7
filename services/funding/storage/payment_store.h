// Payment batches on disk: what is asked of the bank, and what became of it.

#ifndef VG_SERVICES_FUNDING_STORAGE_PAYMENT_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_PAYMENT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "services/funding/domain/payments/batch.h"
#include "services/funding/storage/payee_store.h"

namespace vg::funding {

struct PaymentBatchRow {
  std::string id;
  BatchPlan plan;
  std::string snapshot;
  std::string message_id;
  std::string digest;
  int64_t line_count = 0;
  Money total;
  int64_t blocked_count = 0;
  absl::Time create_time;
  std::string created_by;
  std::optional<absl::Time> export_time;
  std::string exported_by;
  std::string file_digest;  // Of the XML; empty before it was exported.
  BatchState state = BatchState::kPrepared;
  std::string decided_by;  // Who authorised or withdrew it.
  std::optional<absl::Time> decide_time;
  std::string reason;

  friend bool operator==(const PaymentBatchRow&, const PaymentBatchRow&) = default;
};

// A line and what the bank said of it.
struct PaymentLineRow {
  std::string batch;
  PaymentLine line;
  std::string return_reason;
};

// A line that no statement tells of.
struct MissingLine {
  PaymentLineRow row;
  absl::CivilDay execution_date;
};

// What a batch holds, by state.
struct LineTotal {
  LineState state = LineState::kCreated;
  int64_t lines = 0;
  int64_t cents = 0;

  friend bool operator==(const LineTotal&, const LineTotal&) = default;
};

struct BatchDraft {
  absl::CivilMonth period;
  Currency currency;
  absl::CivilDay execution_date;
  Payer payer;
  std::string snapshot;
  absl::Time now;
  std::string actor;
};

// What somebody decides on a batch.
struct BatchDecision {
  BatchState to = BatchState::kAuthorised;  // Or kWithdrawn.
  std::string digest;                       // Of the batch that was looked at; empty: any.
  std::string decided_by;
  absl::Time decide_time;
  std::string reason;
};

// The payee of a recipient; empty if it is not known.
using PayeeOf = absl::FunctionRef<std::string(std::string_view recipient)>;

// The order of a batch in the books: "paymentBatches/2021-11-eur-1".
std::string OrderOf(std::string_view batch);

// Thread-safe; calls block. Borrows the database.
class PaymentStore {
 public:
  explicit PaymentStore(sql::Database& database) : database_(database) {}

  // The batch that Create would make, without its being kept.
  absl::StatusOr<PaymentBatch> Plan(const BatchDraft& draft, PayeeOf payee_of);
  // Orders what is planned up to the period, in its book, and keeps it as a batch. If there is
  // nothing new, the period's last batch is the answer: a period is paid once. FAILED_PRECONDITION:
  // NOTHING_DUE, ALL_BLOCKED, PAYER_DIFFERS; ALREADY_EXISTS, REQUEST_ID_REUSED.
  absl::StatusOr<PaymentBatchRow> Create(const requests::Request& request, const BatchDraft& draft,
                                         PayeeOf payee_of);

  absl::StatusOr<std::optional<PaymentBatchRow>> Find(std::string_view id);
  // Newest period first, after the batch `after`; from the first if it is empty.
  absl::StatusOr<std::vector<PaymentBatchRow>> List(std::string_view after, size_t limit);
  absl::StatusOr<std::vector<LineTotal>> Totals(std::string_view batch);
  // By number, after `after`; of one state if it is given.
  absl::StatusOr<std::vector<PaymentLineRow>> Lines(std::string_view batch,
                                                    std::optional<LineState> state, int after,
                                                    size_t limit);
  absl::StatusOr<std::vector<BlockedPayment>> Blocked(std::string_view batch, int64_t after,
                                                      size_t limit);

  // Authorises a prepared batch, or withdraws it: then its payments are planned again. The same
  // decision again changes nothing. NOT_FOUND; PERMISSION_DENIED, FOUR_EYES; FAILED_PRECONDITION,
  // BATCH_DECIDED; ABORTED, DIGEST_DIFFERS; DATA_LOSS, BATCH_CHANGED.
  absl::StatusOr<PaymentBatchRow> Decide(std::string_view batch, const BatchDecision& decision);

  // Says that a bank may see the batch from now on; again it changes nothing. NOT_FOUND;
  // FAILED_PRECONDITION, BATCH_NOT_AUTHORISED; DATA_LOSS, BATCH_CHANGED.
  absl::StatusOr<PaymentBatchRow> MarkExported(std::string_view batch, absl::Time now,
                                               std::string_view actor);
  // Keeps the digest of the file that was exported. DATA_LOSS if another one was kept before.
  absl::Status KeepFileDigest(std::string_view batch, std::string_view digest);

 private:
  sql::Database& database_;
};

// Inside a transaction.
absl::StatusOr<std::optional<PaymentBatchRow>> FindBatch(sql::Transaction& transaction,
                                                         std::string_view id);
// The columns of a line, to be followed by " FROM …", and its reader; `currency` is the batch's.
extern const char kLineColumns[];
absl::StatusOr<PaymentLineRow> ReadLine(const sql::Row& row, Currency currency);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_PAYMENT_STORE_H_
