// Functions of XLSForm.

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "services/survey/forms/translator.h"

namespace vg::survey {
namespace {

using Kind = FormField::Kind;

constexpr size_t kMany = 50;
// Labels of a choice, written out.
constexpr size_t kMostLabels = 50;
// Of pow().
constexpr int kMostFactors = 8;

Term NumberTerm(std::string text, bool optional, Term::Level level = Term::kPrimary) {
  return {std::move(text), level, Kind::kNumber, optional};
}

bool SameKind(const Term& a, const Term& b) {
  return a.kind == b.kind || (IsTextual(a) && IsTextual(b));
}

Kind KindOfBoth(const Term& a, const Term& b) { return a.kind == b.kind ? a.kind : Kind::kText; }

// Functions that have a meaning while a form is filled in, and why they have none here.
constexpr std::pair<std::string_view, std::string_view> kWithoutMeaning[] = {
    {"jr:itext", "labels are in several languages"},
    {"random", "chance comes out otherwise when it is asked again"},
    {"uuid", "chance comes out otherwise when it is asked again"},
    {"randomize", "chance comes out otherwise when it is asked again"},
    {"pulldata", "there are no files beside the form"},
    {"instance", "there are no files beside the form"},
    {"indexed-repeat", "repeats are read as a whole; use sum(), min() or max()"},
    {"property", "devices are not known"},
    {"version", "the version is told beside the answers"},
};

}  // namespace

// One function per function of XLSForm that needs more than a line.
struct Calls {
  using Node = XPathNode;

  static Term Constant(Translator&, const Node& node, bool) { return {node.text}; }

  static Term Not(Translator& t, const Node& node, bool) {
    const Term term = t.Condition(node.parts[0], false);
    return {"!" + At(term, Term::kUnary), Term::kUnary, Kind::kBool, term.optional};
  }

  static Term Selected(Translator& t, const Node& node, bool absent_is_false) {
    Term list = t.Value(node.parts[0]);
    const Term value = t.Value(node.parts[1]);
    if (t.fault_) return {};
    if (list.kind != Kind::kChoices && list.kind != Kind::kChoice) {
      return t.Fail(node, "this is no choice");
    }
    if (IsFreeText(value)) list = t.Named(node.parts[0], std::move(list));
    const std::string option = At(t.Option(node, list, value), Term::kSum);
    Term out{list.kind == Kind::kChoices ? absl::StrCat(option, " in ", list.text)
                                         : absl::StrCat(At(list, Term::kSum), " == ", option),
             Term::kComparison, Kind::kBool, list.optional || value.optional};
    return t.Decided(std::move(out), false, absent_is_false);
  }

  static Term SelectedAt(Translator& t, const Node& node, bool) {
    const Term list = t.Value(node.parts[0]);
    const Term place = t.Number(node.parts[1]);
    if (!t.fault_ && list.kind != Kind::kChoices) return t.Fail(node, "this is no list of choices");
    return {absl::StrCat(list.text, "[", place.text, "]"), Term::kPrimary, Kind::kChoice, true,
            list.field};
  }

  static Term CountSelected(Translator& t, const Node& node, bool) {
    const Term list = t.Value(node.parts[0]);
    if (!t.fault_ && list.kind != Kind::kChoices) return t.Fail(node, "this is no list of choices");
    return t.Or(NumberTerm(absl::StrCat("size(", list.text, ")"), list.optional), "0");
  }

  // Its second argument is the question whose choices they are, as a text.
  static Term ChoiceName(Translator& t, const Node& node, bool) {
    const Term choice = t.Value(node.parts[0]);
    const Term of = t.Value(node.parts[1]);
    if (t.fault_) return {};
    const std::string_view written = of.literal ? std::string_view(*of.literal) : "";
    const bool named = written.starts_with("${") && written.ends_with('}');
    if (choice.kind != Kind::kChoice || choice.field == nullptr || !named ||
        t.scope_.find(written.substr(2, written.size() - 3)) != choice.field) {
      return t.Fail(node, "this is no choice with the name of its question, as '${q}'");
    }
    if (choice.field->labels.empty()) {
      return t.Fail(node, "labels are in several languages; use the name of the choice");
    }
    if (choice.field->labels.size() > kMostLabels) {
      return t.Fail(node, absl::StrCat("of more than ", kMostLabels, " labels"));
    }
    std::map<std::string, std::string> labels;
    for (const auto& [name, label] : choice.field->labels) labels[name] = Quoted(label);
    return {WrittenOut(choice, labels, "''"), Term::kCondition, Kind::kText, choice.optional};
  }

  static Term If(Translator& t, const Node& node, bool) {
    const Term condition = t.Condition(node.parts[0], false);
    Term a = t.Named(node.parts[1], t.Value(node.parts[1]));
    Term b = t.Named(node.parts[2], t.Value(node.parts[2]));
    if (t.fault_) return {};
    // '' instead of a number is none.
    if (a.literal == "" && b.kind == Kind::kNumber) a = t.AsNumber(node.parts[1], std::move(a));
    if (b.literal == "" && a.kind == Kind::kNumber) b = t.AsNumber(node.parts[2], std::move(b));
    if (!SameKind(a, b)) return t.Fail(node, "both values must be of one type");
    if (a.kind == Kind::kChoices) return t.Fail(node, "a list of choices is no value");
    return {absl::StrCat(At(condition, Term::kOr), " ? ", At(a, Term::kOr), " : ", b.text),
            Term::kCondition, KindOfBoth(a, b), a.optional || b.optional};
  }

  static Term Coalesce(Translator& t, const Node& node, bool) {
    const Term a = t.Named(node.parts[0], t.Value(node.parts[0]));
    const Term b = t.Named(node.parts[1], t.Value(node.parts[1]));
    if (t.fault_) return {};
    if (a.kind == Kind::kText && a.field != nullptr) {
      return t.Fail(node, "a text may be empty and there; use if(${q} = '', …)");
    }
    if (!SameKind(a, b)) return t.Fail(node, "both must be of one type");
    t.total_ = true;
    return {Method(a, absl::StrCat("orValue(", b.text, ")")), Term::kPrimary, KindOfBoth(a, b),
            a.optional && b.optional};
  }

  // What was computed once stays, and so does what is computed again from the same answers.
  static Term Once(Translator& t, const Node& node, bool) { return t.Value(node.parts[0]); }

  static Term Int(Translator& t, const Node& node, bool) {
    const Term x = t.Number(node.parts[0]);
    return NumberTerm(
        absl::StrCat(At(x, Term::kSum), " < 0 ? ceil(", x.text, ") : floor(", x.text, ")"),
        x.optional, Term::kCondition);
  }

  static Term Round(Translator& t, const Node& node, bool) {
    const Term x = t.Number(node.parts[0]);
    if (node.parts.size() == 1) {
      return NumberTerm(absl::StrCat("floor(", At(x, Term::kSum), " + 0.5)"), x.optional);
    }
    const Term places = t.Number(node.parts[1]);
    if (!t.fault_ && !places.literal) return t.Fail(node, "the number of decimals is written out");
    return NumberTerm(absl::StrCat("round(", x.text, ", ", places.text, ")"), x.optional);
  }

  static Term Abs(Translator& t, const Node& node, bool) {
    const Term x = t.Number(node.parts[0]);
    return NumberTerm(absl::StrCat("abs(", x.text, ")"), x.optional);
  }

  static Term Whole(Translator& t, const Node& node, bool) {
    const Term x = t.Number(node.parts[0]);
    return NumberTerm(absl::StrCat(node.text == "floor" ? "floor(" : "ceil(", x.text, ")"),
                      x.optional);
  }

  static Term Pow(Translator& t, const Node& node, bool) {
    const Term x = t.Number(node.parts[0]);
    const Term power = t.Number(node.parts[1]);
    int factors = 0;
    if (!t.fault_ && (!power.literal || !absl::SimpleAtoi(*power.literal, &factors) ||
                      factors < 1 || factors > kMostFactors)) {
      return t.Fail(node, absl::StrCat("the power is a whole number from 1 to ", kMostFactors));
    }
    std::string text;
    for (int i = 0; i < factors; ++i) {
      absl::StrAppend(&text, i == 0 ? "" : " * ", At(x, Term::kUnary));
    }
    return NumberTerm(std::move(text), x.optional, factors == 1 ? Term::kUnary : Term::kProduct);
  }

  static Term Number(Translator& t, const Node& node, bool) { return t.Number(node.parts[0]); }
  static Term String(Translator& t, const Node& node, bool) { return t.Text(node.parts[0]); }

  static Term StringLength(Translator& t, const Node& node, bool) {
    const Term text = t.Value(node.parts[0]);
    if (!t.fault_ && text.kind != Kind::kText) return t.Fail(node, "this is no text");
    return t.Or(NumberTerm(absl::StrCat("size(", text.text, ")"), text.optional), "0");
  }

  static Term Concat(Translator& t, const Node& node, bool) {
    std::string text;
    for (const Node& part : node.parts) {
      absl::StrAppend(&text, text.empty() ? "" : " + ", At(t.Text(part), Term::kProduct));
    }
    return {std::move(text), Term::kSum, Kind::kText};
  }

  static Term Substr(Translator& t, const Node& node, bool) {
    const Term text = t.Text(node.parts[0]);
    std::string places;
    bool optional = false;
    for (size_t i = 1; i < node.parts.size(); ++i) {
      const Term place = t.Number(node.parts[i]);
      if (place.literal && place.literal->starts_with('-')) {
        return t.Fail(node, "characters are counted from the front here");
      }
      absl::StrAppend(&places, i == 1 ? "" : ", ", place.text);
      optional = optional || place.optional;
    }
    return {Method(text, absl::StrCat("substring(", places, ")")), Term::kPrimary, Kind::kText,
            optional};
  }

  static Term TextTest(Translator& t, const Node& node, bool) {
    const std::string_view ours = node.text == "contains"      ? "contains("
                                  : node.text == "starts-with" ? "startsWith("
                                                               : "endsWith(";
    const Term a = t.Text(node.parts[0]);
    const Term b = t.Text(node.parts[1]);
    return {Method(a, absl::StrCat(Av(ours), b.text, ")")), Term::kPrimary, Kind::kBool};
  }

  static Term Regex(Translator& t, const Node& node, bool) {
    const Term text = t.Text(node.parts[0]);
    const Term pattern = t.Value(node.parts[1]);
    if (!t.fault_ && !pattern.literal) return t.Fail(node, "the pattern is written out");
    // The whole text must be it.
    const std::string whole = absl::StrCat("^(?:", pattern.literal.value_or(""), ")$");
    return {Method(text, absl::StrCat("matches(", Quoted(whole), ")")), Term::kPrimary,
            Kind::kBool};
  }

  static Term BooleanFromString(Translator& t, const Node& node, bool) {
    const Term text = t.Text(node.parts[0]);
    return {absl::StrCat(At(text, Term::kSum), " in ['true', '1']"), Term::kComparison,
            Kind::kBool};
  }

  static Term OfRepeat(Translator& t, const Node& node, bool) {
    const Term list = t.ListReference(node.parts[0]);
    if (node.text == "count-non-empty") {
      return t.Or(NumberTerm(absl::StrCat("size(", list.text, ")"), true), "0");
    }
    if (!t.fault_ && list.kind != Kind::kNumber) return t.Fail(node, "this is no number");
    const Term out = NumberTerm(absl::StrCat(node.text, "(", list.text, ")"), true);
    return node.text == "sum" ? t.Or(out, "0") : out;
  }

  static Term Extreme(Translator& t, const Node& node, bool absent_is_false) {
    if (node.parts.size() == 1) return OfRepeat(t, node, absent_is_false);
    std::string text;
    bool optional = false;
    for (const Node& part : node.parts) {
      const Term x = t.Number(part);
      optional = optional || x.optional;
      absl::StrAppend(&text, text.empty() ? "" : ", ", x.text);
    }
    return NumberTerm(absl::StrCat(node.text, "(", text, ")"), optional);
  }

  static Term Count(Translator& t, const Node& node, bool) {
    const Node& of = node.parts[0];
    const FormField* const field =
        of.kind == Node::Kind::kReference ? t.scope_.find(of.text) : nullptr;
    if (field == nullptr || field->kind != Kind::kRepeat || field->id == t.scope_.group) {
      return t.Fail(of, "this is no repeat before it");
    }
    return t.Or(NumberTerm(absl::StrCat(field->id, ".count()"), true), "0");
  }

  static Term Position(Translator& t, const Node& node, bool) {
    const Node& of = node.parts[0];
    if (of.kind != Node::Kind::kName || of.text != ".." || t.scope_.group.empty()) {
      return t.Fail(node, "only the place of the repeat around it, position(..), is known");
    }
    return NumberTerm("position()", false);
  }

  static Term Today(Translator&, const Node& node, bool) {
    Term today{"today()", Term::kPrimary, Kind::kDate};
    today.now = node.text == "now";
    return today;
  }

  static Term Date(Translator& t, const Node& node, bool) {
    Term day = t.Value(node.parts[0]);
    if (t.fault_) return {};
    day.now = false;
    if (day.kind == Kind::kNumber) {
      return {absl::StrCat("date(", day.text, ")"), Term::kPrimary, Kind::kDate, day.optional};
    }
    if (day.kind != Kind::kDate && !day.literal) return t.Fail(node, "this is no day");
    day.kind = Kind::kDate;
    return day;
  }

  static Term FormatDate(Translator& t, const Node& node, bool) {
    Term day = t.Value(node.parts[0]);
    const Term format = t.Value(node.parts[1]);
    if (t.fault_) return {};
    if (day.kind != Kind::kDate || !format.literal) {
      return t.Fail(node, "this is no day, or no format such as '%Y-%m-%d'");
    }
    static constexpr std::pair<char, std::string_view> kParts[] = {{'Y', "substring(0, 4)"},
                                                                   {'y', "substring(2, 4)"},
                                                                   {'m', "substring(5, 7)"},
                                                                   {'d', "substring(8)"}};
    std::string text, between;
    const auto add = [&text](std::string part) {
      absl::StrAppend(&text, text.empty() ? "" : " + ", part);
    };
    const auto add_between = [&] {
      if (!between.empty()) add(Quoted(std::exchange(between, "")));
    };
    for (size_t i = 0; i < format.literal->size(); ++i) {
      const char c = (*format.literal)[i];
      if (c != '%') {
        between += c;
        continue;
      }
      const char wanted = ++i < format.literal->size() ? (*format.literal)[i] : ' ';
      const auto* const part = std::find_if(std::begin(kParts), std::end(kParts),
                                            [&](const auto& p) { return p.first == wanted; });
      if (part == std::end(kParts)) {
        return t.Fail(node, absl::StrCat("of a day there are %Y, %y, %m and %d, no %",
                                         std::string(1, wanted)));
      }
      add_between();
      add(Method(day, part->second));
    }
    add_between();
    if (text.empty()) text = "''";
    return {std::move(text), Term::kSum, Kind::kText, day.optional};
  }
};

Term Translator::Call(const XPathNode& node, bool absent_is_false) {
  struct Rule {
    std::string_view name;
    size_t least, most;
    Term (*translate)(Translator&, const XPathNode&, bool);
  };
  static constexpr Rule kRules[] = {
      {"true", 0, 0, Calls::Constant},
      {"false", 0, 0, Calls::Constant},
      {"not", 1, 1, Calls::Not},
      {"selected", 2, 2, Calls::Selected},
      {"selected-at", 2, 2, Calls::SelectedAt},
      {"count-selected", 1, 1, Calls::CountSelected},
      {"jr:choice-name", 2, 2, Calls::ChoiceName},
      {"if", 3, 3, Calls::If},
      {"coalesce", 2, 2, Calls::Coalesce},
      {"once", 1, 1, Calls::Once},
      {"int", 1, 1, Calls::Int},
      {"round", 1, 2, Calls::Round},
      {"floor", 1, 1, Calls::Whole},
      {"ceiling", 1, 1, Calls::Whole},
      {"abs", 1, 1, Calls::Abs},
      {"pow", 2, 2, Calls::Pow},
      {"number", 1, 1, Calls::Number},
      {"string", 1, 1, Calls::String},
      {"string-length", 1, 1, Calls::StringLength},
      {"concat", 1, kMany, Calls::Concat},
      {"substr", 2, 3, Calls::Substr},
      {"contains", 2, 2, Calls::TextTest},
      {"starts-with", 2, 2, Calls::TextTest},
      {"ends-with", 2, 2, Calls::TextTest},
      {"regex", 2, 2, Calls::Regex},
      {"boolean-from-string", 1, 1, Calls::BooleanFromString},
      {"sum", 1, 1, Calls::OfRepeat},
      {"count-non-empty", 1, 1, Calls::OfRepeat},
      {"min", 1, kMany, Calls::Extreme},
      {"max", 1, kMany, Calls::Extreme},
      {"count", 1, 1, Calls::Count},
      {"position", 1, 1, Calls::Position},
      {"today", 0, 0, Calls::Today},
      {"now", 0, 0, Calls::Today},
      {"date", 1, 1, Calls::Date},
      {"decimal-date-time", 1, 1, Calls::Number},
      {"format-date", 2, 2, Calls::FormatDate},
      {"format-date-time", 2, 2, Calls::FormatDate},
  };
  const size_t count = node.parts.size();
  for (const Rule& rule : kRules) {
    if (rule.name != node.text || count < rule.least || count > rule.most) continue;
    return rule.translate(*this, node, absent_is_false);
  }
  for (const auto& [name, why] : kWithoutMeaning) {
    if (name == node.text) {
      return Fail(node, absl::StrCat(node.text, "() has no counterpart: ", Av(why)));
    }
  }
  return Fail(node, absl::StrCat("there is no counterpart of ", node.text, "() with ", count,
                                 count == 1 ? " argument" : " arguments"));
}

}  // namespace vg::survey
