// What the survey asks the registry.

#ifndef VG_SERVICES_SURVEY_PEERS_REGISTRY_H_
#define VG_SERVICES_SURVEY_PEERS_REGISTRY_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/grpc/client.h"
#include "services/survey/domain/board.h"
#include "services/survey/domain/unit.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::survey {

// Thread-safe. Errors are the registry's own: NOT_FOUND for the snapshot, UNAVAILABLE.
class Registry {
 public:
  virtual ~Registry() = default;

  // The digest of "snapshots/2021-10-01".
  virtual absl::StatusOr<std::string> Digest(const std::string& snapshot) = 0;
  // All units of those kinds in it, with their attributes: of boards those that their schools
  // share.
  virtual absl::StatusOr<std::vector<Unit>> Units(const std::string& snapshot,
                                                  const std::set<UnitKind>& kinds) = 0;
};

// The real one.
class RemoteRegistry final : public Registry {
 public:
  using Service = voortgang::registry::v1::RegistryService;

  explicit RemoteRegistry(rpc::Client<Service> client) : client_(std::move(client)) {}

  absl::StatusOr<std::string> Digest(const std::string& snapshot) override;
  absl::StatusOr<std::vector<Unit>> Units(const std::string& snapshot,
                                          const std::set<UnitKind>& kinds) override;

 private:
  // By board.
  using Boards = std::map<std::string, BoardSchools, std::less<>>;

  absl::Status AddSchools(const std::string& snapshot, std::vector<Unit>& units, Boards& boards);
  absl::Status AddBoards(const std::string& snapshot, const Boards& boards,
                         std::vector<Unit>& units);
  absl::Status AddMunicipalities(const std::string& snapshot, std::vector<Unit>& units);

  const rpc::Client<Service> client_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_PEERS_REGISTRY_H_
