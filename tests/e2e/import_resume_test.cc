// An import whose server is killed in the middle of the stream, and comes back.

#include <string>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/wait_until.h"
#include "tests/e2e/suite_process.h"

namespace vg::e2e {
namespace {

using ::testing::HasSubstr;

constexpr int kResponses = 40'000;

class ImportResumeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(suite_.Start());
    folder_.Write("schools.csv",
                  "school;title;sector;municipality;province;board;bo\n"
                  "00AA00;School;primary;363;Noord-Holland;40740;20\n");
    Run({"registry", "import", folder_.File("schools.csv"), "--id", "s", "--count-date",
         "2021-10-01"});
    Run({"survey", "publish", "--id", "q",
         folder_.Write(
             "q.yaml",
             "title: {nl: V}\nrole: staff\nsections:\n  - title: {nl: D}\n    questions:\n"
             "      - {id: hours, label: {nl: Uren}, number: {unit: hours}}\n")});
    Run({"survey", "open", "--id", "w",
         folder_.Write("w.yaml",
                       "title: {nl: Meting}\nsnapshot: snapshots/s\nquestionnaires:\n"
                       "  - {questionnaire_version: questionnaires/q/versions/1}\n"
                       "open_time: 2022-01-13T00:00:00Z\nclose_time: 2100-01-01T00:00:00Z\n")});
    std::string lines;
    for (int i = 0; i < kResponses; ++i) {
      absl::StrAppend(
          &lines, R"({"name":"waves/w/responses/r)", i,
          R"(","questionnaire_version":"questionnaires/q/versions/1",)",
          R"("unit":"schools/00AA00","answers":[{"question":"hours","number":{"value":")", i % 40,
          R"("}}]})", "\n");
    }
    responses_ = folder_.Write("responses.ndjson", lines);
  }

  std::string Run(const std::vector<std::string>& arguments) {
    const CommandResult result = RunCommand(suite_.address(), arguments);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    return result.output;
  }

  std::string Progress() {
    return RunCommand(suite_.address(), {"--output", "json", "survey", "progress", "w"}).output;
  }

  bool SomeAreIn() { return Progress().find("completeResponses") != std::string::npos; }

  const TempDir folder_;
  SuiteProcess suite_{folder_};
  std::string responses_;
};

TEST_F(ImportResumeTest, GoesOnFromWhatWasAcknowledged) {
  const std::string output = folder_.Write("import.txt", "");
  const auto import = StartCommand(suite_.address(), {"survey", "import", responses_}, output);
  ASSERT_NE(import, nullptr);
  for (int kill = 0; kill < 2; ++kill) {
    ASSERT_TRUE(WaitUntil([&] { return SomeAreIn(); }, absl::Minutes(1)));
    ASSERT_TRUE(import->Running()) << ReadFile(output);
    suite_.Kill();
    ASSERT_TRUE(suite_.Restart());
  }
  EXPECT_EQ(import->Wait(absl::Minutes(3)), 0) << ReadFile(output);
  const std::string said = ReadFile(output);
  EXPECT_THAT(said, HasSubstr("The connection is lost"));
  EXPECT_THAT(said, HasSubstr("going on after them"));
  EXPECT_THAT(Progress(), HasSubstr(absl::StrCat("\"completeResponses\":\"", kResponses, "\"")));
}

TEST_F(ImportResumeTest, SaysHowFarItCameWhenItMayNotGoOn) {
  const std::string output = folder_.Write("import.txt", "");
  const auto import =
      StartCommand(suite_.address(), {"survey", "import", responses_, "--attempts", "0"}, output);
  ASSERT_NE(import, nullptr);
  ASSERT_TRUE(WaitUntil([&] { return SomeAreIn(); }, absl::Minutes(1)));
  suite_.Kill();
  EXPECT_NE(import->Wait(absl::Minutes(1)), 0);
  EXPECT_THAT(ReadFile(output), HasSubstr("responses are acknowledged; send everything again"));
}

}  // namespace
}  // namespace vg::e2e
