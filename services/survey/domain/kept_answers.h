// The answers of a response as they are kept: bytes in which questions, rows and options are known
// by their places in the questionnaire, which never changes once it is published. About a tenth of
// what is sent.
//
//     content    version (1), client time, answers, dropped
//     client     0, or 1 and zigzag(microseconds since 1970)
//     answers    for each, in the order of the questionnaire: place + 1, value; then 0
//     dropped    how many; for each: place, reason (as in DropReason), instance
//
//     choice     option
//     choices    how many, the options by id
//     number     text of its shortest decimal or fraction; of "not applicable": 0, text of the
//     reason date       (year * 16 + month) * 32 + day text       text matrix     how many; for
//     each: row, option ranking    how many, the options in their order repeat     how many
//     instances, the answers of each
//
// Numbers are varints as in protocol buffers; a text is its length and its bytes.

#ifndef VG_SERVICES_SURVEY_DOMAIN_KEPT_ANSWERS_H_
#define VG_SERVICES_SURVEY_DOMAIN_KEPT_ANSWERS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/response_checker.h"
#include "services/survey/domain/response_draft.h"

namespace vg::survey {

// Borrows its texts from the content and from the questionnaire.
struct KeptAnswers {
  std::optional<absl::Time> client_time;
  std::vector<DraftAnswer> answers;  // In the order of the questionnaire, computed ones included.
  std::vector<Verdict::Dropped> dropped;
};

// What is kept of `draft`, about which `verdict` has nothing to complain. Equal answers are equal
// bytes.
std::string EncodeAnswers(const CompiledQuestionnaire& questionnaire, const ResponseDraft& draft,
                          const Verdict& verdict);

// DATA_LOSS for anything that EncodeAnswers does not write.
absl::StatusOr<KeptAnswers> DecodeAnswers(const CompiledQuestionnaire& questionnaire,
                                          std::string_view content);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_KEPT_ANSWERS_H_
