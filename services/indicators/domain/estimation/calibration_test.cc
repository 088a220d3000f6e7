#include "services/indicators/domain/estimation/calibration.h"

#include <map>
#include <random>

#include <gmock/gmock.h>

#include "common/testing/status_matchers.h"
#include "services/indicators/domain/estimation/test_reference.h"

namespace vg::indicators::estimation {
namespace {

using nlohmann::json;

// Builds the variables of a case: classes of g, of k, of both together, and x.
class Variables {
 public:
  Variables(const Case& given, const Design& design, const json& totals)
      : given_(given), design_(design), totals_(totals) {
    made_.rows.resize(static_cast<size_t>(design.size()));
  }
  Variables& Classes(const std::string& attribute) {
    for (const auto& [name, total] : totals_.at(attribute).items()) {
      Add(name, total,
          [&, name = name](const json& row) { return row.at(attribute) == name ? 1.0 : 0.0; });
    }
    return *this;
  }
  Variables& Cells() {
    for (const auto& [number, cell] : totals_.at("cells").items()) {
      Add("cell " + number, cell.at("total"), [&cell = cell](const json& row) {
        return row.at("g") == cell.at("g") && row.at("k") == cell.at("k") ? 1.0 : 0.0;
      });
    }
    return *this;
  }
  Variables& Number() {
    Add("x", totals_.at("x"), [](const json& row) { return row.at("x").get<double>(); });
    return *this;
  }
  Auxiliaries Take() { return std::move(made_); }

 private:
  void Add(const std::string& name, double total,
           const std::function<double(const json&)>& value_of) {
    const int variable = static_cast<int>(made_.targets.size());
    made_.targets.push_back({name, total});
    for (const json& row : given_.json.at("rows")) {
      const double value = value_of(row);
      if (value == 0) continue;
      const int place = design_.Find(row.at("id").get<std::string>());
      made_.rows[static_cast<size_t>(place)].push_back({variable, value});
    }
  }

  const Case& given_;
  const Design& design_;
  const json& totals_;
  Auxiliaries made_;
};

class EveryCalibration : public testing::TestWithParam<const char*> {
 protected:
  EveryCalibration()
      : given_(Reference().at(GetParam())),
        expected_(given_.json.at("calibrated")),
        design_(given_.MakeDesign()) {}

  Variables Start() const { return Variables(given_, design_, expected_.at("totals")); }

  Estimator Make(Auxiliaries auxiliaries, const CalibrationRules& rules,
                 VarianceMethod method = VarianceMethod::kLinearization) {
    absl::StatusOr<Calibration> calibration =
        Calibration::Make(std::move(auxiliaries), rules, design_.weights());
    EXPECT_THAT(calibration, IsOk());
    absl::StatusOr<Estimator> made =
        Estimator::Make(given_.MakeDesign(), *std::move(calibration), method);
    EXPECT_THAT(made, IsOk());
    return *std::move(made);
  }

  void Expect(const std::string& name, const Estimator& estimator) {
    const json& expected = expected_.at(name);
    for (size_t i = 0; i < given_.units.size(); ++i) {
      const int row = design_.Find(given_.units[i].id);
      ExpectDigits(estimator.weights()[static_cast<size_t>(row)], expected.at("weights").at(i),
                   name + ", weight");
    }
    const Domain y = given_.Of(design_, "y");
    const auto ratio = [&](const Domain& domain, const json& told, const std::string& what) {
      ExpectDigits(estimator.Ratio(domain)->value, told.at("value"), name + ", " + what);
      ExpectDigits(std::sqrt(*estimator.RatioVariance(domain)), told.at("se"),
                   name + ", SE of " + what);
    };
    ratio(y, expected.at("mean"), "mean");
    ExpectDigits(estimator.Total(y).value, expected.at("total").at("value"), name + ", total");
    ExpectDigits(std::sqrt(estimator.TotalVariance(y)), expected.at("total").at("se"),
                 name + ", SE of total");
    ratio(given_.Of(design_, "y", {}, "x"), expected.at("ratio"), "ratio");
    for (const auto& [group, mean] : expected.at("domain_means").items()) {
      ratio(given_.Of(design_, "y", Case::Group(group)), mean, "mean of " + group);
    }
    ExpectDigits(
        std::sqrt(*estimator.DifferenceVariance(given_.Of(design_, "y", Case::Group("a")),
                                                given_.Of(design_, "y", Case::Group("b")))),
        expected.at("difference_b_a").at("se"), name + ", SE of difference");
  }

  const Case given_;
  const json& expected_;
  const Design design_;
};

TEST_P(EveryCalibration, AgreesWithR) {
  Expect("post_stratified", Make(Start().Cells().Take(), {}));
  Expect("raked", Make(Start().Classes("g").Classes("k").Take(), {.distance = Distance::kRaking}));
  Expect("logit", Make(Start().Classes("g").Classes("k").Take(),
                       {.distance = Distance::kLogit, .lower = 0.4, .upper = 2.2}));
  Expect("linear", Make(Start().Classes("k").Number().Take(), {}));
  const auto within = [this] { return Start().Classes("g").Classes("k").Number().Take(); };
  Expect("linear_within", Make(within(), {.lower = 0.8, .upper = 1.25}));
  Expect("raked_within",
         Make(within(), {.distance = Distance::kRaking, .lower = 0.8, .upper = 1.25}));
}

TEST_P(EveryCalibration, AgreesWithRWhereEachReplicateIsCalibratedAgain) {
  const Estimator estimator = Make(Start().Classes("g").Classes("k").Take(),
                                   {.distance = Distance::kRaking}, VarianceMethod::kJackknife);
  const json& expected = given_.json.at("calibrated_jackknife");
  const Domain y = given_.Of(design_, "y");
  ExpectDigits(std::sqrt(*estimator.RatioVariance(y)), expected.at("mean").at("se"), "SE of mean");
  ExpectDigits(std::sqrt(estimator.TotalVariance(y)), expected.at("total").at("se"), "SE of total");
}

TEST_P(EveryCalibration, WhatWasCalibratedToHasItsTotalAndNoError) {
  const double n = design_.size();
  for (const Distance distance : {Distance::kLinear, Distance::kRaking}) {
    for (const VarianceMethod method :
         {VarianceMethod::kLinearization, VarianceMethod::kJackknife}) {
      const Estimator estimator =
          Make(Start().Classes("g").Classes("k").Take(), {.distance = distance}, method);
      const json& totals = expected_.at("totals");
      double country = 0;
      for (const auto& [group, total] : totals.at("g").items()) {
        country += total.get<double>();
        Domain members;
        for (const Observation& unit : given_.Of(design_, "y", Case::Group(group))) {
          members.push_back({unit.row, 1, 1, 1});
        }
        ExpectDigits(estimator.Total(members).value, total, "total of " + group);
        EXPECT_LT(std::sqrt(estimator.TotalVariance(members)), 1e-9 * total.get<double>());
      }
      EXPECT_GT(estimator.calibration()->iterations(), 0);
      EXPECT_LE(estimator.calibration()->discrepancy(), Calibration::kTolerance);
      EXPECT_GT(country, n);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Reference, EveryCalibration,
                         testing::Values("stratified", "clusters_without_fpc"),
                         [](const auto& info) { return std::string(info.param); });

// Units of two attributes at random, with the population's classes at random too.
Auxiliaries TwoMargins(std::mt19937& random, size_t n, double population) {
  Auxiliaries made;
  for (int attribute = 0; attribute < 2; ++attribute) {
    const int first = static_cast<int>(made.targets.size());
    std::vector<double> shares;
    double sum = 0;
    for (int i = 0; i < 4; ++i) {
      shares.push_back(1 + static_cast<double>(random() % 10) / 10);
      sum += shares.back();
    }
    for (const double share : shares) made.targets.push_back({"class", population * share / sum});
    made.rows.resize(n);
    for (size_t row = 0; row < n; ++row) {
      made.rows[row].push_back({first + static_cast<int>(random() % 4), 1});
    }
  }
  return made;
}

TEST(CalibrationTest, WeightsReproduceTheTotals) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::mt19937 random(seed);
    const Auxiliaries auxiliaries = TwoMargins(random, 120, 5000);
    std::vector<double> weights(120);
    for (double& weight : weights) weight = 20 + static_cast<double>(random() % 400) / 10;
    for (const Distance distance : {Distance::kLinear, Distance::kRaking}) {
      const absl::StatusOr<Calibration> made =
          Calibration::Make(auxiliaries, {.distance = distance}, weights);
      ASSERT_THAT(made, IsOk()) << "seed " << seed;
      std::vector<double> sums(auxiliaries.targets.size());
      for (size_t row = 0; row < weights.size(); ++row) {
        for (const Auxiliary& a : auxiliaries.rows[row]) {
          sums[static_cast<size_t>(a.variable)] += made->weights()[row] * a.value;
        }
        if (distance == Distance::kRaking) {
          EXPECT_GT(made->weights()[row], 0) << "seed " << seed;
        }
      }
      for (size_t i = 0; i < sums.size(); ++i) {
        EXPECT_NEAR(sums[i], auxiliaries.targets[i].total, 1e-6) << "seed " << seed;
      }
    }
  }
}

TEST(CalibrationTest, RakingIsWhatProportionalFittingComesTo) {
  std::mt19937 random(5);
  const Auxiliaries auxiliaries = TwoMargins(random, 200, 3000);
  std::vector<double> fitted(200, 10);
  const auto made = Calibration::Make(auxiliaries, {.distance = Distance::kRaking}, fitted);
  ASSERT_THAT(made, IsOk());
  for (int round = 0; round < 500; ++round) {
    for (size_t margin = 0; margin < 2; ++margin) {
      std::map<int, double> sums;
      for (size_t row = 0; row < fitted.size(); ++row) {
        sums[auxiliaries.rows[row][margin].variable] += fitted[row];
      }
      for (size_t row = 0; row < fitted.size(); ++row) {
        const int variable = auxiliaries.rows[row][margin].variable;
        fitted[row] *= auxiliaries.targets[static_cast<size_t>(variable)].total / sums[variable];
      }
    }
  }
  for (size_t row = 0; row < fitted.size(); ++row) {
    ExpectDigits(made->weights()[row], fitted[row], "weight");
  }
}

TEST(CalibrationTest, RefusesTotalsThatNoWeightsReach) {
  const auto refused = [](Auxiliaries auxiliaries, const CalibrationRules& rules) {
    return Calibration::Make(std::move(auxiliaries), rules, {10, 10, 10}).status();
  };
  const std::vector<std::vector<Auxiliary>> rows = {{{0, 1}}, {{0, 1}}, {{1, 1}}};
  const absl::Status empty =
      refused({{{"sector primary", 20}, {"sector special", 8}, {"sector secondary", 5}}, rows}, {});
  EXPECT_THAT(empty, HasReason("EMPTY_CLASS"));
  EXPECT_EQ(DetailsOf(empty).metadata["class"], "sector secondary");
  EXPECT_THAT(refused({{{"a", 20}, {"b", 30}}, rows}, {.lower = 0.5, .upper = 1.5}),
              HasReason("NOT_CONVERGED"));
  EXPECT_THAT(refused({{{"a", 20}, {"b", 0}}, rows}, {.distance = Distance::kRaking}),
              HasReason("ZERO_TOTAL"));
  EXPECT_THAT(refused({{{"a", 20}, {"b", 10}}, rows}, {.lower = 1.2, .upper = 1.5}),
              HasReason("BAD_BOUNDS"));
  EXPECT_THAT(refused({{{"a", 20}, {"b", 10}}, rows}, {.distance = Distance::kLogit}),
              HasReason("BAD_BOUNDS"));
  EXPECT_THAT(refused({{{"a", 20}, {"b", 10}}, rows}, {}), IsOk());
}

}  // namespace
}  // namespace vg::indicators::estimation
