#include "services/funding/domain/explanation/explanation_verifier.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/digest/digest.h"
#include "common/expression/environment.h"
#include "common/expression/expression.h"
#include "common/expression/population.h"
#include "common/numeric/money.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/calculation/instalments.h"
#include "services/funding/domain/calculation/population.h"
#include "services/funding/domain/explanation/explanation_file.h"
#include "services/funding/domain/explanation/explanation_steps.h"
#include "services/funding/domain/schemes/calendar.h"
#include "services/funding/domain/schemes/parameters.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {
namespace {

using expression::Expression;
using expression::Type;
using expression::Unit;
using expression::Value;
using Json = nlohmann::json;

// Three levels of JSON for each of a formula.
constexpr int kMostDepth = 500;

// A field of a canonical form, see common/digest/digest.h.
struct FormField {
  char letter = 0;
  std::string_view bytes;
};

// Empty if `form` is none.
std::vector<FormField> FieldsOf(std::string_view form) {
  std::vector<FormField> fields;
  while (!form.empty()) {
    const size_t colon = form.find(':');
    uint64_t size = 0;
    if (colon == std::string_view::npos || colon < 2 ||
        !absl::SimpleAtoi(Av(form.substr(1, colon - 1)), &size) || size > form.size() - colon - 1) {
      return {};
    }
    fields.push_back({form.front(), form.substr(colon + 1, size)});
    form.remove_prefix(colon + 1 + size);
  }
  return fields;
}

// Whether `fields` has a record `kind` whose first text is `id` and that holds all of `contents`.
bool HasRecord(const std::vector<FormField>& fields, std::string_view kind, std::string_view id,
               const std::vector<std::string>& contents) {
  for (size_t i = 0; i + 1 < fields.size(); ++i) {
    if (fields[i].letter != 'R' || fields[i].bytes != kind || fields[i + 1].bytes != id) continue;
    size_t end = i + 1;
    while (end < fields.size() && !(fields[end].letter == 'R' && fields[end].bytes == kind)) ++end;
    const auto holds = [&](const std::string& content) {
      return std::any_of(fields.begin() + static_cast<int64_t>(i) + 1,
                         fields.begin() + static_cast<int64_t>(end),
                         [&](const FormField& field) { return field.bytes == content; });
    };
    return std::ranges::all_of(contents, holds);
  }
  return false;
}

// How deep brackets stand within one another, outside of texts.
int DepthOf(std::string_view json) {
  int depth = 0;
  int deepest = 0;
  bool in_text = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '\\' && in_text) {
      ++i;
    } else if (c == '"') {
      in_text = !in_text;
    } else if (!in_text && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!in_text && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return deepest;
}

class Verifier {
 public:
  Verifier(const Json& file, std::string_view text) : file_(file), text_(text) {}

  absl::StatusOr<VerifiedExplanation> Run() && {
    if (reader_.Text(file_, "format") != kExplanationFormat ||
        reader_.Integer(file_, "version") != kExplanationVersion) {
      return reader_.Refused(absl::StrCat("format must be '", std::string(kExplanationFormat),
                                          "' and version ", kExplanationVersion));
    }
    Describe();
    Digests();
    Leaves();
    const Json& components = reader_.Array(file_, "components");
    Exact sum;
    bool undetermined = false;
    for (const Json& component : components) {
      if (const std::optional<Exact> amount = Component(component)) sum += *amount;
      undetermined |= component.contains("undetermined");
    }
    Total(sum, undetermined);
    RETURN_IF_ERROR(reader_.status());
    return std::move(result_);
  }

 private:
  void Say(VerifiedItem::Outcome outcome, std::string what) {
    result_.findings.push_back({outcome, std::move(what)});
  }
  void Check(bool agrees, std::string what, std::string_view otherwise) {
    if (!agrees) absl::StrAppend(&what, ": ", Av(otherwise));
    Say(agrees ? VerifiedItem::Outcome::kAgrees : VerifiedItem::Outcome::kDiffers, std::move(what));
  }

  void Describe() {
    const Json& recipient = reader_.Object(file_, "recipient");
    result_.recipient =
        absl::StrCat(reader_.Text(recipient, "title"), " (", reader_.Text(recipient, "name"), ")");
    currency_text_ = reader_.Text(reader_.Object(file_, "scheme"), "currency");
    const absl::StatusOr<Currency> currency = Currency::FromCode(currency_text_);
    if (currency.ok()) {
      currency_ = *currency;
    } else {
      reader_.Fail("scheme.currency is no currency with hundredths");
    }
    result_.amount = file_.contains("amount")
                         ? absl::StrCat(currency_text_, " ", reader_.Text(file_, "amount"))
                         : reader_.Text(file_, "undetermined");
  }

  void Digests() {
    constexpr auto kReplace = Json::error_handler_t::replace;
    Check(file_.dump(2, ' ', false, kReplace) + "\n" == text_, "the file is written as it was made",
          "it has been edited, or saved by another program");
    Json content = file_;
    content.erase("digest");
    Check(Sha256Hex(content.dump(-1, ' ', false, kReplace)) == reader_.Text(file_, "digest"),
          "the digest of the file", "its content is not what was digested");
    const Json& scheme = reader_.Object(file_, "scheme");
    form_ = reader_.Text(scheme, "digested_form");
    Check(Sha256Hex(form_) == reader_.Text(scheme, "digest"), "the digest of the scheme",
          "the scheme in this file is not the one that was published under it");
    fields_ = FieldsOf(form_);
  }

  void Leaves() {
    Calendar();
    for (const Json& parameter : reader_.Array(file_, "parameters")) AddParameter(parameter);
    std::vector<SchemeFault> faults;
    DeclareParameters(scheme_, environment_, faults);
    DeclareCalendar(scheme_, environment_);
    if (!faults.empty()) reader_.Fail("the parameters cannot be those of a scheme");
    for (const Json& input : reader_.Array(file_, "inputs")) {
      const std::string name = reader_.Text(input, "name");
      const Value value = reader_.Value(input);
      Add(name, value, reader_.Text(input, "unit"));
      if (input.contains("branches")) Branches(name, value, reader_.Array(input, "branches"));
    }
    const expression::Frame constants(environment_);
    for (const char* name : {"school_year.start", "school_year.end", "reference_date"}) {
      const expression::Slot slot = environment_.Find(name);
      if (slot >= 0) leaves_.emplace(name, constants.Get(slot));
    }
    Aggregates();
    Definitions();
  }

  void Calendar() {
    const Json& scheme = reader_.Object(file_, "scheme");
    scheme_.currency = currency_;
    scheme_.school_year = reader_.Text(scheme, "school_year");
    const absl::StatusOr<absl::CivilDay> day = ParseDay(reader_.Text(scheme, "reference_date"));
    if (!day.ok()) return reader_.Fail("scheme.reference_date must be a day");
    scheme_.reference_date = *day;
  }

  void AddParameter(const Json& json) {
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
    Check(HasRecord(fields_, "parameter", parameter.id, contents),
          absl::StrCat("parameter ", parameter.id, " = ", value.ToText(), " is in the scheme"),
          "the scheme does not have it so");
    if (!leaves_.emplace(parameter.id, value).second) {
      reader_.Fail("'" + parameter.id + "' is there twice");
    }
  }

  // A number, or a table of them; `contents` gets what the scheme must have of it.
  void Take(const Value& value, Exact& number, std::vector<TableEntry>& table,
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

  // Figures over all recipients cannot be computed from one; they are taken as they are.
  void Aggregates() {
    for (const Json& aggregate : reader_.Array(file_, "aggregates")) {
      const std::string name = reader_.Text(aggregate, "name");
      leaves_.emplace(name, reader_.Value(aggregate));
      Say(VerifiedItem::Outcome::kNotChecked,
          absl::StrCat(name, " is over all recipients, and taken as the file has it"));
    }
    environment_.LendPopulation([this](expression::PopulationCall call) {
      const auto known = calls_.find(call.text);
      if (known != calls_.end()) return known->second;
      const expression::Slot slot = environment_.DeclareHidden(call.text, call.type);
      calls_.emplace(call.text, slot);
      const auto leaf = leaves_.find(call.text);
      values_.emplace_back(slot, leaf == leaves_.end() ? Value() : leaf->second);
      return slot;
    });
  }

  // Definitions may stand in any order; one after another finds its names.
  void Definitions() {
    std::vector<std::pair<std::string, std::string>> waiting;
    for (const Json& definition : reader_.Array(file_, "definitions")) {
      const std::string name = reader_.Text(definition, "name");
      const std::string formula = reader_.Text(definition, "formula");
      Check(HasRecord(fields_, "definition", name, {formula}),
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
  void Branches(const std::string& name, const Value& value, const Json& branches) {
    Exact sum;
    bool known = true;
    for (const Json& branch : branches) {
      const Value part = reader_.Value(branch);
      known = known && IsNumber(part);
      if (known) sum += part.number();
    }
    Check(known ? IsNumber(value) && value.number() == sum : value.absent(),
          absl::StrCat("input ", name, " is the sum of ", branches.size(), " branches"),
          absl::StrCat("the file says ", value.ToText(), ", they add up to ",
                       known ? sum.ToText() : std::string("an unknown number")));
  }

  void Add(const std::string& name, const Value& value, const std::string& unit_text) {
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

  // What the component gives; empty if nothing.
  std::optional<Exact> Component(const Json& component) {
    const std::string name = reader_.Text(component, "name");
    const std::string condition = reader_.Text(component, "condition");
    const std::string formula = reader_.Text(component, "formula");
    std::vector<std::string> contents = {condition, formula,
                                         reader_.Text(component, "legal_reference")};
    if (component.contains("distribution")) {
      const Json& distribution = reader_.Object(component, "distribution");
      for (const char* member : {"pot", "by", "per", "remainder"}) {
        contents.push_back(reader_.Text(distribution, member));
      }
    }
    Check(HasRecord(fields_, "component", name, contents),
          absl::StrCat(name, ": the formula is in the scheme"), "the scheme does not have it so");
    const bool shared = component.contains("distribution");
    const bool applies = reader_.Truth(component, "applies");
    bool holds = true;
    if (!condition.empty()) {
      const Value value = Steps(name, component, "condition_steps", condition);
      holds = !value.absent() && value.kind() == expression::Kind::kBool && value.bool_value();
    }
    if (component.contains("undetermined")) {
      if (applies) Steps(name, component, "formula_steps", formula);
      Check(!component.contains("amount"), absl::StrCat(name, ": gives no amount"),
            "the file has one");
      return std::nullopt;
    }
    Check(holds == applies, absl::StrCat(name, applies ? ": applies" : ": does not apply"),
          "its condition says otherwise");
    if (!applies) {
      Check(!component.contains("amount"), absl::StrCat(name, ": gives nothing"),
            "the file has an amount");
      return std::nullopt;
    }
    const Value value = Steps(name, component, "formula_steps", formula);
    if (!IsNumber(value)) {
      Say(VerifiedItem::Outcome::kDiffers, absl::StrCat(name, ": the formula gives no number"));
      return std::nullopt;
    }
    Check(value.number().ToText() == reader_.Text(component, "unrounded"),
          absl::StrCat(name, ": the formula gives ", value.number().ToText()),
          absl::StrCat("the file says ", reader_.Text(component, "unrounded")));
    return shared ? Divided(name, component, value.number())
                  : Rounded(name, component, value.number());
  }

  // Computes the steps again, and the formula from its text.
  Value Steps(const std::string& name, const Json& component, const char* member,
              const std::string& source) {
    const Json& steps = reader_.Object(component, member);
    ExplanationSteps walk(leaves_, reader_);
    Value value = walk.Compute(steps);
    for (const std::string& difference : walk.differences()) {
      Say(VerifiedItem::Outcome::kDiffers, absl::StrCat(name, ": ", difference));
    }
    if (walk.differences().empty()) {
      Say(VerifiedItem::Outcome::kAgrees,
          absl::StrCat(name, ": ", walk.count(), walk.count() == 1 ? " step" : " steps",
                       source.empty() ? "" : " of ", source));
    }
    for (const std::string& operation : walk.not_computed()) {
      Say(VerifiedItem::Outcome::kNotChecked,
          absl::StrCat(name, ": the step ", operation, " is taken as the file has it"));
    }
    if (!source.empty()) Evaluate(name, source, value);
    return value;
  }

  void Evaluate(const std::string& name, const std::string& source, const Value& steps) {
    const absl::StatusOr<Expression> expression = Expression::Compile(source, environment_);
    if (!expression.ok()) {
      const ErrorDetails details = DetailsOf(expression.status());
      const auto why = details.metadata.find("sentence");
      Say(VerifiedItem::Outcome::kDiffers,
          absl::StrCat(name, ": the text '", source, "' cannot be computed from this file: ",
                       why == details.metadata.end() ? details.reason : why->second));
      return;
    }
    expression::Frame frame(environment_);
    for (const auto& [slot, value] : values_) frame.Set(slot, value);
    const absl::StatusOr<Value> value = expression->Evaluate(frame);
    Check(value.ok() ? Same(*value, steps) : steps.absent(),
          absl::StrCat(name, ": the text '", source, "' comes to the same"),
          value.ok() ? absl::StrCat("it gives ", value->ToText()) : "it cannot be computed");
  }

  // A share of a pot: who takes what rounding leaves is a figure over all.
  std::optional<Exact> Divided(const std::string& name, const Json& component,
                               const Exact& unrounded) {
    const Json& json = reader_.Object(component, "share");
    const std::string remainder =
        reader_.Text(reader_.Object(component, "distribution"), "remainder");
    RemainderRule rule = RemainderRule::kLargestRemainder;
    for (const RemainderRule known :
         {RemainderRule::kLastRecipient, RemainderRule::kLargestShare}) {
      if (remainder == NameOf(known)) rule = known;
    }
    ShareFigure figure{.pot = reader_.Number(json, "pot"), .weight = reader_.Number(json, "all")};
    figure.last = reader_.Text(json, "last");
    figure.rest = reader_.Number(json, "rest");
    if (json.contains("cutoff")) figure.cutoff = reader_.Number(json, "cutoff");
    const RoundingRule rounding = reader_.Rounding(component, "rounding");
    std::string code = reader_.Text(reader_.Object(file_, "recipient"), "name");
    code.erase(0, code.find('/') + 1);
    if (figure.pot.IsZero() || figure.weight.IsZero()) figure.pot = figure.weight = Exact(1);
    const Exact weight = unrounded * figure.weight / figure.pot;
    const Exact amount = ShareOf(figure, rounding, rule, code, weight).amount;
    const std::string shown = amount.ToDecimal(2, vg::Rounding::kHalfAwayFromZero);
    const std::string stated = reader_.Text(component, "amount");
    Check(shown == stated,
          absl::StrCat(name, ": as a share, ", remainder, " for what rounding leaves: ", shown),
          absl::StrCat("the file says ", stated));
    const absl::StatusOr<Money> money = ToMoney(amount, currency_, rounding.rule);
    if (!money.ok()) return std::nullopt;
    if (component.contains("payments")) Payments(name, component, *money);
    return amount;
  }

  std::optional<Exact> Rounded(const std::string& name, const Json& component,
                               const Exact& unrounded) {
    const RoundingRule rounding = reader_.Rounding(component, "rounding");
    const absl::StatusOr<Money> amount =
        ToMoney(rounding.Apply(unrounded), currency_, rounding.rule);
    const std::string stated = reader_.Text(component, "amount");
    if (!amount.ok()) {
      Say(VerifiedItem::Outcome::kDiffers, absl::StrCat(name, ": the amount is out of all bounds"));
      return std::nullopt;
    }
    Check(ToDecimal(*amount) == stated,
          absl::StrCat(name, ": rounded to ", rounding.decimals, " decimals, ",
                       std::string(RoundingName(rounding.rule)), ": ", ToDecimal(*amount)),
          absl::StrCat("the file says ", stated));
    if (component.contains("payments")) Payments(name, component, *amount);
    return ToExact(*amount);
  }

  void Payments(const std::string& name, const Json& component, Money amount) {
    const Json& payments = reader_.Array(component, "payments");
    std::vector<Instalment> instalments;
    std::vector<std::string> stated;
    for (const Json& payment : payments) {
      Instalment& instalment = instalments.emplace_back();
      const std::string month = reader_.Text(payment, "month");
      int year = 0;
      int number = 0;
      if (month.size() != 7 || month[4] != '-' || !absl::SimpleAtoi(month.substr(0, 4), &year) ||
          !absl::SimpleAtoi(month.substr(5), &number) || number < 1 || number > 12) {
        return reader_.Fail("the month of a payment must be such as 2021-11");
      }
      instalment.month = absl::CivilMonth(year, number);
      instalment.share = reader_.Integer(payment, "share");
      instalment.of = reader_.Integer(payment, "of");
      stated.push_back(reader_.Text(payment, "amount"));
    }
    if (const std::string fault = FaultOf(instalments); !fault.empty()) {
      return Say(VerifiedItem::Outcome::kDiffers, absl::StrCat(name, ": payments: ", fault));
    }
    const std::vector<Payment> planned =
        PaymentsOf(amount, instalments, reader_.Rounding(component, "payment_rounding"));
    for (size_t i = 0; i < planned.size(); ++i) {
      Check(ToDecimal(planned[i].amount) == stated[i],
            absl::StrCat(name, ": payment ", i + 1, " of ", planned.size(), ": ",
                         ToDecimal(planned[i].amount)),
            absl::StrCat("the file says ", stated[i]));
    }
  }

  void Total(const Exact& sum, bool undetermined) {
    if (undetermined) {
      Check(!file_.contains("amount"), "a component could not be determined, so there is no amount",
            "the file has one");
      return;
    }
    const std::string total = sum.ToDecimal(2, vg::Rounding::kHalfAwayFromZero);
    const std::string stated = reader_.Text(file_, "amount");
    Check(total == stated, absl::StrCat("the components add up to ", total),
          absl::StrCat("the file says ", stated));
  }

  const Json& file_;
  const std::string_view text_;
  JsonReader reader_;
  VerifiedExplanation result_;
  std::string currency_text_;
  Currency currency_;
  std::string form_;
  std::vector<FormField> fields_;  // Of form_.
  Scheme scheme_;                  // Its parameters and its calendar.
  std::map<std::string, Value> leaves_;
  std::map<std::string, expression::Slot> calls_;
  expression::Environment environment_;
  std::vector<std::pair<expression::Slot, Value>> values_;
};

}  // namespace

bool VerifiedExplanation::agrees() const {
  return std::ranges::none_of(findings, [](const VerifiedItem& finding) {
    return finding.outcome == VerifiedItem::Outcome::kDiffers;
  });
}

absl::StatusOr<VerifiedExplanation> VerifyExplanation(std::string_view file) {
  // What writes JSON goes down into it by calls of itself.
  if (DepthOf(file) > kMostDepth) return JsonReader().Refused("it goes too deep");
  const Json json = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return JsonReader().Refused("it is no JSON object");
  return Verifier(json, file).Run();
}

}  // namespace vg::funding
