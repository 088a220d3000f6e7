// What holds for every questionnaire and every response.

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/survey/domain/random_questionnaire.h"
#include "services/survey/domain/response_checker.h"

namespace vg::survey {
namespace {

constexpr unsigned kQuestionnaires = 100;
constexpr int kResponses = 10;

// The answers that `verdict` keeps of `answers`, as a client would send them.
std::vector<DraftAnswer> KeptOf(const std::vector<DraftAnswer>& answers, const Verdict& verdict) {
  std::vector<DraftAnswer> kept;
  const std::vector<std::vector<DraftAnswer>>* sent = nullptr;
  std::vector<std::vector<DraftAnswer>>* instances = nullptr;
  for (const Verdict::Kept& one : verdict.kept) {
    std::vector<DraftAnswer>& out = one.instance == 0 ? kept : (*instances)[one.instance - 1];
    if (one.computed >= 0) {
      const Verdict::Computed& computed = verdict.computed[one.computed];
      AnswerValue value = NumberAnswer{computed.value};
      if (computed.kind == AnswerKind::kChoice) value = ChoiceAnswer{computed.value};
      if (computed.kind == AnswerKind::kText) value = TextAnswer{computed.value};
      out.push_back({computed.question, value});
      continue;
    }
    const DraftAnswer& answer =
        one.instance == 0 ? answers[one.answer] : (*sent)[one.instance - 1][one.answer];
    out.push_back(answer);
    if (auto* const repeat = std::get_if<RepeatAnswer>(&out.back().value)) {
      sent = &std::get<RepeatAnswer>(answer.value).instances;
      instances = &repeat->instances;
      for (std::vector<DraftAnswer>& instance : *instances) instance.clear();
    }
  }
  return kept;
}

// What a verdict says, without the places.
std::multiset<std::string> SayingsOf(const Verdict& verdict) {
  std::multiset<std::string> sayings;
  for (size_t i = 0; i < verdict.violations.size(); ++i) {
    sayings.insert(absl::StrCat(verdict.violations[i].reason, " ", std::string(verdict.rules[i]),
                                " ", verdict.violations[i].sentence));
  }
  for (const Verdict::Kept& kept : verdict.kept) {
    sayings.insert(absl::StrCat("kept ", kept.question, " ", kept.instance));
  }
  for (const Verdict::Computed& computed : verdict.computed) {
    sayings.insert(absl::StrCat("computed ", std::string(computed.question), computed.value));
  }
  for (const Verdict::Dropped& dropped : verdict.dropped) {
    sayings.insert(absl::StrCat("dropped ", std::string(dropped.question), dropped.instance));
  }
  return sayings;
}

void Shuffle(std::vector<DraftAnswer>& answers, std::mt19937& random) {
  std::shuffle(answers.begin(), answers.end(), random);
  for (DraftAnswer& answer : answers) {
    auto* const repeat = std::get_if<RepeatAnswer>(&answer.value);
    if (repeat == nullptr) continue;
    for (std::vector<DraftAnswer>& instance : repeat->instances) Shuffle(instance, random);
  }
}

template <typename Property>
void ForAll(Property property) {
  int good = 0;
  for (unsigned seed = 0; seed < kQuestionnaires; ++seed) {
    RandomQuestionnaire chance(seed);
    const Questionnaire questionnaire = chance.Make();
    const auto compiled = CompiledQuestionnaire::Compile(questionnaire);
    ASSERT_OK(compiled) << "seed " << seed;
    ResponseChecker checker(*compiled);
    for (int i = 0; i < kResponses; ++i) {
      ResponseDraft draft;
      draft.answers = chance.Answer(questionnaire.sections[0].questions);
      draft.partial = chance.Draw(2) == 0;
      const Verdict verdict = checker.Check(draft);
      const std::string digest = checker.Digest(draft);
      good += verdict.violations.empty();
      property(questionnaire, checker, draft, verdict, digest, chance);
      if (::testing::Test::HasFailure()) FAIL() << "seed " << seed << ", response " << i;
    }
  }
  // Otherwise nothing was shown.
  EXPECT_GT(good, 100);
}

TEST(RulesPropertyTest, OrderOfAnswersMeansNothing) {
  ForAll([](const Questionnaire&, ResponseChecker& checker, ResponseDraft draft,
            const Verdict& verdict, const std::string& digest, RandomQuestionnaire& chance) {
    Shuffle(draft.answers, chance.random());
    EXPECT_EQ(SayingsOf(checker.Check(draft)), SayingsOf(verdict));
    EXPECT_EQ(checker.Digest(draft), digest);
  });
}

TEST(RulesPropertyTest, WhatIsKeptIsKeptAgain) {
  ForAll([](const Questionnaire&, ResponseChecker& checker, ResponseDraft draft,
            const Verdict& verdict, const std::string&, RandomQuestionnaire&) {
    if (!verdict.violations.empty()) return;
    const ResponseDraft sent = draft;
    draft.answers = KeptOf(sent.answers, verdict);
    const Verdict& again = checker.Check(draft);
    EXPECT_THAT(again.violations, ::testing::IsEmpty());
    EXPECT_THAT(again.dropped, ::testing::IsEmpty());
    EXPECT_EQ(again.kept.size(), verdict.kept.size());
  });
}

TEST(RulesPropertyTest, WhatIsAlwaysRequiredIsRequiredIfTrueAndNeverIfFalse) {
  ForAll([](const Questionnaire& questionnaire, ResponseChecker&, const ResponseDraft& draft,
            const Verdict&, const std::string&, RandomQuestionnaire& chance) {
    const bool required = chance.Draw(2) == 0;
    Questionnaire flags = questionnaire;
    Questionnaire conditions = questionnaire;
    const auto set = [required](std::vector<Question>& questions, bool flag) {
      for (Question& question : questions) {
        question.required = flag && required;
        question.required_if = flag ? "" : required ? "1 < 2" : "1 > 2";
      }
    };
    set(flags.sections[0].questions, true);
    set(conditions.sections[0].questions, false);
    const auto reasons = [&draft](const Questionnaire& of) {
      std::multiset<std::string> out;
      ResponseChecker checker(*CompiledQuestionnaire::Compile(of));
      for (const FieldViolation& violation : checker.Check(draft).violations) {
        out.insert(absl::StrCat(violation.field, " ", violation.reason));
      }
      return out;
    };
    EXPECT_EQ(reasons(conditions), reasons(flags));
  });
}

TEST(RulesPropertyTest, AQuestionThatIsAlwaysPutLosesNoAnswer) {
  ForAll([](const Questionnaire& questionnaire, ResponseChecker&, const ResponseDraft& draft,
            const Verdict& verdict, const std::string&, RandomQuestionnaire& chance) {
    Questionnaire more = questionnaire;
    std::vector<Question>& questions = more.sections[0].questions;
    // The last one, on which no other depends but calculations.
    Question& question = questions[questions.size() - 1 - chance.Draw(2)];
    question.relevance.clear();
    ResponseChecker checker(*CompiledQuestionnaire::Compile(more));
    const Verdict& wider = checker.Check(draft);
    const auto kept = [&](const Verdict& of) {
      return std::any_of(of.kept.begin(), of.kept.end(), [&](const Verdict::Kept& one) {
        return checker.questionnaire().ids().id(one.question) == question.id;
      });
    };
    if (verdict.violations.empty() && wider.violations.empty() && kept(verdict)) {
      EXPECT_TRUE(kept(wider));
    }
    if (!kept(verdict) && !kept(wider) && wider.violations.empty()) {
      EXPECT_TRUE(
          std::none_of(draft.answers.begin(), draft.answers.end(), [&](const DraftAnswer& answer) {
            return answer.question == question.id &&
                   !std::holds_alternative<Calculation>(question.type);
          }));
    }
  });
}

}  // namespace
}  // namespace vg::survey
