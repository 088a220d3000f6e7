// The menu as whoever keeps it or chooses from it meets it: the real server and the real command.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/temp_dir.h"
#include "tests/e2e/suite_process.h"

namespace vg::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class MenuE2eTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(suite_.Start());
    for (const std::string id : {"2021-spring", "2021-autumn"}) {
      Said({"publish", SourcePath("deploy/examples/menus/" + id + ".yaml")});
    }
  }

  // What `voortgang catalogue arguments...` says, which succeeds.
  std::string Said(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "catalogue");
    const CommandResult result = RunCommand(suite_.address(), arguments);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    return result.output;
  }

  // The same, which fails.
  std::string Refused(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "catalogue");
    const CommandResult result = RunCommand(suite_.address(), arguments);
    EXPECT_NE(result.exit_code, 0) << result.output;
    return result.output;
  }

  const TempDir folder_;
  SuiteProcess suite_{folder_};
};

TEST_F(MenuE2eTest, FindsReadingByAnyFormOfTheWord) {
  EXPECT_THAT(Said({"search", "2021-spring", "lees"}), HasSubstr("begrijpend «lezen»"));
}

TEST_F(MenuE2eTest, ListsTheLargestEffectFirstOfWhatIsCheapAndWellFounded) {
  EXPECT_THAT(Said({"interventions", "2021-spring", "--scheme", "EEF", "--order-by", "effect"}),
              ContainsRegex("feedback[^$]*metacognitie[^$]*onderwijsassistenten[^$]*"
                            "professionalisering"));
  const std::string cheap = Said({"interventions", "2021-spring", "--scheme", "EEF", "--max-cost",
                                  "3", "--min-strength", "3", "--category", "C"});
  EXPECT_THAT(cheap, AllOf(HasSubstr("cultuureducatie"), Not(HasSubstr("sportieve"))));
  EXPECT_THAT(Refused({"interventions", "2021-spring", "--scheme", "WWC"}),
              AllOf(HasSubstr("[UNKNOWN_SCHEME]"), HasSubstr("EEF, NJi")));
  EXPECT_THAT(Refused({"interventions", "2021-spring", "--scheme", "EEF", "--order-by", "age"}),
              HasSubstr("effect, strength or cost"));
}

TEST_F(MenuE2eTest, TellsWhatChangedOfTheEditionBeforeItsInterventions) {
  EXPECT_THAT(Said({"diff", "2021-spring", "2021-autumn"}),
              ContainsRegex("start_date +2021-05-10 +2021-11-01[^$]*feedback"));
}

TEST_F(MenuE2eTest, ShowsWhereAnEditionReplacesWhatNeverWas) {
  const std::string file = folder_.Write("2022.yaml",
                                         "title: {nl: Menukaart 2022}\n"
                                         "start_date: 2022-11-01\n"
                                         "categories: [{id: B, title: {nl: Inzet}}]\n"
                                         "interventions:\n"
                                         "  - id: terugkoppeling\n"
                                         "    category: B\n"
                                         "    title: {nl: Terugkoppeling}\n"
                                         "    replaces: [feedbak]\n");
  EXPECT_THAT(Refused({"publish", file}),
              AllOf(HasSubstr("[UNKNOWN_PREDECESSOR]"), HasSubstr("feedbak"),
                    HasSubstr("2022.yaml: line 8")));
}

}  // namespace
}  // namespace vg::e2e
