// What the catalogue asks the registry.

#ifndef VG_SERVICES_CATALOGUE_PEERS_REGISTRY_H_
#define VG_SERVICES_CATALOGUE_PEERS_REGISTRY_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/grpc/client.h"
#include "services/catalogue/domain/school_table.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::catalogue {

// Thread-safe; calls block.
class Registry {
 public:
  virtual ~Registry() = default;

  // The schools of "snapshots/2021-10-01". Errors are the registry's own: NOT_FOUND, UNAVAILABLE.
  virtual absl::StatusOr<std::shared_ptr<const SchoolTable>> Schools(
      const std::string& snapshot) = 0;
};

// The real one. Keeps the snapshots that were asked for last: they never change.
class RemoteRegistry final : public Registry {
 public:
  using Service = voortgang::registry::v1::RegistryService;

  explicit RemoteRegistry(rpc::Client<Service> client) : client_(std::move(client)) {}

  absl::StatusOr<std::shared_ptr<const SchoolTable>> Schools(const std::string& snapshot) override;

 private:
  // What the snapshot says of every municipality, by name.
  using Facts = std::map<std::string, std::map<std::string, std::string>>;

  absl::StatusOr<std::shared_ptr<const SchoolTable>> Fetch(const std::string& snapshot);
  absl::StatusOr<Facts> FactsOfMunicipalities(const std::string& snapshot);

  const rpc::Client<Service> client_;
  absl::Mutex mutex_;
  // The one used last is the last.
  std::vector<std::pair<std::string, std::shared_ptr<const SchoolTable>>> at_hand_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_PEERS_REGISTRY_H_
