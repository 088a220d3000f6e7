#include "common/expression/expression.h"

#include <chrono>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::expression {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Unit U(std::string_view text) { return *Unit::Parse(text); }
Value N(std::string_view text) { return Value::Number(*Exact::FromText(text)); }

// The names of a school, as a scheme or a questionnaire sees them.
class ExpressionTest : public ::testing::Test {
 protected:
  ExpressionTest() {
    Add("rate", Type::Number(U("EUR/pupil")), N("701.16"));
    Add("pupils.bo", Type::Number(U("pupil")), N("250"));
    Add("pupils.sbo", Type::Number(U("pupil")).Optional(), Value::Absent(Absence::kSuppressed));
    Add("score", Type::Number(U("point")).Optional(), N("100"));
    Add("point_rate", Type::Number(U("EUR/point")), N("251.16"));
    Add("sector", Type::Text({"po", "vo", "so"}), Value::Text("po"));
    Add("name", Type::Text(), Value::Text("De Brön"));
    Add("chosen", Type::List(Type::Text({"tutoring", "assistants", "sport"})),
        Value::Texts({"tutoring", "sport"}));
    Add("unanswered", Type::List(Type::Text()).Optional(), Value::Absent(Absence::kUnanswered));
    Add("numbers", Type::List(Type::Number()), Value::List({N("3"), N("1.5"), N("2")}));
    Add("empty", Type::List(Type::Number()), Value::List({}));
    Add("shares", Type::Map(Type::Number(), {"a", "b", "c"}),
        Value::Map({{"b", N("0.25")}, {"a", N("1/3")}}));
    Add("yes", Type::Bool(), Value::Bool(true));
    Add("maybe", Type::Bool().Optional(), Value::Absent(Absence::kUnanswered));
    Add("x", Type::Number(), N("7"));
    Add("zero", Type::Number(), N("0"));
    EXPECT_THAT(
        environment_.DeclareFunction({"double",
                                      {Type::Number()},
                                      Type::Number(),
                                      [](std::span<const Value> a) -> absl::StatusOr<Value> {
                                        return Value::Number(a[0].number() * 2);
                                      }}),
        IsOk());
    EXPECT_THAT(environment_.DeclareFunction({"refuse",
                                              {},
                                              Type::Bool(),
                                              [](std::span<const Value>) -> absl::StatusOr<Value> {
                                                return Error(absl::StatusCode::kNotFound,
                                                             "NO_SUCH_WAVE", "no wave 9");
                                              }}),
                IsOk());
  }

  void Add(std::string_view name, Type type, Value value) {
    environment_.MustDeclare(name, std::move(type));
    values_.push_back(std::move(value));
  }

  Frame MakeFrame() const {
    Frame frame(environment_);
    for (size_t i = 0; i < values_.size(); ++i) frame.Set(static_cast<Slot>(i), values_[i]);
    return frame;
  }

  // The value as text, or the reason of the error.
  std::string Run(std::string_view source) {
    const auto expression = Expression::Compile(source, environment_);
    if (!expression.ok()) return DetailsOf(expression.status()).reason;
    const auto value = expression->Evaluate(MakeFrame());
    if (!value.ok()) return DetailsOf(value.status()).reason;
    EXPECT_TRUE(!value->absent() || expression->type().optional()) << source;
    return value->ToText();
  }

  absl::Status Refusal(std::string_view source, const std::optional<Type>& wanted = std::nullopt) {
    return Expression::Compile(source, environment_, wanted).status();
  }

  Environment environment_;
  std::vector<Value> values_;
};

TEST_F(ExpressionTest, ComputesExactly) {
  const struct {
    std::string_view source;
    std::string_view value;
  } kCases[] = {
      {"1 + 2 * 3", "7"},
      {"(1 + 2) * 3", "9"},
      {"10 - 2 - 3", "5"},
      {"10 - (2 - 3)", "11"},
      {"1 / 3 + 1 / 6", "0.5"},
      {"10000000 * 2 / 37", "20000000/37"},
      {"round(10000000 * 2 / 37, 2)", "540540.54"},
      {"68212208 * 1", "68212208"},
      {"0.1 + 0.2 == 0.3", "true"},
      {"-3 - -4", "1"},
      {"2 * -x", "-14"},
      {"round(2.5)", "3"},
      {"round(-2.5)", "-3"},
      {"round(1.005, 2)", "1.01"},
      {"round(1250, -2)", "1300"},
      {"floor(-2.5) + ceil(2.1) + abs(-1)", "1"},
      {"min(3, 1, 2) + max(1, x)", "8"},
      {"min(numbers) + max(numbers)", "4.5"},
      {"sum(numbers)", "6.5"},
      {"sum(empty)", "0"},
      {"round(1333.8429633 * 1.16 * 252, 2)", "389908.98"},
      {"x < 10 ? 17333.45 - 119.96 * x : 0", "16493.73"},
      {"double(x) + x.double()", "28"},
      {"x % 3", "1"},
      {"-x % 3", "-1"},
      {"x % -3", "1"},
      {"7.5 % 2", "1.5"},
      {"7 % (-x + 9)", "1"},
      {"15 % -x", "-6.85"},
      {"1 / 3 % (1 / 4)", "1/12"},
      {"pupils.bo % 4", "2"},
      {"20 - 6 % 4 * 2", "16"},
      {"x / zero", "DIVISION_BY_ZERO"},
      {"x % zero", "DIVISION_BY_ZERO"},
      {"round(x, 31)", "NUMBER_OUT_OF_RANGE"},
      {"round(x, 0.5)", "NUMBER_OUT_OF_RANGE"},
      {"refuse()", "NO_SUCH_WAVE"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Run(test.source), test.value) << test.source;
}

TEST_F(ExpressionTest, DecidesConditions) {
  const struct {
    std::string_view source;
    std::string_view value;
  } kCases[] = {
      {"sector == 'po'", "true"},
      {"sector != \"po\" || x >= 7", "true"},
      {"!yes && refuse()", "false"},
      {"sector in ['vo', 'so']", "false"},
      {"'tutoring' in chosen && !('assistants' in chosen)", "true"},
      {"size(chosen) == 2 && count(chosen) < 3", "true"},
      {"chosen[0] == 'tutoring'", "true"},
      {"chosen[2] == 'tutoring'", "absent (missing)"},
      {"chosen.exists(c, c == 'sport')", "true"},
      {"chosen.all(c, c in ['sport', 'tutoring'])", "true"},
      {"chosen.exists_one(c, c.startsWith('t'))", "true"},
      {"numbers.filter(n, n >= 2).map(n, n * 2)", "[6, 4]"},
      {"numbers.exists(n, numbers.all(m, n >= m))", "true"},
      {"empty.all(n, n > 5) && !empty.exists(n, n > 5)", "true"},
      {"name.startsWith('De ') && name.endsWith('ön') && name.contains('Br')", "true"},
      {"size(name)", "7"},
      {"name + '!' + 'x'", "'De Brön!x'"},
      {"'2021-10-01' < '2022-04-14'", "true"},
      {"name.matches('^De B')", "true"},
      {"name.matches('br')", "false"},
      {"name.matches('(?i)^[a-zö ]{7}$')", "true"},
      {"name.substring(3)", "'Brön'"},
      {"name.substring(5, 6)", "'ö'"},
      {"name.substring(-2, 2) + name.substring(6, 99) + name.substring(4, 3)", "'Den'"},
      {"name.substring(0.5)", "NUMBER_OUT_OF_RANGE"},
      {"days('1970-01-01')", "0"},
      {"days('2022-03-01') - days('2022-02-01')", "28"},
      {"days('0001-01-01')", "-719162"},
      {"days(name)", "NOT_A_DAY"},
      {"date(days('2024-02-28') + 1.9)", "'2024-02-29'"},
      {"date(-719163)", "NUMBER_OUT_OF_RANGE"},
      {"date(2932896)", "'9999-12-31'"},
      {"date(2932897)", "NUMBER_OUT_OF_RANGE"},
      {"number('12.50') + 1", "13.5"},
      {"number(name)", "absent (missing)"},
      {"number('')", "absent (missing)"},
      {"(x == 0 ? pupils.bo : number('')).orValue(pupils.bo) > 0", "true"},
      {"text(x) + text(0.50) + text(-3)", "'70.5-3'"},
      {"text(1 / 3)", "NUMBER_OUT_OF_RANGE"},
      {"yes == true && yes != false", "true"},
      {"'it\\'s \\u20ac'", "'it\\'s €'"},
      {"x > 5 ? 'large' : x > 2 ? 'middle' : 'small'", "'large'"},
      {"shares['b'] + shares.a", "7/12"},
      {"'a' in shares && !('c' in shares)", "true"},
      {"// why\nx // seven\n == 7", "true"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Run(test.source), test.value) << test.source;
}

TEST_F(ExpressionTest, CarriesAbsenceAndItsReason) {
  const struct {
    std::string_view source;
    std::string_view value;
  } kCases[] = {
      {"pupils.sbo", "absent (suppressed)"},
      {"pupils.bo + pupils.sbo", "absent (suppressed)"},
      {"pupils.sbo > 3", "absent (suppressed)"},
      {"pupils.sbo > 3 || yes", "true"},
      {"yes || pupils.sbo > 3", "true"},
      {"pupils.sbo > 3 && yes", "absent (suppressed)"},
      {"pupils.sbo > 3 && !yes", "false"},
      {"!maybe", "absent (unanswered)"},
      {"maybe ? 1 : 2", "absent (unanswered)"},
      {"maybe && pupils.sbo > 3", "absent (unanswered)"},
      {"'a' in unanswered", "absent (unanswered)"},
      {"size(unanswered)", "absent (unanswered)"},
      {"unanswered.exists(a, a == 'x')", "absent (unanswered)"},
      {"numbers.exists(n, n > 2 || maybe)", "true"},
      {"numbers.all(n, n > 2 || maybe)", "absent (unanswered)"},
      {"numbers.all(n, n > 2 && maybe)", "false"},
      {"numbers.filter(n, maybe)", "absent (unanswered)"},
      {"numbers.map(n, n + shares['c'])", "absent (missing)"},
      {"[1, shares['c']]", "absent (missing)"},
      {"min(empty)", "absent (missing)"},
      {"has(pupils.sbo)", "false"},
      {"has(score) && has(shares['a']) && !has(shares.c)", "true"},
      {"pupils.sbo.orValue(0) + pupils.bo", "250"},
      {"orValue(maybe, false)", "false"},
      {"has(pupils.sbo) ? 1 : 0", "0"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Run(test.source), test.value) << test.source;
}

TEST_F(ExpressionTest, NamesTheVariableThatWasAbsent) {
  const auto origin = [&](std::string_view source) {
    return std::string(Expression::Compile(source, environment_)->Evaluate(MakeFrame())->origin());
  };
  EXPECT_EQ(origin("rate * (pupils.bo + pupils.sbo)"), "pupils.sbo");
  EXPECT_EQ(origin("x * shares['c']"), "shares['c']");
  EXPECT_EQ(origin("'a' in unanswered || pupils.sbo > 1"), "unanswered");
}

TEST_F(ExpressionTest, KnowsWhetherAResultMayBeAbsent) {
  const auto optional = [&](std::string_view source) {
    return Expression::Compile(source, environment_)->type().optional();
  };
  EXPECT_TRUE(optional("rate * pupils.sbo"));
  EXPECT_FALSE(optional("rate * pupils.sbo.orValue(0)"));
  EXPECT_FALSE(optional("has(score)"));
  EXPECT_TRUE(optional("shares['a']"));
  EXPECT_THAT(Refusal("score > 3", Type::Bool()), HasReason("WRONG_TYPE"));
  EXPECT_THAT(Refusal("score > 3", Type::Bool().Optional()), IsOk());
}

TEST_F(ExpressionTest, SaysThatAVariableWasNeverSet) {
  const auto expression = Expression::Compile("x + 1", environment_);
  EXPECT_THAT(expression->Evaluate(Frame(environment_)), HasReason("VARIABLE_NOT_SET"));
}

TEST_F(ExpressionTest, ChecksUnits) {
  const struct {
    std::string_view source;
    std::string_view type;
  } kCases[] = {
      {"rate * pupils.bo", "number of EUR"},
      {"rate * pupils.bo / 12", "number of EUR"},
      {"pupils.bo - 4", "number of pupil"},
      {"max(0, pupils.bo - 4)", "number of pupil"},
      {"rate / rate", "number"},
      {"1 / pupils.bo", "number of 1/pupil"},
      {"pupils.bo * pupils.bo", "number of pupil^2"},
      {"rate * pupils.bo + point_rate * score", "optional number of EUR"},
      {"has(score) ? point_rate * score : 0", "optional number of EUR"},
      {"pupils.bo >= 145", "bool"},
      {"rate + pupils.bo", "UNIT_MISMATCH"},
      {"rate * pupils.bo + score", "UNIT_MISMATCH"},
      {"pupils.bo == score", "UNIT_MISMATCH"},
      {"pupils.bo + x", "UNIT_MISMATCH"},
      {"min(pupils.bo, score)", "UNIT_MISMATCH"},
      {"yes ? pupils.bo : number(name)", "UNIT_MISMATCH"},
      {"yes ? pupils.bo : rate", "UNIT_MISMATCH"},
      {"pupils.bo in [1, 2]", "bool"},
      {"round(x, pupils.bo)", "UNIT_MISMATCH"},
  };
  for (const auto& test : kCases) {
    const auto expression = Expression::Compile(test.source, environment_);
    EXPECT_EQ(expression.ok() ? expression->type().ToText() : DetailsOf(expression.status()).reason,
              test.type)
        << test.source;
  }
  EXPECT_THAT(Refusal("rate * score", Type::Number(U("EUR")).Optional()),
              HasReason("UNIT_MISMATCH"));
  EXPECT_THAT(Refusal("500", Type::Number(U("EUR"))), IsOk());
}

TEST_F(ExpressionTest, RefusesWhatItDoesNotUnderstandAtItsPlace) {
  const struct {
    std::string_view source;
    std::string_view reason;
    std::string_view place;
    std::string_view says;
  } kCases[] = {
      {"", "SYNTAX", "1:1", "the expression is empty"},
      {"x +", "SYNTAX", "1:4", "breaks off"},
      {"x = 3", "SYNTAX", "1:3", "write == to compare"},
      {"yes and maybe", "SYNTAX", "1:5", "write && for 'and'"},
      {"yes & maybe", "SYNTAX", "1:5", "write && for 'and'"},
      {"not yes", "SYNTAX", "1:1", "write ! for 'not'"},
      {"x %", "SYNTAX", "1:4", "breaks off"},
      {"pupils.bo % score", "UNIT_MISMATCH", "1:13", "divided with a remainder"},
      {"name.matches('[a')", "INVALID_PATTERN", "1:14", "missing ]"},
      {"name.matches('a{2000}')", "INVALID_PATTERN", "1:14", "repetition"},
      {"name.matches('((((a{99}){99}){99}){99})')", "INVALID_PATTERN", "1:14", "repetition"},
      {"name.matches(name)", "WRONG_ARGUMENTS", "1:14", "written out"},
      {"days('2022-02-30')", "NOT_A_DAY", "1:6", "no day of the calendar"},
      {"days('20220201')", "NOT_A_DAY", "1:6", "write it as"},
      {"days(3)", "WRONG_TYPE", "1:6", "a day"},
      {"number(3)", "WRONG_TYPE", "1:8", "a text"},
      {"1,5 + x", "SYNTAX", "1:2", "decimals with a point"},
      {"1e3", "SYNTAX", "1:1", "write it out"},
      {"'abc", "SYNTAX", "1:1", "not closed"},
      {"'a\\q'", "SYNTAX", "1:3", "escape"},
      {"(x + 1", "SYNTAX", "1:7", "')' is expected"},
      {"yes ? 1", "SYNTAX", "1:8", "':' is expected"},
      {"null == x", "SYNTAX", "1:1", "ask has(x)"},
      {"x;", "SYNTAX", "1:2", "';' means nothing"},
      {"chosen.", "SYNTAX", "1:8", "a name is expected"},
      {"pupls.bo > 3", "UNKNOWN_NAME", "1:1", "did you mean 'pupils.bo'?"},
      {"yes &&\n  scor > 3", "UNKNOWN_NAME", "2:3", "did you mean 'score'?"},
      {"pupils > 3", "UNKNOWN_NAME", "1:1", "did you mean 'pupils.bo'?"},
      {"size > 3", "UNKNOWN_NAME", "1:1", "size(x)"},
      {"rounded(x)", "UNKNOWN_FUNCTION", "1:1", "'rounded'"},
      {"siz(chosen)", "UNKNOWN_FUNCTION", "1:1", "did you mean 'size'?"},
      {"round()", "WRONG_ARGUMENTS", "1:1", "round(x, places)"},
      {"double(yes)", "WRONG_ARGUMENTS", "1:8", "a number"},
      {"double()", "WRONG_ARGUMENTS", "1:1", "takes 1"},
      {"numbers.all(1, yes)", "WRONG_ARGUMENTS", "1:13", "a name for the element"},
      {"numbers.all(x, x > 1)", "NAME_TAKEN", "1:13", "choose another name"},
      {"x + 'a'", "WRONG_TYPE", "1:5", "a number is expected"},
      {"x && yes", "WRONG_TYPE", "1:1", "a condition is expected"},
      {"x == 'a'", "WRONG_TYPE", "1:3", "cannot be compared"},
      {"x in 'abc'", "WRONG_TYPE", "1:6", "a list is expected"},
      {"chosen == ['sport']", "WRONG_TYPE", "1:8", "lists are not compared"},
      {"[] == []", "WRONG_TYPE", "1:1", "at least one element"},
      {"yes < yes", "WRONG_TYPE", "1:5", "no order"},
      {"x.bo", "WRONG_TYPE", "1:3", "no part 'bo'"},
      {"yes ? 1 : 'a'", "WRONG_TYPE", "1:5", "two values of a condition"},
      {"sector == 'p0'", "UNKNOWN_VALUE", "1:11", "did you mean 'po'?"},
      {"sector in ['po', 'mbo']", "UNKNOWN_VALUE", "1:11", "'mbo'"},
      {"'tutorin' in chosen", "UNKNOWN_VALUE", "1:1", "did you mean 'tutoring'?"},
      {"chosen.exists(c, c == 'spotr')", "UNKNOWN_VALUE", "1:23", "did you mean 'sport'?"},
      {"shares['d']", "UNKNOWN_VALUE", "1:8", "there are 'a', 'b', 'c'"},
  };
  for (const auto& test : kCases) {
    const absl::Status status = Refusal(test.source);
    ErrorDetails details = DetailsOf(status);
    EXPECT_EQ(details.reason, test.reason) << test.source;
    EXPECT_EQ(details.metadata["line"] + ":" + details.metadata["column"], test.place)
        << test.source;
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(test.says))) << test.source;
  }
}

TEST_F(ExpressionTest, ShowsThePlaceWithACaret) {
  ErrorDetails details = DetailsOf(Refusal("name == 'é' &&\n  scor > 3"));
  EXPECT_EQ(details.metadata["excerpt"], "  scor > 3\n  ^");
  details = DetailsOf(Refusal("'ééé' == scor"));
  EXPECT_EQ(details.metadata["column"], "10");
  EXPECT_EQ(details.metadata["excerpt"], "'ééé' == scor\n         ^");
}

TEST_F(ExpressionTest, ShowsThePlaceOfAnErrorInEvaluation) {
  const auto expression = Expression::Compile("1 + x / zero", environment_);
  ErrorDetails details = DetailsOf(expression->Evaluate(MakeFrame()).status());
  EXPECT_EQ(details.reason, "DIVISION_BY_ZERO");
  EXPECT_EQ(details.metadata["column"], "5");
}

TEST_F(ExpressionTest, ExplainsHowAnAmountCameAbout) {
  const auto expression = Expression::Compile(
      "rate * pupils.bo + (has(score) ? point_rate * max(0, score - 4) : 0)", environment_);
  ASSERT_THAT(expression, IsOk());
  Trace trace;
  const auto value = expression->Explain(MakeFrame(), trace);
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(value->ToText(), "199401.36");
  EXPECT_EQ(ToText(trace),
            "rate * pupils.bo + (has(score) ? point_rate * max(0, score - 4) : 0) = 199401.36 EUR\n"
            "  rate * pupils.bo = 175290 EUR\n"
            "    rate = 701.16 EUR/pupil\n"
            "    pupils.bo = 250 pupil\n"
            "  (has(score) ? point_rate * max(0, score - 4) : 0) = 24111.36 EUR\n"
            "    has(score) = true\n"
            "      score = 100 point\n"
            "    point_rate * max(0, score - 4) = 24111.36 EUR\n"
            "      point_rate = 251.16 EUR/point\n"
            "      max(0, score - 4) = 96 point\n"
            "        score - 4 = 96 point\n"
            "          score = 100 point\n");
  EXPECT_EQ(*expression->Evaluate(MakeFrame()), *value);
}

TEST_F(ExpressionTest, ListsTheVariablesItUses) {
  const auto expression = Expression::Compile("pupils.bo * rate + rate * pupils.bo", environment_);
  std::vector<std::string> names;
  for (const Slot slot : expression->variables()) names.push_back(environment_.name(slot));
  EXPECT_THAT(names, ElementsAre("rate", "pupils.bo"));
}

TEST_F(ExpressionTest, PrintsInOneSpelling) {
  const struct {
    std::string_view source;
    std::string_view printed;
  } kCases[] = {
      {"((x))+(1*2)", "x + 1 * 2"},
      {"(x+1)*2", "(x + 1) * 2"},
      {"x-(1-2)", "x - (1 - 2)"},
      {"x-1-2", "x - 1 - 2"},
      {"x/(2*3)", "x / (2 * 3)"},
      {"!(yes&&maybe)", "!(yes && maybe)"},
      {"(yes||maybe)&&yes", "(yes || maybe) && yes"},
      {"\"a\" in unanswered", "'a' in unanswered"},
      {"(yes?1:2)+x", "(yes ? 1 : 2) + x"},
      {"yes?1:maybe?2:3", "yes ? 1 : maybe ? 2 : 3"},
      {"numbers . all( n,n>1 )", "numbers.all(n, n > 1)"},
      {"shares [ 'a' ]", "shares['a']"},
      {"- -x", "--x"},
      {"name=='it\\'s'", "name == 'it\\'s'"},
  };
  for (const auto& test : kCases) {
    const auto expression = Expression::Compile(test.source, environment_);
    ASSERT_THAT(expression, IsOk()) << test.source;
    EXPECT_EQ(expression->ToText(), test.printed);
  }
}

TEST_F(ExpressionTest, AVariableCanBeWrittenAsACall) {
  Add("today()", Type::Text(), Value::Text("2022-01-17"));
  Add("today", Type::Number(), N("3"));
  EXPECT_EQ(Run("today() > '2022-01-16' && today == 3"), "true");
  EXPECT_EQ(Run("today(1)"), "UNKNOWN_FUNCTION");
  Add("school.visits()", Type::Number(), N("2"));
  Add("school.visits", Type::Number(), N("5"));
  EXPECT_EQ(Run("school.visits() + school.visits"), "7");
  EXPECT_THAT(NamesIn("school.visits()"), ElementsAre("school"));
  EXPECT_THAT(Refusal("toda()"), HasReason("UNKNOWN_FUNCTION"));
  EXPECT_THAT(std::string(Refusal("toda()").message()), HasSubstr("did you mean 'today'?"));
  EXPECT_EQ(Expression::Compile("today()>'a'", environment_)->ToText(), "today() > 'a'");
  EXPECT_THAT(NamesIn("today() == x"), ElementsAre("x"));
  EXPECT_THAT(environment_.Declare("size()", Type::Number()).status(), HasReason("NAME_TAKEN"));
  EXPECT_THAT(environment_.Declare("double()", Type::Number()).status(), HasReason("NAME_TAKEN"));
  EXPECT_THAT(environment_.Declare("a()b", Type::Number()).status(), HasReason("INVALID_NAME"));
}

// Random well-formed expressions: printing and reading again changes neither text nor value.
TEST_F(ExpressionTest, ReadsBackWhatItPrints) {
  const uint64_t seed = 7;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const auto pick = [&](std::initializer_list<std::string> of) {
    return *(of.begin() + random() % of.size());
  };
  const std::function<std::string(int, bool)> make = [&](int depth, bool number) -> std::string {
    if (number) {
      if (depth == 0) return pick({"x", "zero", "2", "0.5", "size(chosen)", "shares['a']"});
      switch (random() % 5) {
        case 0:
          return "(" + make(depth - 1, false) + " ? " + make(depth - 1, true) + " : " +
                 make(depth - 1, true) + ")";
        case 1:
          return "-" + make(depth - 1, true);
        case 2:
          return "max(" + make(depth - 1, true) + ", " + make(depth - 1, true) + ")";
        default:
          return pick({"", "("}) == "("
                     ? "(" + make(depth - 1, true) + pick({" + ", " - ", " * ", " / ", " % "}) +
                           make(depth - 1, true) + ")"
                     : make(depth - 1, true) + pick({" + ", " - ", " * ", " / ", " % "}) +
                           make(depth - 1, true);
      }
    }
    if (depth == 0) return pick({"yes", "maybe", "sector == 'po'", "'sport' in chosen"});
    if (random() % 3 == 0) return "(" + make(depth - 1, true) + " < " + make(depth - 1, true) + ")";
    if (random() % 3 == 0) return "!(" + make(depth - 1, false) + ")";
    return make(depth - 1, false) + pick({" && ", " || "}) + make(depth - 1, false);
  };
  int compared = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string source = make(4, i % 2 == 0);
    const auto first = Expression::Compile(source, environment_);
    if (!first.ok()) continue;  // Too long, or units of nested parts.
    const auto second = Expression::Compile(first->ToText(), environment_);
    ASSERT_THAT(second, IsOk()) << source << "\n" << first->ToText();
    ASSERT_EQ(second->ToText(), first->ToText()) << source;
    const auto a = first->Evaluate(MakeFrame());
    const auto b = second->Evaluate(MakeFrame());
    ASSERT_EQ(a.ok(), b.ok()) << source;
    if (a.ok()) {
      ASSERT_EQ(*a, *b) << source << "\n" << first->ToText();
    }
    ++compared;
  }
  EXPECT_GT(compared, 400);
}

TEST_F(ExpressionTest, HasLimits) {
  EXPECT_THAT(Refusal("x + " + std::string(5000, ' ') + "x"), HasReason("TOO_LONG"));
  EXPECT_THAT(Refusal(std::string(100, '(') + "x" + std::string(100, ')')), HasReason("TOO_DEEP"));
  EXPECT_THAT(Refusal(std::string(100, '-') + "x"), HasReason("TOO_DEEP"));
  EXPECT_THAT(Refusal(std::string(100, '!') + "yes"), HasReason("TOO_DEEP"));
  std::string chain = "x";
  for (int i = 0; i < 100; ++i) chain += " - x";
  EXPECT_THAT(Refusal(chain), HasReason("TOO_DEEP"));
  std::string sum = "x";
  for (int i = 0; i < 1000; ++i) sum += "+x";
  EXPECT_EQ(Run(sum), "7007");
  EXPECT_THAT(Refusal("'" + std::string("\xFF") + "'"), HasReason("SYNTAX"));

  std::string squares = "numbers";
  for (int i = 0; i < 40; ++i) squares += ".map(n,n*n)";
  EXPECT_EQ(Run("sum(" + squares + ")"), "NUMBER_OUT_OF_RANGE");

  ValueList many;
  for (int i = 0; i < 100; ++i) many.push_back(N("1"));
  Add("many", Type::List(Type::Number()), Value::List(many));
  EXPECT_EQ(Run("many.all(a, many.all(b, many.all(c, a + b + c > 0)))"), "TOO_MANY_STEPS");
}

TEST_F(ExpressionTest, ComputesTwentyFormulasForTenThousandSchoolsInATenthOfASecond) {
  std::vector<Expression> formulas;
  for (int i = 0; i < 20; ++i) {
    formulas.push_back(*Expression::Compile(
        "rate * pupils.bo + point_rate * max(0, score - " + std::to_string(i) + ")", environment_));
  }
  Frame frame = MakeFrame();
  const auto start = std::chrono::steady_clock::now();
  Exact sum;
  for (int school = 0; school < 10'000; ++school) {
    frame.Set(1, Value::Number(school % 700));
    for (const Expression& formula : formulas) sum += formula.Evaluate(frame)->number();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(sum.ToText(), "52855920000");
  RecordProperty("seconds", std::to_string(took.count()));
}

TEST(EnvironmentTest, RefusesNamesThatClash) {
  Environment environment;
  EXPECT_THAT(environment.Declare("school.pupils", Type::Number()), IsOk());
  EXPECT_THAT(environment.Declare("school.pupils", Type::Number()), HasReason("NAME_TAKEN"));
  EXPECT_THAT(environment.Declare("school", Type::Number()), HasReason("NAME_TAKEN"));
  EXPECT_THAT(environment.Declare("school.pupils.bo", Type::Number()), HasReason("NAME_TAKEN"));
  EXPECT_THAT(environment.Declare("school.score", Type::Number()), IsOk());
  EXPECT_THAT(environment.Declare("2bo", Type::Number()), HasReason("INVALID_NAME"));
  EXPECT_THAT(environment.Declare("a..b", Type::Number()), HasReason("INVALID_NAME"));
  EXPECT_THAT(environment.Declare("in", Type::Number()), HasReason("RESERVED_NAME"));
  EXPECT_THAT(environment.DeclareFunction({"round", {}, Type::Bool(), nullptr}),
              HasReason("NAME_TAKEN"));
}

TEST(EnvironmentTest, ForgetsANameAndNotWhatWasCompiledWithIt) {
  Environment environment;
  const Slot first = environment.MustDeclare("x", Type::Number());
  const auto expression = Expression::Compile("x + 1", environment);
  environment.Forget("x");
  EXPECT_THAT(Expression::Compile("x + 1", environment), HasReason("UNKNOWN_NAME"));
  const Slot second = environment.MustDeclare("x", Type::Text());
  Frame frame(environment);
  frame.Set(first, N("2"));
  frame.Set(second, Value::Text("two"));
  EXPECT_EQ(*expression->Evaluate(frame), N("3"));
}

TEST(NamesInTest, AreAllThatAnExpressionMayRead) {
  EXPECT_THAT(NamesIn("a.b + sum(c.d.map(x, x * a.b)) > size(e) ? [f][0] : !g || k == 'h'"),
              ElementsAre("a.b", "c.d", "e", "f", "g", "k"));
  // An element is no name outside its macro.
  EXPECT_THAT(NamesIn("x.exists(y, y.z == w) || y"), ElementsAre("x", "w", "y"));
  EXPECT_THAT(NamesIn("a +"), ElementsAre());
}

TEST(EnvironmentTest, GivesConstantsToEveryFrame) {
  Environment environment;
  ASSERT_THAT(environment.DeclareConstant("rate", Type::Number(), N("701.16")), IsOk());
  const auto expression = Expression::Compile("rate * 2", environment);
  EXPECT_EQ(expression->Evaluate(Frame(environment))->ToText(), "1402.32");
}

TEST(ExpressionLifeTest, OutlivesItsEnvironment) {
  std::optional<Expression> expression;
  std::optional<absl::StatusOr<Value>> value;
  {
    Environment environment;
    const Slot x = environment.MustDeclare("x", Type::Text().Optional());
    expression.emplace(*Expression::Compile("x + '!'", environment));
    Frame frame(environment);
    frame.Set(x, Value::Absent(Absence::kNotAsked));
    value.emplace(expression->Evaluate(frame));
  }
  EXPECT_EQ((*value)->origin(), "x");
  EXPECT_EQ(expression->ToText(), "x + '!'");
}

TEST(UnitTest, ReadsBackWhatItWrites) {
  const struct {
    std::string_view text;
    std::string_view canonical;
  } kCases[] = {{"", "1"},
                {"1", "1"},
                {"EUR/pupil", "EUR/pupil"},
                {"pupil*EUR/pupil", "EUR"},
                {"1/year", "1/year"},
                {"EUR/pupil/year", "EUR/pupil/year"},
                {"pupil^2*EUR", "EUR*pupil^2"},
                {"pupil^-1", "1/pupil"}};
  for (const auto& test : kCases) {
    EXPECT_EQ(U(test.text).ToText(), test.canonical);
    EXPECT_EQ(U(test.canonical), U(test.text));
  }
  for (const std::string_view bad : {"EUR per pupil", "EUR/", "*", "2", "pupil^", "pupil^99"}) {
    EXPECT_THAT(Unit::Parse(bad), HasReason("INVALID_UNIT")) << bad;
  }
}

TEST(UnitTest, TakesAnyTextForTheUnitThatItIsCalled) {
  const struct {
    std::string_view text;
    std::string_view canonical;
  } kCases[] = {{"", "1"},
                {" ", "1"},
                {"1", "1"},
                {"%", "%"},
                {"months ", "months"},
                {"school weeks", "school weeks"},
                {"€ / pupil", "€/pupil"},
                {"m2/m2", "1"},
                {"pupil^2*EUR", "EUR*pupil^2"},
                {"pupil^0", "pupil^0"},
                {"pupil^99", "pupil^99"},
                {"^2", "^2"},
                {"EUR/", "EUR/?"},
                {"*", "?^2"}};
  for (const auto& test : kCases) {
    const Unit unit = Unit::Called(test.text);
    EXPECT_EQ(unit.ToText(), test.canonical);
    EXPECT_EQ(Unit::Called(unit.ToText()), unit);
    const Unit squares = unit * unit * Unit::Called("pupils");
    EXPECT_EQ(Unit::Called(squares.ToText()), squares);
  }
  EXPECT_EQ(Unit::Called("EUR/pupil"), U("EUR/pupil"));
  EXPECT_NE(Unit::Called("weeks"), Unit::Called("school weeks"));
}

}  // namespace
}  // namespace vg::expression
