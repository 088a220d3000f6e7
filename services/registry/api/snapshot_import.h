// ImportSnapshot: a stream of files in, progress, refused rows and a result out.

#ifndef VG_SERVICES_REGISTRY_API_SNAPSHOT_IMPORT_H_
#define VG_SERVICES_REGISTRY_API_SNAPSHOT_IMPORT_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/grpc/call.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/registry/domain/importer.h"
#include "services/registry/storage/registry_store.h"
#include "voortgang/registry/v1/registry_service.pb.h"

namespace vg::registry {

namespace v1 = voortgang::registry::v1;

// Thread-safe. Borrows what it is given.
class SnapshotImports {
 public:
  static constexpr int64_t kMaxBytes = int64_t{256} << 20;
  static constexpr int64_t kMaxFiles = 64;
  // Each holds the rows of its files in memory.
  static constexpr int kMaxAtOnce = 2;

  using Stream = rpc::Stream<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>;

  SnapshotImports(RegistryStore& store, const Clock& clock, metrics::Registry& metrics);

  // Serves one call.
  absl::Status Import(Stream& stream);

 private:
  class Slot;
  struct Received;

  absl::StatusOr<Received> Receive(Stream& stream);
  absl::Status Answer(const Received& received, const ImportOutcome& outcome, Stream& stream);
  // The stored snapshot with `outcome`'s content, if it is there; SNAPSHOT_EXISTS for other
  // content.
  absl::Status FindStored(const ImportOutcome& outcome, v1::ImportResult& result);

  RegistryStore& store_;
  const Clock& clock_;
  prometheus::Counter& stored_;
  prometheus::Counter& repeated_;
  prometheus::Counter& validated_;
  prometheus::Counter& refused_;
  prometheus::Counter& failed_;
  prometheus::Counter& refused_rows_;
  absl::Mutex mutex_;
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_API_SNAPSHOT_IMPORT_H_
