// How the questions of one version of a questionnaire relate to those of a version before it.

#ifndef VG_SERVICES_SURVEY_DOMAIN_COMPARISON_H_
#define VG_SERVICES_SURVEY_DOMAIN_COMPARISON_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/survey/domain/questionnaire.h"

namespace vg::survey {

// Numbered as in the API; of the first three the larger is the worse.
enum class Comparability {
  kUnstated = 0,
  kSame = 1,
  kReworded = 2,
  kBroken = 3,
  kNew = 4,
  kGone = 5
};

struct QuestionComparison {
  std::string question;         // Its id in the later version; empty if it is gone.
  std::string former_question;  // Its id in the earlier version; empty if it is new.
  Comparability comparability = Comparability::kUnstated;
  LocalizedText note;

  friend bool operator==(const QuestionComparison&, const QuestionComparison&) = default;
};

// One entry per question of the later version in its order, questions of repeat groups after their
// group; then the questions that are gone, in the order of the earlier version.
using Comparison = std::vector<QuestionComparison>;

// Compares by what the versions say. Of the same question,
//   - other words (label, hint, message, labels of options and rows), another order of its options,
//     and whether it must be answered make it REWORDED;
//   - another type, other options or rows, another unit, other bounds or decimals, another maximum,
//     another rule (who is asked, what is allowed, what is offered, what is computed) or another
//     repeat group make it BROKEN, and so does a rule that reads a question that is BROKEN or NEW;
//   - another role of the questionnaire makes all of them BROKEN, for others answer.
// Rules are compared without regard to blanks and comments, and a question that was renamed is the
// same question in them.
//
// `statements` say otherwise: what a question is called in the earlier version, where that is
// another id, and how the two compare; what they leave out is as above. INVALID_ARGUMENT on
// "comparisons[i]": REQUIRED, UNKNOWN_QUESTION, COMPARED_TWICE, NOT_A_JUDGEMENT (neither SAME,
// REWORDED nor BROKEN), NOT_THE_SAME (SAME of questions that differ), NOTE_REQUIRED (a judgement
// other than what the versions say, without a note).
absl::StatusOr<Comparison> Compare(const Questionnaire& before, const Questionnaire& after,
                                   const Comparison& statements = {});

// A comparison of the last version with the first, from `first` (middle with first) and `second`
// (last with middle). The worst counts; notes are told in order. Associative, but for the order of
// what is gone.
Comparison Compose(const Comparison& first, const Comparison& second);

// Puts what is gone in the order of `before`, the earlier version.
void OrderGone(const Questionnaire& before, Comparison& comparison);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_COMPARISON_H_
