// The RPCs about questionnaires.

#ifndef VG_SERVICES_SURVEY_API_QUESTIONNAIRES_H_
#define VG_SERVICES_SURVEY_API_QUESTIONNAIRES_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/time/clock.h"
#include "services/survey/domain/questionnaire.h"
#include "services/survey/storage/draft_store.h"
#include "services/survey/storage/questionnaire_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Questionnaires {
 public:
  Questionnaires(QuestionnaireStore& store, DraftStore& drafts, const Clock& clock)
      : store_(store), drafts_(drafts), clock_(clock) {}

  absl::Status Publish(const v1::PublishQuestionnaireRequest& request,
                       v1::QuestionnaireVersion& response);
  absl::Status Get(const v1::GetQuestionnaireVersionRequest& request,
                   v1::QuestionnaireVersion& response);
  absl::Status List(const v1::ListQuestionnaireVersionsRequest& request,
                    v1::ListQuestionnaireVersionsResponse& response);
  absl::Status Compare(const v1::CompareQuestionnaireVersionsRequest& request,
                       v1::CompareQuestionnaireVersionsResponse& response);

 private:
  // What there is to publish upon: the newest version, the draft.
  absl::StatusOr<Publication> Rehearse(const v1::PublishQuestionnaireRequest& request,
                                       QuestionnaireStore::Prepare prepare);
  absl::StatusOr<Questionnaire> Read(std::string_view id, int version);

  QuestionnaireStore& store_;
  DraftStore& drafts_;
  const Clock& clock_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_QUESTIONNAIRES_H_
