// The RPCs about questionnaires.

#ifndef VG_SERVICES_SURVEY_API_QUESTIONNAIRES_H_
#define VG_SERVICES_SURVEY_API_QUESTIONNAIRES_H_

#include "absl/status/status.h"

#include "common/time/clock.h"
#include "services/survey/storage/questionnaire_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Questionnaires {
 public:
  Questionnaires(QuestionnaireStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  absl::Status Publish(const v1::PublishQuestionnaireRequest& request,
                       v1::QuestionnaireVersion& response);
  absl::Status Get(const v1::GetQuestionnaireVersionRequest& request,
                   v1::QuestionnaireVersion& response);
  absl::Status List(const v1::ListQuestionnaireVersionsRequest& request,
                    v1::ListQuestionnaireVersionsResponse& response);

 private:
  QuestionnaireStore& store_;
  const Clock& clock_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_QUESTIONNAIRES_H_
