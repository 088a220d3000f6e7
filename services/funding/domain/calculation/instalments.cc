#include "services/funding/domain/calculation/instalments.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"

#include "common/time/clock.h"

namespace vg::funding {

std::string FaultOf(const std::vector<Instalment>& instalments) {
  if (instalments.empty()) return "";
  const int whole = instalments.front().of;
  int64_t shares = 0;
  for (size_t i = 0; i < instalments.size(); ++i) {
    const Instalment& instalment = instalments[i];
    if (instalment.share < 1) return "every share must be 1 or more";
    if (instalment.of != whole) {
      return absl::StrCat("all shares must be of the same whole: 'of' is ", whole,
                          " in the first and ", instalment.of, " in number ", i + 1);
    }
    if (i > 0 && instalment.month <= instalments[i - 1].month) {
      return absl::StrCat("months must ascend: ", FormatDay(absl::CivilDay(instalment.month)),
                          " comes after ", FormatDay(absl::CivilDay(instalments[i - 1].month)));
    }
    shares += instalment.share;
  }
  if (shares != whole) {
    return absl::StrCat("the shares must add up to ", whole, "; they add up to ", shares);
  }
  return "";
}

std::vector<Payment> PaymentsOf(Money amount, const std::vector<Instalment>& instalments,
                                const RoundingRule& rounding) {
  std::vector<Payment> payments;
  payments.reserve(instalments.size());
  const Exact whole = ToExact(amount);
  int64_t left = amount.cents;
  for (size_t i = 0; i < instalments.size(); ++i) {
    int64_t cents = left;
    if (i + 1 < instalments.size()) {
      const Exact share = whole * instalments[i].share / instalments[i].of;
      // A share of an amount that fits, fits.
      const int64_t rounded = (rounding.Apply(share) * 100).ToInt64().value_or(left);
      cents = amount.cents < 0 ? std::clamp(rounded, left, int64_t{0})
                               : std::clamp(rounded, int64_t{0}, left);
    }
    left -= cents;
    payments.push_back({instalments[i].month, {cents, amount.currency}});
  }
  return payments;
}

}  // namespace vg::funding
