// Repeat groups and calculations on their way from what is sent to what is stored and told.

#include "services/survey/api/response_proto.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/grpc/validation.h"
#include "common/status/absl_view.h"
#include "common/testing/status_matchers.h"
#include "common/yaml/yaml.h"
#include "services/survey/api/questionnaire_proto.h"
#include "services/survey/domain/kept_answers.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;
using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kQuestionnaire = R"yaml(
title: Locaties
role: school_leader
sections:
  - title: Deel
    questions:
      - {id: largest, label: Grootste, calculation: {expression: "max(places.share)",
                           decimals : 2
}
}
      - id: places
        label: Locaties
        repeat:
          max_instances: 3
          questions:
            - {id: pupils, label: Leerlingen, required: true, number: {unit: pupils}}
            - {id: note, label: Toelichting, text: {}, relevance: pupils > 10}
            - {id: share, label: Aandeel, calculation: {expression: pupils / total, decimals: 2}}
      - {id: name, label: Naam, text: {}}
      - {id: size, label: Omvang, calculation: {expression: "total > 100 ? 'large' : 'small'"}}
      - {id: greeting, label: Groet, calculation: {expression: "'Dag ' + name"}}
)yaml";

template <typename Message>
Message FromYaml(std::string_view text) {
  Message message;
  EXPECT_OK(ParseYaml(text, &message));
  return message;
}

// The answers and what was dropped, under names that do not matter here.
v1::Response Answers(std::string_view yaml) {
  auto response =
      FromYaml<v1::Response>(absl::StrCat("name: waves/w/responses/r\n"
                                          "questionnaire_version: questionnaires/q/versions/1\n"
                                          "unit: schools/16SW03",
                                          Av(yaml)));
  response.clear_name();
  response.clear_questionnaire_version();
  response.clear_unit();
  return response;
}

// The group reads the total of all, so that is asked before it.
v1::Questionnaire Locations() {
  auto content = FromYaml<v1::Questionnaire>(kQuestionnaire);
  auto& questions = *content.mutable_sections(0)->mutable_questions();
  *questions.Add() = FromYaml<v1::Question>("{id: total, label: Totaal, number: {unit: pupils}}");
  for (int i = questions.size() - 1; i > 0; --i) questions.SwapElements(i, i - 1);
  return content;
}

constexpr std::string_view kSent = R"yaml(
answers:
  - {question: name, text: Eva}
  - question: places
    repeat:
      instances:
        - answers:
            - {question: note, text: groot}
            - {question: pupils, number: 150.0}
            - {question: share, number: 0.9}
        - answers: [{question: note, text: klein}, {question: pupils, number: 5}]
  - {question: total, number: 200}
  - {question: size, choice: large}
)yaml";

class ContentTest : public ::testing::Test {
 protected:
  ContentTest() {
    const v1::Questionnaire content = Locations();
    EXPECT_OK(rpc::Validate(content));
    const auto questionnaire = FromProto(content, "content.");
    checker_.emplace(*CompiledQuestionnaire::Compile(*questionnaire));
  }

  // What is stored of `sent`, and what the feed tells of it.
  std::pair<v1::Response, v1::Response> Take(v1::Response sent) {
    const auto draft = DraftOf(sent);
    const Verdict& verdict = checker_->Check(*draft);
    EXPECT_THAT(verdict.violations, IsEmpty());
    const CompiledQuestionnaire& questionnaire = checker_->questionnaire();
    const StoredResponse stored{.content = EncodeAnswers(questionnaire, *draft, verdict)};
    const auto told = [&](Texts texts) {
      v1::Response response;
      EXPECT_OK(ToProto({.questionnaire = &questionnaire}, stored, response, texts));
      v1::Response bare;
      bare.mutable_answers()->Swap(response.mutable_answers());
      bare.mutable_dropped()->Swap(response.mutable_dropped());
      return bare;
    };
    return {told(Texts::kTold), told(Texts::kLeftOut)};
  }

  std::optional<ResponseChecker> checker_;
};

void ExpectSame(const v1::Response& actual, std::string_view yaml) {
  const auto expected = Answers(yaml);
  EXPECT_TRUE(MessageDifferencer::Equals(actual, expected)) << actual.DebugString();
}

TEST_F(ContentTest, StoresInstancesInTheirOrderWithWhatWasComputed) {
  ExpectSame(Take(Answers(kSent)).first, R"yaml(
answers:
  - {question: total, number: 200}
  - {question: largest, number: 0.75}
  - question: places
    repeat:
      instances:
        - answers:
            - {question: pupils, number: 150}
            - {question: note, text: groot}
            - {question: share, number: 0.75}
        - answers: [{question: pupils, number: 5}, {question: share, number: 0.02}]
  - {question: name, text: Eva}
  - {question: size, choice: large}
  - {question: greeting, text: Dag Eva}
dropped:
  - {question: share, rule: pupils / total, instance: 1, reason: calculated_otherwise}
  - {question: note, rule: pupils > 10, instance: 2, reason: not_relevant}
)yaml");
}

TEST_F(ContentTest, TellsNoTextsAlsoOfInstancesAndCalculations) {
  const v1::Response told = Take(Answers(kSent)).second;
  EXPECT_THAT(told.DebugString(), ::testing::Not(::testing::HasSubstr("text")));
  EXPECT_EQ(told.answers_size(), 4);
  EXPECT_EQ(told.answers(2).repeat().instances_size(), 2);
  EXPECT_EQ(told.answers(3).choice(), "large");
}

TEST_F(ContentTest, KeepsWhatItStoredWhenItIsSentAgain) {
  v1::Response stored = Take(Answers(kSent)).first;
  const v1::Response again = Take(stored).first;
  EXPECT_THAT(again.dropped(), IsEmpty());
  stored.clear_dropped();
  EXPECT_TRUE(MessageDifferencer::Equals(again, stored)) << again.DebugString();
}

TEST(TellResultsTest, SaysWhatComesOutOfCalculations) {
  v1::Questionnaire content = Locations();
  const auto questionnaire = FromProto(content, "content.");
  ASSERT_OK(questionnaire);
  EXPECT_TRUE(TellResults(*questionnaire, content));
  const auto& questions = content.sections(0).questions();
  EXPECT_EQ(questions.Get(1).calculation().result(), v1::CALCULATION_RESULT_NUMBER);
  EXPECT_EQ(questions.Get(1).calculation().unit(), "");
  EXPECT_THAT(questions.Get(4).calculation().values(), ElementsAre("large", "small"));
  EXPECT_EQ(questions.Get(5).calculation().result(), v1::CALCULATION_RESULT_TEXT);
  // It is not part of what is asked.
  EXPECT_EQ(DigestOf(*FromProto(content, "")), DigestOf(*questionnaire));
}

TEST(NestedMessageTest, IsRefusedAndNotFollowedDown) {
  // As deep as a message may be that comes over the wire.
  v1::Answer answer;
  v1::Question question;
  v1::Answer* inside = &answer;
  v1::Question* below = &question;
  for (int i = 0; i < 30; ++i) {
    inside->set_question("places");
    inside = inside->mutable_repeat()->add_instances()->add_answers();
    below->set_id("places");
    below = below->mutable_repeat()->add_questions();
  }
  v1::Response sent;
  *sent.add_answers() = answer;
  const auto draft = DraftOf(sent);
  ASSERT_OK(draft);
  ResponseChecker checker(*CompiledQuestionnaire::Compile(*FromProto(Locations(), "")));
  EXPECT_EQ(checker.Check(*draft).violations[0].field,
            "answers[0].repeat.instances[0].answers[0].question");
  EXPECT_FALSE(rpc::Violations(question).empty());
  v1::Questionnaire content = Locations();
  *content.mutable_sections(0)->mutable_questions(0) = question;
  EXPECT_THAT(FromProto(content, "content."), HasReason("NESTED_GROUP"));
}

}  // namespace
}  // namespace vg::survey
