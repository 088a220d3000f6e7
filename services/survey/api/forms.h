// The RPCs about forms and codebooks.

#ifndef VG_SERVICES_SURVEY_API_FORMS_H_
#define VG_SERVICES_SURVEY_API_FORMS_H_

#include "absl/status/status.h"

#include "services/survey/storage/questionnaire_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

// Borrows what it is given. Thread-safe.
class Forms {
 public:
  explicit Forms(QuestionnaireStore& store) : store_(store) {}

  absl::Status Convert(const voortgang::survey::v1::ConvertXlsFormRequest& request,
                       voortgang::survey::v1::ConvertXlsFormResponse& response);
  absl::Status Write(const voortgang::survey::v1::WriteXlsFormRequest& request,
                     voortgang::survey::v1::WriteXlsFormResponse& response);
  absl::Status Codebook(const voortgang::survey::v1::GetCodebookRequest& request,
                        voortgang::survey::v1::Codebook& response);

 private:
  QuestionnaireStore& store_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_FORMS_H_
