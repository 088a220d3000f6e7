// The RPCs that ask something about the menu: search, history, differences and whom they touch.

#ifndef VG_SERVICES_CATALOGUE_API_MENU_QUERIES_H_
#define VG_SERVICES_CATALOGUE_API_MENU_QUERIES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/catalogue/api/menus.h"
#include "services/catalogue/domain/menu_diff.h"
#include "services/catalogue/storage/touched_programmes.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

// Thread-safe; borrows what it is given.
class MenuQueries {
 public:
  MenuQueries(Menus& menus, TouchedProgrammes& touched) : menus_(menus), touched_(touched) {}

  absl::Status Search(const v1::SearchInterventionsRequest& request,
                      v1::SearchInterventionsResponse& response);
  absl::Status ListInterventionEditions(const v1::ListInterventionEditionsRequest& request,
                                        v1::ListInterventionEditionsResponse& response);
  absl::Status Diff(const v1::DiffMenuEditionsRequest& request,
                    v1::DiffMenuEditionsResponse& response);
  absl::Status ListTouched(const v1::ListTouchedProgrammesRequest& request,
                           v1::ListTouchedProgrammesResponse& response);

 private:
  // The changes between two editions, the contents of "before" and "after".
  absl::StatusOr<std::vector<InterventionChange>> ChangesBetween(const std::string& before,
                                                                 const std::string& after);

  Menus& menus_;
  TouchedProgrammes& touched_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_MENU_QUERIES_H_
