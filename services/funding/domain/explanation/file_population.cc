#include "services/funding/domain/explanation/file_population.h"

#include <algorithm>
#include <functional>
#include <set>

namespace vg::funding {
namespace {

using expression::Expression;
using expression::Frame;
using expression::Kind;
using expression::PopulationFunction;
using expression::Value;
using Json = nlohmann::json;

// What `expression` gives; absent if it cannot be computed or there is none.
Value Of(const std::optional<Expression>& expression, const Frame& frame) {
  if (!expression.has_value()) return {};
  absl::StatusOr<Value> value = expression->Evaluate(frame);
  return value.ok() ? *std::move(value) : Value();
}

bool IsText(const Value& value) {
  return !value.absent() && value.kind() == expression::Kind::kText;
}

// Empty if it is not known.
std::optional<std::string> GroupOf(const std::optional<Expression>& per, const Frame& frame) {
  if (!per.has_value()) return "";
  const Value group = Of(per, frame);
  return IsText(group) ? std::optional(group.text()) : std::nullopt;
}

// Whether the member counts; empty if that is not known.
std::optional<bool> Counts(const std::optional<Expression>& condition, const Frame& frame) {
  if (!condition.has_value()) return true;
  const Value value = Of(condition, frame);
  if (value.absent() || value.kind() != expression::Kind::kBool) return std::nullopt;
  return value.bool_value();
}

// The figure of a call over `numbers`.
std::optional<Exact> FigureOf(const expression::PopulationCall& call, std::vector<Exact> numbers,
                              const Frame& frame) {
  if (call.function == PopulationFunction::kSum || call.function == PopulationFunction::kCount) {
    Exact sum;
    for (const Exact& number : numbers) sum += number;
    return sum;
  }
  if (numbers.empty()) return std::nullopt;
  std::ranges::sort(numbers, std::greater<>());
  const auto count = static_cast<int64_t>(numbers.size());
  switch (call.function) {
    case PopulationFunction::kMin:
      return numbers.back();
    case PopulationFunction::kMax:
      return numbers.front();
    case PopulationFunction::kMean: {
      Exact sum;
      for (const Exact& number : numbers) sum += number;
      return sum / count;
    }
    default:
      break;
  }
  const Value share = Of(call.share, frame);
  if (!IsNumber(share)) return std::nullopt;
  const std::optional<int64_t> places =
      (share.number() * count).Round(0, Rounding::kCeiling).ToInt64();
  if (!places.has_value() || *places < 1 || *places > count) return std::nullopt;
  return numbers[static_cast<size_t>(*places - 1)];
}

// A value of `kind`, or null for what is absent; nothing if it is neither.
std::optional<Value> ReadCell(const Json& cell, Kind kind) {
  if (cell.is_null()) return Value();
  if (kind == Kind::kBool && cell.is_boolean()) return Value::Bool(cell.get<bool>());
  if (kind == Kind::kText && cell.is_string()) return Value::Text(cell.get<std::string>());
  if (kind != Kind::kNumber || !cell.is_string()) return std::nullopt;
  absl::StatusOr<Exact> number = Exact::FromText(cell.get<std::string>());
  return number.ok() ? std::optional(Value::Number(*std::move(number))) : std::nullopt;
}

}  // namespace

FilePopulation::FilePopulation(const Json& file, const expression::Environment& environment,
                               const Values& own, JsonReader& reader)
    : environment_(environment), own_(own) {
  Read(file, reader);
}

void FilePopulation::Read(const Json& file, JsonReader& reader) {
  std::set<std::string> inputs;
  for (const Json& input : reader.Array(file, "inputs")) inputs.insert(reader.Text(input, "name"));
  facts_ = inputs.size();
  const Json& population = reader.Object(file, "population");
  std::vector<std::pair<expression::Slot, Kind>> columns;
  for (const Json& fact : reader.Array(population, "facts")) {
    const std::string name = fact.is_string() ? fact.get<std::string>() : "";
    const expression::Slot slot = environment_.Find(name);
    if (!inputs.contains(name) || slot < 0) return reader.Fail("'facts' must name inputs");
    columns.emplace_back(slot, environment_.type(slot).kind());
  }
  for (const Json& row : reader.Array(population, "rows")) {
    if (!row.is_array() || row.size() != columns.size() + 1 || !row[0].is_string()) {
      return reader.Fail("a row of 'population' must have a code and a value for each fact");
    }
    Member& member = members_.emplace_back();
    member.code = row[0].get<std::string>();
    for (size_t i = 0; i < columns.size(); ++i) {
      std::optional<Value> value = ReadCell(row[i + 1], columns[i].second);
      if (!value.has_value()) return reader.Fail("a row of 'population' has a value of no use");
      member.facts.emplace_back(columns[i].first, *std::move(value));
    }
  }
}

Frame FilePopulation::FrameOf(const Values& facts) const {
  Frame frame(environment_);
  for (const auto& [slot, value] : facts) frame.Set(slot, value);
  frame.Renew();
  for (const Call& call : calls_) {
    frame.Set(call.slot, OutcomeOf(call, frame).outcome);
    frame.Renew();
  }
  return frame;
}

OverAll FilePopulation::OutcomeOf(const Call& call, const Frame& frame) const {
  OverAll found;
  const bool ranks = call.call.function == PopulationFunction::kTopShare;
  if (ranks && call.call.where.has_value()) {
    const std::optional<bool> counts = Counts(call.call.where, frame);
    if (!counts.has_value()) return found;
    if (!*counts) {
      found.outcome = Value::Bool(false);
      return found;
    }
  }
  const std::optional<std::string> group = GroupOf(call.call.per, frame);
  const auto figure = group.has_value() ? call.figures.find(*group) : call.figures.end();
  if (figure == call.figures.end() || !figure->second.has_value()) return found;
  found.group = figure->first;
  if (!ranks) {
    found.outcome = Value::Number(*figure->second);
    return found;
  }
  found.threshold = figure->second;
  const Value own = Of(call.call.value, frame);
  if (IsNumber(own)) found.outcome = Value::Bool(own.number() >= *figure->second);
  return found;
}

OverAll FilePopulation::Add(expression::PopulationCall call, expression::Slot slot) {
  std::map<std::string, std::optional<std::vector<Exact>>> groups;  // Nothing: a gap.
  bool everywhere = false;  // Somebody's group is not known.
  for (const Member& member : members_) {
    const Frame frame = FrameOf(member.facts);
    const std::optional<bool> counts = Counts(call.where, frame);
    const std::optional<std::string> group = GroupOf(call.per, frame);
    if (!group.has_value()) {
      everywhere |= counts.value_or(true);
      continue;
    }
    auto& numbers = groups.try_emplace(*group, std::vector<Exact>()).first->second;
    if (counts.has_value() && !*counts) continue;
    const Value value = counts.has_value() ? Of(call.value, frame) : Value();
    if (value.absent() || !numbers.has_value()) {
      numbers.reset();
    } else if (call.function == PopulationFunction::kCount) {
      if (value.bool_value()) numbers->emplace_back(1);
    } else {
      numbers->push_back(value.number());
    }
  }
  if (!call.per.has_value()) groups.try_emplace("", std::vector<Exact>());
  Call& added = calls_.emplace_back(Call{std::move(call), slot, {}});
  const Frame constants(environment_);
  for (auto& [group, numbers] : groups) {
    std::optional<Exact>& figure = added.figures[group];
    if (!everywhere && numbers.has_value()) {
      figure = FigureOf(added.call, *std::move(numbers), constants);
    }
  }
  Values facts(own_.begin(), own_.begin() + static_cast<ptrdiff_t>(std::min(facts_, own_.size())));
  return OutcomeOf(added, FrameOf(facts));
}

ShareFigure FilePopulation::Divided(const PotRules& rules, const std::string& group) const {
  ShareFigure figure{.group = group, .pot = {}, .weight = {}, .rest = {}};
  std::vector<Weight> weights;
  for (const Member& member : members_) {
    const Frame frame = FrameOf(member.facts);
    if (!Counts(rules.condition, frame).value_or(false)) continue;
    if (GroupOf(rules.per, frame) != group) continue;
    const Value pot = Of(rules.pot, frame);
    const Value weight = Of(rules.by, frame);
    if (!IsNumber(pot) || !IsNumber(weight)) continue;
    figure.pot = pot.number();
    weights.push_back({member.code, weight.number()});
  }
  std::ranges::sort(weights, {}, &Weight::code);
  Divide(weights, rules.rounding, rules.remainder, figure);
  return figure;
}

bool FilePopulation::HasRow(std::string_view code) const {
  const auto found = std::ranges::find(members_, code, &Member::code);
  if (found == members_.end() || std::ranges::count(members_, code, &Member::code) != 1) {
    return false;
  }
  return std::ranges::all_of(found->facts, [this](const auto& fact) {
    const auto own =
        std::ranges::find(own_, fact.first, [](const auto& known) { return known.first; });
    return own != own_.end() && Same(own->second, fact.second);
  });
}

}  // namespace vg::funding
