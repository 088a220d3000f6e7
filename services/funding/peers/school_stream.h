// The schools of a snapshot as the registry streams them.

#ifndef VG_SERVICES_FUNDING_PEERS_SCHOOL_STREAM_H_
#define VG_SERVICES_FUNDING_PEERS_SCHOOL_STREAM_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/grpc/client.h"
#include "services/funding/domain/calculation/recipient_source.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::funding {

using RegistryClient = rpc::Client<voortgang::registry::v1::RegistryService>;

// Streams anew each time it is read; holds no more than a batch. Borrows the client.
class SchoolStream final : public RecipientSource {
 public:
  // `municipality`: of one alone; of all if it is empty. Both are full names.
  SchoolStream(RegistryClient& client, std::string snapshot, std::string municipality)
      : client_(client), snapshot_(std::move(snapshot)), municipality_(std::move(municipality)) {}

  absl::StatusOr<std::unique_ptr<RecipientReader>> Read() const override;

 private:
  RegistryClient& client_;
  const std::string snapshot_;
  const std::string municipality_;
};

// `recipients` in order of code.
std::unique_ptr<RecipientSource> Held(std::vector<Recipient> recipients);

// All recipients of `source` held together and in order if they are no more than a country has,
// so that reading them again costs nothing; else `source` itself.
absl::StatusOr<std::unique_ptr<RecipientSource>> HeldIfFew(std::unique_ptr<RecipientSource> source);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_PEERS_SCHOOL_STREAM_H_
