#include "services/funding/domain/comparison/comparison.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/funding/domain/comparison/attribution.h"
#include "services/funding/domain/comparison/comparison_words.h"
#include "services/funding/domain/errors.h"
#include "services/funding/domain/explanation/words.h"

namespace vg::funding {
namespace {

using expression::Expression;
using expression::Slot;
using expression::Value;

constexpr int kAllLevels = std::numeric_limits<int>::max();

CauseKind KindOf(EventKind kind) {
  switch (kind) {
    case EventKind::kOpening:
      return CauseKind::kOpening;
    case EventKind::kClosure:
      return CauseKind::kClosure;
    case EventKind::kMerger:
      return CauseKind::kMerger;
    case EventKind::kSplit:
      return CauseKind::kSplit;
    case EventKind::kBoundaryChange:
      return CauseKind::kBoundaryChange;
  }
  return CauseKind::kInput;
}

bool IsNumber(const Value& value) {
  return !value.absent() && value.kind() == expression::Kind::kNumber;
}

// The variables that `expression` reads, through definitions.
void CollectSlots(const expression::Environment& environment, const Expression& expression,
                  std::set<Slot>& slots) {
  for (const Slot slot : expression.variables()) {
    if (const Expression* definition = environment.definition(slot)) {
      CollectSlots(environment, *definition, slots);
    } else {
      slots.insert(slot);
    }
  }
}

// What the rules of a component read, as text: for telling a reader that it is another one.
std::string TextOf(const Component& component) {
  std::string text = component.formula;
  if (component.distribution.has_value()) {
    text = absl::StrCat(component.distribution->pot, " by ", component.distribution->by);
    if (!component.distribution->per.empty()) {
      absl::StrAppend(&text, " per ", component.distribution->per);
    }
  }
  if (!component.condition.empty()) absl::StrAppend(&text, " if ", component.condition);
  return text;
}

// The pot and the sum of what it is divided by, of the recipient's group; nothing for a gap.
const ShareFigure* ShareFigureOf(const ComparisonSide& side, const ComponentRules& rules,
                                 const Component& component, const expression::Frame& frame) {
  const DistributionFigures* figures = side.population.FindDistribution(component.id);
  if (figures == nullptr) return nullptr;
  std::string group;
  if (rules.per.has_value()) {
    const absl::StatusOr<Value> value = rules.per->Evaluate(frame);
    if (!value.ok() || value->absent()) return nullptr;
    group = value->kind() == expression::Kind::kText ? value->text() : value->ToText();
  }
  const ShareFigure* figure = figures->Find(group);
  return figure == nullptr || !figure->gap.empty() ? nullptr : figure;
}

const ComponentAmount* Find(const Allocation& allocation, int component) {
  const auto found =
      std::ranges::find(allocation.components, component, &ComponentAmount::component);
  return found == allocation.components.end() ? nullptr : &*found;
}

int64_t CentsOf(const Allocation& allocation, int component) {
  const ComponentAmount* part = component < 0 ? nullptr : Find(allocation, component);
  return part == nullptr || !part->amount.has_value() ? 0 : part->amount->cents;
}

int PlaceOf(const Scheme& scheme, const std::string& id) {
  const auto found = std::ranges::find(scheme.components, id, &Component::id);
  return found == scheme.components.end() ? -1
                                          : static_cast<int>(found - scheme.components.begin());
}

std::string Plain(const Value& value) { return value.absent() ? "" : PlainText(value); }

}  // namespace

// One thing that differs between the sides for one recipient and component.
struct Comparison::Factor {
  Cause cause;
  std::string before;
  std::string after;
  Text title;
  Text text;  // Without the amount.
};

// Computes a component with some factors as before and some as after.
class Comparison::Mixer {
 public:
  Mixer(Comparison& comparison, const Pair& pair, const Passage& passage)
      : comparison_(comparison), pair_(pair) {
    for (const Leaf& leaf : pair.leaves) values_.push_back(ValuesOf(comparison, leaf, passage));
    FindFactors(passage);
  }

  const std::vector<Factor>& factors() const { return factors_; }

  // What the component comes to, unrounded; nothing if it does not apply or cannot be computed.
  Exact Compute(const std::vector<bool>& after) {
    const bool rule_after = rule_ >= 0 && after[static_cast<size_t>(rule_)];
    const ComparisonSide& side = rule_after ? comparison_.after_ : comparison_.before_;
    const int place = rule_after ? pair_.after : pair_.before;
    if (place < 0) return {};
    expression::Frame& frame = rule_after ? comparison_.mixed_after_ : comparison_.mixed_before_;
    for (size_t i = 0; i < pair_.leaves.size(); ++i) {
      const Leaf& leaf = pair_.leaves[i];
      const Slot slot = rule_after ? leaf.after : leaf.before;
      if (slot >= 0) frame.Set(slot, ValueOf(i, after, rule_after));
    }
    frame.Renew();
    return Evaluate(side, place, after, frame);
  }

 private:
  // The values of a leaf. `both`: it is there on both sides, so that it can differ.
  struct Values {
    Value before;
    Value after;
    bool both = false;
    int own = -1;                                 // Its factor; -1: it does not differ.
    std::vector<std::pair<int, Exact>> by_event;  // Factors that account for a part of it.
  };

  static Values ValuesOf(const Comparison& comparison, const Leaf& leaf, const Passage& passage) {
    Values values;
    if (leaf.kind == CauseKind::kInput) {
      const Fact* before = leaf.fact_before != nullptr ? leaf.fact_before : leaf.fact_after;
      const Fact* after = leaf.fact_after != nullptr ? leaf.fact_after : leaf.fact_before;
      values.before = before->read(*passage.before);
      values.after = after->read(*passage.after);
      values.both = true;
      return values;
    }
    if (leaf.before >= 0) values.before = comparison.frame_before_.Get(leaf.before);
    if (leaf.after >= 0) values.after = comparison.frame_after_.Get(leaf.after);
    values.both = leaf.before >= 0 && leaf.after >= 0;
    return values;
  }

  void FindFactors(const Passage& passage) {
    for (const Event& event : passage.events) FindEvent(event);
    for (size_t i = 0; i < values_.size(); ++i) {
      Values& values = values_[i];
      if (!values.both || values.before == values.after) {
        // What events moved, others moved back.
        if (values.by_event.empty()) continue;
      }
      Value counterfactual = values.before;
      for (const auto& [factor, moved] : values.by_event) {
        counterfactual = Value::Number(counterfactual.number() + moved);
      }
      if (counterfactual == values.after) continue;
      values.own = Add({.cause = {pair_.leaves[i].kind, pair_.leaves[i].name},
                        .before = Plain(counterfactual),
                        .after = Plain(values.after)});
      Factor& factor = factors_.back();
      factor.title = TitleOf(pair_.leaves[i]);
      factor.text =
          ChangeInWords(factor.title, counterfactual, values.after, UnitOf(pair_.leaves[i]));
    }
    FindDistribution();
    if (comparison_.same_rules_) return;
    const Scheme& was = comparison_.before_.calculator.scheme();
    const Scheme& is = comparison_.after_.calculator.scheme();
    const Component* before =
        pair_.before < 0 ? nullptr : &was.components[static_cast<size_t>(pair_.before)];
    const Component* after =
        pair_.after < 0 ? nullptr : &is.components[static_cast<size_t>(pair_.after)];
    rule_ = Add({.cause = {CauseKind::kRule, pair_.id},
                 .before = before == nullptr ? "" : TextOf(*before),
                 .after = after == nullptr ? "" : TextOf(*after)});
    Factor& factor = factors_.back();
    factor.title = after != nullptr ? after->title : before->title;
    const Text what = CauseInWords(factor.cause, before == nullptr, after == nullptr);
    factor.text = {absl::StrCat(factor.title.nl, ": ", what.nl),
                   absl::StrCat(factor.title.In(Language::kEnglish), ": ", what.en)};
  }

  // An event becomes a factor if it moved something that the component reads.
  void FindEvent(const Event& event) {
    int factor = -1;
    for (size_t i = 0; i < values_.size(); ++i) {
      const auto moved = event.moved.find(pair_.leaves[i].name);
      if (pair_.leaves[i].kind != CauseKind::kInput || moved == event.moved.end() ||
          !IsNumber(values_[i].before) || !IsNumber(values_[i].after)) {
        continue;
      }
      if (factor < 0) {
        const Cause cause{KindOf(event.kind), event.other};
        const Text text = CauseInWords(cause, false, false);
        factor = Add({.cause = cause, .title = text, .text = text});
      }
      values_[i].by_event.emplace_back(factor, moved->second);
    }
  }

  // The pot of a distribution, and what it is divided by, where they differ.
  void FindDistribution() {
    shares_[0] = Figure(comparison_.before_, pair_.before, comparison_.frame_before_);
    shares_[1] = Figure(comparison_.after_, pair_.after, comparison_.frame_after_);
    if (shares_[0] == nullptr || shares_[1] == nullptr ||
        shares_[0]->weight == shares_[1]->weight) {
      return;
    }
    whole_ = Add({.cause = {CauseKind::kPopulation, absl::StrCat("sum of ", pair_.id)},
                  .before = shares_[0]->weight.ToText(),
                  .after = shares_[1]->weight.ToText()});
    Factor& factor = factors_.back();
    factor.title = {"Waarover het bedrag wordt verdeeld", "What the sum is divided by"};
    factor.text = ChangeInWords(factor.title, Value::Number(shares_[0]->weight),
                                Value::Number(shares_[1]->weight), {});
  }

  static const ShareFigure* Figure(const ComparisonSide& side, int place,
                                   const expression::Frame& frame) {
    if (place < 0) return nullptr;
    const auto at = static_cast<size_t>(place);
    const Component& component = side.calculator.scheme().components[at];
    if (!component.distribution.has_value()) return nullptr;
    return ShareFigureOf(side, side.calculator.rules().components[at], component, frame);
  }

  int Add(Factor factor) {
    factors_.push_back(std::move(factor));
    return static_cast<int>(factors_.size()) - 1;
  }

  Text TitleOf(const Leaf& leaf) const {
    const std::string& name = leaf.name;
    if (leaf.kind == CauseKind::kInput) {
      return leaf.fact_after != nullptr ? leaf.fact_after->title : leaf.fact_before->title;
    }
    for (const ComparisonSide* side : {&comparison_.after_, &comparison_.before_}) {
      if (const Parameter* parameter = side->calculator.FindParameter(name)) {
        return parameter->title;
      }
    }
    return {name, name};
  }

  expression::Unit UnitOf(const Leaf& leaf) const {
    const ComparisonSide& side = leaf.after >= 0 ? comparison_.after_ : comparison_.before_;
    const Slot slot = leaf.after >= 0 ? leaf.after : leaf.before;
    const expression::Type& type = side.calculator.rules().environment->type(slot);
    if (type.kind() == expression::Kind::kMap) return type.element().unit();
    return type.kind() == expression::Kind::kNumber ? type.unit() : expression::Unit();
  }

  Value ValueOf(size_t leaf, const std::vector<bool>& after, bool rule_after) const {
    const Values& values = values_[leaf];
    if (!values.both) return rule_after ? values.after : values.before;
    if (values.by_event.empty()) {
      return values.own >= 0 && after[static_cast<size_t>(values.own)] ? values.after
                                                                       : values.before;
    }
    Exact number = values.before.number();
    Exact others;
    for (const auto& [factor, moved] : values.by_event) {
      if (after[static_cast<size_t>(factor)]) number += moved;
      others += moved;
    }
    if (values.own >= 0 && after[static_cast<size_t>(values.own)]) {
      number += values.after.number() - values.before.number() - others;
    }
    return Value::Number(std::move(number));
  }

  Exact Evaluate(const ComparisonSide& side, int place, const std::vector<bool>& after,
                 const expression::Frame& frame) const {
    const ComponentRules& rules = side.calculator.rules().components[static_cast<size_t>(place)];
    if (rules.condition.has_value()) {
      const absl::StatusOr<Value> holds = rules.condition->Evaluate(frame);
      if (!holds.ok() || holds->absent() || !holds->bool_value()) return {};
    }
    const auto number = [&frame](const std::optional<Expression>& expression) -> Exact {
      if (!expression.has_value()) return {};
      const absl::StatusOr<Value> value = expression->Evaluate(frame);
      return value.ok() && IsNumber(*value) ? value->number() : Exact();
    };
    if (rules.amount.has_value()) return number(rules.amount);
    const bool whole_after =
        whole_ >= 0 ? after[static_cast<size_t>(whole_)] : shares_[0] == nullptr;
    const ShareFigure* figure = shares_[whole_after ? 1 : 0];
    if (figure == nullptr || figure->weight.IsZero()) return {};
    return number(rules.pot) * number(rules.by) / figure->weight;
  }

  Comparison& comparison_;
  const Pair& pair_;
  std::vector<Values> values_;  // Of the pair's leaves.
  const ShareFigure* shares_[2] = {nullptr, nullptr};
  std::vector<Factor> factors_;
  int rule_ = -1;
  int whole_ = -1;
};

Comparison::Comparison(ComparisonSide before, ComparisonSide after)
    : before_(std::move(before)),
      after_(std::move(after)),
      same_rules_(before_.calculator.digest() == after_.calculator.digest()),
      frame_before_(before_.calculator.NewFrame()),
      frame_after_(after_.calculator.NewFrame()),
      mixed_before_(before_.calculator.NewFrame()),
      mixed_after_(after_.calculator.NewFrame()) {
  const Scheme& was = before_.calculator.scheme();
  const Scheme& is = after_.calculator.scheme();
  std::set<std::string> ids;
  for (const Scheme* scheme : {&was, &is}) {
    for (const Component& component : scheme->components) ids.insert(component.id);
  }
  for (const std::string& id : ids) {
    Pair& pair = pairs_.emplace_back();
    pair.id = id;
    pair.before = PlaceOf(was, id);
    pair.after = PlaceOf(is, id);
    AddLeaves(before_.calculator, pair.before, false, pair);
    AddLeaves(after_.calculator, pair.after, true, pair);
    std::ranges::sort(pair.leaves, [](const Leaf& a, const Leaf& b) {
      return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
    });
  }
}

absl::StatusOr<Comparison> Comparison::Make(ComparisonSide before, ComparisonSide after) {
  const Scheme& was = before.calculator.scheme();
  const Scheme& is = after.calculator.scheme();
  if (was.grant != is.grant) return RunsNotComparable("grant", was.grant, is.grant);
  if (was.currency != is.currency) {
    return RunsNotComparable("currency", was.currency.code(), is.currency.code());
  }
  if (was.recipients != is.recipients) {
    const auto name = [](RecipientKind kind) {
      return kind == RecipientKind::kSchool ? "schools" : "municipalities";
    };
    return RunsNotComparable("recipients", name(was.recipients), name(is.recipients));
  }
  return Comparison(std::move(before), std::move(after));
}

void Comparison::AddLeaves(const Calculator& calculator, int component, bool is_after,
                           Pair& pair) const {
  if (component < 0) return;
  const Rules& rules = calculator.rules();
  const ComponentRules& of = rules.components[static_cast<size_t>(component)];
  std::set<Slot> slots;
  for (const auto* expression : {&of.condition, &of.amount, &of.pot, &of.by, &of.per}) {
    if (expression->has_value()) CollectSlots(*rules.environment, **expression, slots);
  }
  for (const Slot slot : slots) {
    const std::string& name = rules.environment->name(slot);
    const Fact* fact = calculator.FindFact(name);
    const CauseKind kind = rules.environment->constant(slot) ? CauseKind::kParameter
                           : fact != nullptr                 ? CauseKind::kInput
                                                             : CauseKind::kPopulation;
    auto leaf = std::ranges::find_if(
        pair.leaves, [&](const Leaf& known) { return known.kind == kind && known.name == name; });
    if (leaf == pair.leaves.end()) {
      leaf = pair.leaves.insert(leaf, Leaf{.kind = kind, .name = name});
    }
    (is_after ? leaf->after : leaf->before) = slot;
    (is_after ? leaf->fact_after : leaf->fact_before) = fact;
  }
}

Difference Comparison::Compare(const Passage& passage, const Allocation* before,
                               const Allocation* after) {
  Difference difference{.code = passage.code()};
  const Allocation* newest = after != nullptr ? after : before;
  if (newest != nullptr) difference.title = newest->title;
  if (before != nullptr) difference.before = before->amount;
  if (after != nullptr) difference.after = after->amount;
  difference.cents = (difference.after ? difference.after->cents : 0) -
                     (difference.before ? difference.before->cents : 0);
  if (passage.before == nullptr || passage.after == nullptr) {
    if (newest != nullptr) ComeOrGo(passage, *newest, difference);
    return difference;
  }
  if (before == nullptr || after == nullptr || !before->amount || !after->amount) {
    Undetermined(before, after, difference);
    return difference;
  }
  before_.calculator.Fill(*passage.before, before_.population, kAllLevels, frame_before_);
  after_.calculator.Fill(*passage.after, after_.population, kAllLevels, frame_after_);
  for (const Pair& pair : pairs_) {
    const int64_t was = CentsOf(*before, pair.before);
    const int64_t is = CentsOf(*after, pair.after);
    CompareComponent(pair, passage, is - was, {was, currency()}, {is, currency()}, difference);
  }
  return difference;
}

void Comparison::CompareComponent(const Pair& pair, const Passage& passage, int64_t cents,
                                  Money before, Money after, Difference& difference) {
  // Nothing for a school that never had anything of a component: most of them.
  Mixer mixer(*this, pair, passage);
  const std::vector<Factor>& factors = mixer.factors();
  if (factors.empty() && cents == 0) return;
  std::vector<Exact> parts = Attribute(
      factors.size(), [&](const std::vector<bool>& changed) { return mixer.Compute(changed); });
  Exact explained;
  for (const Exact& part : parts) explained += part;
  parts.push_back(Exact::FromScaled(cents, 2) - explained);  // What rounding makes of it.
  const std::vector<int64_t> in_cents = InCents(parts, cents);
  const size_t first = difference.attributions.size();
  for (size_t i = 0; i < in_cents.size(); ++i) {
    if (in_cents[i] == 0) continue;
    Attribution& attribution = difference.attributions.emplace_back();
    attribution.component = pair.id;
    attribution.cents = in_cents[i];
    Text text;
    if (i < factors.size()) {
      attribution.cause = factors[i].cause;
      attribution.before = factors[i].before;
      attribution.after = factors[i].after;
      attribution.title = factors[i].title;
      text = factors[i].text;
    } else {
      attribution.cause = {CauseKind::kRounding, ""};
      attribution.before = ToDecimal(before);
      attribution.after = ToDecimal(after);
      attribution.title = text = CauseInWords(attribution.cause, false, false);
    }
    attribution.text = WithAmount(text, {in_cents[i], currency()});
  }
  std::sort(difference.attributions.begin() + static_cast<int64_t>(first),
            difference.attributions.end(),
            [](const Attribution& a, const Attribution& b) { return a.cause < b.cause; });
}

void Comparison::ComeOrGo(const Passage& passage, const Allocation& allocation,
                          Difference& difference) const {
  if (difference.cents == 0) return;
  const bool came = passage.before == nullptr;
  const Event alone{came ? EventKind::kOpening : EventKind::kClosure, "", {}};
  const Event& event = passage.events.empty() ? alone : passage.events.front();
  Attribution& attribution = difference.attributions.emplace_back();
  attribution.cause = {KindOf(event.kind), event.other};
  attribution.cents = difference.cents;
  (came ? attribution.after : attribution.before) = ToDecimal(*allocation.amount);
  attribution.title = CauseInWords(attribution.cause, came, !came);
  attribution.text = WithAmount(attribution.title, {difference.cents, currency()});
}

void Comparison::Undetermined(const Allocation* before, const Allocation* after,
                              Difference& difference) const {
  if (difference.cents == 0) return;
  Attribution& attribution = difference.attributions.emplace_back();
  attribution.cause = {CauseKind::kUndetermined, ""};
  attribution.cents = difference.cents;
  const auto said = [](const Allocation* allocation) -> std::string {
    if (allocation == nullptr) return "";
    return allocation->amount ? ToDecimal(*allocation->amount) : allocation->undetermined_reason;
  };
  attribution.before = said(before);
  attribution.after = said(after);
  attribution.title = CauseInWords(attribution.cause, false, false);
  const std::string& why = difference.before.has_value() ? attribution.after : attribution.before;
  attribution.text = WithAmount({absl::StrCat(attribution.title.nl, " (", why, ")"),
                                 absl::StrCat(attribution.title.en, " (", why, ")")},
                                {difference.cents, currency()});
}

absl::Status ComparisonTotals::Add(const Difference& difference) {
  const auto add = [](int64_t& sum, int64_t cents) -> absl::Status {
    ASSIGN_OR_RETURN(const Money added, vg::Add(Money{sum, {}}, Money{cents, {}}));
    sum = added.cents;
    return absl::OkStatus();
  };
  if (difference.before) RETURN_IF_ERROR(add(before_, difference.before->cents));
  if (difference.after) RETURN_IF_ERROR(add(after_, difference.after->cents));
  ++(difference.cents == 0 ? unchanged_ : changed_);
  std::set<const Total*> counted;
  for (const Attribution& attribution : difference.attributions) {
    Cause cause = attribution.cause;
    const bool event =
        cause.kind >= CauseKind::kOpening && cause.kind <= CauseKind::kBoundaryChange;
    if (event) cause.name.clear();
    Total& total = totals_[{cause, attribution.component}];
    RETURN_IF_ERROR(add(total.cents, attribution.cents));
    if (counted.insert(&total).second) ++total.recipients;
    total.title = event ? TitleOf(cause.kind) : attribution.title;
  }
  return absl::OkStatus();
}

std::vector<ComparisonTotals::Row> ComparisonTotals::Rows() const {
  std::vector<Row> rows;
  for (const auto& [key, total] : totals_) rows.push_back({key.first, key.second, total});
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
    return std::abs(a.total.cents) > std::abs(b.total.cents);
  });
  return rows;
}

}  // namespace vg::funding
