#include "common/app/options.h"

#include <string>
#include <vector>

#include "common/status/error.h"

namespace vg {
namespace {

void RequireAtLeast(const char* name, int value, int least, std::vector<FieldViolation>& found) {
  if (value >= least) return;
  found.push_back({name, "OUT_OF_RANGE", "must be at least " + std::to_string(least)});
}

void RequireAddress(const char* name, const std::string& value, bool required,
                    std::vector<FieldViolation>& found) {
  if (value.empty() && !required) return;
  const size_t colon = value.rfind(':');
  if (colon != std::string::npos && colon + 1 < value.size()) return;
  found.push_back({name, "ADDRESS_INVALID", "must be host:port, such as 127.0.0.1:50051"});
}

}  // namespace

absl::Status Check(const ServerOptions& options) {
  std::vector<FieldViolation> found;
  RequireAddress("listen", options.listen, true, found);
  RequireAddress("admin-listen", options.admin_listen, false, found);
  RequireAddress("http-listen", options.http_listen, false, found);
  RequireAtLeast("database-connections", options.database_connections, 1, found);
  RequireAtLeast("unary-threads", options.unary_threads, 1, found);
  RequireAtLeast("unary-queue", options.unary_queue, 0, found);
  RequireAtLeast("stream-threads", options.stream_threads, 1, found);
  RequireAtLeast("follow-threads", options.follow_threads, 1, found);
  if (options.max_message_bytes < 1024 || options.max_message_bytes > (size_t{512} << 20)) {
    found.push_back({"max-message-bytes", "OUT_OF_RANGE", "must be 1 KiB to 512 MiB"});
  }
  if (options.drain_delay < absl::ZeroDuration() || options.drain_budget < absl::ZeroDuration() ||
      options.health_interval <= absl::ZeroDuration() ||
      options.reload_interval <= absl::ZeroDuration()) {
    found.push_back({"drain-delay", "OUT_OF_RANGE", "durations must not be negative"});
  }
  return found.empty() ? absl::OkStatus() : InvalidFields(std::move(found));
}

}  // namespace vg
