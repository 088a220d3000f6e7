#include "services/funding/domain/calculation/population.h"

#include <algorithm>
#include <utility>

namespace vg::funding {
namespace {

constexpr size_t kCodesOfGap = 3;

template <typename Items>
auto* FindGroup(const Items& items, std::string_view group) {
  const auto name = [](const auto& item) { return std::string_view(item.group); };
  const auto found = std::ranges::lower_bound(items, group, {}, name);
  return found == items.end() || found->group != group ? nullptr : &*found;
}

void Refuse(std::string fault, const std::vector<Weight>& members, ShareFigure& figure) {
  figure.gap.fault = std::move(fault);
  figure.gap.recipients = std::max<int64_t>(1, static_cast<int64_t>(members.size()));
}

// What `weight` has of the pot by proportion.
Exact Proportion(const ShareFigure& figure, const Exact& weight) {
  return figure.weight.IsZero() ? Exact() : figure.pot * weight / figure.weight;
}

// Towards zero, so that a pot and its opposite are divided alike.
Exact RoundDown(const Exact& share, const RoundingRule& rounding) {
  return share.Round(rounding.decimals, Rounding::kDown);
}

// Who rounds up: the `left` largest losses, of equals the lower codes.
void Cut(const std::vector<Weight>& members, const RoundingRule& rounding, ShareFigure& figure) {
  struct Loss {
    Exact lost;
    std::string_view code;
  };
  std::vector<Loss> losses;
  losses.reserve(members.size());
  Exact left = figure.pot.Abs();
  for (const Weight& member : members) {
    const Exact share = Proportion(figure, member.weight).Abs();
    const Exact down = RoundDown(share, rounding);
    left -= down;
    if (share != down) losses.push_back({share - down, member.code});
  }
  const std::optional<int64_t> units = (left / PowerOfTen(-rounding.decimals)).ToInt64();
  if (!units.has_value() || *units <= 0) return;
  const auto at = losses.begin() + static_cast<ptrdiff_t>(*units) - 1;
  std::nth_element(losses.begin(), at, losses.end(), [](const Loss& a, const Loss& b) {
    return a.lost != b.lost ? a.lost > b.lost : a.code < b.code;
  });
  figure.cutoff = at->lost;
  figure.last = std::string(at->code);
}

// One takes what the rounded shares of the others leave.
void LeaveRest(const std::vector<Weight>& members, const RoundingRule& rounding, RemainderRule rule,
               ShareFigure& figure) {
  const Weight* taker = nullptr;
  for (const Weight& member : members) {
    if (member.weight.IsZero()) continue;
    if (taker == nullptr || rule == RemainderRule::kLastRecipient ||
        member.weight > taker->weight) {
      taker = &member;
    }
  }
  if (taker == nullptr) return;
  figure.last = taker->code;
  figure.rest = figure.pot;
  for (const Weight& member : members) {
    if (&member != taker) figure.rest -= rounding.Apply(Proportion(figure, member.weight));
  }
  if (figure.rest.Sign() * figure.pot.Sign() < 0) {
    Refuse("rounding leaves less than nothing for " + figure.last +
               "; let the remainder go by largest_remainder",
           members, figure);
  }
}

}  // namespace

void Gap::Add(const Gap& other) {
  if (other.empty()) return;
  if (empty() || (!other.codes.empty() && (codes.empty() || other.codes[0] < codes[0]))) {
    cause = other.cause;
    absence = other.absence;
    fault = other.fault;
  }
  recipients += other.recipients;
  std::vector<std::string> both;
  std::ranges::merge(codes, other.codes, std::back_inserter(both));
  if (both.size() > kCodesOfGap) both.resize(kCodesOfGap);
  codes = std::move(both);
}

const GroupFigure* CallFigures::Find(std::string_view group) const {
  return FindGroup(groups, group);
}

const ShareFigure* DistributionFigures::Find(std::string_view group) const {
  return FindGroup(groups, group);
}

const CallFigures* PopulationFigures::FindCall(std::string_view call) const {
  const auto found = std::ranges::find(calls, call, &CallFigures::call);
  return found == calls.end() ? nullptr : &*found;
}

const DistributionFigures* PopulationFigures::FindDistribution(std::string_view component) const {
  const auto found = std::ranges::find(distributions, component, &DistributionFigures::component);
  return found == distributions.end() ? nullptr : &*found;
}

void Divide(const std::vector<Weight>& members, const RoundingRule& rounding, RemainderRule rule,
            ShareFigure& figure) {
  figure.members = static_cast<int64_t>(members.size());
  if (!figure.gap.empty()) return;
  for (const Weight& member : members) {
    if (member.weight.Sign() < 0) {
      Gap negative{.fault = "what the pot is divided by is negative",
                   .recipients = 1,
                   .codes = {member.code}};
      figure.gap.Add(negative);
    }
    figure.weight += member.weight;
  }
  if (!figure.gap.empty() || figure.pot.IsZero()) return;
  if (figure.pot != RoundDown(figure.pot, rounding)) {
    return Refuse("the pot of " + figure.pot.ToText() +
                      " is not a whole number of what the shares " +
                      "are rounded to; round it first",
                  members, figure);
  }
  if (figure.weight.IsZero()) {
    return Refuse("all that the pot is divided by is zero", members, figure);
  }
  if (rule == RemainderRule::kLargestRemainder) {
    Cut(members, rounding, figure);
  } else {
    LeaveRest(members, rounding, rule, figure);
  }
}

Share ShareOf(const ShareFigure& figure, const RoundingRule& rounding, RemainderRule rule,
              std::string_view code, const Exact& weight) {
  Share share{.unrounded = Proportion(figure, weight), .amount = {}};
  if (rule != RemainderRule::kLargestRemainder) {
    share.amount =
        !figure.last.empty() && code == figure.last ? figure.rest : rounding.Apply(share.unrounded);
    return share;
  }
  share.amount = RoundDown(share.unrounded, rounding);
  if (!figure.cutoff.has_value()) return share;
  const Exact lost = (share.unrounded - share.amount).Abs();
  if (lost > *figure.cutoff || (lost == *figure.cutoff && code <= figure.last)) {
    share.amount += PowerOfTen(-rounding.decimals) * figure.pot.Sign();
  }
  return share;
}

}  // namespace vg::funding
