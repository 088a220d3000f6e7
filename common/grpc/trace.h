// Who asked, and as part of what: request ids and W3C trace context.

#ifndef VG_COMMON_GRPC_TRACE_H_
#define VG_COMMON_GRPC_TRACE_H_

#include <string>
#include <string_view>

namespace vg::rpc {

inline constexpr char kRequestIdKey[] = "x-request-id";
inline constexpr char kTraceparentKey[] = "traceparent";

// `given` if it is usable (1 to 128 letters, digits, '-', '_', '.', ':'), else a new one.
std::string RequestIdFrom(std::string_view given);

// A traceparent for a span of ours: in the trace of `given` if that is well formed, else in a new
// one.
std::string TraceparentFrom(std::string_view given);

// The 32 hexadecimal digits of the trace.
std::string_view TraceIdOf(std::string_view traceparent);
// The 16 of the span.
std::string_view SpanIdOf(std::string_view traceparent);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_TRACE_H_
