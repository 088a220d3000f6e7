#include "services/funding/domain/ledger/profile.h"

#include <map>

#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

using Parts = std::map<std::string, Money, std::less<>>;

PlannedMonth MonthOf(absl::CivilMonth month, Money amount, const Parts& parts) {
  PlannedMonth planned{.month = month, .amount = amount, .parts = {}};
  for (const auto& [component, part] : parts) {
    if (part.cents != 0) planned.parts.push_back({component, part.cents});
  }
  return planned;
}

}  // namespace

absl::StatusOr<std::vector<Payment>> Spread(Money amount,
                                            const std::vector<Instalment>& instalments,
                                            const RoundingRule& rounding, Money paid,
                                            absl::CivilMonth open) {
  ASSIGN_OR_RETURN(Money arrears, Subtract({0, amount.currency}, paid));
  std::vector<Payment> months;
  Money closed{0, amount.currency};
  for (const Payment& ideal : PaymentsOf(amount, instalments, rounding)) {
    if (ideal.month >= open) {
      months.push_back(ideal);
    } else {
      ASSIGN_OR_RETURN(closed, Add(closed, ideal.amount));
    }
  }
  if (instalments.empty()) closed = amount;
  ASSIGN_OR_RETURN(arrears, Add(closed, arrears));
  if (arrears.cents == 0) return months;
  if (months.empty()) months.push_back({open, {0, amount.currency}});
  ASSIGN_OR_RETURN(months.front().amount, Add(months.front().amount, arrears));
  return months;
}

absl::StatusOr<Profile> Settle(std::span<const Series> series, Currency currency) {
  std::map<absl::CivilMonth, Parts> by_month;
  for (const Series& one : series) {
    for (const Payment& payment : one.months) {
      Money& part = by_month[payment.month]
                        .try_emplace(one.component, Money{0, payment.amount.currency})
                        .first->second;
      ASSIGN_OR_RETURN(part, Add(part, payment.amount));
    }
  }
  Profile profile{.months = {}, .overpaid = {0, currency}};
  Parts along;
  Money total{0, currency};
  for (const auto& [month, parts] : by_month) {
    for (const auto& [component, amount] : parts) {
      Money& part = along.try_emplace(component, Money{0, currency}).first->second;
      ASSIGN_OR_RETURN(part, Add(part, amount));
      ASSIGN_OR_RETURN(total, Add(total, amount));
    }
    if (total.cents <= 0) continue;
    profile.months.push_back(MonthOf(month, total, along));
    along.clear();
    total.cents = 0;
  }
  ASSIGN_OR_RETURN(profile.overpaid, Subtract(profile.overpaid, total));
  return profile;
}

}  // namespace vg::funding
