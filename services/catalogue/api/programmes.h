// The RPCs that read programmes.

#ifndef VG_SERVICES_CATALOGUE_API_PROGRAMMES_H_
#define VG_SERVICES_CATALOGUE_API_PROGRAMMES_H_

#include "absl/status/status.h"

#include "services/catalogue/api/menus.h"
#include "services/catalogue/storage/programme_store.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

// Thread-safe; borrows what it is given.
class Programmes {
 public:
  Programmes(ProgrammeStore& store, Menus& menus) : store_(store), menus_(menus) {}

  absl::Status Get(const v1::GetProgrammeRequest& request, v1::Programme& response);
  absl::Status List(const v1::ListProgrammesRequest& request, v1::ListProgrammesResponse& response);
  absl::Status ListRevisions(const v1::ListProgrammeRevisionsRequest& request,
                             v1::ListProgrammeRevisionsResponse& response);
  absl::Status GetUptake(const v1::GetUptakeRequest& request, v1::GetUptakeResponse& response);

 private:
  ProgrammeStore& store_;
  Menus& menus_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_PROGRAMMES_H_
