// Where an export goes on.

#ifndef VG_SERVICES_SURVEY_API_RESUME_TOKEN_H_
#define VG_SERVICES_SURVEY_API_RESUME_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/survey/storage/export_store.h"
#include "voortgang/survey/v1/export_service.pb.h"

namespace vg::survey {

struct ExportProgress {
  absl::Time cut_off;
  ExportPosition position;
  int64_t rows = 0;
};

// A token for a caller who repeats the rest of `request`.
std::string ResumeToken(const voortgang::survey::v1::ExportResponsesRequest& request,
                        const ExportProgress& progress);

// Reads the token of `request`, which is not empty. INVALID_ARGUMENT (RESUME_TOKEN_MISMATCH) if it
// is damaged or of another request.
absl::StatusOr<ExportProgress> ReadResumeToken(
    const voortgang::survey::v1::ExportResponsesRequest& request);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_RESUME_TOKEN_H_
