// Sums of schools against R's answers for the records themselves: persons as a last stage, ratios,
// counts, quantiles. What R was asked is in testdata/records.R.

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "services/indicators/domain/estimation/estimator.h"
#include "services/indicators/domain/estimation/quantile.h"
#include "services/indicators/domain/estimation/test_reference.h"

namespace vg::indicators::estimation {
namespace {

using nlohmann::json;

const json& Records() {
  static const json& records = *new json(json::parse(
      ReadFile(SourcePath("services/indicators/domain/estimation/testdata/records.json"))));
  return records;
}

// How the schools were drawn, and whether their records are a sample of their persons.
struct Setting {
  const char* name;
  bool sizes = false;
  bool persons = false;
};

class RecordsTest : public testing::TestWithParam<Setting> {
 protected:
  static Estimator Make(const Setting& setting, LonelyStratum lonely = LonelyStratum::kFail) {
    std::vector<SampledUnit> units;
    std::map<std::string, LastStage> last_of;
    for (const json& school : Records().at("schools")) {
      units.push_back({school.at("id"),
                       school.at("stratum"),
                       {{"", setting.sizes ? school.at("N").get<int64_t>() : 0}},
                       school.at("weight")});
      last_of[school.at("id")] = {school.at("m"), school.at("M")};
    }
    absl::StatusOr<Design> design = Design::Make(std::move(units), lonely);
    EXPECT_THAT(design, IsOk());
    std::vector<LastStage> last;
    for (int row = 0; setting.persons && row < design->size(); ++row) {
      last.push_back(last_of.at(design->unit(row).id));
    }
    absl::StatusOr<Estimator> estimator = Estimator::Make(
        *std::move(design), std::nullopt, VarianceMethod::kLinearization, std::move(last));
    EXPECT_THAT(estimator, IsOk());
    return *std::move(estimator);
  }

  // What each school of group `g` ("": of all) brings, from its sums.
  template <typename Fill>
  static Domain Of(const Estimator& estimator, const std::string& g, const Fill& fill) {
    Domain domain;
    for (const json& school : Records().at("schools")) {
      if (!g.empty() && school.at("g") != g) continue;
      Observation unit;
      unit.row = estimator.design().Find(school.at("id").get<std::string>());
      unit.expansion = estimator.expansion(unit.row);
      unit.count = unit.count_squares = school.at("n");
      fill(school, unit);
      domain.push_back(unit);
    }
    std::sort(domain.begin(), domain.end(),
              [](const Observation& a, const Observation& b) { return a.row < b.row; });
    return domain;
  }
  static Domain Means(const Estimator& estimator, const std::string& g = "") {
    return Of(estimator, g, [](const json& school, Observation& unit) {
      unit.sum = unit.cross = school.at("y");
      unit.squares = school.at("yy");
    });
  }
  static Domain Ratios(const Estimator& estimator, const std::string& g = "") {
    return Of(estimator, g, [](const json& school, Observation& unit) {
      unit.sum = school.at("y");
      unit.squares = school.at("yy");
      unit.count = school.at("x");
      unit.count_squares = school.at("xx");
      unit.cross = school.at("xy");
    });
  }
  static Domain Shares(const Estimator& estimator) {
    return Of(estimator, "", [](const json& school, Observation& unit) {
      unit.sum = unit.squares = unit.cross = school.at("b");
    });
  }
  static Domain Counts(const Estimator& estimator, const std::string& g = "") {
    return Of(estimator, g, [](const json& school, Observation& unit) {
      unit.sum = unit.squares = unit.cross = school.at("n");
    });
  }
  // How many records of each unit of `domain` have each value from 0 to 20.
  static std::vector<ValueCounts> Values(const Estimator& estimator, const Domain& domain) {
    std::map<int, const json*> schools;
    for (const json& school : Records().at("schools")) {
      schools[estimator.design().Find(school.at("id").get<std::string>())] = &school;
    }
    std::vector<ValueCounts> values;
    for (size_t value = 0; value <= 20; ++value) {
      ValueCounts& counts = values.emplace_back();
      counts.value = static_cast<double>(value);
      for (const Observation& unit : domain) {
        counts.counts.push_back(schools.at(unit.row)->at("h").at(value));
      }
    }
    return values;
  }

  static void ExpectBoth(double value, double variance, const json& expected,
                         const std::string& what) {
    ExpectDigits(value, expected.at("value"), what);
    ExpectDigits(std::sqrt(variance), expected.at("se"), what + " se");
  }
  static void ExpectQuantiles(const Estimator& estimator, const std::string& g,
                              const json& expected) {
    const Domain domain = Counts(estimator, g);
    const std::vector<ValueCounts> values = Values(estimator, domain);
    const Confidence confidence{.degrees_of_freedom = estimator.design().degrees_of_freedom()};
    for (const json& each : expected) {
      const std::string what = "quantile " + each.at("p").dump() + " of " + g;
      const auto told = Quantile(estimator, domain, values, each.at("p"), confidence);
      ASSERT_TRUE(told.has_value()) << what;
      EXPECT_EQ(told->value, each.at("value")) << what;
      for (const auto& [actual, name] : {std::pair(told->lower, "lower"), {told->upper, "upper"}}) {
        EXPECT_EQ(actual.has_value(), !each.at(name).is_null()) << what << " " << name;
        if (actual.has_value()) {
          EXPECT_EQ(*actual, each.at(name)) << what << " " << name;
        }
      }
      EXPECT_EQ(told->standard_error.has_value(), !each.at("se").is_null()) << what;
      if (told->standard_error.has_value()) {
        ExpectDigits(*told->standard_error, each.at("se"), what + " se");
      }
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Settings, RecordsTest,
                         testing::Values(Setting{"persons", true, true}, Setting{"clusters", true},
                                         Setting{"endless"}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(RecordsTest, SumsOfSchoolsGiveWhatTheRecordsGive) {
  const Estimator estimator = Make(GetParam());
  const json& expected = Records().at(GetParam().name);
  EXPECT_EQ(estimator.design().degrees_of_freedom(), expected.at("degrees_of_freedom"));

  const auto mean = estimator.Estimate(Means(estimator));
  ASSERT_TRUE(mean.has_value());
  ExpectBoth(mean->ratio.value, *mean->variance, expected.at("mean"), "mean");
  ExpectBoth(mean->total, mean->total_variance, expected.at("total"), "total");

  const auto share = estimator.Estimate(Shares(estimator));
  ExpectBoth(share->ratio.value, *share->variance, expected.at("proportion"), "proportion");

  const DomainEstimate count = estimator.EstimateTotal(Counts(estimator));
  ExpectBoth(count.ratio.value, *count.variance, expected.at("count"), "count");
  ExpectDigits(count.count, expected.at("count").at("value"), "records");

  const auto ratio = estimator.Estimate(Ratios(estimator));
  ExpectBoth(ratio->ratio.value, *ratio->variance, expected.at("ratio"), "ratio");
  const auto in_group = estimator.Estimate(Ratios(estimator, "a"));
  ExpectBoth(in_group->ratio.value, *in_group->variance, expected.at("domain_ratio_a"),
             "ratio in a group");

  for (const auto& [g, told] : expected.at("domain_means").items()) {
    const auto domain = estimator.Estimate(Means(estimator, g));
    ExpectBoth(domain->ratio.value, *domain->variance, told, "mean of " + g);
  }
}

TEST_P(RecordsTest, CountsOfValuesGiveTheQuantilesOfTheRecords) {
  const Estimator estimator = Make(GetParam());
  const json& expected = Records().at(GetParam().name);
  ExpectQuantiles(estimator, "", expected.at("quantiles"));
  ExpectQuantiles(estimator, "b", expected.at("domain_quantiles_b"));
}

// R's policies for one school in a stratum of its own; "certainty" and "remove" are one.
TEST_F(RecordsTest, ALonelyStratumAddsWhatThePolicySays) {
  for (const auto& [name, policy] : {std::pair("remove", LonelyStratum::kRemove),
                                     {"certainty", LonelyStratum::kRemove},
                                     {"adjust", LonelyStratum::kAdjust},
                                     {"average", LonelyStratum::kAverage}}) {
    std::vector<SampledUnit> units;
    Domain means, ratios;
    std::vector<json> schools;
    for (const json& school : Records().at("schools")) {
      schools.push_back(school);
      if (school.at("id") != "u003") continue;
      json lonely = school;
      lonely["id"] = "u999";
      lonely["stratum"] = "west";
      lonely["N"] = 5;
      lonely["weight"] = 5;
      schools.push_back(lonely);
    }
    for (const json& school : schools) {
      units.push_back({school.at("id"),
                       school.at("stratum"),
                       {{"", school.at("N").get<int64_t>()}},
                       school.at("weight")});
    }
    EXPECT_THAT(Design::Make(units, LonelyStratum::kFail), HasReason("LONELY_STRATUM"));
    absl::StatusOr<Design> design = Design::Make(units, policy);
    ASSERT_THAT(design, IsOk());
    const Estimator estimator =
        *Estimator::Make(*design, std::nullopt, VarianceMethod::kLinearization);
    std::map<int, const json*> by_row;
    for (const json& school : schools) {
      by_row[design->Find(school.at("id").get<std::string>())] = &school;
    }
    for (const auto& [row, school] : by_row) {
      means.push_back({row, school->at("y"), school->at("n"), school->at("yy")});
      ratios.push_back({row, school->at("y"), school->at("x"), school->at("yy")});
    }
    const json& expected = Records().at("lonely").at(name);
    const auto mean = estimator.Estimate(means);
    ExpectBoth(mean->ratio.value, *mean->variance, expected.at("mean"), name);
    const auto ratio = estimator.Estimate(ratios);
    ExpectBoth(ratio->ratio.value, *ratio->variance, expected.at("ratio"), name);
  }
}

TEST(LastStageTest, RefusesMorePersonsThanThereAreAndOneOfSeveral) {
  const auto make = [](LastStage last, LonelyStratum lonely) {
    return Estimator::Make(
               *Design::Make({{"a", "", {{"", 4}}, 2}, {"b", "", {{"", 4}}, 2}}, lonely),
               std::nullopt, VarianceMethod::kLinearization, {last, {3, 9}})
        .status();
  };
  EXPECT_THAT(make({10, 9}, LonelyStratum::kFail), HasReason("MORE_THAN_PERSONS"));
  EXPECT_THAT(make({1, 9}, LonelyStratum::kFail), HasReason("LONELY_STRATUM"));
  EXPECT_OK(make({1, 9}, LonelyStratum::kRemove));
  EXPECT_OK(make({1, 1}, LonelyStratum::kFail));
}

TEST(QuantileTest, IsTheLeastValueThatTheShareIsNotAbove) {
  const Estimator estimator =
      *Estimator::Make(*Design::Make({{"a", "", {}, 1}, {"b", "", {}, 1}}, LonelyStratum::kFail),
                       std::nullopt, VarianceMethod::kLinearization);
  const Domain domain = {{0, 0, 2, 0}, {1, 0, 2, 0}};
  const std::vector<ValueCounts> values = {{1, {1, 0}}, {2, {1, 1}}, {7, {0, 1}}};
  const auto at = [&](double p) { return Quantile(estimator, domain, values, p, {})->value; };
  EXPECT_EQ(at(0.01), 1);
  EXPECT_EQ(at(0.25), 1);
  EXPECT_EQ(at(0.26), 2);
  EXPECT_EQ(at(0.75), 2);
  EXPECT_EQ(at(0.76), 7);
  EXPECT_FALSE(Quantile(estimator, {}, {}, 0.5, {}).has_value());
}

}  // namespace
}  // namespace vg::indicators::estimation
