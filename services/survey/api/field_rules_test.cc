#include "services/survey/api/field_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/grpc/validation.h"
#include "common/testing/status_matchers.h"
#include "common/yaml/yaml.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

constexpr char kGood[] = R"(
name: waves/w/responses/r
questionnaire_version: questionnaires/q/versions/1
unit: schools/16SW01
answers:
  - {question: a, choice: x}
  - {question: b, choices: {options: [x, y]}}
  - {question: c, number: "-12.50"}
  - {question: d, date: 2021-09-01}
  - {question: e, text: "Zoë\n"}
  - {question: f, matrix: {rows: {x: y}}}
  - {question: g, ranking: {options: [y, x]}}
  - {question: h, not_applicable: {reason: no_final_test_2020}}
  - {question: i, not_applicable: {}}
  - {question: j}
  - {question: k, repeat: {instances: [{answers: [{question: l, number: "7"}]}, {}]}}
)";

v1::Response Good() {
  v1::Response response;
  EXPECT_OK(ParseYaml(kGood, &response));
  return response;
}

TEST(FieldRulesTest, LooksTwiceAtNoOrdinaryResponse) {
  const v1::Response response = Good();
  EXPECT_OK(rpc::Validate(response));
  EXPECT_FALSE(MayBreakFieldRules(response));
}

// What that is can be seen in import_test.cc.
TEST(FieldRulesTest, LooksTwiceAtWhatMayBeWrongAndLeavesTheWordToTheRules) {
  v1::Response response = Good();
  std::string characters;
  for (int i = 0; i < 6'000; ++i) characters += "é";
  response.mutable_answers(4)->set_text(characters);
  EXPECT_TRUE(MayBreakFieldRules(response)) << "more than 10,000 octets";
  EXPECT_OK(rpc::Validate(response)) << "fewer characters";
}

}  // namespace
}  // namespace vg::survey
