// What a process offers its modules.

#ifndef VG_COMMON_APP_PLATFORM_H_
#define VG_COMMON_APP_PLATFORM_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "common/app/module.h"
#include "common/app/options.h"
#include "common/auth/authenticator.h"
#include "common/concurrency/executor.h"
#include "common/feed/signal.h"
#include "common/grpc/call_pipeline.h"
#include "common/grpc/client.h"
#include "common/metrics/metrics.h"
#include "common/sql/migrations.h"
#include "common/time/clock.h"

namespace vg {

namespace cache {
class Cache;
}  // namespace cache

// Owns what it hands out and outlives every module. Modules are made from it on one thread; after
// that, thread-safe.
class Platform {
 public:
  // `clock` must outlive it. INVALID_ARGUMENT for an option that makes no sense.
  static absl::StatusOr<std::unique_ptr<Platform>> Make(ServerOptions options, const Clock& clock);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  const ServerOptions& options() const;
  const Clock& clock() const;
  metrics::Registry& metrics();
  cache::Cache& cache();
  // Who calls, for what is not called through a pipeline, such as pages: by the principals file
  // that is in force; everybody if the process runs open.
  const auth::Authenticator& authenticator() const;

  // The database of `service` with `schemas` applied (or only looked at, see Migrations): opened
  // once, watched by health and metrics.
  absl::StatusOr<sql::Database*> OpenDatabase(std::string_view service,
                                              std::initializer_list<sql::Schema> schemas);

  // The pipeline of one gRPC service, by its full name: `v1::RegistryService::service_full_name()`.
  // Services of one package share their threads; packages do not, so that a handler may wait for a
  // service above its own in the same process.
  rpc::CallPipeline& Pipeline(std::string_view grpc_service);

  // Another service: in this process if it runs here, else at its peer address. Asked for while
  // modules are made, called once the server listens. The process does not start if there is no
  // address.
  template <typename Service>
  rpc::Client<Service> ClientOf(std::string_view service) {
    NeedPeer(service);
    return rpc::Client<Service>([this, name = std::string(service)] { return ChannelTo(name); });
  }
  std::shared_ptr<grpc::ChannelInterface> ChannelTo(std::string_view service);

  // A dependency on another service being ready: for Module::dependencies().
  Dependency Peer(std::string_view service, bool required = true);

  // Rings when `service`, in this process, has added to its feed; writers notify after commit.
  // Between processes nothing rings: wait with a time-out.
  feed::Signal& FeedSignal(std::string_view service);

 private:
  friend class AppServer;
  struct State;

  explicit Platform(std::unique_ptr<State> state);
  void NeedPeer(std::string_view service);

  const std::unique_ptr<State> state_;
};

}  // namespace vg

#endif  // VG_COMMON_APP_PLATFORM_H_
