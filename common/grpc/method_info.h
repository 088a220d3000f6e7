// What the pipeline knows about a method before it is called: its kind, who may call it, and its
// series.

#ifndef VG_COMMON_GRPC_METHOD_INFO_H_
#define VG_COMMON_GRPC_METHOD_INFO_H_

#include <array>
#include <string>

#include "absl/time/time.h"
#include "grpcpp/support/status.h"

#include "common/auth/access_rule.h"
#include "common/metrics/metrics.h"

namespace vg::rpc {

inline constexpr int kStatusCodes = 17;  // OK to UNAUTHENTICATED.

struct MethodInfo {
  std::string service;
  std::string name;
  bool unary = true;
  bool follows = false;  // A stream that goes on as long as its caller stays.
  absl::Duration deadline = absl::InfiniteDuration();
  auth::AccessRule access;

  // Names and labels of go-grpc-prometheus.
  prometheus::Counter* started = nullptr;
  prometheus::Counter* received = nullptr;
  prometheus::Counter* sent = nullptr;
  prometheus::Histogram* seconds = nullptr;
  std::array<prometheus::Counter*, kStatusCodes> handled{};

  prometheus::Counter& HandledWith(grpc::StatusCode code) const {
    const bool known = code >= 0 && code < kStatusCodes;
    return *handled[static_cast<size_t>(known ? code : grpc::StatusCode::UNKNOWN)];
  }
};

// Makes the series of `service`/`name`; `type` is "unary", "client_stream", "server_stream" or
// "bidi_stream".
MethodInfo MakeMethodInfo(const std::string& service, const std::string& name,
                          const std::string& type, metrics::Registry& registry);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_METHOD_INFO_H_
