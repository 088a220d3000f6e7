#include "services/funding/domain/calculation/population_pass.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/calculation/in_parts.h"

namespace vg::funding {
namespace {

using expression::Expression;
using expression::Frame;
using expression::PopulationFunction;
using expression::Value;

// Why a part of a recipient is not known.
Gap GapOf(const absl::StatusOr<Value>& value, const std::string& code) {
  Gap gap{.recipients = 1, .codes = {code}};
  if (value.ok()) {
    gap.cause = value->origin();
    gap.absence = value->absence();
    return gap;
  }
  const ErrorDetails details = DetailsOf(value.status());
  const auto sentence = details.metadata.find("sentence");
  gap.fault = sentence == details.metadata.end() ? std::string(Sv(value.status().message()))
                                                 : sentence->second;
  return gap;
}

bool Known(const absl::StatusOr<Value>& value) { return value.ok() && !value->absent(); }

// What is gathered of a group; adding two up gives the same in any order.
struct Gathered {
  int64_t members = 0;
  Exact sum;
  std::optional<Exact> least, most;
  std::vector<Exact> numbers;  // Of top_share.
  Gap gap;

  void Add(const Exact& number, PopulationFunction function) {
    ++members;
    if (function == PopulationFunction::kTopShare) {
      numbers.push_back(number);
      return;
    }
    sum += number;
    if (!least.has_value() || number < *least) least = number;
    if (!most.has_value() || number > *most) most = number;
  }

  void Add(Gathered other) {
    members += other.members;
    sum += other.sum;
    if (other.least.has_value() && (!least.has_value() || *other.least < *least)) {
      least = other.least;
    }
    if (other.most.has_value() && (!most.has_value() || *other.most > *most)) most = other.most;
    numbers.insert(numbers.end(), std::make_move_iterator(other.numbers.begin()),
                   std::make_move_iterator(other.numbers.end()));
    gap.Add(other.gap);
  }
};

// By group; `everywhere` of recipients whose group is not known.
template <typename Item>
struct Groups {
  std::map<std::string, Item> by_name;
  Gap everywhere;

  void Add(Groups other) {
    for (auto& [name, item] : other.by_name) by_name[name].Add(std::move(item));
    everywhere.Add(other.everywhere);
  }

  // The recipient's own; null, with a gap, if it is not known which.
  Item* Of(const std::optional<Expression>& per, const Frame& frame, const std::string& code) {
    if (!per.has_value()) return &by_name[""];
    const absl::StatusOr<Value> group = per->Evaluate(frame);
    if (Known(group)) return &by_name[group->text()];
    everywhere.Add(GapOf(group, code));
    return nullptr;
  }

  // Its group is there, be it without members.
  void Name(const std::optional<Expression>& per, const Frame& frame) {
    const absl::StatusOr<Value> group = per.has_value() ? per->Evaluate(frame) : Value::Text("");
    if (Known(group)) (void)by_name[group->text()];
  }
};

// Whether `condition` lets the recipient through; a gap and no if that is not known.
bool LetsThrough(const std::optional<Expression>& condition, const Frame& frame,
                 const std::string& code, Gap& gap) {
  if (!condition.has_value()) return true;
  const absl::StatusOr<Value> holds = condition->Evaluate(frame);
  if (Known(holds)) return holds->bool_value();
  gap.Add(GapOf(holds, code));
  return false;
}

void Gather(const CallRules& rules, const Recipient& recipient, const Frame& frame,
            Groups<Gathered>& groups) {
  const expression::PopulationCall& call = rules.call;
  Gap doubt;
  const bool member = LetsThrough(call.where, frame, recipient.code, doubt);
  if (!member && doubt.empty()) {
    groups.Name(call.per, frame);
    return;
  }
  Gathered* group = groups.Of(call.per, frame, recipient.code);
  if (group == nullptr) return;
  group->gap.Add(doubt);
  if (!member) return;
  const absl::StatusOr<Value> value = call.value.Evaluate(frame);
  if (!Known(value)) {
    group->gap.Add(GapOf(value, recipient.code));
  } else if (call.function != PopulationFunction::kCount) {
    group->Add(value->number(), call.function);
  } else if (value->bool_value()) {
    group->Add(Exact(1), call.function);
  }
}

// The lowest number that is among the highest `share`: fewer than share × all stand above it.
std::optional<Exact> Threshold(std::vector<Exact> numbers, const Exact& share) {
  if (numbers.empty()) return std::nullopt;
  const Exact places = (share * static_cast<int64_t>(numbers.size())).Round(0, Rounding::kCeiling);
  const auto at = numbers.begin() + static_cast<ptrdiff_t>(*places.ToInt64() - 1);
  std::nth_element(numbers.begin(), at, numbers.end(), std::greater<>());
  return *at;
}

void Complete(const CallRules& rules, const Frame& frame, Gathered gathered, GroupFigure& figure) {
  figure.members = gathered.members;
  figure.gap.Add(gathered.gap);
  if (!figure.gap.empty()) return;
  switch (rules.call.function) {
    case PopulationFunction::kSum:
    case PopulationFunction::kCount:
      figure.value = std::move(gathered.sum);
      return;
    case PopulationFunction::kMean:
      if (gathered.members > 0) figure.value = gathered.sum / gathered.members;
      return;
    case PopulationFunction::kMin:
      figure.value = std::move(gathered.least);
      return;
    case PopulationFunction::kMax:
      figure.value = std::move(gathered.most);
      return;
    case PopulationFunction::kTopShare:
      break;
  }
  const absl::StatusOr<Value> share = rules.call.share->Evaluate(frame);
  if (!Known(share) || share->number().Sign() <= 0 || share->number() > 1) {
    figure.gap = {.fault = "the share must be above 0 and at most 1", .recipients = 1};
    return;
  }
  figure.value = Threshold(std::move(gathered.numbers), share->number());
}

// What is gathered of a distribution.
struct Pot {
  std::optional<Exact> least, most;  // The same, if all is well.
  std::vector<Weight> members;       // By code: parts are added up in order.
  Gap gap;

  void Take(const Exact& pot) {
    if (!least.has_value() || pot < *least) least = pot;
    if (!most.has_value() || pot > *most) most = pot;
  }

  // The pot, or a gap.
  Exact Whole() {
    if (!least.has_value()) return Exact();
    if (*least != *most) {
      gap.Add({.fault = absl::StrCat("the pot is not the same for all of the group: from ",
                                     least->ToText(), " to ", most->ToText()),
               .recipients = static_cast<int64_t>(members.size())});
    }
    return *least;
  }

  void Add(Pot other) {
    if (other.least.has_value()) Take(*other.least);
    if (other.most.has_value()) Take(*other.most);
    members.insert(members.end(), std::make_move_iterator(other.members.begin()),
                   std::make_move_iterator(other.members.end()));
    gap.Add(other.gap);
  }
};

void Gather(const ComponentRules& rules, const Recipient& recipient, const Frame& frame,
            Groups<Pot>& groups) {
  Gap unknown;
  if (!LetsThrough(rules.condition, frame, recipient.code, unknown)) {
    if (unknown.empty()) return;
    Pot* group = groups.Of(rules.per, frame, recipient.code);
    (group == nullptr ? groups.everywhere : group->gap).Add(unknown);
    return;
  }
  Pot* group = groups.Of(rules.per, frame, recipient.code);
  if (group == nullptr) return;
  const absl::StatusOr<Value> pot = rules.pot->Evaluate(frame);
  const absl::StatusOr<Value> weight = rules.by->Evaluate(frame);
  if (!Known(pot) || !Known(weight)) {
    group->gap.Add(GapOf(Known(pot) ? weight : pot, recipient.code));
  }
  if (Known(pot)) group->Take(pot->number());
  if (Known(weight)) group->members.push_back({recipient.code, weight->number()});
}

class Pass {
 public:
  Pass(const Calculator& calculator, const RecipientSource& recipients, int threads)
      : calculator_(calculator), recipients_(recipients), threads_(threads) {}

  absl::StatusOr<PopulationFigures> Run() && {
    const std::vector<CallRules>& calls = calculator_.rules().calls;
    const int levels = calls.empty() ? 0 : calls.back().level;
    for (int level = 1; level <= levels; ++level) RETURN_IF_ERROR(Calls(level));
    RETURN_IF_ERROR(Distributions(levels + 1));
    return std::move(figures_);
  }

 private:
  // Gathers `Groups<Item>` for each of `items`, with the outcomes below `level` known.
  template <typename Item, typename Rules>
  absl::StatusOr<std::vector<Groups<Item>>> Gathering(const std::vector<const Rules*>& items,
                                                      int level) {
    std::vector<Groups<Item>> whole(items.size());
    const auto gather = [&](std::span<const Recipient> batch) {
      const size_t parts = PartsFor(batch.size(), threads_);
      std::vector<std::vector<Groups<Item>>> gathered(parts,
                                                      std::vector<Groups<Item>>(items.size()));
      InParts(batch.size(), parts, [&](size_t part, size_t begin, size_t end) {
        Frame frame = calculator_.NewFrame();
        for (const Recipient& recipient : batch.subspan(begin, end - begin)) {
          calculator_.Fill(recipient, figures_, level, frame);
          for (size_t i = 0; i < items.size(); ++i) {
            Gather(*items[i], recipient, frame, gathered[part][i]);
          }
        }
      });
      for (std::vector<Groups<Item>>& part : gathered) {
        for (size_t i = 0; i < items.size(); ++i) whole[i].Add(std::move(part[i]));
      }
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(ForEachChecked(calculator_, recipients_, gather));
    return whole;
  }

  absl::Status Calls(int level) {
    std::vector<const CallRules*> calls;
    for (const CallRules& rules : calculator_.rules().calls) {
      if (rules.level == level) calls.push_back(&rules);
    }
    ASSIGN_OR_RETURN(std::vector<Groups<Gathered>> gathered, Gathering<Gathered>(calls, level));
    const Frame constants = calculator_.NewFrame();
    for (size_t i = 0; i < calls.size(); ++i) {
      CallFigures& figures = figures_.calls.emplace_back();
      figures.call = calls[i]->call.text;
      // Without groups there is one, be it of nobody.
      if (!calls[i]->call.per.has_value()) gathered[i].by_name[""];
      for (auto& [name, group] : gathered[i].by_name) {
        GroupFigure& figure = figures.groups.emplace_back();
        figure.group = name;
        figure.gap = gathered[i].everywhere;
        Complete(*calls[i], constants, std::move(group), figure);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Distributions(int level) {
    std::vector<const ComponentRules*> rules;
    std::vector<const Component*> components;
    for (size_t i = 0; i < calculator_.rules().components.size(); ++i) {
      const Component& component = calculator_.scheme().components[i];
      if (!component.distribution.has_value()) continue;
      rules.push_back(&calculator_.rules().components[i]);
      components.push_back(&component);
    }
    if (rules.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::vector<Groups<Pot>> gathered, Gathering<Pot>(rules, level));
    for (size_t i = 0; i < rules.size(); ++i) {
      DistributionFigures& figures = figures_.distributions.emplace_back();
      figures.component = components[i]->id;
      for (auto& [name, group] : gathered[i].by_name) {
        ShareFigure& figure = figures.groups.emplace_back();
        figure.group = name;
        figure.gap = gathered[i].everywhere;
        figure.pot = group.Whole();
        figure.gap.Add(group.gap);
        Divide(group.members, components[i]->rounding, components[i]->distribution->remainder,
               figure);
      }
    }
    return absl::OkStatus();
  }

  const Calculator& calculator_;
  const RecipientSource& recipients_;
  const int threads_;
  PopulationFigures figures_;
};

}  // namespace

absl::StatusOr<PopulationFigures> FiguresOf(const Calculator& calculator,
                                            const RecipientSource& recipients, int threads) {
  if (!calculator.over_population()) return PopulationFigures();
  return Pass(calculator, recipients, threads).Run();
}

absl::Status ForEachChecked(const Calculator& calculator, const RecipientSource& recipients,
                            absl::FunctionRef<absl::Status(std::span<const Recipient>)> visit) {
  std::optional<std::string> last;
  return ForEachBatch(recipients, [&](std::span<const Recipient> batch) -> absl::Status {
    for (const Recipient& recipient : batch) {
      if (recipient.code == last) return DuplicateRecipient(recipient.code);
      if (last.has_value() && recipient.code < *last)
        return BadRegister(recipient.code, "it comes after " + *last);
      RETURN_IF_ERROR(calculator.Check(recipient));
      last = recipient.code;
    }
    return visit(batch);
  });
}

}  // namespace vg::funding
