#include "services/funding/domain/ledger/overpaid.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/numeric/money.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

constexpr std::string_view kOverpaid = "overpaid:";

// What ordered and paid payments settled of `brought`.
int64_t FixedOf(const std::vector<PlannedPayment>& payments, std::string_view brought) {
  int64_t cents = 0;
  for (const PlannedPayment& payment : payments) {
    if (payment.state != PaymentState::kOrdered && payment.state != PaymentState::kPaid) continue;
    for (const PaymentPart& part : payment.parts) {
      if (part.component == brought) cents -= part.cents;
    }
  }
  return cents;
}

absl::CivilMonth FirstMonth(const std::vector<Series>& series, absl::CivilMonth otherwise) {
  std::optional<absl::CivilMonth> first;
  for (const Series& one : series) {
    for (const Payment& payment : one.months) {
      first = std::min(first.value_or(payment.month), payment.month);
    }
  }
  return first.value_or(otherwise);
}

}  // namespace

std::string OverpaidDetail(std::string_view scheme) {
  return absl::StrCat(Av(kOverpaid), Av(scheme));
}

std::string BroughtDetail(std::string_view overpaid, std::string_view school_year) {
  if (IsBrought(overpaid)) return std::string(overpaid);
  return absl::StrCat(Av(overpaid), ":", Av(school_year));
}

std::string SettledDetail(std::string_view scheme, std::string_view brought) {
  return absl::StrCat("settled:", Av(scheme), ":", Av(brought));
}

bool IsOverpaid(std::string_view detail) { return detail.starts_with(kOverpaid); }

bool IsBrought(std::string_view detail) {
  return IsOverpaid(detail) && detail.find(':', kOverpaid.size()) != std::string_view::npos;
}

absl::StatusOr<SettledProfile> SettleBrought(std::vector<Series> series, const BroughtIns& brought,
                                             const std::vector<PlannedPayment>& payments,
                                             absl::CivilMonth otherwise, Currency currency) {
  SettledProfile settled;
  ASSIGN_OR_RETURN(settled.profile, Settle(series, currency));
  if (brought.empty()) return settled;
  const Money overpaid = settled.profile.overpaid;
  const absl::CivilMonth first = FirstMonth(series, otherwise);
  std::map<std::string, Money, std::less<>> wanted;  // Of payments that are still to come.
  Money all{0, currency};
  for (const auto& [detail, one] : brought) {
    ASSIGN_OR_RETURN(const Money sum, Add({one.open, currency}, {one.settled, currency}));
    ASSIGN_OR_RETURN(const Money left, Subtract(sum, {FixedOf(payments, detail), currency}));
    wanted.emplace(detail, left);
    ASSIGN_OR_RETURN(all, Add(all, left));
    if (left.cents != 0) series.push_back({detail, {{first, {-left.cents, currency}}}});
  }
  ASSIGN_OR_RETURN(settled.profile, Settle(series, currency));
  // What was brought in comes before all payments, so what is left over is either all overpaid
  // there or, if nothing is paid at all, what of it could not be settled.
  ASSIGN_OR_RETURN(const Money open, Subtract(settled.profile.overpaid, overpaid));
  settled.profile.overpaid = overpaid;
  int64_t take = all.cents - open.cents;
  for (const auto& [detail, left] : wanted) {
    const int64_t now = std::min(take, left.cents);
    take -= now;
    const BroughtIn& before = brought.find(detail)->second;
    settled.brought[detail] = {.open = left.cents - now,
                               .settled = before.open + before.settled - (left.cents - now)};
  }
  return settled;
}

absl::Status PostSettled(std::string_view scheme, const std::string& recipient, Currency currency,
                         Purpose from, const BroughtIns& before, const BroughtIns& after,
                         Entry& entry) {
  Money back{0, currency};
  for (const auto& [detail, now] : after) {
    const auto was = before.find(detail);
    const Money then{was == before.end() ? 0 : was->second.settled, currency};
    ASSIGN_OR_RETURN(const Money more, Subtract({now.settled, currency}, then));
    if (more.cents == 0) continue;
    ASSIGN_OR_RETURN(back, Add(back, more));
    const Money less{-more.cents, currency};
    const std::string settled = SettledDetail(scheme, detail);
    entry.postings.push_back({recipient, Purpose::kCommitted, less, settled});
    entry.postings.push_back({recipient, Purpose::kPaid, more, settled});
    entry.postings.push_back({recipient, Purpose::kCarriedOver, less, detail});
  }
  if (back.cents != 0) entry.postings.push_back({"", from, back, std::string(scheme)});
  return absl::OkStatus();
}

absl::StatusOr<Release> SettleWithPlan(const Entry& head, std::string_view scheme,
                                       const std::string& recipient, Purpose from,
                                       const std::vector<PlannedPayment>& payments,
                                       int64_t last_number, Currency currency,
                                       std::map<std::string, int64_t, std::less<>>& brought) {
  BroughtIns before;
  for (const auto& [detail, cents] : brought) {
    if (cents > 0) before[detail] = {.open = cents};
  }
  std::vector<PlannedPayment> planned;
  std::vector<Series> series;
  for (const PlannedPayment& payment : payments) {
    if (payment.state != PaymentState::kPlanned) continue;
    planned.push_back(payment);
    for (const PaymentPart& part : payment.parts) {
      series.push_back({part.component, {{payment.month, {part.cents, currency}}}});
    }
  }
  Release release;
  if (before.empty() || planned.empty()) return release;
  ASSIGN_OR_RETURN(SettledProfile settled, SettleBrought(std::move(series), before, planned,
                                                         planned.front().month, currency));
  Entry entry = head;
  RETURN_IF_ERROR(PostSettled(scheme, recipient, currency, from, before, settled.brought, entry));
  if (entry.postings.empty()) return release;
  release.entry = std::move(entry);
  Replan(head.source, recipient, std::move(settled.profile.months), planned, last_number, release);
  for (const auto& [detail, now] : settled.brought) brought[detail] = now.open;
  return release;
}

}  // namespace vg::funding
