#include "services/survey/forms/xpath_writer.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vg::survey {
namespace {

using ::testing::HasSubstr;
using Kind = WrittenName::Kind;

class XPathWriterTest : public ::testing::Test {
 protected:
  XPathWriterTest() {
    names_ = {{"one", {Kind::kChoice, "${one}", true, ""}},
              {"many", {Kind::kChoices, "${many}", true, ""}},
              {"n", {Kind::kNumber, "${n}", true, ""}},
              {"m", {Kind::kNumber, "${m}", true, ""}},
              {"day", {Kind::kDate, "${day}", true, ""}},
              {"words", {Kind::kText, "${words}", true, ""}},
              {"sure", {Kind::kBool, "${sure}", true, ""}},
              {"effect.mood", {Kind::kChoice, "${mood}", true, ""}},
              {"places.pupils", {Kind::kList, "${pupils}", true, "${places}"}},
              {"places.count()", {Kind::kRepeat, "${places}", true, ""}},
              {"today()", {Kind::kDate, "today()", false, ""}},
              {"position()", {Kind::kNumber, "position(..)", false, ""}},
              {"option.region", {Kind::kText, "region", false, ""}}};
    scope_.find = [this](std::string_view name) -> std::optional<WrittenName> {
      const auto found = names_.find(name);
      return found == names_.end() ? std::nullopt : std::optional(found->second);
    };
  }

  static std::string Take(std::variant<std::string, ExpressionFault> written) {
    if (auto* text = std::get_if<std::string>(&written)) return *text;
    const auto& fault = std::get<ExpressionFault>(written);
    return "fault at \"" + fault.part + "\": " + fault.sentence;
  }
  std::string Condition(std::string_view rule) { return Take(WriteCondition(rule, scope_)); }
  std::string Value(std::string_view rule) { return Take(WriteValue(rule, scope_)); }
  // Of `self`, which is there when its constraint is asked.
  std::string Constraint(std::string_view self, std::string_view rule) {
    names_.find(self)->second.text = ".";
    names_.find(self)->second.optional = false;
    return Take(WriteConstraint(rule, scope_));
  }

  std::map<std::string, WrittenName, std::less<>> names_;
  WritingScope scope_;
};

TEST_F(XPathWriterTest, AConditionIsWrittenAsWhenItHolds) {
  EXPECT_EQ(Condition("one == 'yes'"), "${one} = 'yes'");
  EXPECT_EQ(Condition("n > 5 && (one == 'no' || m <= 0.5)"),
            "${n} > 5 and (${one} = 'no' or ${m} <= 0.5)");
  EXPECT_EQ(Condition("effect.mood == 'up'"), "${mood} = 'up'");
  EXPECT_EQ(Condition("sure && !sure"), "${sure} = 'true' and ${sure} = 'false'");
}

TEST_F(XPathWriterTest, WhatIsNotThereMeetsNoCondition) {
  EXPECT_EQ(Condition("one != 'no'"), "${one} != '' and ${one} != 'no'");
  EXPECT_EQ(Condition("!(one == 'no')"), "${one} != '' and ${one} != 'no'");
  EXPECT_EQ(Condition("!(n > 5)"), "${n} <= 5");
  EXPECT_EQ(Condition("n == m"), "${n} != '' and ${m} != '' and ${n} = ${m}");
  EXPECT_EQ(Condition("size(many) < 2"), "${many} != '' and count-selected(${many}) < 2");
  EXPECT_EQ(Condition("!('a' in many)"), "${many} != '' and not(selected(${many}, 'a'))");
}

TEST_F(XPathWriterTest, AValueForWhatIsNotThereIsXlsFormsOwnWhereItHasOne) {
  EXPECT_EQ(Condition("(one != 'no').orValue(true)"), "not(${one} = 'no')");
  EXPECT_EQ(Condition("size(many).orValue(0) < 2"), "count-selected(${many}) < 2");
  EXPECT_EQ(Value("n.orValue(0) + 1"), "coalesce(${n}, 0) + 1");
  EXPECT_EQ(Value("words.orValue('')"), "${words}");
  EXPECT_EQ(Value("words.orValue('none')"), "if(${words} != '', ${words}, 'none')");
  EXPECT_EQ(Condition("has(n) && !has(day)"), "${n} != '' and not(${day} != '')");
}

TEST_F(XPathWriterTest, AConstraintIsBrokenOnlyWhereItFails) {
  EXPECT_EQ(Constraint("n", "n >= 1 && n != 13"), ". >= 1 and . != 13");
  EXPECT_EQ(Constraint("n", "n <= m"), "not(. > ${m})");
  EXPECT_EQ(Constraint("words", "words.matches('^(?:[0-9]{4})$')"), "regex(., '[0-9]{4}')");
  EXPECT_EQ(Constraint("words", "words.matches('x')"), "regex(., '[\\s\\S]*(?:x)[\\s\\S]*')");
}

TEST_F(XPathWriterTest, DaysAreDays) {
  EXPECT_EQ(Condition("day <= today()"), "${day} <= today()");
  EXPECT_EQ(Condition("day >= '2022-01-17'"), "${day} >= date('2022-01-17')");
  EXPECT_EQ(Condition("days(today()) - days(day) > 30"), "number(today()) - number(${day}) > 30");
  EXPECT_EQ(Value("today() + '-' + text(3)"), "concat(today(), '-', string(3))");
  EXPECT_THAT(Condition("words < 'b'"), HasSubstr("such a comparison has no counterpart"));
}

TEST_F(XPathWriterTest, RepeatsAreCountedAndSummed) {
  EXPECT_EQ(Value("sum(places.pupils).orValue(0)"), "sum(${pupils})");
  EXPECT_EQ(Value("sum(places.pupils) + 1"),
            "if(count-non-empty(${pupils}) > 0, sum(${pupils}) + 1, '')");
  EXPECT_EQ(Condition("places.count().orValue(0) > 2"), "count(${places}) > 2");
  EXPECT_EQ(Condition("position() == 1"), "position(..) = 1");
  EXPECT_EQ(Condition("max(places.pupils) > 3"),
            "count-non-empty(${pupils}) > 0 and max(${pupils}) > 3");
}

TEST_F(XPathWriterTest, ValuesKeepTheirArithmetic) {
  EXPECT_EQ(Value("(n + 1) * 2 / m % 3"), "(${n} + 1) * 2 div ${m} mod 3");
  EXPECT_EQ(Value("n - (m - 1)"), "${n} - (${m} - 1)");
  EXPECT_EQ(Value("has(n) ? 'a' : 'b'"), "if(${n} != '', 'a', 'b')");
  EXPECT_EQ(Value("has(n) ? m : number('')"), "if(${n} != '' and ${m} != '', ${m}, '')");
  EXPECT_EQ(Value("m != 0 ? n / m : number('')"),
            "if(${m} != '' and ${m} != 0 and (${n} != '' and ${m} != ''), ${n} div ${m}, '')");
  EXPECT_EQ(Condition("(has(n) ? number('') : m) > 2"),
            "not(${n} != '') and ${m} != '' and ${m} > 2");
  EXPECT_EQ(Value("floor(n)"), "if(${n} < int(${n}), int(${n}) - 1, int(${n}))");
  EXPECT_EQ(Value("round(n, 2)"), "round(${n}, 2)");
}

TEST_F(XPathWriterTest, WhatHasNoCounterpartIsTold) {
  EXPECT_EQ(Condition("many.exists(x, x == 'a')"),
            "fault at \"many.exists(x, x == 'a')\": there is no counterpart in XLSForm");
  EXPECT_THAT(Condition("zzz > 3"), HasSubstr("the form has no name for this"));
  EXPECT_THAT(Condition("one == 'a\"\\'b'"), HasSubstr("both kinds of quotes"));
  EXPECT_THAT(Condition("n >"), HasSubstr("breaks off"));
  EXPECT_THAT(Condition(std::string(41, '-') + "n > 1"), HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace vg::survey
