// One service of the suite, as the process that runs it sees it.

#ifndef VG_COMMON_APP_MODULE_H_
#define VG_COMMON_APP_MODULE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/impl/codegen/service_type.h"

#include "common/http/server.h"

namespace vg {

// Something a module cannot do its work without. `check` is quick (a second at most), may block and
// is called every few seconds from one thread. The database and the cache of a module are known to
// the platform already.
struct Dependency {
  std::string name;  // "registry": shown as "survey/registry" in health and metrics.
  std::function<absl::Status()> check;
  bool required = true;  // Whether the module is not ready without it.
};

// Made before the server listens, destroyed after its last call. Its methods are called from one
// thread.
class Module {
 public:
  virtual ~Module() = default;

  // "registry".
  virtual std::string_view name() const = 0;

  // What it serves, owned by the module.
  virtual std::vector<grpc::Service*> grpc_services() = 0;

  // Pages beside gRPC.
  virtual std::vector<http::Route> http_routes() { return {}; }

  virtual std::vector<Dependency> dependencies() { return {}; }

  // Begins background work; the server is listening and clients of other services can be used. An
  // error ends the process.
  virtual absl::Status Start() { return absl::OkStatus(); }

  // Ends background work, quickly; calls may still be served meanwhile. Called once if Start() was.
  virtual void Stop() {}
};

using Modules = std::vector<std::unique_ptr<Module>>;

}  // namespace vg

#endif  // VG_COMMON_APP_MODULE_H_
