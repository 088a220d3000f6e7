// Writing one snapshot, inside a transaction of the caller.

#ifndef VG_SERVICES_REGISTRY_STORAGE_SNAPSHOT_WRITER_H_
#define VG_SERVICES_REGISTRY_STORAGE_SNAPSHOT_WRITER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/registry/domain/importer.h"

namespace vg::registry {

// Adds the snapshot's own row. False if one with this id is there; racers wait for each other here.
absl::StatusOr<bool> AddSnapshot(sql::Transaction& transaction, const Snapshot& snapshot,
                                 absl::Time now);

// Adds everything else: sources, refused rows, schools, boards, municipalities.
absl::Status AddContent(sql::Transaction& transaction, const ImportOutcome& outcome);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_STORAGE_SNAPSHOT_WRITER_H_
