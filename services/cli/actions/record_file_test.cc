#include "services/cli/actions/record_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/yaml/yaml.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;

v1::QuestionnaireVersion Layout() {
  v1::QuestionnaireVersion version;
  version.set_name("questionnaires/learning-growth/versions/1");
  const std::string text = *ReadFile(SourcePath("deploy/examples/records/learning-growth.yaml"));
  EXPECT_OK(ParseYaml(text, version.mutable_content()));
  return version;
}

absl::Status Read(RecordFile& file, std::string_view text) {
  const absl::Status fed = file.Feed(text);
  return fed.ok() ? file.Finish() : fed;
}

TEST(RecordFileTest, KeepsNothingZeroAndNotApplicableApart) {
  RecordFile file("waves/w", Layout(), {});
  ASSERT_OK(Read(file,
                 "id;school;domain;pupils;delay;growth_difference\r\n"
                 "a;16SW03;reading;24;0;n.v.t.\r\n"
                 "b;16SW03;spelling;24;;-12,5\r\n"));
  ASSERT_EQ(file.records().size(), 2U);
  const v1::Response& first = file.records()[0];
  EXPECT_EQ(first.name(), "waves/w/responses/a");
  EXPECT_EQ(first.unit(), "schools/16SW03");
  ASSERT_EQ(first.answers_size(), 4);
  EXPECT_EQ(first.answers(0).choice(), "reading");
  EXPECT_EQ(first.answers(2).number().value(), "0");
  EXPECT_TRUE(first.answers(3).has_not_applicable());
  const v1::Response& second = file.records()[1];
  ASSERT_EQ(second.answers_size(), 3);
  EXPECT_EQ(second.answers(2).question(), "growth_difference");
  EXPECT_EQ(second.answers(2).number().value(), "-12.5");
}

TEST(RecordFileTest, KnowsARecordByItsKeyWhateverTheOrderOfColumns) {
  RecordFile one("waves/w", Layout(), {"domain", "test_date"});
  RecordFile other("waves/w", Layout(), {"test_date", "domain"});
  RecordFile same("waves/w", Layout(), {"domain", "test_date"});
  ASSERT_OK(Read(one, "school,domain,test_date,pupils\n16SW03,reading,2022-01-17,3\n"));
  ASSERT_OK(Read(same, "pupils,test_date,domain,school\n4,2022-01-17,reading,16SW03\n"));
  ASSERT_OK(Read(other, "school,domain,test_date\n16SW03,spelling,2022-01-17\n"));
  EXPECT_EQ(one.records()[0].name(), same.records()[0].name());
  EXPECT_NE(one.records()[0].name(), other.records()[0].name());
}

TEST(RecordFileTest, KnowsARecordByTheNumbersOfItsKeyHoweverTheyAreWritten) {
  RecordFile file("waves/w", Layout(), {"pupils"});
  ASSERT_OK(Read(file,
                 "school;pupils\n"
                 "16SW03;3\n"
                 "16SW03;3,0\n"
                 "16SW03;3.00\n"
                 "16SW03;30\n"
                 "16SW03;n.v.t.\n"
                 "16SW03;n/a\n"));
  ASSERT_EQ(file.records().size(), 6U);
  const auto name = [&](size_t i) { return file.records()[i].name(); };
  EXPECT_EQ(name(1), name(0));
  EXPECT_EQ(name(2), name(0));
  EXPECT_NE(name(3), name(0));
  EXPECT_EQ(name(5), name(4));
}

TEST(RecordFileTest, RefusesAHeaderThatDoesNotFit) {
  RecordFile unknown("waves/w", Layout(), {});
  EXPECT_THAT(Read(unknown, "id,school,weeks\n"), HasReason("UNKNOWN_COLUMN"));
  RecordFile anonymous("waves/w", Layout(), {});
  EXPECT_THAT(Read(anonymous, "school,pupils\n"), HasReason("MISSING_COLUMN"));
  RecordFile nowhere("waves/w", Layout(), {});
  EXPECT_THAT(Read(nowhere, "id,pupils\n"), HasViolation("school"));
}

TEST(RecordFileTest, SaysOnWhichLineWhatCannotBeReadAndGoesOn) {
  RecordFile file("waves/w", Layout(), {});
  ASSERT_OK(Read(file,
                 "id,school,pupils,test_date\n"
                 "a,16SW03,many,2022-01-17\n"
                 "b,16SW03,3,2022-13-17\n"
                 "c,16SW03,3,2022-01-17\n"));
  EXPECT_EQ(file.records().size(), 1U);
  ASSERT_EQ(file.refused().size(), 2U);
  EXPECT_EQ(file.refused()[0].name, "line 2");
  EXPECT_EQ(file.refused()[0].reason, "MALFORMED_NUMBER");
  EXPECT_EQ(file.refused()[0].field, "pupils");
  EXPECT_EQ(file.refused()[1].reason, "IMPOSSIBLE_DATE");
}

}  // namespace
}  // namespace vg::cli
