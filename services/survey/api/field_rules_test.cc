#include "services/survey/api/field_rules.h"

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/grpc/validation.h"
#include "common/testing/status_matchers.h"
#include "common/yaml/yaml.h"
#include "voortgang/api/v1/field.pb.h"

namespace vg::survey {
namespace {

namespace api = voortgang::api::v1;
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

// The rule of a field in the proto.
template <typename Message>
api::FieldRule RuleOf(const char* field) {
  return Message::descriptor()->FindFieldByName(field)->options().GetExtension(api::field);
}
template <typename Message>
std::string TooLong(const char* field) {
  return std::string(RuleOf<Message>(field).max_length() + 1, '1');
}
template <typename Message>
int TooMany(const char* field) {
  return static_cast<int>(RuleOf<Message>(field).max_items()) + 1;
}

// The limits are written here once more: they must not be wider than those of the proto.
TEST(FieldRulesTest, LetsNothingPassThatIsBeyondTheLimitsOfTheProto) {
  const auto breaks = [](const std::function<void(v1::Response&, v1::Answer&)>& change) {
    v1::Response response = Good();
    change(response, *response.mutable_answers(0));
    return !rpc::Validate(response).ok() && MayBreakFieldRules(response);
  };
  EXPECT_TRUE(breaks(
      [](auto& r, auto&) { r.set_invitation_token(TooLong<v1::Response>("invitation_token")); }));
  EXPECT_TRUE(breaks([](auto&, auto& a) { a.set_question(TooLong<v1::Answer>("question")); }));
  EXPECT_TRUE(breaks([](auto&, auto& a) { a.set_choice(TooLong<v1::Answer>("choice")); }));
  EXPECT_TRUE(breaks([](auto&, auto& a) { a.set_text(TooLong<v1::Answer>("text")); }));
  EXPECT_TRUE(breaks([](auto&, auto& a) {
    a.mutable_number()->set_value(TooLong<voortgang::type::v1::Decimal>("value"));
  }));
  EXPECT_TRUE(breaks([](auto&, auto& a) {
    a.mutable_not_applicable()->set_reason("a" + TooLong<v1::NotApplicable>("reason"));
  }));
  EXPECT_TRUE(breaks([](auto&, auto& a) {
    a.mutable_choices()->add_options(TooLong<v1::OptionList>("options"));
  }));
  EXPECT_TRUE(breaks([](auto&, auto& a) {
    for (int i = 0; i < TooMany<v1::OptionList>("options"); ++i) {
      a.mutable_ranking()->add_options("x");
    }
  }));
  EXPECT_TRUE(breaks([](auto&, auto& a) {
    for (int i = 0; i < TooMany<v1::MatrixAnswer>("rows"); ++i) {
      (*a.mutable_matrix()->mutable_rows())[absl::StrCat("row_", i)] = "x";
    }
  }));
  EXPECT_TRUE(breaks([](auto&, auto& a) {
    for (int i = 0; i < TooMany<v1::RepeatAnswer>("instances"); ++i) {
      a.mutable_repeat()->add_instances();
    }
  }));
  EXPECT_TRUE(breaks([](auto&, auto& a) {
    v1::RepeatInstance& instance = *a.mutable_repeat()->add_instances();
    for (int i = 0; i < TooMany<v1::RepeatInstance>("answers"); ++i) {
      instance.add_answers()->set_question("x");
    }
  }));
}

}  // namespace
}  // namespace vg::survey
