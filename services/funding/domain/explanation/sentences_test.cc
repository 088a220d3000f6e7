#include "services/funding/domain/explanation/sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/calculation/population_pass.h"
#include "services/funding/domain/explanation/words.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using expression::Unit;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;

std::vector<Text> Told(const Scheme& scheme, const Recipient& recipient,
                       const SnapshotIdentity& snapshot = CountedInTime()) {
  absl::StatusOr<Calculator> calculator = Calculator::Make(scheme);
  EXPECT_OK(calculator);
  std::vector<Working> workings;
  const Allocation allocation = calculator->Explain(recipient, workings);
  return Sentences(*calculator, snapshot, allocation, workings);
}

std::vector<std::string> Dutch(const std::vector<Text>& sentences) {
  std::vector<std::string> dutch;
  for (const Text& sentence : sentences) dutch.push_back(sentence.nl);
  return dutch;
}

std::vector<std::string> English(const std::vector<Text>& sentences) {
  std::vector<std::string> english;
  for (const Text& sentence : sentences) english.push_back(sentence.en);
  return english;
}

TEST(WordsTest, WritesNumbersWithTheirUnits) {
  const auto unit = [](std::string_view text) { return *Unit::Parse(text); };
  EXPECT_EQ(InWords(Number("701.16"), unit("EUR/pupil"), Language::kDutch),
            "€ 701,16 per leerling");
  EXPECT_EQ(InWords(Number("701.16"), unit("EUR/pupil"), Language::kEnglish), "€701.16 per pupil");
  EXPECT_EQ(InWords(Number("1333.8429633"), unit("USD/pupil"), Language::kDutch),
            "US$ 1.333,8429633 per leerling");
  EXPECT_EQ(InWords(1, unit("pupil"), Language::kDutch), "1 leerling");
  EXPECT_EQ(InWords(12500, unit("pupil"), Language::kDutch), "12.500 leerlingen");
  EXPECT_EQ(InWords(Number("0.5"), unit("point"), Language::kEnglish), "0.5 points");
  EXPECT_EQ(InWords(Number("10000000/37"), unit("EUR"), Language::kDutch), "€ 10.000.000/37");
  EXPECT_EQ(InWords(3, unit("bus/pupil"), Language::kDutch), "3 bus per leerling");
  EXPECT_EQ(InWords(Number("1.16"), Unit(), Language::kDutch), "1,16");
}

TEST(WordsTest, NamesTheRounding) {
  EXPECT_EQ(InWords(RoundingRule{}, Language::kDutch), "op centen, halven van nul af");
  EXPECT_EQ(InWords(RoundingRule{}, Language::kEnglish), "to cents, halves away from zero");
  EXPECT_EQ(InWords(RoundingRule{0, Rounding::kDown}, Language::kEnglish),
            "to whole units, towards zero");
}

TEST(SentencesTest, TellASchoolLeaderHowTheAmountCameAbout) {
  Recipient school = School("16SW00", 250);
  school.score = 100;
  Scheme scheme = SchoolScheme();
  scheme.parameters[2].provisional = true;
  EXPECT_THAT(
      Dutch(Told(scheme, school)),
      ElementsAre(
          "De Regenboog (16SW00) krijgt € 200.406,00 voor het schooljaar 2021-2022.",
          "Dat volgt uit 'Regeling scholen' (Stcrt 2021-39244) en de gegevens van 1 oktober 2020 "
          "(snapshots/2020-10-01).",
          "Deel bo: € 701,16 per leerling × 250 leerlingen = € 175.290,00 (artikel 2).",
          "Deel so: € 1.402,31 per leerling × (0 leerlingen + 0 leerlingen) = € 0,00 (artikel 2).",
          "Deel score: € 251,16 per punt × 100 punten = € 25.116,00 (artikel 2).",
          "Samen: € 175.290,00 + € 0,00 + € 25.116,00 = € 200.406,00.",
          "Tarief rate_bo: € 701,16 per leerling (artikel 1).",
          "Tarief rate_so: € 1.402,31 per leerling (artikel 1).",
          "Tarief rate_score: € 251,16 per punt (artikel 1). Voorlopig: dit getal kon niet bij de "
          "bron worden nagegaan.",
          "Leerlingen basisonderwijs: 250 leerlingen, volgens het register van 1 oktober 2020.",
          "Leerlingen speciaal onderwijs: 0 leerlingen, volgens het register van 1 oktober 2020.",
          "Leerlingen voortgezet speciaal onderwijs: 0 leerlingen, volgens het register van 1 "
          "oktober 2020.",
          "Achterstandsscore: 100 punten, volgens het register van 1 oktober 2020."));
}

TEST(SentencesTest, TellTheSameInEnglish) {
  Scheme scheme = SchoolScheme();
  scheme.components.erase(scheme.components.begin() + 1);
  EXPECT_THAT(
      English(Told(scheme, School("16SW00", 250))),
      ElementsAre("De Regenboog (16SW00) receives €175,290.00 for the school year 2021-2022.",
                  "This follows from 'Scheme of schools' (Stcrt 2021-39244) and the figures of 1 "
                  "October 2020 (snapshots/2020-10-01).",
                  "Part bo: €701.16 per pupil × 250 pupils = €175,290.00 (artikel 2).",
                  "Not applicable: Part score.", "Rate rate_bo: €701.16 per pupil (artikel 1).",
                  "Pupils in primary education: 250 pupils, by the register of 1 October 2020.",
                  "Disadvantage score: not known, by the register of 1 October 2020."));
}

TEST(SentencesTest, SayWhyAnAmountCannotBeDetermined) {
  Recipient school = School("16SW00", 0);
  PupilsOf(school, SchoolType::kBo) = Count::Suppressed();
  EXPECT_EQ(Dutch(Told(SchoolScheme(), school)).front(),
            "Het bedrag voor De Regenboog (16SW00) voor het schooljaar 2021-2022 kan niet worden "
            "bepaald: 'Leerlingen basisonderwijs' is in de bron afgeschermd.");
  EXPECT_EQ(English(Told(SchoolScheme(), school)).front(),
            "The amount for De Regenboog (16SW00) for the school year 2021-2022 cannot be "
            "determined: 'Pupils in primary education' is suppressed in the source.");
}

TEST(SentencesTest, ShowWhoIsNotAmongTheHighestItsNumberAndTheThreshold) {
  Scheme scheme = SchoolScheme();
  scheme.components = {
      Part("top", "rate_bo * pupils.bo", "top_share(score / pupils.bo, 50 %, per sector)")};
  std::vector<Recipient> schools = {School("16SW00", 100), School("16SW01", 50)};
  schools[0].score = 20;
  schools[1].score = 15;
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(scheme));
  ASSERT_OK_AND_ASSIGN(const PopulationFigures population,
                       FiguresOf(calculator, RecipientsAtHand(schools)));
  const auto told = [&](const Recipient& school) {
    std::vector<Working> workings;
    const Allocation allocation = calculator.Explain(school, workings, population);
    return Sentences(calculator, CountedInTime(), allocation, workings);
  };
  EXPECT_THAT(Dutch(told(schools[0])),
              Contains("top_share(score / pupils.bo, 0.5, per sector): nee, want 20 punten ÷ 100 "
                       "leerlingen = 0,2 punten per leerling is lager dan de grens van 0,3 punten "
                       "per leerling, over alle ontvangers van deze verdeling."));
  EXPECT_THAT(English(told(schools[1])),
              Contains("top_share(score / pupils.bo, 0.5, per sector): yes, as 15 points ÷ 50 "
                       "pupils = 0.3 points per pupil is not below the threshold of 0.3 points "
                       "per pupil, over all recipients of this run."));
}

TEST(SentencesTest, SayThatAnotherCountDateMakesTheAmountProvisional) {
  SnapshotIdentity later = CountedInTime();
  later.count_date = absl::CivilDay(2021, 10, 1);
  EXPECT_THAT(English(Told(SchoolScheme(), School("16SW00", 1), later)),
              Contains("The amount is provisional: pupils were counted on 1 October 2021, and the "
                       "rules go by 1 October 2020."));
}

TEST(SentencesTest, SayHowAnAmountWasRoundedWhereItMattered) {
  Scheme scheme = SchoolScheme();
  scheme.parameters = {Rate("rate", "0.3335", "EUR/pupil")};
  scheme.components = {Part("a", "rate * pupils.bo")};
  EXPECT_THAT(Dutch(Told(scheme, School("16SW00", 1))),
              Contains("Deel a: € 0,3335 per leerling × 1 leerling = € 0,3335, afgerond op centen, "
                       "halven van nul af: € 0,33 (artikel 2)."));
}

TEST(SentencesTest, SayWhenItIsPaidWithEqualMonthsTogether) {
  Scheme scheme = SchoolScheme();
  scheme.components = {Part("bo", "rate_bo * pupils.bo")};
  absl::CivilMonth month(2021, 9);
  for (int i = 0; i < 11; ++i) {
    scheme.components[0].instalments.push_back({month++, i == 0 ? 2 : 1, 12});
  }
  EXPECT_THAT(
      Dutch(Told(scheme, School("16SW00", 250))),
      Contains("Betaling van 'Deel bo': september 2021 € 29.215,00; oktober 2021 tot en met "
               "juli 2022 € 14.607,50 per maand."));
}

TEST(SentencesTest, FillInOnlyWhatWasChosen) {
  Scheme scheme = SchoolScheme();
  scheme.components = {
      Part("bo", "pupils.bo > 100 ? rate_bo * pupils.bo : rate_so * max(pupils.bo, 4)")};
  EXPECT_THAT(Dutch(Told(scheme, School("16SW00", 3))),
              Contains("Deel bo: € 1.402,31 per leerling × het grootste van 3 leerlingen en 4 = "
                       "€ 5.609,24 (artikel 2)."));
}

}  // namespace
}  // namespace vg::funding
