// How a server process is set up. Flags are read into this once (common/app/flags.h).

#ifndef VG_COMMON_APP_OPTIONS_H_
#define VG_COMMON_APP_OPTIONS_H_

#include <cstddef>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace vg {

// What a process does about tables that are not as it needs them.
enum class Migrations {
  kApply,  // Brings them up to date before it serves; of several processes one does, the others
           // wait.
  kCheck,  // Ends with an error: something else brings them up to date.
  kOnly,   // Brings them up to date and ends.
};

struct ServerOptions {
  std::string program = "voortgang";  // In logs and metrics.

  // Addresses, "host:port"; port 0 takes a free one. Empty: do not listen (not for `listen`).
  std::string listen = "127.0.0.1:50051";        // Business calls.
  std::string admin_listen = "127.0.0.1:50052";  // Health, reflection, channelz; plaintext.
  std::string http_listen = "127.0.0.1:8080";    // /metrics, /healthz, /readyz and pages.

  // Where data is kept: a URL of common/sql. "{service}" in it becomes the service's name. Empty:
  // an SQLite file per service in `data_dir`, or in memory if that is empty, too.
  std::string database_url;
  std::string data_dir;
  int database_connections = 4;  // Per service.
  Migrations migrations = Migrations::kApply;

  // The document that says who may call what (common/auth). Empty: the process runs open, and
  // everybody may call everything that needs no name.
  std::string principals;
  absl::Duration reload_interval = absl::Seconds(2);  // How soon a changed file is in force.

  // TLS on the port for calls: PEM files, read again when they change. Empty: plaintext.
  std::string tls_cert;  // With the chain up to the authority.
  std::string tls_key;
  std::string tls_client_ca;  // Signs certificates that callers may show.

  // How other services are called: over TLS if `peers_ca`, who signs their certificates, is given;
  // `tls_cert` is what we show them. The token in `token_file` goes along.
  std::string peers_ca;
  std::string token_file;

  // Of Redis, as cache::ParseRedisUrl() reads it; empty: in the process alone.
  std::string cache_url;
  size_t cache_bytes = size_t{16} << 20;  // Of the cache in the process.

  // Where the other services are, by name: {"registry", "registry:50051"}, or all the addresses
  // that MakeChannel takes for one target. What runs in this process needs no address.
  std::map<std::string, std::string> peers;

  // Per service. Threads are started when they are first needed. Many, because calls that write
  // wait together for one trip to the disk.
  int unary_threads = 64;
  int unary_queue = 256;
  int stream_threads = 64;  // Each open stream holds one.
  int follow_threads = 64;  // The same for methods that follow: see CallPipeline::SetFollows.
  absl::Duration unary_deadline = absl::Seconds(30);
  absl::Duration stream_idle = absl::Minutes(2);  // For the caller to send or read.

  size_t max_message_bytes = size_t{16} << 20;
  size_t max_buffer_bytes = size_t{256} << 20;  // Of all calls together.

  // On SIGTERM: not ready for `drain_delay` while still serving, then `drain_budget` for what is
  // under way.
  absl::Duration drain_delay = absl::ZeroDuration();
  absl::Duration drain_budget = absl::Seconds(20);

  absl::Duration health_interval = absl::Seconds(5);
};

// INVALID_ARGUMENT that names the option and what would be right.
absl::Status Check(const ServerOptions& options);

}  // namespace vg

#endif  // VG_COMMON_APP_OPTIONS_H_
