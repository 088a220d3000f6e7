// The RPC that tells what is chosen, by whom.

#ifndef VG_SERVICES_CATALOGUE_API_UPTAKES_H_
#define VG_SERVICES_CATALOGUE_API_UPTAKES_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/catalogue/api/menus.h"
#include "services/catalogue/peers/registry.h"
#include "services/catalogue/storage/programme_store.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

// Thread-safe; borrows what it is given.
class Uptakes {
 public:
  Uptakes(ProgrammeStore& store, Menus& menus, Registry& registry)
      : store_(store), menus_(menus), registry_(registry) {}

  absl::Status Get(const v1::GetUptakeRequest& request, v1::GetUptakeResponse& response);

 private:
  struct Year;

  // From one state of the database, everything counted.
  absl::StatusOr<Year> Read(const std::string& school_year, bool one_by_one);
  absl::StatusOr<std::shared_ptr<const SchoolTable>> SchoolsFor(
      const v1::GetUptakeRequest& request);
  // Gives what is not on the menu that was asked for the title and evidence of the newest edition
  // that has it.
  absl::Status DescribeFormer(v1::GetUptakeResponse& response);

  ProgrammeStore& store_;
  Menus& menus_;
  Registry& registry_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_UPTAKES_H_
