#include "services/cli/actions/board_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::catalogue::v1;

absl::StatusOr<v1::ImportProgrammesRequest> Read(std::string_view text) {
  return ReadBoardCsv(text, "2021-2022", "menuEditions/2021-spring");
}

TEST(BoardFileTest, GathersTheRowsOfASchool) {
  ASSERT_OK_AND_ASSIGN(
      const v1::ImportProgrammesRequest read,
      Read("school;intervention;status;planned_amount;pupils_reached;above_school_level;goals;"
           "team_involvement;mr_consent;mr_consent_date\r\n"
           "16SW03;feedback;running;12500.50;80;;Rekenen | Lezen;decided;given;2021-09-01\r\n"
           "31FR00;;;;;;;informed;;\r\n"
           "16SW03;leermiddelen;planned;;;yes;;;;\r\n"));
  ASSERT_EQ(read.filings_size(), 2);
  const v1::Programme& programme = read.filings(0).programme();
  EXPECT_EQ(programme.name(), "schools/16SW03/programmes/2021-2022");
  EXPECT_EQ(programme.menu_edition(), "menuEditions/2021-spring");
  EXPECT_EQ(programme.goals_size(), 2);
  EXPECT_EQ(programme.goals(1), "Lezen");
  EXPECT_EQ(programme.team_involvement(), v1::INVOLVEMENT_DECIDED);
  ASSERT_EQ(programme.choices_size(), 2);
  EXPECT_EQ(programme.choices(0).intervention(), "interventions/feedback");
  EXPECT_EQ(programme.choices(0).planned_amount().units(), 12500);
  EXPECT_EQ(programme.choices(0).pupils_reached(), 80);
  EXPECT_FALSE(programme.choices(0).above_school_level());
  EXPECT_TRUE(programme.choices(1).above_school_level());
  ASSERT_EQ(read.filings(0).consents_size(), 1);
  EXPECT_EQ(read.filings(0).consents(0).date().month(), 9);
  EXPECT_EQ(read.filings(1).programme().choices_size(), 0);
}

TEST(BoardFileTest, SaysOnWhichLineWhatCannotBeRead) {
  EXPECT_THAT(Read("school;intervention;status\n16SW03;feedback;soon\n"),
              HasViolation("line 2 status"));
  EXPECT_THAT(Read("school;intervention;status;planned_amount\n16SW03;feedback;planned;veel\n"),
              HasReason("BAD_AMOUNT"));
  EXPECT_THAT(Read("school;mr_consent;mr_consent_date\n16SW03;given;2021-13-01\n"),
              HasReason("IMPOSSIBLE_DATE"));
  EXPECT_THAT(Read("school;intervention\n;feedback\n"), HasReason("REQUIRED"));
  EXPECT_THAT(Read("intervention;status\nfeedback;planned\n"), HasReason("MISSING_COLUMN"));
}

}  // namespace
}  // namespace vg::cli
