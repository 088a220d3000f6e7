// A response as it was sent, before anything about it is known to be right.

#ifndef VG_SERVICES_SURVEY_DOMAIN_RESPONSE_DRAFT_H_
#define VG_SERVICES_SURVEY_DOMAIN_RESPONSE_DRAFT_H_

#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace vg::survey {

// The kinds of answer, one per kind of question. They borrow their texts from the message that was
// sent.
struct ChoiceAnswer {
  std::string_view option;
};
struct ChoicesAnswer {
  std::vector<std::string_view> options;
};
struct NumberAnswer {
  std::string_view decimal;
};
struct DateAnswer {
  int year = 0;
  int month = 0;
  int day = 0;
};
struct TextAnswer {
  std::string_view text;
};
struct MatrixAnswer {
  std::vector<std::pair<std::string_view, std::string_view>> rows;  // Row and option, in any order.
};
struct RankingAnswer {
  std::vector<std::string_view> options;
};

struct DraftAnswer;
struct RepeatAnswer {
  std::vector<std::vector<DraftAnswer>> instances;
};
// There cannot be a number.
struct NotApplicableAnswer {
  std::string_view reason;
};

using AnswerValue =
    std::variant<std::monostate, ChoiceAnswer, ChoicesAnswer, NumberAnswer, DateAnswer, TextAnswer,
                 MatrixAnswer, RankingAnswer, RepeatAnswer, NotApplicableAnswer>;

struct DraftAnswer {
  std::string_view question;
  AnswerValue value;
};

struct ResponseDraft {
  std::string_view name;                   // "waves/w/responses/r"
  std::string_view questionnaire_version;  // "questionnaires/q/versions/1"
  std::string_view unit;                   // "schools/16SW03"
  std::vector<DraftAnswer> answers;
  bool partial = false;
  std::optional<absl::Time> client_time;
  absl::CivilDay today;  // What rules call today(): see today.h.
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_RESPONSE_DRAFT_H_
