// The whole suite as operators run it: replicas of every service, each a process of its own, on one
// PostgreSQL and one Redis.

#ifndef VG_TESTS_FAULTS_REPLICATED_SUITE_H_
#define VG_TESTS_FAULTS_REPLICATED_SUITE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/grpc/client.h"
#include "common/testing/child_process.h"
#include "common/testing/postgres_server.h"
#include "common/testing/redis_server.h"
#include "common/testing/temp_dir.h"
#include "tests/faults/cutting_proxy.h"

namespace vg::faults {

inline constexpr int kReplicas = 2;

// In the order in which they call each other: those above first.
const std::vector<std::string>& Services();

// Not thread-safe, but for ClientOf and AddressOf.
class ReplicatedSuite {
 public:
  enum class Connections {
    kDirect,
    kThroughProxy,  // Between callers, services, PostgreSQL and Redis.
  };
  explicit ReplicatedSuite(Connections connections = Connections::kDirect);

  // Starts everything; false if something does not become ready.
  bool Start();

  PostgresServer& postgres() { return *postgres_; }
  RedisServer& redis() { return *redis_; }
  CuttingProxy& proxy() { return *proxy_; }

  // "127.0.0.1:4001,127.0.0.1:4002": what MakeChannel takes; or that of one replica.
  std::string AddressOf(const std::string& service) const;
  std::string AddressOf(const std::string& service, int replica) const;

  // "registry=127.0.0.1:4001,registry=127.0.0.1:4002,survey=…": what the command takes as --server.
  std::string Addresses() const;

  // With the suite's own settings, as services call each other.
  template <typename Service>
  rpc::Client<Service> ClientOf(const std::string& service) const {
    return rpc::Client<Service>(rpc::MakeChannel(AddressOf(service)));
  }

  // `flags` are more of the server's, or instead of those that it gets anyhow.
  void Launch(const std::string& service, int replica, const std::vector<std::string>& flags = {});
  bool AwaitReady(const std::string& service, int replica);
  void Kill(const std::string& service, int replica);      // kill -9
  int Terminate(const std::string& service, int replica);  // SIGTERM; the exit code.

  // How many calls of its own API a replica has answered since it was launched.
  int64_t CallsAnswered(const std::string& service, int replica) const;
  // What the cache of all replicas of a service was asked since they were launched, by outcome:
  // "hit", "miss", "error", "bypass".
  std::map<std::string, int64_t> CacheRequests(const std::string& service) const;

  // Breaks every connection to the database that is open now.
  void CutDatabaseConnections();

  // What the processes of a service use together.
  struct Usage {
    int64_t resident_bytes = 0;
    int threads = 0;
    int descriptors = 0;
    int sockets = 0;  // Of the descriptors.
  };
  Usage UsageOf(const std::string& service) const;
  // Connections that are open at PostgreSQL and Redis.
  int DatabaseConnections() const;
  int CacheConnections() const;

  // What the processes wrote, for when a test fails.
  std::string LogOf(const std::string& service, int replica) const;

 private:
  struct Replica {
    int port = 0;  // Where it is called.
    int listens = 0;
    int http_port = 0;
    std::unique_ptr<ChildProcess> process;
  };

  void GoThroughProxy();

  const TempDir folder_;
  std::unique_ptr<PostgresServer> postgres_;
  std::unique_ptr<RedisServer> redis_;
  std::unique_ptr<CuttingProxy> proxy_;  // Null where connections are direct.
  std::string cache_;
  std::map<std::string, std::string> databases_;
  std::map<std::string, std::vector<Replica>> replicas_;
};

}  // namespace vg::faults

#endif  // VG_TESTS_FAULTS_REPLICATED_SUITE_H_
