// The registry, as funding needs it.

#ifndef VG_SERVICES_FUNDING_PEERS_REGISTER_H_
#define VG_SERVICES_FUNDING_PEERS_REGISTER_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/domain/calculation/recipient_source.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/comparison/events.h"
#include "services/funding/domain/explanation/evidence.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// Reads snapshots, which never change. Thread-safe; calls block. Errors are the registry's own
// (NOT_FOUND for a snapshot or recipient), UNAVAILABLE without it.
class Register {
 public:
  virtual ~Register() = default;

  virtual absl::StatusOr<SnapshotIdentity> Identify(std::string_view snapshot) = 0;

  // All recipients of a kind, which may outnumber what there is room for. Municipalities come with
  // the pupils of their branches. Reading answers as the registry does. The source borrows this.
  virtual absl::StatusOr<std::unique_ptr<RecipientSource>> Open(std::string_view snapshot,
                                                                RecipientKind kind) = 0;

  // The same, held together.
  absl::StatusOr<std::vector<Recipient>> ReadAll(std::string_view snapshot, RecipientKind kind);

  // One of them, as Open gives it, and where each of its facts was read.
  virtual absl::StatusOr<Evidence> ReadOne(std::string_view snapshot, RecipientKind kind,
                                           std::string_view code) = 0;

  // What the registry takes for mergers between two snapshots, looking forwards and backwards.
  virtual absl::StatusOr<Lineage> ReadLineage(std::string_view before, std::string_view after) = 0;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_PEERS_REGISTER_H_
