// grpc.health.v1, told from one board.
//
// gRPC's own health service cannot be described by reflection, and an open Watch of it holds up a
// shutdown until its deadline; this one ends its watches when the server drains.

#ifndef VG_COMMON_APP_HEALTH_H_
#define VG_COMMON_APP_HEALTH_H_

#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace vg {

class HealthWatch;

// What is well: "", "readiness", "liveness", the full name of each gRPC service, and dependencies
// such as "registry/database". Thread-safe.
class HealthBoard {
 public:
  void Set(const std::string& name, bool serving);
  // Nothing for a name that was never set.
  std::optional<bool> Get(const std::string& name) const;
  std::map<std::string, bool> All() const;

  // Everything but "liveness" is not serving any more and stays so.
  void Drain();
  // Ends every watch, now and later.
  void EndWatches();

 private:
  friend class HealthWatch;

  void Add(const std::string& name, HealthWatch& watch);
  void Remove(HealthWatch& watch);

  mutable absl::Mutex mutex_;
  std::map<std::string, bool> serving_ ABSL_GUARDED_BY(mutex_);
  std::map<HealthWatch*, std::string> watches_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

// The service on one server. The board must outlive the server.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  explicit HealthService(HealthBoard& board) : board_(board) {}

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  grpc::health::v1::HealthCheckResponse* response) override;
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  HealthBoard& board_;
};

}  // namespace vg

#endif  // VG_COMMON_APP_HEALTH_H_
