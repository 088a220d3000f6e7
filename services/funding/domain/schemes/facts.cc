#include "services/funding/domain/schemes/facts.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/text/cells.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

using expression::Absence;
using expression::Type;
using expression::Unit;
using expression::Value;

Unit Named(std::string_view name) {
  absl::StatusOr<Unit> unit = Unit::Parse(name);
  if (!unit.ok()) std::abort();  // Our own names.
  return *std::move(unit);
}

Type NumberOf(std::string_view unit) { return Type::Number(Named(unit)).Optional(); }
Type AnyText() { return Type::Text().Optional(); }

Value ToValue(const Count& count) {
  switch (count.state) {
    case Count::State::kKnown:
      return Value::Number(count.value);
    case Count::State::kSuppressed:
      return Value::Absent(Absence::kSuppressed);
    case Count::State::kMissing:
      break;
  }
  return Value::Absent(Absence::kMissing);
}

Value ToValue(std::string_view text) {
  return text.empty() ? Value::Absent(Absence::kMissing) : Value::Text(std::string(text));
}

// What a school leader calls the types.
const Text& PupilsOf(SchoolType type) {
  static const auto& titles = *new std::array<Text, kSchoolTypes>{{
      {"Leerlingen basisonderwijs", "Pupils in primary education"},
      {"Leerlingen speciaal basisonderwijs", "Pupils in special primary education"},
      {"Leerlingen speciaal onderwijs", "Pupils in special education"},
      {"Leerlingen voortgezet speciaal onderwijs", "Pupils in special secondary education"},
      {"Leerlingen vwo, havo, mavo en leerjaar 1 en 2",
       "Pupils in vwo, havo, mavo and in years 1 and 2"},
      {"Leerlingen praktijkonderwijs", "Pupils in practical education"},
      {"Leerlingen leerjaar 3 en 4 vbo", "Pupils in years 3 and 4 of vbo"},
      {"Leerlingen uitbesteed aan vavo", "Pupils contracted out to adult education (vavo)"},
  }};
  return titles[static_cast<size_t>(type)];
}

std::vector<Fact> PupilFacts() {
  std::vector<Fact> facts;
  for (size_t i = 0; i < kSchoolTypes; ++i) {
    const auto type = static_cast<SchoolType>(i);
    facts.push_back({"pupils." + std::string(NameOf(type)), NumberOf("pupil"), PupilsOf(type),
                     [i](const Recipient& recipient) { return ToValue(recipient.pupils[i]); }});
  }
  facts.push_back(
      {"pupils.total", NumberOf("pupil"), {"Leerlingen", "Pupils"}, [](const Recipient& recipient) {
         return ToValue(Total(recipient.pupils));
       }});
  return facts;
}

Fact Score(Text title) {
  return {"score", NumberOf("point"), std::move(title), [](const Recipient& recipient) {
            return recipient.score ? Value::Number(*recipient.score)
                                   : Value::Absent(Absence::kMissing);
          }};
}

Fact TextFact(std::string name, Text title, std::string Recipient::*field) {
  return {std::move(name), AnyText(), std::move(title),
          [field](const Recipient& recipient) { return ToValue(recipient.*field); }};
}

std::vector<Fact> SchoolFacts() {
  std::vector<Fact> facts = PupilFacts();
  facts.push_back(Score({"Achterstandsscore", "Disadvantage score"}));
  facts.push_back({"sector",
                   Type::Text({"primary", "secondary", "special"}).Optional(),
                   {"Sector", "Sector"},
                   [](const Recipient& recipient) { return ToValue(NameOf(recipient.sector)); }});
  facts.push_back(TextFact("province", {"Provincie", "Province"}, &Recipient::province));
  facts.push_back(
      TextFact("denomination", {"Denominatie", "Denomination"}, &Recipient::denomination));
  facts.push_back(TextFact("school", {"Vestiging", "School branch"}, &Recipient::code));
  facts.push_back(TextFact("board", {"Bevoegd gezag", "Competent authority"}, &Recipient::board));
  facts.push_back(TextFact("municipality", {"Gemeente", "Municipality"}, &Recipient::municipality));
  return facts;
}

std::vector<Fact> MunicipalityFacts() {
  std::vector<Fact> facts = PupilFacts();
  facts.push_back(Score({"Gemeentelijke achterstandsscore", "Municipal disadvantage score"}));
  facts.push_back({"population",
                   NumberOf("inhabitant"),
                   {"Inwoners", "Inhabitants"},
                   [](const Recipient& recipient) {
                     return recipient.population ? Value::Number(*recipient.population)
                                                 : Value::Absent(Absence::kMissing);
                   }});
  facts.push_back(TextFact("province", {"Provincie", "Province"}, &Recipient::province));
  facts.push_back(TextFact("municipality", {"Gemeente", "Municipality"}, &Recipient::code));
  return facts;
}

// What an attribute says, or what is wrong with it.
struct Reading {
  Value value;
  std::string fault;
};

Reading Wrong(std::string_view text, std::string_view attribute, std::string_view wanted) {
  return {Value::Absent(Absence::kMissing),
          absl::StrCat("'", std::string(text.substr(0, 40)), "' as '", std::string(attribute),
                       "', which must be ", std::string(wanted))};
}

Reading ReadNumber(std::string_view text, const FactDeclaration& declaration) {
  const NumberCell cell = ParseNumberCell(text);
  switch (cell.state) {
    case CellState::kValue:
      break;
    case CellState::kSuppressed:
      return {Value::Absent(Absence::kSuppressed), ""};
    case CellState::kMissing:
      return {Value::Absent(Absence::kMissing), ""};
    case CellState::kNotApplicable:
      return {Value::Absent(Absence::kNotApplicable), ""};
    case CellState::kMalformed:
      return Wrong(text, declaration.attribute, "a number");
  }
  if (declaration.unit == "pupil" && (cell.value.Sign() < 0 || cell.value > kMostPupils)) {
    return Wrong(text, declaration.attribute, absl::StrCat("from 0 to ", kMostPupils, " pupils"));
  }
  return {Value::Number(cell.value), ""};
}

Reading ReadYesNo(std::string_view text, const FactDeclaration& declaration) {
  for (const std::string_view yes : {"ja", "yes", "true", "1", "Ja", "Yes", "True", "JA", "J"}) {
    if (text == yes) return {Value::Bool(true), ""};
  }
  for (const std::string_view no : {"nee", "no", "false", "0", "Nee", "No", "False", "NEE", "N"}) {
    if (text == no) return {Value::Bool(false), ""};
  }
  return Wrong(text, declaration.attribute, "ja or nee");
}

Reading ReadDate(std::string_view text, const FactDeclaration& declaration) {
  std::string day(text);
  if (day.size() == 8 && day.find_first_not_of("0123456789") == std::string::npos) {
    day.insert(6, "-").insert(4, "-");
  }
  if (!ParseDay(day).ok()) {
    return Wrong(text, declaration.attribute, "a day, such as 2022-03-01");
  }
  return {Value::Text(std::move(day)), ""};
}

Reading ReadText(std::string_view text, const FactDeclaration& declaration) {
  const auto& values = declaration.values;
  if (!values.empty() && std::ranges::find(values, text) == values.end()) {
    std::string wanted = "one of";
    for (size_t i = 0; i < values.size() && i < 8; ++i) {
      absl::StrAppend(&wanted, i == 0 ? " '" : ", '", values[i], "'");
    }
    return Wrong(text, declaration.attribute, wanted);
  }
  return {Value::Text(std::string(text)), ""};
}

Reading ReadAttribute(const Recipient& recipient, const FactDeclaration& declaration) {
  const auto found = std::ranges::find(recipient.attributes, declaration.attribute,
                                       &std::pair<std::string, std::string>::first);
  if (found == recipient.attributes.end() || found->second.empty()) {
    return {Value::Absent(Absence::kMissing), ""};
  }
  switch (declaration.type) {
    case FactType::kNumber:
      return ReadNumber(found->second, declaration);
    case FactType::kYesNo:
      return ReadYesNo(found->second, declaration);
    case FactType::kDate:
      return ReadDate(found->second, declaration);
    case FactType::kText:
      break;
  }
  return ReadText(found->second, declaration);
}

Type TypeOf(const FactDeclaration& declaration, const Unit& unit) {
  switch (declaration.type) {
    case FactType::kNumber:
      return Type::Number(unit).Optional();
    case FactType::kYesNo:
      return Type::Bool().Optional();
    case FactType::kDate:
      return AnyText();
    case FactType::kText:
      break;
  }
  return declaration.values.empty() ? AnyText() : Type::Text(declaration.values).Optional();
}

}  // namespace

Fact ToFact(const FactDeclaration& declaration, const Unit& unit) {
  const auto shared = std::make_shared<const FactDeclaration>(declaration);
  return {declaration.id, TypeOf(declaration, unit), declaration.title,
          [shared](const Recipient& recipient) { return ReadAttribute(recipient, *shared).value; },
          [shared](const Recipient& recipient) { return ReadAttribute(recipient, *shared).fault; }};
}

const std::vector<Fact>& FactsOf(RecipientKind kind) {
  static const auto& schools = *new std::vector<Fact>(SchoolFacts());
  static const auto& municipalities = *new std::vector<Fact>(MunicipalityFacts());
  return kind == RecipientKind::kSchool ? schools : municipalities;
}

const Fact* FindFact(RecipientKind kind, std::string_view name) {
  const std::vector<Fact>& facts = FactsOf(kind);
  const auto found = std::ranges::find(facts, name, &Fact::name);
  return found == facts.end() ? nullptr : &*found;
}

}  // namespace vg::funding
