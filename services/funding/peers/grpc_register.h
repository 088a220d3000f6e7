// The registry over gRPC.

#ifndef VG_SERVICES_FUNDING_PEERS_GRPC_REGISTER_H_
#define VG_SERVICES_FUNDING_PEERS_GRPC_REGISTER_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/grpc/client.h"
#include "services/funding/peers/register.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::funding {

class GrpcRegister final : public Register {
 public:
  explicit GrpcRegister(rpc::Client<voortgang::registry::v1::RegistryService> client)
      : client_(std::move(client)) {}

  absl::StatusOr<SnapshotIdentity> Identify(std::string_view snapshot) override;
  absl::StatusOr<std::unique_ptr<RecipientSource>> Open(std::string_view snapshot,
                                                        RecipientKind kind) override;
  absl::StatusOr<Evidence> ReadOne(std::string_view snapshot, RecipientKind kind,
                                   std::string_view code) override;
  absl::StatusOr<Lineage> ReadLineage(std::string_view before, std::string_view after) override;

 private:
  absl::StatusOr<std::vector<Recipient>> Municipalities(std::string_view snapshot);
  // Who went on in the place of whom, by code.
  absl::StatusOr<std::map<std::string, std::string>> Heirs(std::string_view before,
                                                           std::string_view after);

  rpc::Client<voortgang::registry::v1::RegistryService> client_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_PEERS_GRPC_REGISTER_H_
