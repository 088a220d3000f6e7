#include "services/funding/domain/explanation/words.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/numeric/money.h"
#include "common/status/absl_view.h"

namespace vg::funding {
namespace {

using expression::Kind;
using expression::Trace;
using expression::Unit;
using expression::Value;

struct Noun {
  Text one;
  Text many;
};

// What we call the units; others are written as the scheme writes them.
Noun NounOf(const std::string& unit) {
  static const auto& nouns = *new std::map<std::string, Noun>{
      {"pupil", {{"leerling", "pupil"}, {"leerlingen", "pupils"}}},
      {"point", {{"punt", "point"}, {"punten", "points"}}},
      {"inhabitant", {{"inwoner", "inhabitant"}, {"inwoners", "inhabitants"}}},
      {"school", {{"school", "school"}, {"scholen", "schools"}}},
      {"month", {{"maand", "month"}, {"maanden", "months"}}},
      {"year", {{"jaar", "year"}, {"jaar", "years"}}},
  };
  const auto found = nouns.find(unit);
  return found == nouns.end() ? Noun{{unit, unit}, {unit, unit}} : found->second;
}

// The decimals that `value` has; -1 if they have no end.
int PlacesOf(const Exact& value) {
  const std::optional<std::string> decimal = value.ToDecimal();
  if (!decimal.has_value()) return -1;
  const size_t point = decimal->find('.');
  return point == std::string::npos ? 0 : static_cast<int>(decimal->size() - point - 1);
}

// An amount with all its digits, at least two: "€ 701,16", "US$ 1.333,8429633".
std::string Amount(const Exact& value, Currency currency, Language language) {
  const int places = PlacesOf(value);
  if (places >= 0 && places <= 2) {
    const absl::StatusOr<Money> money = ToMoney(value, currency, Rounding::kHalfAwayFromZero);
    if (money.ok()) return Format(*money, language);
  }
  // The symbol as Format writes it, before the digits of zero.
  std::string symbol = Format(Money{0, currency}, language);
  symbol.resize(symbol.size() - 4);
  return symbol + InWords(value, language);
}

// The words of operators between two figures.
std::string_view SignOf(const std::string& op) {
  if (op == "*") return " × ";
  if (op == "/") return " ÷ ";
  if (op == "-") return " − ";
  if (op == "+") return " + ";
  return "";
}

int Strength(const Trace& trace) {
  if (trace.what == "condition" && trace.parts.size() > 1) return Strength(trace.parts.back());
  if (trace.what == "operator" && trace.name == "+" && trace.parts.size() == 1) {
    return Strength(trace.parts.front());
  }
  if (trace.what != "operator" || trace.parts.size() < 2) return 3;
  return trace.name == "*" || trace.name == "/" ? 2 : 1;
}

std::string Figure(const Trace& trace, Language language) {
  if (trace.value.absent()) return language == Language::kDutch ? "onbekend" : "unknown";
  if (trace.value.kind() == Kind::kNumber) {
    return InWords(trace.value.number(), trace.unit, language);
  }
  return PlainText(trace.value);
}

// "a × (b + c)": parts joined by the operator, in parentheses where they are needed.
std::string Joined(const Trace& trace, Language language) {
  const int strength = Strength(trace);
  std::string text;
  for (size_t i = 0; i < trace.parts.size(); ++i) {
    const Trace& part = trace.parts[i];
    const int inner = Strength(part);
    const bool grouped = inner < strength ||
                         (i > 0 && inner == strength && (trace.name == "-" || trace.name == "/"));
    const std::string words = InWords(part, language);
    if (i > 0) absl::StrAppend(&text, Av(SignOf(trace.name)));
    absl::StrAppend(&text, grouped ? absl::StrCat("(", words, ")") : words);
  }
  return text;
}

std::string Listed(const std::vector<Trace>& parts, Language language) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      absl::StrAppend(&text, i + 1 < parts.size()           ? ", "
                             : language == Language::kDutch ? " en "
                                                            : " and ");
    }
    const std::string words = InWords(parts[i], language);
    absl::StrAppend(&text, Strength(parts[i]) < 3 ? absl::StrCat("(", words, ")") : words);
  }
  return text;
}

}  // namespace

std::string InWords(const Exact& value, Language language) {
  if (const int places = PlacesOf(value); places >= 0) {
    return FormatNumber(value, places, language);
  }
  const std::string text = value.ToText();
  const size_t bar = text.find('/');
  const auto grouped = [language](const std::string& digits) {
    const absl::StatusOr<Exact> number = Exact::FromText(digits);
    return number.ok() ? FormatNumber(*number, 0, language) : digits;
  };
  return absl::StrCat(grouped(text.substr(0, bar)), "/", grouped(text.substr(bar + 1)));
}

std::string InWords(const Exact& value, const Unit& unit, Language language) {
  if (unit.plain()) return InWords(value, language);
  const std::string text = unit.ToText();
  const size_t bar = text.find('/');
  const std::string above = text.substr(0, bar);
  std::string words;
  if (const absl::StatusOr<Currency> currency = Currency::FromCode(above); currency.ok()) {
    words = Amount(value, *currency, language);
  } else {
    const Noun noun = NounOf(above);
    words = InWords(value, language);
    if (above != "1") {
      absl::StrAppend(&words, " ", (value.Abs() == 1 ? noun.one : noun.many).In(language));
    }
  }
  if (bar != std::string::npos) {
    absl::StrAppend(&words, " per ", NounOf(text.substr(bar + 1)).one.In(language));
  }
  return words;
}

std::string InWords(absl::CivilMonth month, Language language) {
  static constexpr std::array<std::pair<const char*, const char*>, 12> kMonths = {
      {{"januari", "January"},
       {"februari", "February"},
       {"maart", "March"},
       {"april", "April"},
       {"mei", "May"},
       {"juni", "June"},
       {"juli", "July"},
       {"augustus", "August"},
       {"september", "September"},
       {"oktober", "October"},
       {"november", "November"},
       {"december", "December"}}};
  const auto& [dutch, english] = kMonths[month.month() - 1];
  return absl::StrCat(language == Language::kDutch ? dutch : english, " ", month.year());
}

std::string InWords(absl::CivilDay day, Language language) {
  return absl::StrCat(day.day(), " ", InWords(absl::CivilMonth(day), language));
}

std::string InWords(const RoundingRule& rounding, Language language) {
  static constexpr std::array<std::pair<const char*, const char*>, 3> kPlaces = {
      {{"op hele bedragen", "to whole units"},
       {"op tienden", "to tenths"},
       {"op centen", "to cents"}}};
  const auto rule = [&rounding]() -> std::pair<const char*, const char*> {
    switch (rounding.rule) {
      case Rounding::kHalfAwayFromZero:
        return {"halven van nul af", "halves away from zero"};
      case Rounding::kHalfEven:
        return {"halven naar het even cijfer", "halves to the even digit"};
      case Rounding::kDown:
        return {"naar nul toe", "towards zero"};
      case Rounding::kUp:
        return {"van nul af", "away from zero"};
      case Rounding::kFloor:
        return {"naar beneden", "downwards"};
      case Rounding::kCeiling:
        return {"naar boven", "upwards"};
    }
    return {"", ""};
  }();
  const auto& places = kPlaces[std::clamp(rounding.decimals, 0, 2)];
  return language == Language::kDutch ? absl::StrCat(places.first, ", ", rule.first)
                                      : absl::StrCat(places.second, ", ", rule.second);
}

std::string RoundingInWords(const Component& component, Language language) {
  if (!component.distribution.has_value()) return InWords(component.rounding, language);
  const bool dutch = language == Language::kDutch;
  const std::string so = dutch ? "zo dat alle delen samen precies de pot zijn; "
                               : "so that all shares add up to the pot; ";
  switch (component.distribution->remainder) {
    case RemainderRule::kLargestRemainder:
      return so + (dutch ? "wat overblijft gaat naar wie door afronding het meest verliest"
                         : "what is left goes to those who lose most by rounding");
    case RemainderRule::kLastRecipient:
      return so + (dutch ? "wat overblijft gaat naar de laatste ontvanger"
                         : "what is left goes to the last recipient");
    case RemainderRule::kLargestShare:
      break;
  }
  return so + (dutch ? "wat overblijft gaat naar wie het grootste deel krijgt"
                     : "what is left goes to the one with the largest share");
}

std::string InWords(const Trace& trace, Language language) {
  const std::vector<Trace>& parts = trace.parts;
  if (trace.what == "operator" && parts.size() > 1 && !SignOf(trace.name).empty()) {
    return Joined(trace, language);
  }
  if (trace.what == "condition" && parts.size() > 1) return InWords(parts.back(), language);
  // A weighted sum of which one product is left.
  if (trace.what == "operator" && trace.name == "+" && parts.size() == 1) {
    return InWords(parts.front(), language);
  }
  if (trace.what == "function" && parts.size() > 1) {
    const bool dutch = language == Language::kDutch;
    if (trace.name == "max") {
      return absl::StrCat(dutch ? "het grootste van " : "the largest of ", Listed(parts, language));
    }
    if (trace.name == "min") {
      return absl::StrCat(dutch ? "het kleinste van " : "the smallest of ",
                          Listed(parts, language));
    }
  }
  return Figure(trace, language);
}

std::string OperationOf(const Trace& trace) {
  if (trace.what == "operator" || trace.what == "function" || trace.what == "macro") {
    return trace.name;
  }
  if (trace.what == "condition") return "?:";
  return trace.what == "variable" ? "name" : trace.what;
}

std::string PlainText(const Value& value) {
  if (value.absent()) {
    switch (value.absence()) {
      case expression::Absence::kSuppressed:
        return "absent: suppressed in the source";
      case expression::Absence::kNotApplicable:
        return "absent: does not apply";
      default:
        return "absent: missing in the source";
    }
  }
  return value.kind() == Kind::kText ? value.text() : value.ToText();
}

}  // namespace vg::funding
