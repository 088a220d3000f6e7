// Payments that are planned, and what becomes of them.
//
//     planned ──order──► ordered ──pay──► paid
//        ▲                  └────return──────┤      (and is planned again)
//        └───────────────────────────────────┘
//     planned ──a later approval takes its place──► cancelled

#ifndef VG_SERVICES_FUNDING_DOMAIN_LEDGER_PAYMENT_PLAN_H_
#define VG_SERVICES_FUNDING_DOMAIN_LEDGER_PAYMENT_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/numeric/money.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {

enum class PaymentState { kPlanned, kOrdered, kPaid, kCancelled };
std::string_view NameOf(PaymentState state);
std::optional<PaymentState> StateNamed(std::string_view name);

// What a component has in a payment; negative where it was paid too much before.
struct PaymentPart {
  std::string component;  // "npo-schools-2021-2022/bo": scheme and component.
  int64_t cents = 0;

  friend bool operator==(const PaymentPart&, const PaymentPart&) = default;
};

// One payment to one recipient in one month: what a payment file pays and a bank statement shows.
struct PlannedPayment {
  std::string recipient;
  int64_t number = 0;  // 1, 2, 3 … per recipient.
  absl::CivilMonth month;
  Money amount;                    // Above zero.
  std::vector<PaymentPart> parts;  // They add up to `amount`; by component.
  PaymentState state = PaymentState::kPlanned;
  std::string approval;      // Which approval planned it: "runs/a/approvals/1".
  std::string cancelled_by;  // Which one took its place; empty: none.
  std::string order;         // The newest order it was part of; empty: none.
  int64_t attempt = 0;       // How often it was ordered.
  std::optional<absl::CivilDay> paid_day;

  friend bool operator==(const PlannedPayment&, const PlannedPayment&) = default;
};

// What happens to a payment, by whom, and on which day it counts.
struct PaymentStep {
  std::string order;  // "orders/2021-11"
  absl::CivilDay day;
  std::string actor;
  std::string reason;
};

// Each changes `payment` and gives the entry that says so in the ledger; no entry if it has
// happened under the same order already. FAILED_PRECONDITION, PAYMENT_STATE, naming the state that
// stands in the way and what can be done; the payment is as it was.
//
// Committed → payable.
absl::StatusOr<std::optional<Entry>> Order(const PaymentStep& step, PlannedPayment& payment);
// Payable → paid.
absl::StatusOr<std::optional<Entry>> Confirm(const PaymentStep& step, PlannedPayment& payment);
// Payable or paid → committed: it is planned again, for another order.
absl::StatusOr<std::optional<Entry>> Return(const PaymentStep& step, PlannedPayment& payment);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_LEDGER_PAYMENT_PLAN_H_
