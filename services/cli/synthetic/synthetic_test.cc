#include <set>

#include <gtest/gtest.h>

#include "services/cli/synthetic/population.h"
#include "services/cli/synthetic/programmes.h"
#include "services/cli/synthetic/public_files.h"
#include "services/cli/synthetic/responses.h"

namespace vg::synthetic {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace registry = voortgang::registry::v1;
namespace survey = voortgang::survey::v1;

TEST(PopulationTest, HasTheSizeOfTheCountry) {
  const Population population = NextYear(MakePopulation(1), 1);
  EXPECT_EQ(population.municipalities.size(), 345u);
  EXPECT_GT(population.branches.size(), 8400u);
  EXPECT_LT(population.branches.size(), 9000u);
  std::set<std::string> boards;
  for (const Branch& branch : population.branches) boards.insert(branch.board);
  EXPECT_GT(boards.size(), 1000u);
  EXPECT_LE(boards.size(), 1100u);
}

TEST(PopulationTest, GivesEveryBranchACodeOfItsOwn) {
  for (const Population& population : {MakePopulation(7), NextYear(MakePopulation(7), 7)}) {
    std::set<std::string> codes;
    for (const Branch& branch : population.branches) {
      EXPECT_TRUE(codes.insert(branch.Code()).second) << branch.Code();
      EXPECT_EQ(branch.Code().size(), 6u);
    }
  }
}

TEST(PublicFilesTest, AreTheSameForTheSameSeedAndOthersForAnother) {
  const auto files = [](uint64_t seed) { return PublicFiles(MakePopulation(seed), seed); };
  EXPECT_EQ(files(3)[2].bytes, files(3)[2].bytes);
  EXPECT_NE(files(3)[2].bytes, files(4)[2].bytes);
}

TEST(ProgrammesTest, ChooseFromTheMenuOnly) {
  catalogue::MenuEdition menu;
  menu.set_name("menuEditions/test");
  for (const char* id : {"instructie-in-kleine-groepen", "onderwijsassistenten", "iets-anders"}) {
    menu.add_interventions()->set_id(id);
  }
  registry::School school;
  int filed = 0;
  for (int i = 0; i < 200; ++i) {
    school.set_school("schools/00AA" + std::to_string(10 + i % 90) + (i < 90 ? "" : "x"));
    const auto filing = MakeFiling(1, school, menu, "2021-2022");
    if (!filing) continue;
    ++filed;
    EXPECT_FALSE(filing->programme().choices().empty());
    EXPECT_EQ(filing->programme().considerations_size(), 4);
  }
  EXPECT_GT(filed, 180);
}

TEST(ResponsesTest, AnswerWhatIsAskedAndSkipWhatDoesNotFollow) {
  survey::QuestionnaireVersion version;
  version.set_name("questionnaires/school-leaders/versions/1");
  version.mutable_content()->set_role(survey::ROLE_SCHOOL_LEADER);
  survey::Section& section = *version.mutable_content()->add_sections();
  for (const char* id : {"council_involved", "council_consent"}) {
    survey::Question& question = *section.add_questions();
    question.set_id(id);
    question.set_required(true);
    for (const char* option : {"yes_early", "no"}) {
      question.mutable_single()->add_options()->set_id(option);
    }
  }
  const Responses responses(1, "waves/w", version);
  int answered = 0;
  for (int i = 0; i < 1000; ++i) {
    for (const survey::Response& response :
         responses.Of("schools/" + std::to_string(i), voortgang::type::v1::SECTOR_PRIMARY)) {
      ++answered;
      if (response.answers(0).choice() == "no") {
        EXPECT_EQ(response.answers_size(), 1);
      }
    }
  }
  EXPECT_GT(answered, 400);
  EXPECT_LT(answered, 500);
}

}  // namespace
}  // namespace vg::synthetic
