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
    return ResolveText(text, figures_, Language::kDutch, "place", violations_);
  }
  std::string En(std::string_view text) {
    return ResolveText(text, figures_, Language::kEnglish, "place", violations_);
  }
  std::string ReasonFor(std::string_view text) {
    violations_.clear();
    Nl(text);
    return violations_.size() == 1 ? violations_[0].reason : "not one violation";
  }

  Figure consent_ = ProportionFigure();
  Figure choices_ = DistributionFigure();
  Figure money_ = MoneyFigure();
  Figures figures_{{"consent", &consent_}, {"choices", &choices_}, {"money", &money_}};
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
  for (const char* text :
       {"{", "{consent", "{}", "{:a}", "{choices:}", "{choices:a:b}", "{choices:a:value:more}"}) {
    EXPECT_EQ(ReasonFor(text), "MALFORMED_REFERENCE") << text;
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
