// What R's `survey` answers, from testdata/reference.json: for tests.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_TEST_REFERENCE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_TEST_REFERENCE_H_

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/testing/places.h"
#include "common/testing/temp_dir.h"
#include "services/indicators/domain/estimation/estimator.h"

namespace vg::indicators::estimation {

inline const nlohmann::json& Reference() {
  static const nlohmann::json& reference = *new nlohmann::json(nlohmann::json::parse(
      ReadFile(SourcePath("services/indicators/domain/estimation/testdata/reference.json"))));
  return reference;
}

// Ten significant digits; what should be 0 is compared with `scale`.
inline void ExpectDigits(double actual, double expected, const std::string& what,
                         double scale = 0) {
  const double size = std::max(std::abs(expected), scale);
  EXPECT_LE(std::abs(actual - expected), 5e-11 * size)
      << what << ": " << testing::PrintToString(actual) << " for "
      << testing::PrintToString(expected);
}

// One case of the file.
struct Case {
  explicit Case(const nlohmann::json& json) : json(json) {
    for (const nlohmann::json& row : json.at("rows")) {
      SampledUnit unit{.id = row.at("id"),
                       .stratum = row.at("stratum"),
                       .stages = {},
                       .weight = row.at("weight")};
      for (const nlohmann::json& stage : row.at("stages")) {
        unit.stages.push_back({stage.at("cluster"), stage.at("size")});
      }
      units.push_back(unit);
    }
  }

  Design MakeDesign(LonelyStratum lonely = LonelyStratum::kFail) const {
    absl::StatusOr<Design> design = Design::Make(units, lonely);
    EXPECT_TRUE(design.ok()) << design.status();
    return *std::move(design);
  }
  // `y` of the rows that `in` takes, over a count of one or over `count`.
  Domain Of(const Design& design, const std::string& y,
            const std::function<bool(const nlohmann::json&)>& in = {},
            const std::string& count = "") const {
    Domain domain;
    for (const nlohmann::json& row : json.at("rows")) {
      if (in && !in(row)) continue;
      const double value = row.at(y);
      domain.push_back({design.Find(row.at("id").get<std::string>()), value,
                        count.empty() ? 1 : row.at(count).get<double>(), value * value});
    }
    std::sort(domain.begin(), domain.end(),
              [](const Observation& a, const Observation& b) { return a.row < b.row; });
    return domain;
  }
  static std::function<bool(const nlohmann::json&)> Group(const std::string& g) {
    return [g](const nlohmann::json& row) { return row.at("g") == g; };
  }

  const nlohmann::json& json;
  std::vector<SampledUnit> units;
};

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_TEST_REFERENCE_H_
