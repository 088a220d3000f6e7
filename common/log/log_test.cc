#include "common/log/log.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/log/together.h"

namespace vg::log {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class LogTest : public testing::Test {
 protected:
  LogTest() {
    SetSink([this](std::string_view line) { lines_.emplace_back(line); });
  }
  ~LogTest() override {
    SetSink(nullptr);
    SetMinimumSeverity(Severity::kInfo);
  }

  std::vector<std::string> lines_;
};

TEST_F(LogTest, WritesOneJsonObjectPerStatement) {
  LOG(INFO) << "imported " << 12 << " rows";
  EXPECT_THAT(lines_, ElementsAre(MatchesRegex(R"(\{"time":"[-0-9]+T[:.0-9]+Z","severity":"INFO",)"
                                               R"("message":"imported 12 rows"\})")));
}

TEST_F(LogTest, AddsTheFieldsOfEveryScopeAndTheInnerOneHides) {
  const Scope request("request_id", "r1");
  const Scope step("step", "one");
  {
    const Scope inner("step", "two");
    LOG(WARNING) << "x";
  }
  LOG(ERROR) << "y";
  ASSERT_EQ(lines_.size(), 2);
  EXPECT_THAT(lines_[0], HasSubstr(R"("message":"x","step":"two","request_id":"r1")"));
  EXPECT_THAT(lines_[0], Not(HasSubstr("one")));
  EXPECT_THAT(lines_[1], HasSubstr(R"("step":"one","request_id":"r1")"));
}

TEST_F(LogTest, WritesNumbersAsNumbers) {
  Message(Severity::kInfo).With("code", "OK").With("duration_ms", 1.5).stream() << "call";
  ASSERT_EQ(lines_.size(), 1);
  EXPECT_THAT(lines_[0], HasSubstr(R"("message":"call","code":"OK","duration_ms":1.5})"));
}

TEST_F(LogTest, KeepsToOneLineOfValidUtf8WhateverIsLogged) {
  LOG(INFO) << "a\n\"b\"\\\x01 \xC3\xA9 \xFF \xED\xA0\x80";
  ASSERT_EQ(lines_.size(), 1);
  EXPECT_THAT(lines_[0],
              HasSubstr("\"a\\n\\\"b\\\"\\\\\\u0001 \xC3\xA9 \xEF\xBF\xBD \xEF\xBF\xBD"));
}

TEST_F(LogTest, LeavesOutWhatIsBelowTheMinimumWithoutEvaluatingIt) {
  SetMinimumSeverity(Severity::kWarning);
  int evaluated = 0;
  LOG(INFO) << ++evaluated;
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_EQ(evaluated, 0);
}

TEST_F(LogTest, NamesTheService) {
  SetService("voortgang-test");
  LOG(INFO) << "x";
  SetService("");
  ASSERT_EQ(lines_.size(), 1);
  EXPECT_THAT(lines_[0], HasSubstr(R"("service":"voortgang-test"})"));
}

TEST_F(LogTest, HoldsBackLinesThatAreToBeWrittenTogether) {
  {
    const Together lines;
    LOG(INFO) << "first";
    EXPECT_THAT(lines_, IsEmpty());
    Together::Write();
    EXPECT_THAT(lines_, ElementsAre(HasSubstr("first")));
    {
      const Together inner;
      LOG(INFO) << "second";
    }
    EXPECT_THAT(lines_, ElementsAre(HasSubstr("first"), HasSubstr("second")));
    LOG(INFO) << "third";
  }
  LOG(INFO) << "fourth";
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("first"), HasSubstr("second"), HasSubstr("third"),
                                  HasSubstr("fourth")));
}

TEST(ParseSeverityTest, ReadsNamesInAnyCase) {
  EXPECT_EQ(*ParseSeverity("Warning"), Severity::kWarning);
  EXPECT_FALSE(ParseSeverity("loud").ok());
}

}  // namespace
}  // namespace vg::log
