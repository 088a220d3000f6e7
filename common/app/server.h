// The harness of every server: one service or all six, from the same modules.

#ifndef VG_COMMON_APP_SERVER_H_
#define VG_COMMON_APP_SERVER_H_

#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"

#include "common/app/module.h"
#include "common/app/options.h"
#include "common/app/platform.h"
#include "common/time/clock.h"

namespace vg {

using MakeModules = std::function<absl::StatusOr<Modules>(Platform&)>;

// A running server. Tests make one with every port 0 and the same modules as main():
//
//   ASSERT_OK_AND_ASSIGN(auto server, AppServer::Start(TestServerOptions(), MakeAllModules));
//   auto stub = registry::v1::RegistryService::NewStub(server->Channel());
//
// Start, Stop and the destructor belong to one thread; the rest is thread-safe.
class AppServer {
 public:
  // Makes the modules, listens, starts their background work and checks their dependencies once.
  // `clock` must outlive the server.
  static absl::StatusOr<std::unique_ptr<AppServer>> Start(const ServerOptions& options,
                                                          const MakeModules& make_modules,
                                                          const Clock& clock);
  static absl::StatusOr<std::unique_ptr<AppServer>> Start(const ServerOptions& options,
                                                          const MakeModules& make_modules);
  // Makes the modules, which brings their databases up to date, and ends.
  static absl::Status MigrateOnly(const ServerOptions& options, const MakeModules& make_modules);
  ~AppServer();  // Stop().
  AppServer(const AppServer&) = delete;
  AppServer& operator=(const AppServer&) = delete;

  int port() const;
  int admin_port() const;
  int http_port() const;

  // An in-process channel to all services.
  std::shared_ptr<grpc::Channel> Channel() const;
  Platform& platform();

  // Reads the principals file again, now. Calls under way keep their callers. An error leaves
  // everything as it was; OK if the server runs open.
  absl::Status Reload();

  // Drains: not ready, `drain_delay`, streams are told, `drain_budget` for calls, then background
  // work ends. Whether every call ended by itself.
  bool Stop();

 private:
  struct State;
  explicit AppServer(std::unique_ptr<State> state);

  const std::unique_ptr<State> state_;
};

// Runs a server until SIGTERM or SIGINT and drains it; SIGHUP is Reload(). The exit code of main().
int RunServer(const ServerOptions& options, const MakeModules& make_modules);

// Every port 0 on loopback, data in memory, no HTTP unless wanted.
ServerOptions TestServerOptions();

}  // namespace vg

#endif  // VG_COMMON_APP_SERVER_H_
