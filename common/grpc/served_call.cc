#include "common/grpc/served_call.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"
#include "grpc/grpc_security_constants.h"

#include "common/auth/authenticator.h"
#include "common/grpc/call_pipeline.h"
#include "common/grpc/method_info.h"
#include "common/grpc/status.h"
#include "common/grpc/trace.h"
#include "common/grpc/validation.h"
#include "common/log/log.h"
#include "common/log/together.h"
#include "common/status/error.h"
#include "common/time/clock.h"
#include "voortgang/api/v1/field.pb.h"

namespace vg::rpc {
namespace {

// The highest that there is; no message of ours has it.
constexpr int kMarkField = (1 << 29) - 1;

absl::BitGen& Random() {
  thread_local absl::BitGen random;
  return random;
}

constexpr char kFscTransactionKey[] = "fsc-transaction-id";
constexpr size_t kMaxIdLength = 128;
constexpr absl::Duration kRetryAfter = absl::Seconds(2);
// gRPC writes "no deadline" as a time far away.
constexpr absl::Duration kForever = absl::Hours(24 * 365 * 10);

std::string_view MetadataOf(const grpc::ServerContextBase& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return {};
  return {found->second.data(), found->second.size()};
}

// What the transport knows of the other side: `property` of it, or nothing.
std::string TransportProperty(const grpc::AuthContext* transport, const char* property) {
  if (transport == nullptr) return "";
  const auto found = transport->FindPropertyValues(property);
  return found.empty() ? "" : std::string(found.front().data(), found.front().size());
}

// A channel inside the process has no address, and no transport security, which even plaintext has.
// Both count, for whom we take for ourselves we believe.
std::string PeerOf(const grpc::ServerContextBase& context, const grpc::AuthContext* transport) {
  std::string peer = context.peer();
  for (const std::string_view scheme : {"ipv4:", "ipv6:", "unix:", "unix-abstract:"}) {
    if (peer.compare(0, scheme.size(), scheme) == 0) return peer;
  }
  const bool outside =
      !TransportProperty(transport, GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME).empty();
  return outside ? "unknown" : kInProcess;
}

// `refusal` says why the caller may not make this call.
Call::Origin OriginOf(const grpc::ServerContextBase& context, const MethodInfo& method,
                      absl::Time now, const auth::Authenticator& authenticator,
                      absl::Status& refusal) {
  Call::Origin origin;
  origin.service = method.service;
  origin.method = method.name;
  origin.request_id = RequestIdFrom(MetadataOf(context, kRequestIdKey));
  origin.traceparent = TraceparentFrom(MetadataOf(context, kTraceparentKey));
  const std::shared_ptr<const grpc::AuthContext> transport = context.auth_context();
  origin.peer = PeerOf(context, transport.get());
  const absl::Time asked = absl::FromChrono(context.deadline());
  origin.deadline = asked - now > kForever ? absl::InfiniteFuture() : asked;
  if (method.deadline < absl::InfiniteDuration()) {
    origin.deadline = std::min(origin.deadline, now + method.deadline);
  }
  const std::string subject = TransportProperty(transport.get(), GRPC_X509_SUBJECT_PROPERTY_NAME);
  auto caller = authenticator.Identify({
      .in_process = origin.peer == kInProcess,
      .authorization = MetadataOf(context, auth::kAuthorizationKey),
      .certificate_subject = subject,
      .passed_on = MetadataOf(context, auth::kPassedOnKey),
  });
  refusal = caller.status();
  if (!caller.ok()) return origin;
  origin.caller = *std::move(caller);
  refusal = auth::Authorise(*origin.caller, method.access, method.name);
  return origin;
}

absl::Status Overloaded() {
  ErrorDetails details;
  details.reason = "OVERLOADED";
  details.retry_after = kRetryAfter;
  return Error(absl::StatusCode::kResourceExhausted,
               "the server is busy with other calls; wait a moment and call again",
               std::move(details));
}

absl::Status Draining() {
  return Error(absl::StatusCode::kUnavailable, "DRAINING",
               "the server is going away; call again and another one answers");
}

log::Severity SeverityOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return log::Severity::kError;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
      return log::Severity::kWarning;
    default:
      return log::Severity::kInfo;
  }
}

void AddFailure(const absl::Status& status, log::Message& line) {
  if (status.ok()) return;
  const ErrorDetails details = DetailsOf(status);
  if (!details.reason.empty()) line.With("reason", details.reason);
  line.With("error", std::string(status.message()));
}

// Who called as part of what. Behind a gateway of Federated Service Connectivity (FSC) the
// transaction is what both sides' logs have in common.
void AddOrigin(const Call& call, const grpc::ServerContextBase& context, log::Message& line) {
  line.With("caller", call.caller().name);
  if (!call.caller().via.empty()) line.With("via", call.caller().via);
  line.With("peer", call.peer()).With("request_id", call.request_id());
  const std::string_view transaction = MetadataOf(context, kFscTransactionKey);
  if (!transaction.empty()) line.With("fsc_transaction_id", transaction.substr(0, kMaxIdLength));
}

// The call as a span: with the time of the line and the duration all that a collector of traces
// needs to know.
void AddSpan(const Call& call, const grpc::ServerContextBase& context, log::Message& line) {
  const std::string_view own = call.traceparent();
  line.With("trace_id", TraceIdOf(own)).With("span_id", SpanIdOf(own));
  const std::string_view callers = MetadataOf(context, kTraceparentKey);
  if (TraceIdOf(callers) == TraceIdOf(own)) line.With("parent_span_id", SpanIdOf(callers));
}

void WriteAccessLine(const Call& call, const grpc::ServerContextBase& context,
                     const absl::Status& status, absl::Duration took) {
  const log::Severity severity = SeverityOf(status.code());
  if (!log::IsOn(severity)) return;
  log::Message line(severity);
  line.With("method", absl::StrCat("/", call.service(), "/", call.method()))
      .With("code", CodeName(static_cast<grpc::StatusCode>(status.code())))
      .With("duration_ms", absl::ToDoubleMilliseconds(took));
  AddOrigin(call, context, line);
  AddSpan(call, context, line);
  AddFailure(status, line);
  line.stream() << "call";
}

// The resource that a message is about: its `name` or `parent`, else the first field that holds a
// resource name.
std::string ResourceOf(const google::protobuf::Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  const google::protobuf::FieldDescriptor* chosen = nullptr;
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    if (field.cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING ||
        field.is_repeated()) {
      continue;
    }
    const bool says_so = field.name() == "name" || field.name() == "parent";
    const bool is_one = !field.options().GetExtension(voortgang::api::v1::field).resource().empty();
    if (says_so || (is_one && chosen == nullptr)) chosen = &field;
    if (says_so) break;
  }
  return chosen == nullptr ? "" : message.GetReflection()->GetString(message, chosen);
}

// What was made if something was, else what was asked about.
std::string ResourceOf(const google::protobuf::Message* request,
                       const google::protobuf::Message* answer, bool ok) {
  std::string resource = ok && answer != nullptr ? ResourceOf(*answer) : "";
  if (resource.empty() && request != nullptr) resource = ResourceOf(*request);
  return resource;
}

// Who did what to what, and whether it came about. Written whatever severity is logged, and before
// the answer leaves.
void WriteAuditLine(const Call& call, const grpc::ServerContextBase& context,
                    const std::string& resource, const absl::Status& status) {
  log::Message line(log::Severity::kInfo);
  line.With("audit", "call")
      .With("method", absl::StrCat("/", call.service(), "/", call.method()))
      .With("outcome", CodeName(static_cast<grpc::StatusCode>(status.code())));
  AddOrigin(call, context, line);
  if (!resource.empty()) line.With("resource", resource);
  AddFailure(status, line);
  line.stream() << "audit";
}

}  // namespace

ServedCall::ServedCall(CallPipeline& pipeline, const MethodInfo& method,
                       grpc::ServerContextBase* context, absl::Time came)
    : pipeline_(pipeline),
      method_(method),
      context_(context),
      started_(came),
      call_(OriginOf(*context, method, started_, *pipeline.options_.authenticator, refusal_)),
      mark_(method.unary ? 0 : absl::Uniform<uint64_t>(Random())),
      outside_(call_.peer() != kInProcess),
      admitted_(pipeline.Arrived(outside_)) {}

ServedCall::~ServedCall() { pipeline_.Left(outside_); }

bool ServedCall::Enter() {
  method_.started->Increment();
  if (method_.unary || Asked() != nullptr) CountReceived();
  if (!method_.unary) pipeline_.Opened(call_);
  if (admitted_ && refusal_.ok()) return true;
  End(admitted_ ? refusal_ : Draining());
  return false;
}

void ServedCall::Refuse() { End(Overloaded()); }

void ServedCall::Begin(absl::AnyInvocable<absl::Status()> handler) {
  if (!Enter()) return;
  const bool taken =
      pipeline_.Submit(method_, [this, handler = std::move(handler)]() mutable { Run(handler); });
  if (!taken) Refuse();
}

absl::Status ServedCall::Ready() const {
  absl::Status status = call_.Alive();  // It may have waited long.
  if (status.ok() && Asked() != nullptr) status = Accept(*Asked(), "");
  return status;
}

void ServedCall::Conclude(const absl::Status& status) {
  Settle();
  End(status);
}

void ServedCall::Run(absl::AnyInvocable<absl::Status()>& handler) {
  absl::Status status = Ready();
  if (status.ok()) {
    const ServingCall serving(call_);
    const log::Scope id("request_id", call_.request_id());
    try {
      status = handler();
    } catch (const std::exception& error) {
      status = absl::InternalError(absl::StrCat("exception: ", error.what()));
    }
  }
  Conclude(status);
}

void ServedCall::End(const absl::Status& status) {
  const grpc::Status wire = ToGrpcStatus(status, call_.request_id());
  context_->AddTrailingMetadata(kRequestIdKey, call_.request_id());
  const absl::Duration took = SystemClock().Now() - started_;
  method_.HandledWith(wire.error_code()).Increment();
  method_.seconds->Observe(absl::ToDoubleSeconds(took));
  WriteAccessLine(call_, *context_, status, took);
  if (method_.access.audited || call_.audited()) {
    WriteAuditLine(call_, *context_, ResourceOf(Asked(), Answer(), status.ok()), status);
    log::Together::Write();
  }
  if (!method_.unary) pipeline_.Closed(call_);
  FinishCall(wire);
}

absl::Status ServedCall::Accept(const google::protobuf::Message& message,
                                const std::string& prefix) const {
  const size_t most = pipeline_.options_.max_message_bytes;
  const size_t size = message.ByteSizeLong();
  if (size > most) {
    return Error(absl::StatusCode::kInvalidArgument, "MESSAGE_TOO_LARGE",
                 absl::StrCat("a message may have at most ", most, " bytes, this one has ", size,
                              "; send it in parts"),
                 {{"max_bytes", std::to_string(most)}, {"bytes", std::to_string(size)}});
  }
  return Validate(message, prefix);
}

void ServedCall::Mark(google::protobuf::Message& message) const {
  message.Clear();
  message.GetReflection()->MutableUnknownFields(&message)->AddFixed64(kMarkField, mark_);
}

bool ServedCall::HasMark(const google::protobuf::Message& message) const {
  const google::protobuf::UnknownFieldSet& unknown =
      message.GetReflection()->GetUnknownFields(message);
  return unknown.field_count() == 1 && unknown.field(0).number() == kMarkField &&
         unknown.field(0).type() == google::protobuf::UnknownField::TYPE_FIXED64 &&
         unknown.field(0).fixed64() == mark_;
}

absl::Duration ServedCall::IdleLimit() const { return pipeline_.options_.stream_idle; }

absl::Status ServedCall::Idle() const {
  return Error(absl::StatusCode::kDeadlineExceeded, "IDLE_STREAM",
               absl::StrCat("no message came for ", absl::FormatDuration(IdleLimit()),
                            "; begin again after what was acknowledged last"));
}

absl::Status ServedCall::Unread() const {
  return Error(absl::StatusCode::kDeadlineExceeded, "IDLE_STREAM",
               absl::StrCat("no answer was read for ", absl::FormatDuration(IdleLimit()),
                            "; read answers while sending, and begin again after the last one"));
}

absl::Status ServedCall::AwaitWrite(Gate& gate) {
  if (!gate.AwaitFor(IdleLimit())) {
    // Nothing else ends a write that the caller's window has no room for.
    context_->TryCancel();
    return Unread();
  }
  return gate.Await() && !call_.cancelled() ? absl::OkStatus() : ReasonOfEnd();
}

void ServedCall::SettleWrite(Gate& gate) {
  AwaitWrite(gate).IgnoreError();
  gate.Await();  // Also one that was given up is gRPC's until it says so.
}

bool ServedCall::CallerIsGone() const { return call_.cancelled() || context_->IsCancelled(); }

absl::Status ServedCall::ReasonOfEnd() const {
  absl::Status status = call_.Alive();
  if (status.ok()) {
    status = Error(absl::StatusCode::kCancelled, "CANCELLED", "the caller is gone");
  }
  return status;
}

void ServedCall::CountReceived() const { method_.received->Increment(); }
void ServedCall::CountSent() const { method_.sent->Increment(); }

}  // namespace vg::rpc
