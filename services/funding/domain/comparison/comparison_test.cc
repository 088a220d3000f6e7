#include "services/funding/domain/comparison/comparison.h"

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/calculation/population_pass.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/comparison/comparison_words.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A scheme on a snapshot, computed.
struct Side {
  Side(const Scheme& scheme, std::vector<Recipient> schools)
      : calculator(*Calculator::Make(scheme)), recipients(std::move(schools)) {
    std::ranges::sort(recipients, {}, &Recipient::code);
    figures = *FiguresOf(calculator, RecipientsAtHand(recipients));
    expression::Frame frame = calculator.NewFrame();
    for (const Recipient& recipient : recipients) {
      allocations.push_back(calculator.Compute(recipient, frame, figures));
    }
  }
  const Allocation* Find(std::string_view code) const {
    const auto found = std::ranges::find(allocations, code, &Allocation::code);
    return found == allocations.end() ? nullptr : &*found;
  }

  Calculator calculator;
  std::vector<Recipient> recipients;
  PopulationFigures figures;
  std::vector<Allocation> allocations;
};

std::vector<Difference> Compare(const Side& before, const Side& after,
                                const Lineage& lineage = {}) {
  absl::StatusOr<Comparison> comparison =
      Comparison::Make({before.calculator, before.figures}, {after.calculator, after.figures});
  EXPECT_OK(comparison);
  std::vector<Difference> differences;
  for (const Passage& passage :
       PassagesOf(before.calculator.scheme().recipients, before.recipients, after.recipients,
                  before.recipients, after.recipients, lineage)) {
    differences.push_back(
        comparison->Compare(passage, before.Find(passage.code()), after.Find(passage.code())));
  }
  return differences;
}

// "bo INPUT pupils.bo 560928"
std::vector<std::string> Causes(const Difference& difference) {
  static constexpr const char* kNames[] = {"",      "PARAMETER", "INPUT",        "POPULATION",
                                           "RULE",  "OPENING",   "CLOSURE",      "MERGER",
                                           "SPLIT", "BOUNDARY",  "UNDETERMINED", "ROUNDING"};
  std::vector<std::string> causes;
  for (const Attribution& attribution : difference.attributions) {
    causes.push_back(absl::StrCat(attribution.component, " ",
                                  kNames[static_cast<int>(attribution.cause.kind)], " ",
                                  attribution.cause.name, " ", attribution.cents));
  }
  return causes;
}

int64_t Sum(const Difference& difference) {
  int64_t sum = 0;
  for (const Attribution& attribution : difference.attributions) sum += attribution.cents;
  return sum;
}

TEST(ComparisonTest, GivesMorePupilsAllOfTheDifferenceAndSaysSo) {
  const Side before(SchoolScheme(), {School("16SW00", 250)});
  const Side after(SchoolScheme(), {School("16SW00", 258)});
  const std::vector<Difference> differences = Compare(before, after);
  ASSERT_THAT(differences, SizeIs(1));
  EXPECT_EQ(differences[0].cents, 560'928);
  EXPECT_THAT(Causes(differences[0]), ElementsAre("bo INPUT pupils.bo 560928"));
  const Attribution& cause = differences[0].attributions[0];
  EXPECT_EQ(cause.before, "250");
  EXPECT_EQ(cause.after, "258");
  EXPECT_EQ(cause.text.en,
            "Pupils in primary education: 8 pupils more (250 became 258): +€5,609.28");
  EXPECT_EQ(cause.text.nl,
            "Leerlingen basisonderwijs: 8 leerlingen meer (250 werd 258): +€ 5.609,28");
}

TEST(ComparisonTest, SharesWhatRateAndPupilsDoTogether) {
  Scheme cheaper = SchoolScheme();
  cheaper.parameters[0].value = Number("500");
  const Side before(SchoolScheme(), {School("16SW00", 250)});
  const Side after(cheaper, {School("16SW00", 258)});
  // -201.16 x 254 and 8 x 600.58.
  EXPECT_THAT(Causes(Compare(before, after)[0]),
              ElementsAre("bo PARAMETER rate_bo -5109464", "bo INPUT pupils.bo 480464"));
}

TEST(ComparisonTest, FindsNothingBetweenARunAndItself) {
  const Side side(SchoolScheme(), {School("16SW00", 250), School("16SW01", 3)});
  for (const Difference& difference : Compare(side, side)) {
    EXPECT_EQ(difference.cents, 0);
    EXPECT_THAT(difference.attributions, IsEmpty());
  }
}

TEST(ComparisonTest, GivesANewComponentAndAnotherFormulaToTheRule) {
  Scheme changed = SchoolScheme();
  changed.components[0].formula = "rate_bo * (pupils.bo + pupils.sbo)";
  changed.components.push_back(Part("extra", "rate_bo * pupils.sbo"));
  Recipient school = School("16SW00", 250);
  PupilsOf(school, SchoolType::kSbo) = Count::Known(10);
  const Side before(SchoolScheme(), {school});
  const Side after(changed, {school});
  EXPECT_THAT(Causes(Compare(before, after)[0]),
              ElementsAre("bo RULE bo 701160", "extra RULE extra 701160"));
}

TEST(ComparisonTest, MakesRoundingAnItemOfItsOwn) {
  Scheme whole = SchoolScheme();
  whole.components[0].rounding.decimals = 0;
  const Side before(SchoolScheme(), {School("16SW00", 3)});
  const Side after(whole, {School("16SW00", 3)});
  EXPECT_THAT(Causes(Compare(before, after)[0]), ElementsAre("bo ROUNDING  -48"));
}

TEST(ComparisonTest, GivesTheWholeAmountToOpeningsAndClosures) {
  const Side before(SchoolScheme(), {School("16SW00", 100)});
  const Side after(SchoolScheme(), {School("16SW01", 10)});
  const std::vector<Difference> differences = Compare(before, after);
  EXPECT_THAT(Causes(differences[0]), ElementsAre(" CLOSURE  -7011600"));
  EXPECT_THAT(Causes(differences[1]), ElementsAre(" OPENING  701160"));
}

TEST(ComparisonTest, TellsThePupilsOfAMergerFromGrowth) {
  const Side before(SchoolScheme(), {School("16SW00", 200), School("16SW01", 50)});
  const Side after(SchoolScheme(), {School("16SW00", 240)});
  const std::vector<Difference> differences =
      Compare(before, after, {.heirs = {{"16SW01", "16SW00"}}});
  EXPECT_THAT(Causes(differences[0]),
              ElementsAre("bo INPUT pupils.bo -701160", "bo MERGER 16SW01 3505800"));
  EXPECT_THAT(Causes(differences[1]), ElementsAre(" MERGER 16SW00 -3505800"));
}

TEST(ComparisonTest, SaysOfAnAmountThatBecameUnknownWhy) {
  Recipient hidden = School("16SW00", 0);
  PupilsOf(hidden, SchoolType::kBo) = Count::Suppressed();
  const Side before(SchoolScheme(), {School("16SW00", 100)});
  const Side after(SchoolScheme(), {hidden});
  const Difference difference = Compare(before, after)[0];
  EXPECT_FALSE(difference.after.has_value());
  EXPECT_THAT(Causes(difference), ElementsAre(" UNDETERMINED  -7011600"));
  EXPECT_THAT(difference.attributions[0].text.en, HasSubstr("pupils.bo is suppressed"));
}

TEST(ComparisonTest, RefusesSchemesThatAreNotOfOneKind) {
  const auto compare = [](auto change) {
    Scheme other = SchoolScheme();
    change(other);
    const Calculator a = *Calculator::Make(SchoolScheme());
    const absl::StatusOr<Calculator> b = Calculator::Make(other);
    EXPECT_OK(b);
    return Comparison::Make({a}, {*b}).status();
  };
  EXPECT_THAT(compare([](Scheme& scheme) { scheme.grant = "other"; }),
              HasReason("RUNS_NOT_COMPARABLE"));
  EXPECT_THAT(compare([](Scheme& scheme) {
                scheme.currency = Currency::Usd();
                for (Parameter& rate : scheme.parameters) rate.unit.replace(0, 3, "USD");
              }),
              HasReason("RUNS_NOT_COMPARABLE"));
  EXPECT_THAT(compare([](Scheme& scheme) { scheme.recipients = RecipientKind::kMunicipality; }),
              HasReason("RUNS_NOT_COMPARABLE"));
}

// Schemes and schools drawn from a seed.
class Draw {
 public:
  explicit Draw(uint64_t seed) : random_(seed) {}

  int64_t Below(int64_t limit) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit));
  }

  Scheme AnyScheme() {
    static constexpr const char* kFormulas[] = {
        "rate_bo * pupils.bo",
        "rate_bo * pupils.bo / 3 + rate_so * (pupils.so + pupils.vso)",
        "rate_so * max(0, pupils.so - 4)",
        "pupils.bo < 145 ? rate_bo * pupils.bo * 1.07 : rate_bo * pupils.bo",
        "has(score) ? rate_score * score : rate_bo * pupils.sbo",
        "rate_score * score.orValue(0) / 7",
    };
    static constexpr const char* kConditions[] = {"", "", "pupils.bo > 0", "sector == 'primary'",
                                                  "pupils.total > 20"};
    Scheme scheme = SchoolScheme();
    for (Parameter& parameter : scheme.parameters) {
      if (Below(2) == 0) parameter.value = Exact::FromScaled(Below(200'000), 2) / (Below(3) + 1);
    }
    scheme.components.clear();
    for (const char* id : {"a", "b", "c"}) {
      if (Below(4) == 0) continue;
      Component component = Part(id, kFormulas[Below(std::size(kFormulas))],
                                 kConditions[Below(std::size(kConditions))]);
      component.rounding.decimals = static_cast<int>(Below(3));
      scheme.components.push_back(std::move(component));
    }
    if (scheme.components.empty()) scheme.components.push_back(Part("a", kFormulas[0]));
    return scheme;
  }

  std::vector<Recipient> AnySchools() {
    std::vector<Recipient> schools;
    for (int i = 0; i < 12; ++i) {
      if (Below(5) == 0) continue;
      Recipient school =
          School(absl::StrCat("16S", i % 2 == 0 ? "A" : "B", "0", i / 2), Below(300));
      school.sector = Below(4) == 0 ? Sector::kSpecial : Sector::kPrimary;
      for (const SchoolType type : {SchoolType::kSo, SchoolType::kVso, SchoolType::kSbo}) {
        if (Below(3) == 0) PupilsOf(school, type) = Count::Known(Below(60));
      }
      if (Below(2) == 0) school.score = Exact::FromScaled(Below(50'000), 2);
      if (Below(20) == 0) PupilsOf(school, SchoolType::kBo) = Count::Suppressed();
      schools.push_back(std::move(school));
    }
    return schools;
  }

  Lineage AnyLineage() {
    Lineage lineage;
    for (int i = 0; i < 5; ++i) {
      lineage.heirs[absl::StrCat("16SA0", i)] = absl::StrCat("16SA0", i + 1);
      lineage.origins[absl::StrCat("16SB0", i)] = absl::StrCat("16SB0", i + 1);
    }
    return lineage;
  }

 private:
  std::mt19937_64 random_;
};

TEST(ComparisonTest, AttributesEveryCentForAnySchemesAndSnapshots) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    Draw draw(seed);
    const Side before(draw.AnyScheme(), draw.AnySchools());
    const Side after(draw.AnyScheme(), draw.AnySchools());
    ComparisonTotals totals;
    int64_t sum_before = 0;
    int64_t sum_after = 0;
    for (const Difference& difference : Compare(before, after, draw.AnyLineage())) {
      ASSERT_EQ(Sum(difference), difference.cents) << "seed " << seed << " " << difference.code;
      ASSERT_OK(totals.Add(difference));
      for (const Attribution& attribution : difference.attributions) {
        ASSERT_NE(attribution.cents, 0);
        ASSERT_FALSE(attribution.text.nl.empty());
        ASSERT_FALSE(attribution.text.en.empty());
      }
    }
    for (const Allocation& allocation : before.allocations) {
      if (allocation.amount) sum_before += allocation.amount->cents;
    }
    for (const Allocation& allocation : after.allocations) {
      if (allocation.amount) sum_after += allocation.amount->cents;
    }
    int64_t by_cause = 0;
    for (const ComparisonTotals::Row& row : totals.Rows()) by_cause += row.total.cents;
    ASSERT_EQ(totals.before_cents(), sum_before);
    ASSERT_EQ(totals.after_cents(), sum_after);
    ASSERT_EQ(by_cause, sum_after - sum_before) << "seed " << seed;
  }
}

TEST(ComparisonTest, ChangesEverySignWhenTheSidesChangePlaces) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    Draw draw(seed);
    const Side before(draw.AnyScheme(), draw.AnySchools());
    const Side after(draw.AnyScheme(), draw.AnySchools());
    const Lineage lineage = draw.AnyLineage();
    const Lineage mirrored{.heirs = lineage.origins, .origins = lineage.heirs};
    const std::vector<Difference> forwards = Compare(before, after, lineage);
    const std::vector<Difference> backwards = Compare(after, before, mirrored);
    ASSERT_EQ(forwards.size(), backwards.size());
    const auto mirror = [](CauseKind kind) {
      switch (kind) {
        case CauseKind::kOpening:
          return CauseKind::kClosure;
        case CauseKind::kClosure:
          return CauseKind::kOpening;
        case CauseKind::kMerger:
          return CauseKind::kSplit;
        case CauseKind::kSplit:
          return CauseKind::kMerger;
        default:
          return kind;
      }
    };
    for (size_t i = 0; i < forwards.size(); ++i) {
      std::map<std::tuple<std::string, CauseKind, std::string>, int64_t> there;
      std::map<std::tuple<std::string, CauseKind, std::string>, int64_t> back;
      for (const Attribution& attribution : forwards[i].attributions) {
        there[{attribution.component, attribution.cause.kind, attribution.cause.name}] +=
            attribution.cents;
      }
      for (const Attribution& attribution : backwards[i].attributions) {
        back[{attribution.component, mirror(attribution.cause.kind), attribution.cause.name}] -=
            attribution.cents;
      }
      ASSERT_EQ(there, back) << "seed " << seed << " " << forwards[i].code;
    }
  }
}

TEST(ComparisonTest, DoesNotDependOnTheOrderOfRecipients) {
  Draw draw(7);
  const Scheme scheme = draw.AnyScheme();
  std::vector<Recipient> schools = draw.AnySchools();
  std::vector<Recipient> others = draw.AnySchools();
  const std::vector<Difference> sorted = Compare(Side(scheme, schools), Side(scheme, others));
  std::ranges::reverse(schools);
  std::ranges::reverse(others);
  const std::vector<Difference> reversed = Compare(Side(scheme, schools), Side(scheme, others));
  ASSERT_EQ(sorted.size(), reversed.size());
  for (size_t i = 0; i < sorted.size(); ++i) EXPECT_EQ(Causes(sorted[i]), Causes(reversed[i]));
}

TEST(ComparisonTest, ComparesANation) {
  std::vector<Recipient> was;
  std::vector<Recipient> is;
  for (int i = 0; i < 9000; ++i) {
    std::string code = absl::StrCat(10 + i / 900, "AA", i % 900 + 100);  // In order, all different.
    was.push_back(School(code, 20 + i % 400));
    is.push_back(School(code, 25 + i % 380));
    was.back().score = is.back().score = Exact(i % 70);
  }
  Scheme changed = SchoolScheme();
  changed.parameters[0].value = Number("705.5");
  const Side before(SchoolScheme(), std::move(was));
  const Side after(changed, std::move(is));
  EXPECT_THAT(Compare(before, after), SizeIs(9000));
}

}  // namespace
}  // namespace vg::funding
