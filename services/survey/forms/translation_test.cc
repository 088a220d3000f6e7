#include "services/survey/forms/translation.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/expression/expression.h"
#include "common/testing/status_matchers.h"

namespace vg::survey {
namespace {

using expression::Environment;
using expression::Type;
using ::testing::HasSubstr;
using FieldKind = FormField::Kind;

// Questions of every kind, as a form and as rules see them.
class TranslationTest : public ::testing::Test {
 protected:
  TranslationTest() {
    Add({"one", FieldKind::kChoice, {{"Yes", "yes"}, {"no", "no"}}, ""}, Type::Text({"yes", "no"}));
    Add({"score", FieldKind::kChoice, {{"0", "0"}, {"1", "1"}, {"2", "2"}}, ""},
        Type::Text({"0", "1", "2"}));
    Add({"many", FieldKind::kChoices, {{"a", "a"}, {"b", "b"}}, ""},
        Type::List(Type::Text({"a", "b"})));
    Add({"n", FieldKind::kNumber, {}, ""}, Type::Number());
    Add({"m", FieldKind::kNumber, {}, ""}, Type::Number());
    Add({"day", FieldKind::kDate, {}, ""}, Type::Text());
    Add({"words", FieldKind::kText, {}, ""}, Type::Text());
    fields_["places"] = {"places", FieldKind::kRepeat, {}, ""};
    fields_["pupils"] = {"pupils", FieldKind::kNumber, {}, "places"};
    environment_.MustDeclare("today()", Type::Text());
    environment_.MustDeclare("position()", Type::Number());
    environment_.MustDeclare("places.count()", Type::Number().Optional());
    environment_.MustDeclare("pupils", Type::Number().Optional());
    environment_.MustDeclare("places.pupils", Type::List(Type::Number()).Optional());
    environment_.MustDeclare("option.region", Type::Text());
    environment_.MustDeclare("option_id", Type::Text());
    scope_.find = [this](std::string_view name) -> const FormField* {
      const auto found = fields_.find(name);
      return found == fields_.end() ? nullptr : &found->second;
    };
  }

  void Add(FormField field, Type type) {
    environment_.MustDeclare(field.id, type.Optional());
    fields_[field.id] = field;
  }

  // The translation, which must also be one.
  std::string Condition(std::string_view source) {
    scope_.self = nullptr;
    return Take(TranslateCondition(source, scope_), Type::Bool().Optional());
  }
  std::string Constraint(std::string_view self, std::string_view source) {
    scope_.self = &fields_.find(self)->second;
    return Take(TranslateConstraint(source, scope_), Type::Bool().Optional());
  }
  std::string Value(std::string_view source) {
    scope_.self = nullptr;
    return Take(TranslateValue(source, scope_), std::nullopt);
  }
  std::string Take(std::variant<Translated, ExpressionFault> result, std::optional<Type> wanted) {
    if (const auto* fault = std::get_if<ExpressionFault>(&result)) {
      return "fault at " + std::to_string(fault->position) + " \"" + fault->part +
             "\": " + fault->sentence;
    }
    const std::string text = std::get<Translated>(result).text;
    const auto compiled = expression::Expression::Compile(text, environment_, wanted);
    EXPECT_THAT(compiled.status(), IsOk()) << text;
    return text;
  }

  std::map<std::string, FormField, std::less<>> fields_;
  Environment environment_;
  TranslationScope scope_;
};

TEST_F(TranslationTest, AConditionLeavesToAbsenceWhatAbsenceDecides) {
  EXPECT_EQ(Condition("${one} = 'Yes'"), "one == 'yes'");
  EXPECT_EQ(Condition("${n} > 5 and (${one} = 'no' or ${m} <= .5)"),
            "n > 5 && (one == 'no' || m <= 0.5)");
  EXPECT_EQ(Condition("${one} != 'no'"), "(one != 'no').orValue(true)");
  EXPECT_EQ(Condition("not(${one} = 'no')"), "!(one == 'no').orValue(false)");
  EXPECT_EQ(Condition("not(${n} + ${m} > 3)"), "!(n + m > 3).orValue(false)");
}

TEST_F(TranslationTest, EmptinessIsAbsence) {
  EXPECT_EQ(Condition("${n} = ''"), "!has(n)");
  EXPECT_EQ(Condition("'' != ${one}"), "has(one)");
  EXPECT_EQ(Condition("${words} != ''"), "has(words) && words != ''");
  EXPECT_EQ(Condition("${many} = \"\""), "!has(many) || size(many) == 0");
}

TEST_F(TranslationTest, ChoicesAreAskedForOptions) {
  EXPECT_EQ(Condition("selected(${many}, 'a')"), "'a' in many");
  EXPECT_EQ(Condition("not(selected(${many}, 'a'))"), "!('a' in many).orValue(false)");
  EXPECT_EQ(Condition("selected(${one}, 'Yes')"), "one == 'yes'");
  EXPECT_EQ(Condition("count-selected(${many}) > 1"), "size(many).orValue(0) > 1");
  EXPECT_EQ(Condition("${many} = 'a'"), "size(many) == 1 && 'a' in many");
  EXPECT_THAT(Condition("${one} = 'yes'"), HasSubstr("\"yes\" is no option of \"one\""));
}

TEST_F(TranslationTest, ChoicesNamedByNumbersCanBeAdded) {
  EXPECT_EQ(Value("${score} + 1"), "(score == '0' ? 0 : score == '1' ? 1 : 2) + 1");
  EXPECT_EQ(Condition("${score} = 1"), "score == '1'");
}

TEST_F(TranslationTest, ValuesKeepTheirArithmetic) {
  EXPECT_EQ(Value("(${n} + 1) * 2 div 4"), "(n + 1) * 2 / 4");
  EXPECT_EQ(Value("${n} - (${m} - 1)"), "n - (m - 1)");
  EXPECT_EQ(Value("-${n}"), "-n");
  EXPECT_EQ(Value("if(${n} > 3, ‘hoog’, 'laag')"), "(n > 3).orValue(false) ? 'hoog' : 'laag'");
  EXPECT_EQ(Value("coalesce(${n}, 0) + 1"), "n.orValue(0) + 1");
  EXPECT_EQ(Value("round(${n} div 3, 2)"), "round(n / 3, 2)");
  EXPECT_EQ(Value("concat(${words}, '-', ${score})"),
            "words.orValue('') + '-' + score.orValue('')");
  EXPECT_EQ(Value("sum(${pupils})"), "sum(places.pupils).orValue(0)");
  EXPECT_EQ(Value("int(${n})"), "n < 0 ? ceil(n) : floor(n)");
  EXPECT_EQ(Value("floor(${n}) + ceiling(${m} div 2)"), "floor(n) + ceil(m / 2)");
}

TEST_F(TranslationTest, WhatIsDividedByZeroIsNothing) {
  EXPECT_EQ(Value("(${n} + 1) div ${m}"), "m != 0 ? (n + 1) / m : number('')");
  EXPECT_EQ(Value("-${n} mod (${m} * 2)"), "m * 2 != 0 ? -n % (m * 2) : number('')");
  EXPECT_EQ(Value("7 mod -${m}"), "-m != 0 ? 7 % (-m) : number('')");
  EXPECT_EQ(Value("${n} div 0"), "0 != 0 ? n / 0 : number('')");
  EXPECT_EQ(Value("1 + ${n} div ${m}"), "1 + (m != 0 ? n / m : number(''))");
  EXPECT_EQ(Value("sum(${pupils}) div count(${places})"),
            "places.count().orValue(0) != 0 ? sum(places.pupils).orValue(0) / "
            "places.count().orValue(0) : number('')");
  EXPECT_EQ(Constraint("n", "10 div . > 2"),
            "!has(n) || ((n != 0 ? 10 / n : number('')) > 2).orValue(false)");
}

TEST_F(TranslationTest, AnEmptyTextIsNoNumber) {
  EXPECT_EQ(Value("if(${n} > 1, ${n}, '')"), "(n > 1).orValue(false) ? n : number('')");
  EXPECT_EQ(Value("if(${n} > 1, ${n}, number(''))"), "(n > 1).orValue(false) ? n : number('')");
  EXPECT_EQ(Value("number('') + 1"), "number('') + 1");
  EXPECT_THAT(Value("number('x')"), HasSubstr("this is no number"));
}

// Of "one" the option "Yes" is called "yes" here.
TEST_F(TranslationTest, TheTextOfAChoiceIsTheNameThatTheFormHas) {
  const std::string name = "(one == 'yes' ? 'Yes' : 'no')";
  EXPECT_EQ(Value("concat(${one}, '-x')"), name + ".orValue('') + '-x'");
  EXPECT_EQ(Condition("contains(${one}, 'Y')"), name + ".orValue('').contains('Y')");
  EXPECT_EQ(Condition("regex(${one}, 'Y.*')"), name + ".orValue('').matches('^(?:Y.*)$')");
  EXPECT_EQ(Value("${one}"), "one == 'yes' ? 'Yes' : 'no'");
  EXPECT_EQ(Value("if(${n} > 3, ${one}, 'None')"),
            "(n > 3).orValue(false) ? " + name + " : 'None'");
  EXPECT_EQ(Value("coalesce(${one}, 'None')"), name + ".orValue('None')");
  EXPECT_EQ(Condition("${one} = ${words}"), name + ".orValue('') == words.orValue('')");
  EXPECT_EQ(Condition("selected(${one}, ${words})"), name + " == words");
  EXPECT_EQ(Value("${score}"), "score") << "whose options are called as in the form";
}

TEST_F(TranslationTest, ChoicesAreHeldAgainstEachOtherByTheirIds) {
  Add({"other", FieldKind::kChoice, {{"Yes", "yes"}}, ""}, Type::Text({"yes"}));
  Add({"some", FieldKind::kChoices, {{"Yes", "yes"}}, ""}, Type::List(Type::Text({"yes"})));
  EXPECT_EQ(Condition("${one} = ${other}"), "one.orValue('') == other.orValue('')");
  EXPECT_EQ(Condition("selected(${some}, ${one})"), "one in some");
  EXPECT_THAT(Condition("selected(${some}, ${words})"), HasSubstr("compare them with a choice"));
  EXPECT_EQ(Condition("selected(${many}, ${words})"), "words in many");
  EXPECT_EQ(Value("${other}"), "other == 'yes' ? 'Yes' : ''");
}

TEST_F(TranslationTest, AConstraintIsAskedOfAnswersOnly) {
  EXPECT_EQ(Constraint("n", ". >= 0 and . <= 5000"), "n >= 0 && n <= 5000");
  EXPECT_EQ(Constraint("n", ". <= ${m}"), "!has(n) || (n <= m).orValue(false)");
  EXPECT_EQ(Constraint("many", "not(selected(., 'a') and count-selected(.) > 1)"),
            "!('a' in many && size(many) > 1)");
  EXPECT_EQ(Constraint("words", "string-length(.) < 10"), "size(words) < 10");
  EXPECT_EQ(Constraint("day", ". >= date('2022-01-17')"), "day >= '2022-01-17'");
}

TEST_F(TranslationTest, DaysAreOrderedAndCounted) {
  EXPECT_EQ(Constraint("day", ". <= today()"), "day <= today()");
  EXPECT_EQ(Condition("today() - ${day} > 30"), "days(today()) - days(day) > 30");
  EXPECT_EQ(Condition("${day} > today() + 7"), "days(day) > days(today()) + 7");
  EXPECT_EQ(Value("date(today() + 7)"), "date(days(today()) + 7)");
  EXPECT_EQ(Value("int((today() - ${day}) div 365.25)"),
            "(days(today()) - days(day)) / 365.25 < 0 ? ceil((days(today()) - days(day)) / 365.25) "
            ": floor((days(today()) - days(day)) / 365.25)");
  EXPECT_EQ(Value("decimal-date-time(${day})"), "days(day)");
  EXPECT_EQ(Value("format-date(${day}, '%Y-W%m')"),
            "day.substring(0, 4) + '-W' + day.substring(5, 7)");
  EXPECT_THAT(Value("format-date(${day}, '%b')"), HasSubstr("no %b"));
}

TEST_F(TranslationTest, AMomentLiesWithinItsDay) {
  EXPECT_EQ(Condition("${day} < now()"), "day <= today()");
  EXPECT_EQ(Condition("${day} <= now()"), "day <= today()");
  EXPECT_EQ(Condition("${day} > now()"), "day > today()");
  EXPECT_EQ(Condition("${day} >= now()"), "day > today()");
  EXPECT_EQ(Condition("now() > ${day}"), "today() >= day");
  EXPECT_EQ(Condition("now() <= ${day}"), "today() < day");
  EXPECT_EQ(Value("once(date(now()))"), "today()");
  EXPECT_THAT(Condition("${day} = now()"), HasSubstr("no day is this very moment"));
  EXPECT_THAT(Value("now() - ${day}"), HasSubstr("use today()"));
}

TEST_F(TranslationTest, TextsAreTakenApartAndHeldAgainstPatterns) {
  EXPECT_EQ(Constraint("words", "regex(., '[0-9]{4} ?[A-Z]{2}')"),
            "words.matches('^(?:[0-9]{4} ?[A-Z]{2})$')");
  EXPECT_EQ(Condition("regex(${words}, 'a|b')"), "words.orValue('').matches('^(?:a|b)$')");
  EXPECT_THAT(Condition("regex(${words}, ${words})"), HasSubstr("the pattern is written out"));
  EXPECT_EQ(Value("substr(${words}, 0, 4)"), "words.orValue('').substring(0, 4)");
  EXPECT_THAT(Value("substr(${words}, -1)"), HasSubstr("from the front"));
  EXPECT_EQ(Value("concat('n=', ${n}, count-selected(${many}))"),
            "'n=' + text(round(n, 6)).orValue('') + text(size(many).orValue(0))");
  EXPECT_EQ(Condition("${words} > 5"), "number(words) > 5");
  EXPECT_EQ(Condition("boolean-from-string(${words})"), "words.orValue('') in ['true', '1']");
}

TEST_F(TranslationTest, NumbersHaveRemaindersAndPowers) {
  EXPECT_EQ(Condition("${n} mod 2 = 0"), "n % 2 == 0");
  EXPECT_EQ(Value("7 mod -2"), "7 % (-2)");
  EXPECT_EQ(Value("pow(${n} + 1, 3)"), "(n + 1) * (n + 1) * (n + 1)");
  EXPECT_THAT(Value("pow(${n}, 0.5)"), HasSubstr("a whole number from 1 to 8"));
}

TEST_F(TranslationTest, ChoicesHaveAnOrderAndRepeatsAPlace) {
  EXPECT_EQ(Condition("selected-at(${many}, 0) = 'b'"), "many[0] == 'b'");
  EXPECT_EQ(Condition("count(${places}) >= 2"), "places.count().orValue(0) >= 2");
  EXPECT_EQ(Value("count-non-empty(${pupils})"), "size(places.pupils).orValue(0)");
  EXPECT_THAT(Value("position(..)"), HasSubstr("only the place of the repeat around it"));
  scope_.group = "places";
  EXPECT_EQ(Condition("position(..) = 1 or ${pupils} > 3"), "position() == 1 || pupils > 3");
}

TEST_F(TranslationTest, ALabelIsWrittenOutWhereThereIsOneLanguage) {
  fields_["one"].labels = {{"Yes", "Ja, 'zeker'"}, {"no", "Nee"}};
  EXPECT_EQ(Value("jr:choice-name(${one}, '${one}')"), R"(one == 'yes' ? 'Ja, \'zeker\'' : 'Nee')");
  fields_["many"].labels = {{"a", "A"}, {"b", "B"}};
  EXPECT_EQ(Value("jr:choice-name(selected-at(${many}, 1), '${many}')"),
            "many[1] == 'a' ? 'A' : 'B'");
  for (const char* const other :
       {"jr:choice-name(${one}, '${many}')", "jr:choice-name(${n}, '${n}')",
        "jr:choice-name(${one}, 'one')", "jr:choice-name('Yes', '${one}')"}) {
    EXPECT_THAT(Value(other), HasSubstr("no choice with the name of its question"));
  }
}

TEST_F(TranslationTest, AChoiceFilterAsksColumns) {
  scope_.has_column = [](std::string_view name) { return name == "region"; };
  scope_.option_id = [](std::string_view name) { return std::string(name); };
  EXPECT_EQ(Condition("region = ${one}"), "option.region == one.orValue('')");
  EXPECT_EQ(Condition("name != 'x'"), "option_id != 'x'");
  EXPECT_EQ(Condition("Region = 'x'"), "option.region == 'x'");
  EXPECT_EQ(Condition("region = ${words}"), "option.region == words.orValue('')");
  EXPECT_THAT(Condition("town = 'x'"), HasSubstr("the choices have no column \"town\""));
  scope_.is_renamed = [](std::string_view name) { return name == "region"; };
  EXPECT_EQ(Condition("region = ${one}"), "option.region == one.orValue('')");
  EXPECT_THAT(Condition("region = ${words}"), HasSubstr("values of this column have other names"));
  EXPECT_THAT(Condition("contains(region, 'x')"),
              HasSubstr("values of this column have other names"));
}

TEST_F(TranslationTest, WhatHasNoCounterpartIsToldWithItsPlace) {
  EXPECT_EQ(Value("1 + pulldata('a', 'b')"),
            "fault at 5 \"pulldata('a', 'b')\": pulldata() has no counterpart: there are no "
            "files beside the form");
  EXPECT_EQ(Condition("‘é’ = ${zzz}"), "fault at 7 \"${zzz}\": there is no question \"zzz\"");
  EXPECT_THAT(Condition("${n}"), HasSubstr("this is no condition"));
  EXPECT_THAT(Condition("${pupils} > 3"), HasSubstr("has an answer per repeat"));
  EXPECT_THAT(Condition("${n} >"), HasSubstr("it breaks off here"));
  EXPECT_THAT(Condition("jr:choice-name(${one}, '${one}') = 'Ja'"),
              HasSubstr("labels are in several languages"));
  EXPECT_THAT(Value("random()"), HasSubstr("chance comes out otherwise"));
  EXPECT_THAT(Condition("${places} > 3"), HasSubstr("rules cannot read"));
  EXPECT_THAT(Condition(std::string(3000, '(')), HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace vg::survey
