#include "services/funding/domain/ledger/posting.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/ledger/profile.h"

namespace vg::funding {
namespace {

bool IsFixed(const PlannedPayment& payment) {
  return payment.state == PaymentState::kOrdered || payment.state == PaymentState::kPaid;
}

using Amounts = std::map<std::string, int64_t, std::less<>>;

// What is granted now, by component; nothing for those that were granted or paid before and are no
// more.
Amounts AmountsOf(const ReleaseTerms& terms, const Scheme& rules, const Allocation& allocation,
                  const Position& position) {
  Amounts amounts;
  for (const auto& [detail, cents] : position.granted) amounts[detail] = 0;
  for (const PlannedPayment& payment : position.payments) {
    if (!IsFixed(payment)) continue;
    for (const PaymentPart& part : payment.parts) {
      if (!IsOverpaid(part.component)) amounts[part.component] = 0;
    }
  }
  for (const ComponentAmount& part : allocation.components) {
    if (!part.amount.has_value()) continue;
    amounts[ComponentDetail(terms.scheme, rules.components[part.component].id)] =
        part.amount->cents;
  }
  return amounts;
}

// What a component has been paid, and the first month in which it still can be.
struct Paid {
  Money amount;
  std::optional<absl::CivilMonth> last;
};

absl::StatusOr<Paid> PaidOf(const Position& position, std::string_view component,
                            Currency currency) {
  Paid paid{.amount = {0, currency}, .last = {}};
  for (const PlannedPayment& payment : position.payments) {
    if (!IsFixed(payment)) continue;
    for (const PaymentPart& part : payment.parts) {
      if (part.component != component) continue;
      ASSIGN_OR_RETURN(paid.amount, Add(paid.amount, {part.cents, currency}));
      paid.last = std::max(paid.last.value_or(payment.month), payment.month);
    }
  }
  return paid;
}

absl::CivilMonth OpenMonth(const ReleaseTerms& terms, const Paid& paid,
                           const std::vector<Instalment>& instalments) {
  std::optional<absl::CivilMonth> open = terms.first_month;
  if (paid.last.has_value()) open = std::max(open.value_or(*paid.last + 1), *paid.last + 1);
  if (open.has_value()) return *open;
  return instalments.empty() ? absl::CivilMonth(terms.effective) : instalments.front().month;
}

// Gives back what the recipient paid back: first where a component was paid too much, the rest in
// the first month.
absl::Status GiveBack(const ReleaseTerms& terms, Money repaid, std::vector<Series>& series) {
  std::optional<absl::CivilMonth> first;
  for (Series& one : series) {
    for (Payment& payment : one.months) {
      first = std::min(first.value_or(payment.month), payment.month);
      if (payment.amount.cents >= 0 || repaid.cents <= 0) continue;
      const Money part{std::min(repaid.cents, -payment.amount.cents), repaid.currency};
      ASSIGN_OR_RETURN(payment.amount, Add(payment.amount, part));
      ASSIGN_OR_RETURN(repaid, Subtract(repaid, part));
    }
  }
  if (repaid.cents != 0) {
    series.push_back({OverpaidDetail(terms.scheme),
                      {{first.value_or(absl::CivilMonth(terms.effective)), repaid}}});
  }
  return absl::OkStatus();
}

// The component of `rules` with that detail, or null: an older version had it.
const Component* Find(const ReleaseTerms& terms, const Scheme& rules, std::string_view detail) {
  for (const Component& component : rules.components) {
    if (ComponentDetail(terms.scheme, component.id) == detail) return &component;
  }
  return nullptr;
}

absl::StatusOr<SettledProfile> ProfileOf(const ReleaseTerms& terms, const Scheme& rules,
                                         const Amounts& amounts, const Position& position) {
  static const Component& gone = *new Component();
  std::vector<Series> series;
  for (const auto& [detail, cents] : amounts) {
    const Component* known = Find(terms, rules, detail);
    const Component& component = known == nullptr ? gone : *known;
    ASSIGN_OR_RETURN(const Paid paid, PaidOf(position, detail, rules.currency));
    const absl::CivilMonth open = OpenMonth(terms, paid, component.instalments);
    ASSIGN_OR_RETURN(std::vector<Payment> months,
                     Spread({cents, rules.currency}, component.instalments,
                            component.payment_rounding, paid.amount, open));
    series.push_back({detail, std::move(months)});
  }
  ASSIGN_OR_RETURN(const Paid given,
                   PaidOf(position, OverpaidDetail(terms.scheme), rules.currency));
  ASSIGN_OR_RETURN(const Money repaid, Subtract({position.repaid, rules.currency}, given.amount));
  RETURN_IF_ERROR(GiveBack(terms, repaid, series));
  return SettleBrought(std::move(series), position.brought, position.payments,
                       absl::CivilMonth(terms.effective), rules.currency);
}

// Posts that `more` was overpaid than before, or less if it is below zero: the claim on the
// recipient, what it holds, and what is still to be paid and can be promised.
void PostOverpaid(const ReleaseTerms& terms, const std::string& recipient, Money more,
                  const Position& position, Entry& entry) {
  const std::string detail = OverpaidDetail(terms.scheme);
  const auto post = [&](Purpose purpose, int64_t cents) {
    if (cents == 0) return;
    entry.postings.push_back({recipient, purpose, {cents, more.currency}, detail});
  };
  post(Purpose::kCommitted, more.cents);
  post(Purpose::kPaid, -more.cents);
  if (more.cents > 0) {
    post(terms.claim_overpaid ? Purpose::kRecoverable : Purpose::kCarriedOver, more.cents);
    return;
  }
  const int64_t carried = std::max(more.cents, -position.carried_over);
  post(Purpose::kCarriedOver, carried);
  post(Purpose::kRecoverable, more.cents - carried);
}

}  // namespace

std::string ComponentDetail(std::string_view scheme, std::string_view component) {
  return absl::StrCat(Av(scheme), "/", Av(component));
}

void AddPosting(std::string_view scheme, Currency currency, const Posting& posting, EntryKind kind,
                std::string_view source, Position& position) {
  const std::string_view detail = posting.detail;
  const int64_t cents = posting.amount.cents;
  const bool own = detail == OverpaidDetail(scheme);
  if (posting.purpose == Purpose::kCommitted) {
    const std::string settled = SettledDetail(scheme, "");
    if (detail.starts_with(ComponentDetail(scheme, ""))) {
      position.granted[posting.detail] += cents;
    } else if (detail.starts_with(settled)) {
      position.brought[posting.detail.substr(settled.size())].settled -= cents;
    }
  } else if (posting.purpose == Purpose::kCarriedOver && own) {
    position.carried_over += cents;
    if (source.starts_with("carryOvers/")) position.repaid -= cents;
  } else if (posting.purpose == Purpose::kCarriedOver && IsBrought(detail)) {
    if (posting.amount.currency == currency) position.brought[posting.detail].open += cents;
  } else if (posting.purpose == Purpose::kRecoverable && own) {
    position.recoverable += cents;
    if (kind == EntryKind::kRepayment) position.repaid -= cents;
  }
}

absl::StatusOr<Release> ReleaseAllocation(const ReleaseTerms& terms, const Scheme& rules,
                                          const Allocation& allocation, const Position& position) {
  const Money none{0, rules.currency};
  const Amounts amounts = AmountsOf(terms, rules, allocation, position);
  ASSIGN_OR_RETURN(SettledProfile plan, ProfileOf(terms, rules, amounts, position));
  Release release;
  Replan(terms.approval, allocation.code, std::move(plan.profile.months), position.payments,
         position.last_number, release);

  Entry entry{.id = absl::StrCat("grant:", terms.approval, ":", allocation.code),
              .kind = position.granted.empty() ? EntryKind::kAllocation : EntryKind::kCorrection,
              .effective = terms.effective,
              .actor = terms.actor,
              .reason = terms.reason,
              .source = terms.approval,
              .reverses = "",
              .postings = {}};
  Money granted = none;
  for (const auto& [detail, cents] : amounts) {
    const auto before = position.granted.find(detail);
    ASSIGN_OR_RETURN(
        const Money more,
        Subtract({cents, rules.currency},
                 {before == position.granted.end() ? 0 : before->second, rules.currency}));
    if (more.cents == 0) continue;
    entry.postings.push_back({allocation.code, Purpose::kCommitted, more, detail});
    ASSIGN_OR_RETURN(granted, Add(granted, more));
  }
  ASSIGN_OR_RETURN(const Money claimed, Add({position.carried_over, rules.currency},
                                            {position.recoverable, rules.currency}));
  ASSIGN_OR_RETURN(const Money overpaid, Subtract(plan.profile.overpaid, claimed));
  if (overpaid.cents != 0) PostOverpaid(terms, allocation.code, overpaid, position, entry);
  ASSIGN_OR_RETURN(const Money promised, Add(granted, overpaid));
  const Purpose from = rules.budget.has_value() ? Purpose::kAvailable : Purpose::kAppropriation;
  if (promised.cents != 0) {
    entry.postings.insert(entry.postings.begin(),
                          {"", from, {-promised.cents, rules.currency}, terms.scheme});
  }
  RETURN_IF_ERROR(PostSettled(terms.scheme, allocation.code, rules.currency, from, position.brought,
                              plan.brought, entry));
  if (!entry.postings.empty()) release.entry = std::move(entry);
  return release;
}

std::optional<Entry> BudgetEntry(const ReleaseTerms& terms, Money budget, Money present) {
  const int64_t more = budget.cents - present.cents;
  if (more == 0) return std::nullopt;
  return Entry{.id = absl::StrCat("budget:", terms.approval),
               .kind = EntryKind::kBudget,
               .effective = terms.effective,
               .actor = terms.actor,
               .reason = terms.reason,
               .source = absl::StrCat("schemes/", terms.scheme),
               .reverses = "",
               .postings = {{"", Purpose::kAppropriation, {-more, budget.currency}, terms.scheme},
                            {"", Purpose::kAvailable, {more, budget.currency}, terms.scheme}}};
}

}  // namespace vg::funding
