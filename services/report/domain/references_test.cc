#include "services/report/domain/references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/report/domain/examples.h"

namespace vg::report {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReferencesTest : public testing::Test {
 protected:
  std::string Nl(std::string_view text) {
    return PlainText(ResolveText(text, figures_, Language::kDutch, "place", violations_));
  }
  std::string En(std::string_view text) {
    return PlainText(ResolveText(text, figures_, Language::kEnglish, "place", violations_));
  }
  std::string ReasonFor(std::string_view text) {
    violations_.clear();
    Nl(text);
    return violations_.size() == 1 ? violations_[0].reason : "not one violation";
  }

  Figure consent_ = ProportionFigure();
  Figure choices_ = DistributionFigure();
  Figure money_ = MoneyFigure();
  Figure sectors_ = BreakdownFigure();
  Figures figures_{
      {"consent", &consent_}, {"choices", &choices_}, {"money", &money_}, {"sectors", &sectors_}};
  std::vector<FieldViolation> violations_;
};

TEST_F(ReferencesTest, ReadsNumbersInTheLanguageOfTheText) {
  EXPECT_EQ(Nl("Met {consent} ingestemd."), "Met 61,2% ingestemd.");
  EXPECT_EQ(En("{consent} consented"), "61.2% consented");
  EXPECT_EQ(Nl("{money} toegekend"), "€\u00a02,5\u00a0miljoen toegekend");
  EXPECT_EQ(En("{money:base}"), "€1.5\u00a0million");
  EXPECT_THAT(violations_, IsEmpty());
}

TEST_F(ReferencesTest, NamesCategoriesByRankAndBreaksTiesById) {
  EXPECT_EQ(Nl("{choices:#1} ({choices:#1:value}), {choices:#2}, {choices:#3}"),
            "Kleine groepen (61,2%), Feedback, Bijles");
  EXPECT_EQ(En("{choices:c}"), "40.0%");
  EXPECT_THAT(violations_, IsEmpty());
}

TEST_F(ReferencesTest, DoesNotLookThroughWordsThatCameIn) {
  choices_.categories[0].text = {"{consent}", ""};
  EXPECT_EQ(Nl("{choices:#1}"), "{consent}");
}

TEST_F(ReferencesTest, SaysWhatIsWrongWithAReference) {
  EXPECT_EQ(ReasonFor("{nothing}"), "UNKNOWN_FIGURE");
  EXPECT_EQ(ReasonFor("{choices}"), "UNKNOWN_CATEGORY");
  EXPECT_EQ(ReasonFor("{choices:z}"), "UNKNOWN_CATEGORY");
  EXPECT_THAT(violations_[0].sentence, HasSubstr("b, c, a"));
  EXPECT_EQ(ReasonFor("{consent:a}"), "UNKNOWN_CATEGORY");
  for (const char* rank : {"{choices:#0}", "{choices:#4}", "{choices:#x}", "{choices:#-1}",
                           "{choices:#99999999999999999999}"}) {
    EXPECT_EQ(ReasonFor(rank), "UNKNOWN_CATEGORY") << rank;
  }
  for (const char* text : {"{", "{consent", "{}", "{:a}", "{choices:}", "{choices:a:b}",
                           "{choices:a:value:more}", "{@a}", "{consent@}", "{consent@a@b}"}) {
    EXPECT_EQ(ReasonFor(text), "MALFORMED_REFERENCE") << text;
  }
}

TEST_F(ReferencesTest, ReadsAGroupOfABreakdown) {
  EXPECT_EQ(Nl("{sectors@primary}"), "50,0%");
  EXPECT_EQ(ReasonFor("{sectors@special}"), "NO_VALUE");
  EXPECT_EQ(ReasonFor("{sectors@none}"), "UNKNOWN_GROUP");
  EXPECT_THAT(violations_[0].sentence, HasSubstr("primary, special"));
}

TEST_F(ReferencesTest, LinksEveryFigureToWhereItComesFrom) {
  EXPECT_EQ(
      ResolveText("Met {consent}, [de meeste]{consent majority}.", figures_, Language::kDutch,
                  "place", violations_),
      (RichText{
          {"Met ", ""}, {"61,2%", "consent"}, {", ", ""}, {"de meeste", "consent"}, {".", ""}}));
}

TEST_F(ReferencesTest, LetsNoSentenceStandWhoseFigureDoesNotSupportIt) {
  EXPECT_EQ(Nl("[de meeste]{consent majority} [ruim de helft]{consent > 55%} "
               "[vaker]{choices:b > choices:c} [meer]{sectors > sectors@primary}"),
            "de meeste ruim de helft vaker meer");
  EXPECT_THAT(violations_, IsEmpty());
  consent_.cells[0][0].value = Exact::FromScaled(441, 3);
  EXPECT_EQ(ReasonFor("[de meeste scholen]{consent majority}"), "CLAIM_FAILS");
  EXPECT_EQ(violations_[0].field, "place");
  EXPECT_EQ(
      violations_[0].sentence,
      "\"de meeste scholen\" needs consent to be more than 50%, beyond chance, but consent is "
      "44.1%");
  EXPECT_EQ(ReasonFor("[bijna alle]{consent >= 90%}"), "CLAIM_FAILS");
  EXPECT_EQ(violations_[0].sentence, "\"bijna alle\" needs consent >= 90%, but consent is 44.1%");
  EXPECT_EQ(ReasonFor("[vaker]{choices:c > choices:b}"), "CLAIM_FAILS");
  EXPECT_EQ(violations_[0].sentence,
            "\"vaker\" needs choices:c > choices:b, but choices:c is 40.0% and choices:b is 61.2%");
  EXPECT_EQ(ReasonFor("[vaker]{choices:c > nothing}"), "UNKNOWN_FIGURE");
}

TEST_F(ReferencesTest, TakesAMajorityThatMayBeChanceForNone) {
  consent_.cells[0][0].interval = Interval{Exact::FromScaled(51, 2), Exact::FromScaled(70, 2)};
  Nl("[de meeste]{consent majority}");
  EXPECT_THAT(violations_, IsEmpty());
  consent_.cells[0][0].interval->lower = Exact::FromScaled(49, 2);
  EXPECT_EQ(ReasonFor("[de meeste]{consent majority}"), "CLAIM_FAILS");
  EXPECT_THAT(violations_[0].sentence, HasSubstr("61.2% (49.0% to 70.0%)"));
}

TEST_F(ReferencesTest, TakesAChangeThatMayBeChanceForNone) {
  Cell& change = consent_.cells[0][0];
  change.value = Exact::FromScaled(-3, 2);
  change.p_value = Exact::FromScaled(4, 2);
  Nl("[daalde]{consent fell}");
  EXPECT_THAT(violations_, IsEmpty());
  EXPECT_EQ(ReasonFor("[steeg]{consent rose}"), "CLAIM_FAILS");
  EXPECT_EQ(ReasonFor("[gelijk]{consent unchanged}"), "CLAIM_FAILS");
  change.p_value = Exact::FromScaled(5, 2);
  EXPECT_EQ(ReasonFor("[daalde]{consent fell}"), "CLAIM_FAILS");
  EXPECT_THAT(violations_[0].sentence, HasSubstr("p = 0.050"));
  Nl("[gelijk]{consent unchanged}");
}

TEST_F(ReferencesTest, ReadsNoClaimIntoOrdinaryBrackets) {
  EXPECT_EQ(Nl("[sic] {consent} [zie {consent}]"), "[sic] 61,2% [zie 61,2%]");
  EXPECT_THAT(violations_, IsEmpty());
  for (const char* text : {"[x]{}", "[x]{consent}", "[x]{consent high}", "[x]{consent ~ 3}",
                           "[x]{90% majority}", "[x]{consent > > 3}", "[x]{consent > 3 %}"}) {
    EXPECT_EQ(ReasonFor(text), "MALFORMED_CLAIM") << text;
  }
}

TEST_F(ReferencesTest, NeverShowsAFigureThatHasNoValue) {
  consent_ = ProportionFigure(Suppressed());
  EXPECT_EQ(ReasonFor("{consent}"), "NO_VALUE");
  consent_ = ProportionFigure(Empty());
  EXPECT_EQ(ReasonFor("{consent}"), "NO_VALUE");
  for (Cell& cell : choices_.cells[0]) cell = Suppressed();
  EXPECT_EQ(ReasonFor("{choices:#1}"), "NO_VALUE");
}

TEST_F(ReferencesTest, NamesEveryFaultOfAText) {
  Nl("{x} and {choices:y} and {consent} and {z}");
  EXPECT_THAT(violations_, SizeIs(3));
}

TEST_F(ReferencesTest, MakesHeadlineLines) {
  const HeadlineLine ranked =
      ResolveHeadline({.title = {"Meest", "Most"}, .figure = "choices", .category = "#1"}, figures_,
                      "p", violations_);
  EXPECT_EQ(ranked.value.nl, "Kleine groepen (61,2%)");
  EXPECT_EQ(ranked.value.en, "Small groups (61.2%)");
  EXPECT_EQ(ranked.n, 1000);
  EXPECT_EQ(
      ResolveHeadline({.figure = "choices", .category = "c"}, figures_, "p", violations_).value.nl,
      "40,0%");
  EXPECT_EQ(ResolveHeadline({.figure = "money"}, figures_, "p", violations_).n, 20);
  EXPECT_THAT(violations_, IsEmpty());
  ResolveHeadline({.figure = "gone"}, figures_, "plan.headline[4]", violations_);
  ASSERT_THAT(violations_, SizeIs(1));
  EXPECT_EQ(violations_[0].field, "plan.headline[4]");
}

}  // namespace
}  // namespace vg::report
