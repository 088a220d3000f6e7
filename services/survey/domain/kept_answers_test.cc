#include "services/survey/domain/kept_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/survey/domain/random_questionnaire.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

std::shared_ptr<const CompiledQuestionnaire> Compiled(std::vector<Question> questions) {
  Questionnaire questionnaire;
  questionnaire.sections.push_back({{"Deel", "Part"}, std::move(questions)});
  return *CompiledQuestionnaire::Compile(questionnaire);
}

TEST(KeptAnswersTest, HoldEveryKindOfAnswer) {
  const auto questionnaire =
      Compiled({MakeQuestion("one", SingleChoice{Options({"a", "b"})}),
                MakeQuestion("many", MultipleChoice{Options({"b", "a", "c"}), 0}),
                MakeQuestion("number", NumberInput{"", {}, {}, 2}),
                MakeQuestion("none", NumberInput{.allow_not_applicable = true}),
                MakeQuestion("day", DateInput{}), MakeQuestion("text", TextInput{}),
                MakeQuestion("matrix", MatrixInput{Options({"r1", "r2"}), Options({"a", "b"})}),
                MakeQuestion("ranking", RankingInput{Options({"a", "b", "c"}), 2})});
  ResponseDraft draft;
  draft.client_time = absl::FromUnixMicros(-1'234'567);
  draft.partial = true;
  draft.answers = {{"ranking", RankingAnswer{{"c", "a"}}},
                   {"matrix", MatrixAnswer{{{"r2", "a"}, {"r1", "b"}}}},
                   {"text", TextAnswer{"één"}},
                   {"day", DateAnswer{2022, 12, 31}},
                   {"none", NotApplicableAnswer{"no_test"}},
                   {"number", NumberAnswer{"012.50"}},
                   {"many", ChoicesAnswer{{"c", "a"}}},
                   {"one", ChoiceAnswer{"b"}}};
  ResponseChecker checker(questionnaire);
  const Verdict& verdict = checker.Check(draft);
  ASSERT_THAT(verdict.violations, ::testing::IsEmpty());
  const std::string content = EncodeAnswers(*questionnaire, draft, verdict);
  EXPECT_LT(content.size(), 60u);
  ASSERT_OK_AND_ASSIGN(const KeptAnswers kept, DecodeAnswers(*questionnaire, content));
  EXPECT_EQ(kept.client_time, draft.client_time);
  ASSERT_EQ(kept.answers.size(), 8u);
  EXPECT_EQ(std::get<ChoiceAnswer>(kept.answers[0].value).option, "b");
  EXPECT_THAT(std::get<ChoicesAnswer>(kept.answers[1].value).options, ElementsAre("a", "c"));
  EXPECT_EQ(std::get<NumberAnswer>(kept.answers[2].value).decimal, "12.5");
  EXPECT_EQ(std::get<NotApplicableAnswer>(kept.answers[3].value).reason, "no_test");
  EXPECT_THAT(std::get<DateAnswer>(kept.answers[4].value),
              AllOf(Field(&DateAnswer::year, 2022), Field(&DateAnswer::month, 12),
                    Field(&DateAnswer::day, 31)));
  EXPECT_EQ(std::get<TextAnswer>(kept.answers[5].value).text, "één");
  EXPECT_THAT(std::get<MatrixAnswer>(kept.answers[6].value).rows,
              ElementsAre(std::pair("r1", "b"), std::pair("r2", "a")));
  EXPECT_THAT(std::get<RankingAnswer>(kept.answers[7].value).options, ElementsAre("c", "a"));
}

// For any questionnaire: what was kept, sent again, is kept as the same bytes; and bytes that were
// cut off are not taken for something else.
TEST(KeptAnswersTest, ReadBackAreWhatWasKept) {
  int good = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomQuestionnaire chance(seed);
    const Questionnaire questionnaire = chance.Make();
    const auto compiled = *CompiledQuestionnaire::Compile(questionnaire);
    ResponseChecker checker(compiled);
    for (int i = 0; i < 10; ++i) {
      ResponseDraft draft;
      draft.answers = chance.Answer(questionnaire.sections[0].questions);
      draft.partial = chance.Draw(2) == 0;
      const Verdict verdict = checker.Check(draft);
      if (!verdict.violations.empty()) continue;
      ++good;
      const std::string content = EncodeAnswers(*compiled, draft, verdict);
      ASSERT_OK_AND_ASSIGN(const KeptAnswers kept, DecodeAnswers(*compiled, content));
      EXPECT_EQ(kept.dropped.size(), verdict.dropped.size());
      for (size_t k = 0; k < kept.dropped.size(); ++k) {
        EXPECT_EQ(kept.dropped[k].question, verdict.dropped[k].question);
        EXPECT_EQ(kept.dropped[k].rule, verdict.dropped[k].rule);
        EXPECT_EQ(kept.dropped[k].instance, verdict.dropped[k].instance);
        EXPECT_EQ(kept.dropped[k].reason, verdict.dropped[k].reason);
      }
      ResponseDraft again = draft;
      again.answers = kept.answers;
      const Verdict& verdict_again = checker.Check(again);
      ASSERT_THAT(verdict_again.violations, ::testing::IsEmpty());
      std::string wanted = content;
      if (!kept.dropped.empty()) wanted = EncodeAnswers(*compiled, again, verdict_again);
      EXPECT_EQ(EncodeAnswers(*compiled, again, verdict_again), wanted);
      ASSERT_OK_AND_ASSIGN(const KeptAnswers twice, DecodeAnswers(*compiled, wanted));
      EXPECT_EQ(twice.answers.size(), kept.answers.size());
      for (size_t length = 0; length < content.size(); ++length) {
        EXPECT_THAT(DecodeAnswers(*compiled, std::string_view(content).substr(0, length)),
                    StatusIs(absl::StatusCode::kDataLoss));
      }
      EXPECT_THAT(DecodeAnswers(*compiled, content + "x"), StatusIs(absl::StatusCode::kDataLoss));
    }
  }
  // Otherwise nothing was shown.
  EXPECT_GT(good, 100);
}

}  // namespace
}  // namespace vg::survey
