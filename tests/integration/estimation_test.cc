// A stratified sample of schools from the register to its estimates, through the public API only,
// against what R's `survey` answers for it: the Academic Performance Index of California.

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/grpc/test_caller.h"
#include "common/testing/places.h"
#include "common/text/csv.h"
#include "tests/integration/test_suite.h"
#include "voortgang/survey/v1/fieldwork_service.grpc.pb.h"

namespace vg {
namespace {

using nlohmann::json;
using Record = std::map<std::string, std::string>;

std::vector<Record> ReadRecords(const std::string& path) {
  std::vector<std::string> names;
  std::vector<Record> records;
  CsvParser::Handlers handlers;
  handlers.on_header = [&names](const CsvRow& row) {
    for (const std::string_view cell : row.cells) names.emplace_back(cell);
    return absl::OkStatus();
  };
  handlers.on_row = [&](const CsvRow& row) {
    Record& record = records.emplace_back();
    for (size_t i = 0; i < names.size(); ++i) record[names[i]] = std::string(row.cells[i]);
    return absl::OkStatus();
  };
  CsvParser parser(CsvOptions{}, std::move(handlers));
  EXPECT_OK(parser.Feed(ReadFile(path)));
  EXPECT_OK(parser.Finish());
  return records;
}

// A branch code for the school of that place in the file.
std::string CodeOf(size_t place) {
  const size_t letters = place / 80;
  return absl::StrCat(10 + place % 80, std::string(1, static_cast<char>('A' + letters / 26)),
                      std::string(1, static_cast<char>('A' + letters % 26)), "00");
}

void ExpectDigits(double actual, double expected, const std::string& what) {
  EXPECT_LE(std::abs(actual - expected), 5e-11 * std::abs(expected))
      << what << ": " << testing::PrintToString(actual) << " for "
      << testing::PrintToString(expected);
}

class EstimationSuiteTest : public SuiteTest {
 protected:
  // Everything up to the indicators: the register, two waves of the sample (with and without
  // population sizes), all results, and the definitions.
  void Prepare(const std::string& folder) {
    schools_ = ReadRecords(folder + "/api/apipop.csv");
    sample_ = ReadRecords(folder + "/api/apistrat.csv");
    reference_ = json::parse(ReadFile(folder + "/api/reference-strat.json"));
    Import();
    PublishQuestionnaire("results", R"(
title: {nl: Resultaten, en: Results}
role: school_leader
sections:
  - title: {nl: Toets, en: Test}
    questions:
      - {id: api00, label: {nl: Score 2000, en: Score 2000}, number: {unit: points}}
      - {id: api99, label: {nl: Score 1999, en: Score 1999}, number: {unit: points}}
      - {id: enroll, label: {nl: Leerlingen, en: Pupils}, number: {unit: pupils}}
      - id: wide
        label: {nl: Doel gehaald, en: Target met}
        single:
          options:
            - {id: "yes", label: {nl: Ja, en: "Yes"}}
            - {id: "no", label: {nl: Nee, en: "No"}}
)");
    OpenWave("fpc", true);
    OpenWave("plain", false);
    const std::string on_results = "responses: {questionnaires: [questionnaires/results]}\n";
    Define("api00", "unit: points\n" + on_results + "mean: {value: api00}\n");
    Define("gain", "unit: points\n" + on_results + "mean: {value: api00 - api99}\n");
    Define("enroll", "unit: pupils\n" + on_results + "mean: {value: enroll}\n");
    Define("wide", on_results + "proportion: {condition: \"wide == 'yes'\"}\n");
    CatchUp();
  }

  void Import() {
    std::string file =
        "school,title,sector,municipality,province,attribute_type,attribute_awards,"
        "attribute_wide\n";
    for (size_t i = 0; i < schools_.size(); ++i) {
      const Record& school = schools_[i];
      codes_[school.at("cds")] = CodeOf(i);
      absl::StrAppend(&file, CodeOf(i), ",School,",
                      school.at("stype") == "E" ? "primary" : "secondary", ",344,Utrecht,",
                      school.at("stype"), ",", school.at("awards"), ",", school.at("sch.wide"),
                      "\n");
    }
    ImportSchools(file);
  }

  void OpenWave(const std::string& id, bool sizes) {
    survey_v1::OpenWaveRequest open = WaveOf(id, "results");
    survey_v1::Sample& sample = *open.add_samples();
    sample.set_role(survey_v1::ROLE_SCHOOL_LEADER);
    for (const Record& school : sample_) {
      survey_v1::SampleUnit& unit = *sample.add_units();
      unit.set_unit("schools/" + codes_.at(school.at("cds")));
      unit.set_stratum(school.at("stype"));
      unit.mutable_weight()->set_value(school.at("pw"));
      if (sizes) unit.add_stages()->set_population_size(std::stoll(school.at("fpc")));
      (*unit.mutable_attributes())["grade"] = school.at("stype");
    }
    Call<survey_v1::SurveyService>(&survey_v1::SurveyService::Stub::OpenWave, open);
    for (const Record& school : sample_) Submit(id, school);
  }

  void Submit(const std::string& wave, const Record& school) {
    const std::string& code = codes_.at(school.at("cds"));
    survey_v1::SubmitResponseRequest submit;
    survey_v1::Response& response = *submit.mutable_response();
    response.set_name(absl::StrCat("waves/", wave, "/responses/", code));
    response.set_questionnaire_version("questionnaires/results/versions/1");
    response.set_unit("schools/" + code);
    for (const char* question : {"api00", "api99", "enroll"}) {
      survey_v1::Answer& answer = *response.add_answers();
      answer.set_question(question);
      answer.mutable_number()->set_value(school.at(question));
    }
    survey_v1::Answer& answer = *response.add_answers();
    answer.set_question("wide");
    answer.set_choice(school.at("sch.wide") == "Yes" ? "yes" : "no");
    Call<survey_v1::SurveyService>(&survey_v1::SurveyService::Stub::SubmitResponse, submit);
  }

  v1::EstimateTable Query(const std::string& indicator, const std::string& wave,
                          const std::vector<std::string>& by = {},
                          std::string_view options = "{}") {
    v1::QueryEstimatesRequest query;
    query.set_indicator("indicators/" + indicator);
    query.set_wave("waves/" + wave);
    for (const std::string& attribute : by) query.add_breakdowns(attribute);
    *query.mutable_estimation() = Yaml<v1::EstimationOptions>(options);
    return Call<v1::IndicatorsService>(&v1::IndicatorsService::Stub::QueryEstimates, query);
  }
  v1::WeightedEstimate Total(const std::string& indicator, const std::string& wave,
                             std::string_view options = "{}") {
    const v1::EstimateTable table = Query(indicator, wave, {}, options);
    EXPECT_TRUE(table.estimates(0).has_weighted());
    return table.estimates(0).weighted();
  }

  static void Expect(const v1::WeightedEstimate& estimate, const json& expected,
                     const std::string& what) {
    ExpectDigits(estimate.value(), expected.at("estimate"), what);
    ExpectDigits(estimate.standard_error(), expected.at("se"), what + ", SE");
  }
  static void ExpectInterval(const v1::WeightedEstimate& estimate, const json& expected,
                             const std::string& what) {
    ExpectDigits(estimate.lower(), expected.at(0), what + ", lower end");
    ExpectDigits(estimate.upper(), expected.at(1), what + ", upper end");
  }
  // Every group of the table by its name as R writes it; those of several attributes with a point.
  static void ExpectGroups(const v1::EstimateTable& table, const json& expected) {
    size_t groups = 0;
    for (const v1::Estimate& estimate : table.estimates()) {
      if (estimate.group().empty()) continue;
      std::string name = estimate.group(0);
      if (estimate.group_size() > 1) absl::StrAppend(&name, ".", estimate.group(1));
      ++groups;
      ASSERT_TRUE(expected.contains(name)) << name;
      Expect(estimate.weighted(), expected.at(name), name);
      if (estimate.weighted().interval_method() == v1::INTERVAL_METHOD_SYMMETRIC &&
          expected.at(name).contains("ci95_t")) {
        ExpectInterval(estimate.weighted(), expected.at(name).at("ci95_t"), name);
      }
    }
    EXPECT_EQ(groups, expected.size());
  }

  std::vector<Record> schools_, sample_;
  std::map<std::string, std::string> codes_;
  json reference_;
};

TEST_F(EstimationSuiteTest, AStratifiedSampleGivesWhatRGives) {
  SHARED_DATA_OR_SKIP(folder);
  Prepare(folder);
  for (const auto& [wave, key] :
       std::map<std::string, std::string>{{"fpc", "strat_fpc"}, {"plain", "strat_no_fpc"}}) {
    SCOPED_TRACE(wave);
    const json& expected = reference_.at(key);
    const v1::EstimateTable table = Query("api00", wave);
    const v1::WeightedEstimate& mean = table.estimates(0).weighted();
    const json& mean_expected = expected.at("mean_api00").at("api00");
    Expect(mean, mean_expected, "mean");
    ExpectInterval(mean, mean_expected.at("ci95_t"), "mean");
    ExpectDigits(mean.coefficient_of_variation(), mean_expected.at("cv"), "CV");
    ExpectDigits(mean.design_effect(),
                 expected.at("mean_api00_deff").at("deff_vs_srs_without_replacement"), "deff");
    ExpectDigits(mean.population_size(), expected.at("sum_of_weights"), "N");
    EXPECT_EQ(table.estimation().design(), v1::DESIGN_SAMPLE);
    EXPECT_EQ(table.estimation().degrees_of_freedom(), expected.at("degf"));
    EXPECT_EQ(table.estimation().sample_digest().size(), 64u);
    EXPECT_EQ(table.estimation().weights().units(), 200);
    ExpectInterval(Total("api00", wave, "{critical_value: normal}"),
                   mean_expected.at("ci95_normal"), "mean, normal");

    Expect(Total("gain", wave), expected.at("contrast_api00_minus_api99"), "contrast");
    const v1::WeightedEstimate enroll = Total("enroll", wave);
    const json& enroll_expected = expected.at("total_enroll").at("enroll");
    ExpectDigits(enroll.total(), enroll_expected.at("estimate"), "total");
    ExpectDigits(enroll.total_standard_error(), enroll_expected.at("se"), "total, SE");
    Expect(Total("wide", wave), expected.at("proportion_sch_wide").at("sch.wideYes"), "share");

    // The stratum as the sample tells it, an attribute of it, and the register's must agree.
    for (const char* attribute : {"stratum", "grade", "type"}) {
      ExpectGroups(Query("api00", wave, {attribute}), expected.at("by_stype_mean_api00"));
      ExpectGroups(Query("wide", wave, {attribute}),
                   expected.at("by_stype_proportion_sch_wide_Yes"));
    }
    ExpectGroups(Query("api00", wave, {"awards"}), expected.at("by_awards_mean_api00"));
    ExpectGroups(Query("api00", wave, {"stratum", "awards"}),
                 expected.at("by_stype_awards_mean_api00"));
  }
}

TEST_F(EstimationSuiteTest, IntervalsAndCalibrationsGiveWhatRGives) {
  SHARED_DATA_OR_SKIP(folder);
  Prepare(folder);
  const json& intervals = reference_.at("strat_fpc").at("ciprop_sch_wide_Yes");
  const v1::WeightedEstimate logit = Total("wide", "fpc");
  EXPECT_EQ(logit.interval_method(), v1::INTERVAL_METHOD_LOGIT);
  ExpectInterval(logit, intervals.at("xlogit").at("ci95"), "logit");
  const v1::WeightedEstimate beta = Total("wide", "fpc", "{proportion_interval: beta}");
  EXPECT_EQ(beta.interval_method(), v1::INTERVAL_METHOD_BETA);
  ExpectInterval(beta, intervals.at("beta").at("ci95"), "beta");

  // R: as.svrepdesign(design, type = "JKn", mse = TRUE).
  ExpectDigits(Total("api00", "fpc", "{variance_method: jackknife}").standard_error(),
               9.4089408027846098, "jackknife");
  // R: calibrate(design, ~stype + awards, totals, calfun = "raking", epsilon = 1e-14).
  const char* raked = "{calibration: {margins: [type, awards]}}";
  const v1::WeightedEstimate mean = Total("api00", "fpc", raked);
  ExpectDigits(mean.value(), 663.51079582527575, "raked mean");
  ExpectDigits(mean.standard_error(), 9.3302404285992218, "raked mean, SE");
  const v1::WeightedEstimate enroll = Total("enroll", "fpc", raked);
  ExpectDigits(enroll.total(), 3685069.34506547218, "raked total");
  ExpectDigits(enroll.total_standard_error(), 113980.74128062572, "raked total, SE");
  ExpectGroups(Query("api00", "fpc", {"type"}, raked),
               json{{"E", {{"estimate", 675.05998409729796}, {"se", 12.297834966382901}}},
                    {"H", {{"estimate", 627.79778919395801}, {"se", 15.360640375282856}}},
                    {"M", {{"estimate", 639.84120707874797}, {"se", 16.142774275413455}}}});
  // R: postStratify(design, ~stype + sch.wide, xtabs(~stype + sch.wide, apipop)).
  const char* cells = "{calibration: {method: post_stratification, margins: [type, wide]}}";
  const v1::WeightedEstimate stratified = Total("api00", "fpc", cells);
  ExpectDigits(stratified.value(), 662.7277101042681124, "post-stratified mean");
  ExpectDigits(stratified.standard_error(), 9.2468708428416786, "post-stratified mean, SE");
  // Nine elementary schools missed their target, all of them: a hidden cell, which weights by cells
  // would give away. The classes of each margin are shown; what is calibrated to is known.
  EXPECT_TRUE(Query("wide", "fpc", {}, cells).estimation().withheld());
  const v1::WeightedEstimate known = Total("wide", "fpc", "{calibration: {margins: [type, wide]}}");
  ExpectDigits(known.value(), 5122.0 / 6194, "calibrated share");
  EXPECT_LT(known.standard_error(), 1e-12);
}

}  // namespace
}  // namespace vg
