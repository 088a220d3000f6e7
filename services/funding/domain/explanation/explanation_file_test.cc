#include "services/funding/domain/explanation/explanation_file.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/digest/digest.h"
#include "common/testing/child_process.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "services/funding/domain/calculation/population_pass.h"
#include "services/funding/domain/explanation/explanation_verifier.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using Json = nlohmann::json;

// A scheme with a bit of everything that the language and the rules have.
Scheme RichScheme() {
  Scheme scheme = SchoolScheme();
  scheme.parameters.push_back(Rate("share", "0.15", "1"));
  Parameter table = Rate("table", "0", "EUR/pupil");
  table.table = {{.key = "bo", .value = Number("10.005")}, {.key = "so", .value = Number("20")}};
  scheme.parameters.push_back(table);
  Parameter dated = Rate("dated", "0", "EUR/pupil");
  dated.values = {{.from = absl::CivilDay(2020, 8, 1), .value = Number("3.3")},
                  {.from = absl::CivilDay(2021, 8, 1), .value = Number("4.4")},
                  {.from = absl::CivilDay(2022, 8, 1), .value = Number("5.5")}};
  scheme.parameters.push_back(dated);
  scheme.parameters.push_back(Rate("pot", "1000", "EUR"));
  scheme.definitions = {
      {.id = "in_need", .title = {"Groot", "Large"}, .formula = "small || pupils.bo > 200"},
      {.id = "small", .title = {"Klein", "Small"}, .formula = "pupils.total < 145"}};
  scheme.components.push_back(Part("third", "dated * pupils.bo / 3", "in_need"));
  scheme.components.push_back(
      Part("from_table", "table.bo * max(0, pupils.bo - 4) + table.so * pupils.so"));
  scheme.components.push_back(
      Part("top", "rate_bo * (small ? 2 : 3) * pupils.bo / pupils.total * pupils.bo",
           "sector in ['primary', 'special'] && top_share(pupils.bo, share)"));
  scheme.components.push_back(Part("average", "rate_so * (pupils.bo - mean(pupils.bo))"));
  Component divided = Part("divided", "");
  divided.distribution = Distribution{.pot = "pot", .by = "pupils.bo"};
  scheme.components.push_back(divided);
  for (Component& component : scheme.components) {
    component.instalments = {{absl::CivilMonth(2021, 11), 5, 12},
                             {absl::CivilMonth(2022, 2), 7, 12}};
  }
  return scheme;
}

std::vector<Recipient> Schools() {
  std::vector<Recipient> schools = {School("16SW00", 250), School("16SW01", 100),
                                    School("16SW02", 37)};
  schools[0].score = Number("12.34");
  PupilsOf(schools[0], SchoolType::kSo) = Count::Known(7);
  return schools;
}

std::string FileOf(const Scheme& scheme, const std::vector<Recipient>& schools, size_t which,
                   bool with_population = false) {
  absl::StatusOr<Calculator> calculator = Calculator::Make(scheme);
  EXPECT_OK(calculator);
  const PopulationFigures population = *FiguresOf(*calculator, RecipientsAtHand(schools));
  Evidence evidence{
      .recipient = schools[which],
      .rows = {{"register", "vestigingen.csv", {12}}, {"pupils.bo", "leerlingen.csv", {345, 346}}}};
  std::vector<Working> workings;
  const Allocation allocation = calculator->Explain(evidence.recipient, workings, population);
  const RecipientsAtHand all(schools);
  absl::StatusOr<std::string> file = ExplanationFile(
      *calculator, {"runs/r1", "d", "schemes/npo/versions/1", 1, "0.1.0"}, CountedInTime(),
      population, evidence, allocation, workings, with_population ? &all : nullptr);
  EXPECT_OK(file);
  return *std::move(file);
}

// What a forger does who knows how digests are made.
std::string Sealed(Json file) {
  file.erase("digest");
  file["digest"] = Sha256Hex(file.dump());
  return file.dump(2) + "\n";
}

std::vector<std::string> DifferencesIn(const std::string& file) {
  const absl::StatusOr<VerifiedExplanation> verification = VerifyExplanation(file);
  EXPECT_OK(verification);
  std::vector<std::string> differences;
  if (!verification.ok()) return differences;
  for (const VerifiedItem& finding : verification->findings) {
    if (finding.outcome == VerifiedItem::Outcome::kDiffers) differences.push_back(finding.what);
  }
  return differences;
}

// 0: agrees, 1: differs, 2: no explanation.
int PythonOn(const std::string& file, const TempDir& folder, std::string* output = nullptr) {
  const std::string path = folder.File("explanation.json");
  const std::string said = folder.File("said.txt");
  std::ofstream(path, std::ios::binary) << file;
  std::ofstream(said, std::ios::trunc).close();
  const absl::StatusOr<int> code =
      RunProgram({"python3", "tools/verify-explanation.py", path}, {.output = said});
  EXPECT_OK(code);
  if (output != nullptr) {
    std::ifstream in(said);
    output->assign(std::istreambuf_iterator<char>(in), {});
  }
  return code.value_or(-1);
}

TEST(ExplanationFileTest, AgreesWithItselfForEveryRecipient) {
  for (size_t which = 0; which < 3; ++which) {
    const std::string file = FileOf(RichScheme(), Schools(), which);
    EXPECT_THAT(DifferencesIn(file), testing::IsEmpty()) << which;
    ASSERT_OK_AND_ASSIGN(const VerifiedExplanation verification, VerifyExplanation(file));
    EXPECT_TRUE(verification.agrees());
    EXPECT_THAT(verification.recipient, HasSubstr("(schools/16SW0"));
  }
}

TEST(ExplanationFileTest, AgreesWithItselfForAnAmountThatCouldNotBeDetermined) {
  std::vector<Recipient> schools = Schools();
  PupilsOf(schools[1], SchoolType::kBo) = Count::Suppressed();
  const std::string file = FileOf(SchoolScheme(), schools, 1);
  EXPECT_THAT(DifferencesIn(file), testing::IsEmpty());
  const TempDir folder;
  EXPECT_EQ(PythonOn(file, folder), 0);
}

TEST(ExplanationFileTest, SaysWhereEachInputWasReadAndWhenItWasCounted) {
  const Json file = Json::parse(FileOf(SchoolScheme(), Schools(), 0));
  const Json& input = file["inputs"][0];
  EXPECT_EQ(input["name"], "pupils.bo");
  EXPECT_EQ(input["count_date"], "2020-10-01");
  EXPECT_EQ(input["rows"], Json::parse(R"([{"file": "leerlingen.csv", "lines": [345, 346]}])"));
  EXPECT_EQ(file["parameters"][0]["legal_reference"], "artikel 1");
}

TEST(ExplanationFileTest, FindsOneDigitThatWasChangedAnywhere) {
  const std::string file = FileOf(SchoolScheme(), Schools(), 0);
  for (size_t i = 0; i < file.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(file[i])) == 0) continue;
    std::string changed = file;
    changed[i] = changed[i] == '9' ? '8' : static_cast<char>(changed[i] + 1);
    const absl::StatusOr<VerifiedExplanation> verification = VerifyExplanation(changed);
    EXPECT_TRUE(!verification.ok() || !verification->agrees()) << file.substr(i, 40);
  }
}

struct Forgery {
  const char* name;
  std::function<void(Json&)> change;
  const char* found;
};

std::vector<Forgery> Forgeries() {
  return {
      {"AHigherAmount", [](Json& file) { file["amount"] = "999999.00"; }, "add up to"},
      {"AHigherRateInTheListAlone",
       [](Json& file) { file["parameters"][0]["value"]["number"] = "801.16"; },
       "parameter rate_bo"},
      {"ANumberOfPupilsInTheListAlone",
       [](Json& file) { file["inputs"][0]["value"]["number"] = "260"; }, "pupils.bo"},
      {"AStepThatIsWrong",
       [](Json& file) {
         file["components"][0]["formula_steps"]["value"]["number"] = "175291";
         file["components"][0]["unrounded"] = "175291";
         file["components"][0]["amount"] = "175291.00";
       },
       "computing gives"},
      {"AnotherFormula",
       [](Json& file) { file["components"][0]["formula"] = "rate_bo * pupils.bo * 2"; },
       "the formula is in the scheme"},
      {"AnOperationThatTheFormulaDoesNotSay",
       [](Json& file) {
         Json& component = file["components"][0];
         component["formula_steps"]["op"] = "+";
         component["formula_steps"]["value"]["number"] = "951.16";
         component["unrounded"] = "951.16";
         component["amount"] = "951.16";
       },
       "comes to the same"},
      {"ARoundingThatIsNotThat", [](Json& file) { file["components"][3]["amount"] = "366.66"; },
       "rounded to"},
      {"APaymentMoved",
       [](Json& file) {
         file["components"][0]["payments"][0]["amount"] = "73037.51";
         file["components"][0]["payments"][1]["amount"] = "102252.49";
       },
       "payment 1"},
      {"AShareThatIsAnother", [](Json& file) { file["components"][7]["amount"] = "645.98"; },
       "as a share"},
      {"AnotherScheme",
       [](Json& file) {
         std::string form = file["scheme"]["digested_form"];
         form.replace(form.find("N6:701.16"), 9, "N6:801.16");
         file["scheme"]["digested_form"] = form;
       },
       "the digest of the scheme"},
  };
}

TEST(ExplanationFileTest, FindsForgeriesThatWereSealedAnew) {
  const std::string file = FileOf(RichScheme(), Schools(), 0);
  for (const Forgery& forgery : Forgeries()) {
    Json json = Json::parse(file);
    forgery.change(json);
    EXPECT_THAT(DifferencesIn(Sealed(json)), Contains(HasSubstr(forgery.found))) << forgery.name;
  }
}

TEST(ExplanationFileTest, IsCheckedByPlainPythonToo) {
  const TempDir folder;
  for (size_t which = 0; which < 3; ++which) {
    std::string said;
    EXPECT_EQ(PythonOn(FileOf(RichScheme(), Schools(), which), folder, &said), 0) << said;
    EXPECT_THAT(said, HasSubstr("everything agrees"));
  }
  const std::string file = FileOf(RichScheme(), Schools(), 0);
  std::string changed = file;
  changed.replace(changed.find("701.16"), 6, "701.17");
  EXPECT_EQ(PythonOn(changed, folder), 1);
  for (const Forgery& forgery : Forgeries()) {
    Json json = Json::parse(file);
    forgery.change(json);
    std::string said;
    EXPECT_EQ(PythonOn(Sealed(json), folder, &said), 1) << forgery.name << "\n" << said;
  }
  EXPECT_EQ(PythonOn("{}", folder), 2);
  EXPECT_EQ(PythonOn("no json", folder), 2);
}

int NotChecked(const VerifiedExplanation& verification) {
  return static_cast<int>(std::ranges::count(
      verification.findings, VerifiedItem::Outcome::kNotChecked, &VerifiedItem::outcome));
}

TEST(ExplanationFileTest, WithAllRecipientsNothingIsTakenOnTrust) {
  const TempDir folder;
  std::vector<Recipient> schools = Schools();
  schools[1].score = Number("3");
  Scheme scheme = RichScheme();
  // A figure over a figure over all, within a definition.
  scheme.definitions.push_back({.id = "above",
                                .title = {"Boven", "Above"},
                                .formula = "count(pupils.bo > mean(pupils.bo), per sector)"});
  scheme.components.push_back(Part("above", "rate_bo * pupils.bo * above"));
  for (size_t which = 0; which < 3; ++which) {
    const std::string file = FileOf(scheme, schools, which, true);
    EXPECT_THAT(DifferencesIn(file), testing::IsEmpty()) << which;
    ASSERT_OK_AND_ASSIGN(const VerifiedExplanation verification, VerifyExplanation(file));
    EXPECT_EQ(NotChecked(verification), 0);
    std::string said;
    EXPECT_EQ(PythonOn(file, folder, &said), 0) << said;
    EXPECT_THAT(said, testing::Not(HasSubstr("?  ")));
    ASSERT_OK_AND_ASSIGN(const VerifiedExplanation without,
                         VerifyExplanation(FileOf(scheme, schools, which)));
    EXPECT_GT(NotChecked(without), 0);
  }
}

TEST(ExplanationFileTest, FindsAForgedFigureOverAll) {
  const TempDir folder;
  const std::string file = FileOf(RichScheme(), Schools(), 0, true);
  const std::vector<Forgery> forgeries = {
      {"AMeanThatIsAnother",
       [](Json& json) {
         for (Json& aggregate : json["aggregates"]) {
           if (aggregate["name"] == "mean(pupils.bo)") aggregate["value"]["number"] = "100";
         }
       },
       "mean(pupils.bo)"},
      {"AThresholdThatIsAnother",
       [](Json& json) {
         for (Json& aggregate : json["aggregates"]) {
           if (std::string(aggregate["name"]).starts_with("threshold")) {
             aggregate["value"]["number"] = "249";
           }
         }
       },
       "threshold of top_share"},
      {"ASchoolLeftOut", [](Json& json) { json["population"]["rows"].erase(1); }, "divided by"},
      {"ASchoolThatIsAnother",
       [](Json& json) {
         for (Json& cell : json["population"]["rows"][0]) {
           if (cell == "250") cell = "260";
         }
       },
       "among all"},
  };
  for (const Forgery& forgery : forgeries) {
    Json json = Json::parse(file);
    forgery.change(json);
    EXPECT_THAT(DifferencesIn(Sealed(json)), Contains(HasSubstr(forgery.found))) << forgery.name;
    std::string said;
    EXPECT_EQ(PythonOn(Sealed(json), folder, &said), 1) << forgery.name << said;
  }
}

TEST(ExplanationFileTest, RefusesFilesThatAreNoExplanation) {
  for (const char* text : {"", "[]", "{}", "{\"format\": 1}", "null", "{\"a\":"}) {
    EXPECT_THAT(VerifyExplanation(text), HasReason("BAD_EXPLANATION_FILE")) << text;
  }
  Json json = Json::parse(FileOf(SchoolScheme(), Schools(), 0));
  json["version"] = 2;
  EXPECT_THAT(VerifyExplanation(Sealed(json)), HasReason("BAD_EXPLANATION_FILE"));
  EXPECT_THAT(VerifyExplanation(std::string(100'000, '[')), HasReason("BAD_EXPLANATION_FILE"));
}

TEST(ExplanationFileTest, SurvivesMembersOfAnyKindAnywhere) {
  const Json whole = Json::parse(FileOf(RichScheme(), Schools(), 0, true));
  const std::vector<Json> values = {nullptr,        0,    -1,   "x", Json::array(),
                                    Json::object(), true, 1e300};
  const Json flat = whole.flatten();
  size_t next = 0;
  for (const auto& [pointer, value] : flat.items()) {
    Json changed = whole;
    changed[Json::json_pointer(pointer)] = values[next++ % values.size()];
    const absl::StatusOr<VerifiedExplanation> verification = VerifyExplanation(Sealed(changed));
    if (!verification.ok()) {
      EXPECT_THAT(verification, HasReason("BAD_EXPLANATION_FILE")) << pointer;
    }
  }
}

}  // namespace
}  // namespace vg::funding
