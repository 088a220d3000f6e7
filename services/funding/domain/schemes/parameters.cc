#include "services/funding/domain/schemes/parameters.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/time/clock.h"
#include "services/funding/domain/schemes/calendar.h"

namespace vg::funding {
namespace {

using expression::Environment;
using expression::Type;
using expression::Unit;
using expression::Value;

void AddFigures(const Parameter& parameter, const Exact& value,
                const std::vector<TableEntry>& table, const std::string& legal_reference,
                bool provisional, const std::optional<Text>& note,
                std::optional<absl::CivilDay> from, std::vector<Figure>& figures) {
  if (table.empty()) {
    figures.push_back({&parameter, "", value, legal_reference, provisional, note, from});
  }
  for (const TableEntry& entry : table) {
    figures.push_back({&parameter, entry.key, entry.value,
                       entry.legal_reference.empty() ? legal_reference : entry.legal_reference,
                       provisional || entry.provisional, entry.note.has_value() ? entry.note : note,
                       from});
  }
}

// The dated value that holds on `day`; null before the first.
const DatedValue* HoldingOn(const Parameter& parameter, absl::CivilDay day) {
  const DatedValue* holding = nullptr;
  for (const DatedValue& dated : parameter.values) {
    if (dated.from <= day) holding = &dated;
  }
  return holding;
}

class Declarer {
 public:
  Declarer(const Scheme& scheme, Environment& environment, std::vector<SchemeFault>& faults)
      : scheme_(scheme), environment_(environment), faults_(faults) {}

  void Declare(const Parameter& parameter, const std::string& path) {
    const absl::StatusOr<Unit> unit = Unit::Parse(parameter.unit);
    if (!unit.ok()) {
      Fault(path + ".unit", "BAD_UNIT",
            absl::StrCat("'", parameter.unit,
                         "' is no unit; write 'EUR/pupil', 'EUR', 'pupil' or '1'"));
    }
    CheckTable(parameter.table, path);
    CheckValues(parameter, path);
    // Declared all the same, so that formulas that use it are not said to be wrong as well.
    const Type number = unit.ok() ? Type::Number(*unit) : Type::Number().AnyUnit();
    std::vector<Figure> figures = FiguresOn(parameter, ReferenceDate(scheme_));
    if (figures.empty()) {
      Fault(path + ".values", "BAD_PARAMETER",
            absl::StrCat("none of them holds on ", FormatDay(ReferenceDate(scheme_)),
                         ", the scheme's reference date"));
      figures = FiguresOn(parameter, absl::CivilDay::max());
    }
    const absl::Status declared =
        figures.front().key.empty()
            ? environment_.DeclareConstant(parameter.id, number,
                                           Value::Number(figures.front().value))
            : DeclareTable(parameter.id, number, figures);
    if (!declared.ok()) {
      Fault(path + ".id", DetailsOf(declared).reason,
            absl::StrCat("'", parameter.id, "' has another meaning in formulas; ",
                         "choose another id"));
    }
    if (!parameter.values.empty() && parameter.values.front().table.empty()) {
      DeclareOn(parameter, number);
    }
  }

  void Fault(std::string field, std::string reason, std::string sentence) {
    faults_.push_back({.violation = {std::move(field), std::move(reason), std::move(sentence)}});
  }

 private:
  void CheckTable(const std::vector<TableEntry>& table, const std::string& path) {
    std::set<std::string_view> keys;
    for (size_t i = 0; i < table.size(); ++i) {
      if (keys.insert(table[i].key).second) continue;
      Fault(absl::StrCat(path, ".table[", i, "].key"), "DUPLICATE_ID",
            absl::StrCat("the table has '", table[i].key, "' twice"));
    }
  }

  void CheckValues(const Parameter& parameter, const std::string& path) {
    const std::vector<DatedValue>& values = parameter.values;
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string at = absl::StrCat(path, ".values[", i, "]");
      CheckTable(values[i].table, at);
      if (i == 0) continue;
      if (values[i].from <= values[i - 1].from) {
        Fault(at + ".from", "BAD_PARAMETER",
              absl::StrCat("days must ascend: ", FormatDay(values[i].from), " comes after ",
                           FormatDay(values[i - 1].from)));
      }
      if (values[i].table.empty() != values[0].table.empty()) {
        Fault(at, "BAD_PARAMETER", "all values must be single numbers, or all must be tables");
      }
    }
  }

  absl::Status DeclareTable(const std::string& id, const Type& number,
                            const std::vector<Figure>& figures) {
    std::vector<std::string> keys;
    expression::ValueMap entries;
    for (const Figure& figure : figures) {
      if (std::ranges::find(keys, figure.key) != keys.end()) continue;
      keys.push_back(figure.key);
      entries.emplace_back(figure.key, Value::Number(figure.value));
    }
    return environment_.DeclareConstant(id, Type::Map(number, std::move(keys)),
                                        Value::Map(std::move(entries)));
  }

  // {id}_on(day): what the parameter is on another day.
  void DeclareOn(const Parameter& parameter, const Type& number) {
    auto dated = std::make_shared<const Parameter>(parameter);
    (void)environment_.DeclareFunction(
        {.name = parameter.id + "_on",
         .parameters = {Type::Text()},
         .result = number.Optional(),
         .body = [dated](std::span<const Value> arguments) -> absl::StatusOr<Value> {
           const absl::StatusOr<absl::CivilDay> day = ParseDay(arguments[0].text());
           if (!day.ok()) return day.status();
           const DatedValue* holding = HoldingOn(*dated, *day);
           return holding == nullptr ? Value() : Value::Number(holding->value);
         },
         .check_literal = FaultOfDay});
  }

  const Scheme& scheme_;
  Environment& environment_;
  std::vector<SchemeFault>& faults_;
};

}  // namespace

std::string Figure::Name() const {
  return key.empty() ? parameter->id : absl::StrCat(parameter->id, ".", key);
}

std::vector<Figure> FiguresOn(const Parameter& parameter, absl::CivilDay day) {
  std::vector<Figure> figures;
  if (parameter.values.empty()) {
    AddFigures(parameter, parameter.value, parameter.table, parameter.legal_reference,
               parameter.provisional, parameter.note, std::nullopt, figures);
  } else if (const DatedValue* dated = HoldingOn(parameter, day)) {
    AddFigures(parameter, dated->value, dated->table,
               dated->legal_reference.empty() ? parameter.legal_reference : dated->legal_reference,
               parameter.provisional || dated->provisional,
               dated->note.has_value() ? dated->note : parameter.note, dated->from, figures);
  }
  return figures;
}

void DeclareParameters(const Scheme& scheme, Environment& environment,
                       std::vector<SchemeFault>& faults) {
  Declarer declarer(scheme, environment, faults);
  std::set<std::string_view> ids;
  for (size_t i = 0; i < scheme.parameters.size(); ++i) {
    const Parameter& parameter = scheme.parameters[i];
    const std::string path = absl::StrCat("parameters[", i, "]");
    if (!ids.insert(parameter.id).second) {
      declarer.Fault(path + ".id", "DUPLICATE_ID",
                     absl::StrCat("parameter '", parameter.id, "' is there twice"));
      continue;
    }
    declarer.Declare(parameter, path);
  }
}

}  // namespace vg::funding
