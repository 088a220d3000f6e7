// Planned payments on disk. What makes a payment file or reads a bank statement works through this.

#ifndef VG_SERVICES_FUNDING_STORAGE_PAYMENT_PLAN_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_PAYMENT_PLAN_STORE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/ledger/payment_plan.h"

namespace vg::funding {

struct PaymentKey {
  std::string recipient;
  int64_t number = 0;

  friend bool operator==(const PaymentKey&, const PaymentKey&) = default;
};

// Inside the caller's write transaction (of either isolation level): takes `step` for each of
// `payments` of `book`, and posts it to the ledger, all or nothing. What has happened under the
// same order already happens no second time. Locks the book's head. Keep to some thousand payments
// a transaction. Errors: those of Order, Confirm and Return; NOT_FOUND for a payment that is not
// there.
absl::Status OrderPayments(sql::Transaction& transaction, std::string_view book,
                           const PaymentStep& step, std::span<const PaymentKey> payments,
                           absl::Time now);
absl::Status ConfirmPayments(sql::Transaction& transaction, std::string_view book,
                             const PaymentStep& step, std::span<const PaymentKey> payments,
                             absl::Time now);
absl::Status ReturnPayments(sql::Transaction& transaction, std::string_view book,
                            const PaymentStep& step, std::span<const PaymentKey> payments,
                            absl::Time now);

// Inside the caller's write transaction, which has locked the book's head: adds payments, numbered
// by the caller; changes those that are there, by recipient and number.
absl::Status InsertPayments(sql::Transaction& transaction, std::string_view book,
                            std::span<const PlannedPayment> payments);
absl::Status UpdatePayments(sql::Transaction& transaction, std::string_view book,
                            std::span<const PlannedPayment> payments);

// Of the recipients from `first` to `last`, by recipient and number, whatever their state.
absl::StatusOr<std::vector<PlannedPayment>> PaymentsBetween(sql::Transaction& transaction,
                                                            std::string_view book,
                                                            std::string_view first,
                                                            std::string_view last);

// Thread-safe; calls block. Borrows the database.
class PaymentPlanStore {
 public:
  explicit PaymentPlanStore(sql::Database& database) : database_(database) {}

  // The functions above, each in a transaction of its own.
  absl::Status Order(std::string_view book, const PaymentStep& step,
                     std::span<const PaymentKey> payments, absl::Time now);
  absl::Status Confirm(std::string_view book, const PaymentStep& step,
                       std::span<const PaymentKey> payments, absl::Time now);
  absl::Status Return(std::string_view book, const PaymentStep& step,
                      std::span<const PaymentKey> payments, absl::Time now);

  // What is planned for `month` or a month before it, by recipient and number, after `after`.
  absl::StatusOr<std::vector<PlannedPayment>> Due(std::string_view book, absl::CivilMonth month,
                                                  const PaymentKey& after, size_t limit);
  // What `order` was the newest order of, by recipient and number, after `after`; one that came
  // back is planned again.
  absl::StatusOr<std::vector<PlannedPayment>> OfOrder(std::string_view book, std::string_view order,
                                                      const PaymentKey& after, size_t limit);
  // All of `recipient`, by number.
  absl::StatusOr<std::vector<PlannedPayment>> OfRecipient(std::string_view book,
                                                          std::string_view recipient);

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_PAYMENT_PLAN_STORE_H_
