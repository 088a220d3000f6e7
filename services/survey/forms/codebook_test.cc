#include "services/survey/forms/codebook.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "pugixml.hpp"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/test_questionnaire.h"

namespace vg::survey {
namespace {

using ::testing::HasSubstr;

// Everything that can be asked, with labels that no quoting survives by luck.
class CodebookTest : public ::testing::Test {
 protected:
  CodebookTest() {
    questionnaire_ = SmallQuestionnaire();
    auto& questions = questionnaire_.sections[0].questions;
    questions[0].label = {"'s Middags \"open\"; $geld `x' <&>\nnieuwe regel \\",
                          "In the afternoon"};
    std::get<SingleChoice>(questions[0].type).options[2].missing = true;
    questionnaire_.sections[1].questions.push_back(MakeQuestion(
        "growth", NumberInput{.unit = "", .decimals = 1, .allow_not_applicable = true}));
    questionnaire_.sections[1].questions.back().required_if = "pupils > 5";
    questionnaire_.sections[1].questions.push_back(
        MakeQuestion("cold", NumberInput{.unit = "", .min = Exact(-50)}));
    questionnaire_.sections[1].questions.push_back(MakeQuestion(
        "places", RepeatGroup{{MakeQuestion("town", TextInput{}),
                               MakeQuestion("open", SingleChoice{{{"y", {"Dicht", ""}},
                                                                  {"n", {"Dicht", ""}}}})}}));
    questionnaire_.sections[1].questions.push_back(MakeQuestion("v20", Calculation{"pupils > 10"}));
    const auto compiled = CompiledQuestionnaire::Compile(questionnaire_);
    EXPECT_THAT(compiled.status(), IsOk());
    files_ = DataFilesOf(questionnaire_, **compiled);
    AddUnitAttributes(files_[0]);
    folder_.Write(
        "small-v1.csv",
        "response_id,unit,state,accept_time,unit_sector,unit_province,unit_municipality,unit_board,"
        "unit_structure,unit_denomination,unit_size,unit_score,unit_stratum,unit_weight,council,"
        "consent,considerations__1,"
        "considerations__2,barriers__absence,barriers__space,barriers__time,pupils,started,"
        "effect__wellbeing,effect__skills,remarks,growth,growth__missing,cold,"
        "places__count,v20\r\n"
        "a,schools/"
        "1,complete,2022-01-17T00:00:00Z,primary,Utrecht,,,,,,,,1.5,1,2,3,-98,1,0,0,12.5,2022-01-"
        "17,1,2,"
        "\"één, twee\",-98.5,0,-1,1,1\r\n"
        "b,schools/"
        "2,partial,2022-01-18T00:00:00Z,primary,,,,,,,,,1,-1,-97,-98,-98,-98,-98,-98,-98,,-98,-98,"
        ",,99,-97,-98,-98\r\n");
    // With a byte order mark, as an export may have.
    folder_.Write("small-v1-places.csv",
                  "\xEF\xBB\xBFresponse_id,unit,instance,town,open\r\na,schools/1,1,Urk,2\r\n");
  }

  CodebookSubject Subject() const {
    return {questionnaire_, files_, "questionnaires/small/versions/1",
            "small-v1",     "abc",  absl::CivilDay(2022, 1, 1)};
  }

  // What a program that is installed prints; the test is skipped where it is not.
  int Run(const std::string& command) {
    return std::system(("cd " + folder_.path() + " && " + command + " > out.txt 2>&1").c_str());
  }

  Questionnaire questionnaire_;
  std::vector<DataFile> files_;
  TempDir folder_;
};

TEST_F(CodebookTest, DdiDescribesEveryVariableInBothLanguages) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(DdiCodebook(Subject()).c_str()));
  const pugi::xml_node root = document.child("codeBook");
  EXPECT_STREQ(root.attribute("version").value(), "2.5");
  size_t variables = 0;
  for (const DataFile& file : files_) variables += file.variables.size();
  const auto found = root.child("dataDscr").children("var");
  EXPECT_EQ(static_cast<size_t>(std::distance(found.begin(), found.end())), variables);
  const pugi::xml_node council = root.child("dataDscr").find_child_by_attribute("name", "council");
  EXPECT_STREQ(council.child("labl").attribute("xml:lang").value(), "nl");
  EXPECT_THAT(council.child("labl").text().get(), HasSubstr("<&>"));
  int missing = 0;
  for (const pugi::xml_node category : council.children("catgry")) {
    missing += category.attribute("missing").as_string() == std::string("Y") ? 1 : 0;
  }
  EXPECT_EQ(missing, 3);
  const pugi::xml_node pupils = root.child("dataDscr").find_child_by_attribute("name", "pupils");
  EXPECT_STREQ(pupils.attribute("measUnit").value(), "pupils");
  EXPECT_STREQ(pupils.attribute("dcml").value(), "1");
  EXPECT_STREQ(pupils.child("valrng").child("range").attribute("max").value(), "1000");
}

// Of a variable the schema asks for its parts in this order.
TEST_F(CodebookTest, DdiPutsThePartsOfAVariableInTheOrderOfTheSchema) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(DdiCodebook(Subject()).c_str()));
  const std::vector<std::string> order = {"labl",   "qstn",      "valrng", "universe",
                                          "catgry", "varFormat", "notes"};
  std::set<std::string> ids;
  for (const pugi::xml_node variable :
       document.child("codeBook").child("dataDscr").children("var")) {
    EXPECT_TRUE(ids.insert(variable.attribute("ID").value()).second);
    size_t reached = 0;
    for (const pugi::xml_node part : variable.children()) {
      const auto place = std::find(order.begin(), order.end(), part.name());
      ASSERT_NE(place, order.end()) << part.name();
      const size_t at = static_cast<size_t>(place - order.begin());
      EXPECT_GE(at, reached) << part.name() << " of " << variable.attribute("name").value();
      reached = at;
    }
  }
}

// The schema is large and not ours: VOORTGANG_DDI_SCHEMA is where its codebook.xsd is.
TEST_F(CodebookTest, DdiIsValidByTheSchemaOfDdiCodebook) {
  const char* const schema = std::getenv("VOORTGANG_DDI_SCHEMA");
  if (schema == nullptr) GTEST_SKIP() << "SKIPPED: VOORTGANG_DDI_SCHEMA names no codebook.xsd";
  if (Run("command -v xmllint") != 0) GTEST_SKIP() << "SKIPPED: xmllint is not installed";
  folder_.Write("small.xml", DdiCodebook(Subject()));
  EXPECT_EQ(Run(std::string("xmllint --noout --nonet --schema ") + schema + " small.xml"), 0)
      << ReadFile(folder_.path() + "/out.txt");
}

TEST_F(CodebookTest, PsppReadsTheSpssSyntax) {
  if (Run("command -v pspp") != 0) GTEST_SKIP() << "SKIPPED: pspp is not installed";
  folder_.Write("run.sps", SpssCodebook(Subject()) +
                               "GET FILE='small-v1.sav'.\nDISPLAY DICTIONARY.\n"
                               "DESCRIPTIVES pupils growth cold.\n"
                               "FREQUENCIES council growth__missing v20.\n");
  EXPECT_EQ(Run("pspp -b run.sps"), 0) << ReadFile(folder_.path() + "/out.txt");
  const std::string out = ReadFile(folder_.path() + "/out.txt");
  EXPECT_THAT(out, ::testing::Not(HasSubstr("error:"))) << out;
  EXPECT_THAT(out, HasSubstr("12.5"));
  EXPECT_THAT(out, HasSubstr("-98.5"));
  EXPECT_THAT(out, HasSubstr("Vraag pupils (pupils)"));
  EXPECT_THAT(out, HasSubstr("F20.1"));
}

TEST_F(CodebookTest, RReadsTheScript) {
  if (Run("command -v Rscript") != 0) GTEST_SKIP() << "SKIPPED: R is not installed";
  folder_.Write("run.R",
                RCodebook(Subject()) +
                    "r <- data$responses\n"
                    "stopifnot(nrow(r) == 2, r$pupils[1] == 12.5, is.na(r$pupils[2]))\n"
                    "stopifnot(is.na(r$council[2]), attr(r$council, 'missing')[2] == -1)\n"
                    "stopifnot(as.character(r$consent[1]) == 'Keuze refused')\n"
                    "stopifnot(r$started[1] == as.Date('2022-01-17'))\n"
                    "stopifnot(r$growth[1] == -98.5, is.na(r$growth[2]))\n"
                    "stopifnot(as.character(r$growth__missing[2]) == 'Niet van toepassing')\n"
                    "stopifnot(r$cold[1] == -1, is.na(r$cold[2]), attr(r$cold, "
                    "'missing')[2] == -97)\n"
                    "stopifnot(r$unit_weight[1] == 1.5, r$unit_province[1] == 'Utrecht')\n"
                    "stopifnot(attr(r$pupils, 'label') == 'Vraag pupils (pupils)')\n"
                    "stopifnot(as.character(r$v20[1]) == 'Ja', is.na(r$v20[2]))\n"
                    "stopifnot(data$places$response_id == 'a', data$places$town == 'Urk')\n"
                    "stopifnot(as.character(data$places$open) == 'Dicht [2]')\n");
  EXPECT_EQ(Run("LC_ALL=C.UTF-8 Rscript run.R"), 0) << ReadFile(folder_.path() + "/out.txt");
}

TEST_F(CodebookTest, StataLabelsAndDecodesWhatIsMissing) {
  const std::string text = StataCodebook(Subject());
  EXPECT_THAT(text, HasSubstr("mvdecode council, mv(-1=.a \\ -97=.p \\ -98=.n)"));
  EXPECT_THAT(text, HasSubstr("label variable council `\"'s Middags 'open'; \\$geld 'x' <&>"));
  EXPECT_THAT(text, HasSubstr("generate long started = date(V23, \"YMD\")"));
  EXPECT_THAT(text, HasSubstr(" asdouble "));
  EXPECT_THAT(text, HasSubstr("label variable pupils `\"Vraag pupils (pupils)\"'"));
}

// Columns are v1, v2, … until they have their names, and a variable may be called v20.
TEST_F(CodebookTest, StataKeepsTheNamesOfColumnsApartFromThoseOfVariables) {
  const std::string text = StataCodebook(Subject());
  EXPECT_THAT(text, HasSubstr("\nrename *, upper\n"));
  EXPECT_THAT(text, HasSubstr("\nrename V5 unit_sector\n"));
  EXPECT_THAT(text, HasSubstr("\nrename V31 v20\n"));
}

TEST_F(CodebookTest, ALabelThatIsTooLongKeepsTheUnit) {
  files_[0].variables.back().unit = "pupils";
  files_[0].variables.back().label.nl = std::string(79, 'x') + "é";
  EXPECT_EQ(LabelOf(Subject(), files_[0].variables.back(), 80), std::string(71, 'x') + " (pupils)");
}

}  // namespace
}  // namespace vg::survey
