#include "common/grpc/method_info.h"

#include "common/grpc/status.h"

namespace vg::rpc {

MethodInfo MakeMethodInfo(const std::string& service, const std::string& name,
                          const std::string& type, metrics::Registry& registry) {
  const metrics::Labels labels = {
      {"grpc_type", type}, {"grpc_service", service}, {"grpc_method", name}};
  MethodInfo method;
  method.service = service;
  method.name = name;
  method.unary = type == "unary";
  method.started = &registry.Counter("grpc_server_started_total", "Calls that began.", labels);
  method.received = &registry.Counter("grpc_server_msg_received_total",
                                      "Messages received from callers.", labels);
  method.sent =
      &registry.Counter("grpc_server_msg_sent_total", "Messages sent to callers.", labels);
  method.seconds =
      &registry.Histogram("grpc_server_handling_seconds", "Time from a call's arrival to its end.",
                          labels, metrics::LatencyBuckets());
  for (int code = 0; code < kStatusCodes; ++code) {
    metrics::Labels with_code = labels;
    with_code["grpc_code"] = CodeName(static_cast<grpc::StatusCode>(code));
    method.handled[static_cast<size_t>(code)] = &registry.Counter(
        "grpc_server_handled_total", "Calls that ended, whatever their outcome.", with_code);
  }
  return method;
}

}  // namespace vg::rpc
