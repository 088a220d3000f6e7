#include "services/funding/domain/ledger/payment_plan.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

constexpr std::pair<PaymentState, std::string_view> kStates[] = {
    {PaymentState::kPlanned, "planned"},
    {PaymentState::kOrdered, "ordered"},
    {PaymentState::kPaid, "paid"},
    {PaymentState::kCancelled, "cancelled"},
};

// "payment 3 to 16SW03 is cancelled by runs/b/approvals/1; …"
absl::Status WrongState(const PlannedPayment& payment, std::string_view wish,
                        std::string_view remedy) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "PAYMENT_STATE",
      absl::StrCat("payment ", payment.number, " to ", payment.recipient, " is ",
                   Av(NameOf(payment.state)),
                   payment.order.empty() ? "" : absl::StrCat(" under ", payment.order),
                   payment.cancelled_by.empty() ? "" : absl::StrCat(" by ", payment.cancelled_by),
                   " and cannot be ", Av(wish), "; ", Av(remedy)),
      {{"recipient", payment.recipient},
       {"payment", absl::StrCat(payment.number)},
       {"state", std::string(NameOf(payment.state))},
       {"order", payment.order}});
}

Entry Move(const PlannedPayment& payment, const PaymentStep& step, EntryKind kind, Purpose from,
           Purpose to) {
  const std::string detail = absl::StrCat("payment/", payment.number);
  return {.id = absl::StrCat(Av(NameOf(kind)), ":", payment.recipient, ":", payment.number, ":",
                             payment.attempt),
          .kind = kind,
          .effective = step.day,
          .actor = step.actor,
          .reason = step.reason,
          .source = step.order,
          .reverses = "",
          .postings = {
              {payment.recipient, from, {-payment.amount.cents, payment.amount.currency}, detail},
              {payment.recipient, to, payment.amount, detail}}};
}

}  // namespace

std::string_view NameOf(PaymentState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "";
}

std::optional<PaymentState> StateNamed(std::string_view name) {
  for (const auto& [state, known] : kStates) {
    if (known == name) return state;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<Entry>> Order(const PaymentStep& step, PlannedPayment& payment) {
  const bool same = payment.order == step.order;
  switch (payment.state) {
    case PaymentState::kOrdered:
    case PaymentState::kPaid:
      if (same) return std::nullopt;
      return WrongState(payment, "ordered again", "leave it out of this order");
    case PaymentState::kCancelled:
      return WrongState(payment, "ordered", "list what is due again");
    case PaymentState::kPlanned:
      break;
  }
  if (same) {
    return WrongState(payment, "ordered again by the order it came back from",
                      "put it in a new order");
  }
  payment.state = PaymentState::kOrdered;
  payment.order = step.order;
  ++payment.attempt;
  return Move(payment, step, EntryKind::kPaymentOrder, Purpose::kCommitted, Purpose::kPayable);
}

absl::StatusOr<std::optional<Entry>> Confirm(const PaymentStep& step, PlannedPayment& payment) {
  if (payment.order == step.order) {
    if (payment.state == PaymentState::kPaid) return std::nullopt;
    if (payment.state == PaymentState::kOrdered) {
      payment.state = PaymentState::kPaid;
      payment.paid_day = step.day;
      return Move(payment, step, EntryKind::kPayment, Purpose::kPayable, Purpose::kPaid);
    }
  }
  return WrongState(payment, absl::StrCat("confirmed as paid by ", step.order),
                    "look up what the bank paid");
}

absl::StatusOr<std::optional<Entry>> Return(const PaymentStep& step, PlannedPayment& payment) {
  if (payment.order == step.order) {
    if (payment.state == PaymentState::kPlanned) return std::nullopt;
    if (payment.state == PaymentState::kOrdered || payment.state == PaymentState::kPaid) {
      const Purpose from =
          payment.state == PaymentState::kPaid ? Purpose::kPaid : Purpose::kPayable;
      payment.state = PaymentState::kPlanned;
      payment.paid_day.reset();
      return Move(payment, step, EntryKind::kReturn, from, Purpose::kCommitted);
    }
  }
  return WrongState(payment, absl::StrCat("returned by ", step.order),
                    "look up which order it was part of");
}

}  // namespace vg::funding
