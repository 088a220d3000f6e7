#include "services/funding/domain/explanation/explanation_leaves.h"

#include "absl/strings/str_cat.h"

#include "common/expression/expression.h"
#include "common/status/absl_view.h"
#include "common/time/clock.h"
#include "services/funding/domain/calculation/ranks.h"
#include "services/funding/domain/schemes/calendar.h"
#include "services/funding/domain/schemes/parameters.h"

namespace vg::funding {

using expression::Expression;
using expression::Type;
using expression::Unit;
using expression::Value;
using Json = nlohmann::json;

void Findings::Say(VerifiedItem::Outcome outcome, std::string what) {
  items_.push_back({outcome, std::move(what)});
}

void Findings::Check(bool agrees, std::string what, std::string_view otherwise) {
  if (!agrees) absl::StrAppend(&what, ": ", Av(otherwise));
  Say(agrees ? VerifiedItem::Outcome::kAgrees : VerifiedItem::Outcome::kDiffers, std::move(what));
}

expression::Frame ExplanationLeaves::NewFrame() const {
  expression::Frame frame(environment_);
  for (const auto& [slot, value] : values_) frame.Set(slot, value);
  return frame;
}

void ExplanationLeaves::Read(const DigestedForm& form) {
  Calendar();
  for (const Json& parameter : reader_.Array(file_, "parameters")) AddParameter(parameter, form);
  std::vector<SchemeFault> faults;
  DeclareParameters(scheme_, environment_, faults);
  DeclareCalendar(scheme_, environment_);
  if (!faults.empty()) reader_.Fail("the parameters cannot be those of a scheme");
  for (const Json& input : reader_.Array(file_, "inputs")) AddInput(input);
  const expression::Frame constants(environment_);
  for (const char* name : {"school_year.start", "school_year.end", "reference_date"}) {
    const expression::Slot slot = environment_.Find(name);
    if (slot >= 0) leaves_.emplace(name, constants.Get(slot));
  }
  Aggregates();
  Definitions(form);
  if (population_.has_value()) OwnRow();
}

void ExplanationLeaves::Calendar() {
  const Json& scheme = reader_.Object(file_, "scheme");
  const absl::StatusOr<Currency> currency = Currency::FromCode(reader_.Text(scheme, "currency"));
  if (currency.ok()) scheme_.currency = *currency;  // Else it is refused already.
  scheme_.school_year = reader_.Text(scheme, "school_year");
  const absl::StatusOr<absl::CivilDay> day = ParseDay(reader_.Text(scheme, "reference_date"));
  if (!day.ok()) return reader_.Fail("scheme.reference_date must be a day");
  scheme_.reference_date = *day;
}

void ExplanationLeaves::AddParameter(const Json& json, const DigestedForm& form) {
  Parameter& parameter = scheme_.parameters.emplace_back();
  parameter.id = reader_.Text(json, "name");
  parameter.unit = reader_.Text(json, "unit");
  const Value value = reader_.Value(json);
  std::vector<std::string> contents = {parameter.unit, reader_.Text(json, "legal_reference")};
  if (json.contains("dated")) {
    for (const Json& dated : reader_.Array(json, "dated")) {
      DatedValue& entry = parameter.values.emplace_back();
      const std::string from = reader_.Text(dated, "from");
      const absl::StatusOr<absl::CivilDay> day = ParseDay(from);
      if (!day.ok()) return reader_.Fail("'from' must be a day");
      entry.from = *day;
      contents.push_back(from);
      Take(reader_.Value(dated), entry.value, entry.table, contents);
    }
  } else {
    Take(value, parameter.value, parameter.table, contents);
  }
  findings_.Check(
      form.HasRecord("parameter", parameter.id, contents),
      absl::StrCat("parameter ", parameter.id, " = ", value.ToText(), " is in the scheme"),
      "the scheme does not have it so");
  if (!leaves_.emplace(parameter.id, value).second) {
    reader_.Fail("'" + parameter.id + "' is there twice");
  }
}

// A number, or a table of them; `contents` gets what the scheme must have of it.
void ExplanationLeaves::Take(const Value& value, Exact& number, std::vector<TableEntry>& table,
                             std::vector<std::string>& contents) {
  if (IsNumber(value)) {
    number = value.number();
    contents.push_back(number.ToText());
    return;
  }
  if (value.absent() || value.kind() != expression::Kind::kMap) {
    return reader_.Fail("a parameter must be a number or a table of numbers");
  }
  for (const auto& [key, entry] : value.map()) {
    if (!IsNumber(entry)) return reader_.Fail("a table must hold numbers");
    table.push_back({.key = key, .value = entry.number()});
    contents.push_back(key);
    contents.push_back(entry.number().ToText());
  }
}

// Figures over all recipients cannot be computed from one; without the others they are taken as
// they are.
void ExplanationLeaves::Aggregates() {
  const bool all = file_.contains("population");
  for (const Json& aggregate : reader_.Array(file_, "aggregates")) {
    const std::string name = reader_.Text(aggregate, "name");
    leaves_.emplace(name, reader_.Value(aggregate));
    if (all) continue;
    findings_.Say(VerifiedItem::Outcome::kNotChecked,
                  absl::StrCat(name, " is over all recipients, and taken as the file has it"));
  }
  if (all) population_.emplace(file_, environment_, values_, reader_);
  environment_.LendPopulation(
      [this](expression::PopulationCall call) { return Lend(std::move(call)); });
}

expression::Slot ExplanationLeaves::Lend(expression::PopulationCall call) {
  const auto known = calls_.find(call.text);
  if (known != calls_.end()) return known->second;
  const expression::Slot slot = environment_.DeclareHidden(call.text, call.type);
  calls_.emplace(call.text, slot);
  const auto leaf = leaves_.find(call.text);
  const Value stated = leaf == leaves_.end() ? Value() : leaf->second;
  values_.emplace_back(slot, stated);
  if (population_.has_value()) CheckOverAll(std::move(call), slot, stated);
  return slot;
}

void ExplanationLeaves::CheckOverAll(expression::PopulationCall call, expression::Slot slot,
                                     const Value& stated) {
  const std::string text = call.text;
  const OverAll found = population_->Add(std::move(call), slot);
  findings_.Check(Same(found.outcome, stated),
                  absl::StrCat(text, " = ", found.outcome.ToText(), ", over ", population_->size(),
                               " recipients"),
                  absl::StrCat("the file says ", stated.ToText()));
  const auto threshold = leaves_.find(ThresholdName(text, found.group));
  if (threshold == leaves_.end() || !found.threshold.has_value()) return;
  findings_.Check(Same(threshold->second, Value::Number(*found.threshold)),
                  absl::StrCat(threshold->first, " = ", found.threshold->ToText()),
                  absl::StrCat("the file says ", threshold->second.ToText()));
}

// The recipient is one of all.
void ExplanationLeaves::OwnRow() {
  std::string code = reader_.Text(reader_.Object(file_, "recipient"), "name");
  code.erase(0, code.find('/') + 1);
  findings_.Check(population_->HasRow(code),
                  absl::StrCat("the inputs are those of ", code, " among all"),
                  "the row of the recipient says otherwise");
}

// Definitions may stand in any order; one after another finds its names.
void ExplanationLeaves::Definitions(const DigestedForm& form) {
  std::vector<std::pair<std::string, std::string>> waiting;
  for (const Json& definition : reader_.Array(file_, "definitions")) {
    const std::string name = reader_.Text(definition, "name");
    const std::string formula = reader_.Text(definition, "formula");
    findings_.Check(form.HasRecord("definition", name, {formula}),
                    absl::StrCat("definition ", name, " is in the scheme"),
                    "the scheme does not have it so");
    waiting.emplace_back(name, formula);
  }
  for (size_t left = waiting.size() + 1; !waiting.empty() && waiting.size() < left;) {
    left = waiting.size();
    std::erase_if(waiting, [this](const auto& definition) {
      const absl::StatusOr<Expression> formula =
          Expression::Compile(definition.second, environment_);
      return formula.ok() && environment_.Define(definition.first, *formula).ok();
    });
  }
}

// A whole is the sum of the branches, and unknown if one of them is.
void ExplanationLeaves::Branches(const std::string& name, const Value& value,
                                 const Json& branches) {
  Exact sum;
  bool known = true;
  for (const Json& branch : branches) {
    const Value part = reader_.Value(branch);
    known = known && IsNumber(part);
    if (known) sum += part.number();
  }
  findings_.Check(known ? IsNumber(value) && value.number() == sum : value.absent(),
                  absl::StrCat("input ", name, " is the sum of ", branches.size(), " branches"),
                  absl::StrCat("the file says ", value.ToText(), ", they add up to ",
                               known ? sum.ToText() : std::string("an unknown number")));
}

void ExplanationLeaves::AddInput(const Json& input) {
  const std::string name = reader_.Text(input, "name");
  const Value value = reader_.Value(input);
  const std::string unit_text = reader_.Text(input, "unit");
  if (input.contains("branches")) Branches(name, value, reader_.Array(input, "branches"));
  if (!leaves_.emplace(name, value).second) reader_.Fail("'" + name + "' is there twice");
  Type type = Type::Text();
  if (!unit_text.empty()) {
    const absl::StatusOr<Unit> unit = Unit::Parse(unit_text);
    if (!unit.ok()) return reader_.Fail("'" + unit_text + "' is no unit");
    type = Type::Number(*unit);
  } else if (!value.absent() && value.kind() == expression::Kind::kBool) {
    type = Type::Bool();
  }
  const auto slot = environment_.Declare(name, type.Optional());
  if (!slot.ok()) return reader_.Fail("'" + name + "' is no name");
  values_.emplace_back(*slot, value);
}

}  // namespace vg::funding
