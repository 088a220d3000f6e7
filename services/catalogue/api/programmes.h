// The RPCs that read programmes.

#ifndef VG_SERVICES_CATALOGUE_API_PROGRAMMES_H_
#define VG_SERVICES_CATALOGUE_API_PROGRAMMES_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/catalogue/api/programme_proto.h"
#include "services/catalogue/storage/programme_store.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

// Thread-safe; borrows what it is given.
class Programmes {
 public:
  explicit Programmes(ProgrammeStore& store) : store_(store) {}

  absl::Status Get(const v1::GetProgrammeRequest& request, v1::Programme& response);
  absl::Status List(const v1::ListProgrammesRequest& request, v1::ListProgrammesResponse& response);
  absl::Status ListRevisions(const v1::ListProgrammeRevisionsRequest& request,
                             v1::ListProgrammeRevisionsResponse& response);
  absl::Status DiffRevisions(const v1::DiffProgrammeRevisionsRequest& request,
                             v1::DiffProgrammeRevisionsResponse& response);

 private:
  // The programme as it was after that many changes (0: as it is); nothing if it never was.
  absl::StatusOr<std::optional<Programme>> Revision(const ProgrammeKey& key, int revision);

  ProgrammeStore& store_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_PROGRAMMES_H_
