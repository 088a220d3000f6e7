#include "services/funding/domain/ledger/replan.h"

#include <algorithm>
#include <utility>

namespace vg::funding {

void Replan(const std::string& by, std::string_view recipient, std::vector<PlannedMonth> wanted,
            std::span<const PlannedPayment> payments, int64_t last_number, Release& release) {
  for (const PlannedPayment& payment : payments) {
    if (payment.state != PaymentState::kPlanned) continue;
    const auto same =
        std::ranges::find(wanted, PlannedMonth{payment.month, payment.amount, payment.parts});
    if (same != wanted.end()) {
      wanted.erase(same);
      continue;
    }
    PlannedPayment& cancelled = release.changed.emplace_back(payment);
    cancelled.state = PaymentState::kCancelled;
    cancelled.cancelled_by = by;
  }
  for (PlannedMonth& month : wanted) {
    PlannedPayment& added = release.added.emplace_back();
    added.recipient = std::string(recipient);
    added.number = ++last_number;
    added.month = month.month;
    added.amount = month.amount;
    added.parts = std::move(month.parts);
    added.approval = by;
  }
}

std::vector<PlannedPayment> Restored(const std::string& by, const std::string& undo,
                                     std::span<const PlannedPayment> payments) {
  std::vector<PlannedPayment> changed;
  for (const PlannedPayment& payment : payments) {
    if (payment.state == PaymentState::kPlanned && payment.approval == by) {
      PlannedPayment& cancelled = changed.emplace_back(payment);
      cancelled.state = PaymentState::kCancelled;
      cancelled.cancelled_by = undo;
    } else if (payment.state == PaymentState::kCancelled && payment.cancelled_by == by) {
      PlannedPayment& planned = changed.emplace_back(payment);
      planned.state = PaymentState::kPlanned;
      planned.cancelled_by.clear();
    }
  }
  return changed;
}

}  // namespace vg::funding
