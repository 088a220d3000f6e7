// What stands behind Platform: seen by AppServer, not by modules.

#ifndef VG_COMMON_APP_PLATFORM_STATE_H_
#define VG_COMMON_APP_PLATFORM_STATE_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/app/observe.h"
#include "common/app/platform.h"
#include "common/auth/directory.h"
#include "common/cache/cache.h"
#include "common/metrics/process.h"

namespace vg {

// Members are declared so that what observes or borrows goes before what it observes or borrows.
struct Platform::State {
  State(ServerOptions options, const Clock& clock) : options(std::move(options)), clock(clock) {}

  const ServerOptions options;
  const Clock& clock;
  metrics::ProcessCollector process;
  metrics::Registry metrics;
  std::unique_ptr<cache::Cache> cache;
  rpc::ChannelOptions peer_channels;
  std::unique_ptr<auth::Directory> directory;  // Null if the process runs open.
  std::map<std::string, std::unique_ptr<sql::Database>, std::less<>> databases;
  std::map<std::string, std::unique_ptr<feed::Signal>, std::less<>> signals;
  std::map<std::string, std::unique_ptr<BoundedExecutor>, std::less<>> executors;
  std::vector<std::unique_ptr<rpc::CallPipeline>> pipelines;
  Observations observations;

  std::set<std::string, std::less<>> needed_peers;
  std::set<std::string, std::less<>> modules;  // Those of this process; fixed once it listens.

  absl::Mutex mutex;
  std::shared_ptr<grpc::Channel> own ABSL_GUARDED_BY(mutex);
  std::map<std::string, std::shared_ptr<grpc::Channel>, std::less<>> channels
      ABSL_GUARDED_BY(mutex);

  BoundedExecutor& Executor(const std::string& name, int threads, int queue);
};

}  // namespace vg

#endif  // VG_COMMON_APP_PLATFORM_STATE_H_
