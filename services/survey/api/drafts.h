// The RPCs about drafts of questionnaires.

#ifndef VG_SERVICES_SURVEY_API_DRAFTS_H_
#define VG_SERVICES_SURVEY_API_DRAFTS_H_

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/empty.pb.h"

#include "common/time/clock.h"
#include "services/survey/storage/draft_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

std::string EtagOf(const StoredDraft& draft);

// Borrows what it is given. Thread-safe.
class Drafts {
 public:
  Drafts(DraftStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  absl::Status Save(const v1::SaveQuestionnaireDraftRequest& request,
                    v1::QuestionnaireDraft& response);
  absl::Status Get(const v1::GetQuestionnaireDraftRequest& request,
                   v1::QuestionnaireDraft& response);
  absl::Status List(const v1::ListQuestionnaireDraftsRequest& request,
                    v1::ListQuestionnaireDraftsResponse& response);
  absl::Status Delete(const v1::DeleteQuestionnaireDraftRequest& request,
                      google::protobuf::Empty& response);

 private:
  DraftStore& store_;
  const Clock& clock_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_DRAFTS_H_
