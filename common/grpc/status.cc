#include "common/grpc/status.h"

#include <algorithm>
#include <string>
#include <utility>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::rpc {
namespace {

// Clients refuse more than 8 KiB of metadata, which base64 and percent-encoding make out of these.
constexpr size_t kMaxMessageBytes = 1024;
constexpr size_t kMaxDetailBytes = 4096;
constexpr size_t kMaxMetadataValueBytes = 512;

// google.rpc.BadRequest.FieldViolation.reason, which is younger than Debian's copy of the proto.
constexpr int kViolationReasonField = 3;

constexpr char kResource[] = "resource";

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

// `text` cut to at most `size` bytes, between two characters.
std::string Shortened(std::string_view text, size_t size) {
  if (text.size() <= size) return std::string(text);
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return std::string(text.substr(0, size)) + "…";
}

std::string MessageFor(const absl::Status& status, std::string_view request_id) {
  if (IsOurFault(status.code())) {
    return "the server failed; its log says why under request id " + std::string(request_id);
  }
  return Shortened(Sv(status.message()), kMaxMessageBytes);
}

// "schools" of "snapshots/s/schools/16SW03".
std::string ResourceType(const std::string& name) {
  const size_t id = name.rfind('/');
  if (id == std::string::npos || id == 0) return "";
  const size_t collection = name.rfind('/', id - 1);
  return name.substr(collection == std::string::npos ? 0 : collection + 1,
                     id - (collection == std::string::npos ? 0 : collection + 1));
}

void AddErrorInfo(const absl::Status& status, const ErrorDetails& details, size_t left_out,
                  google::rpc::Status& wire) {
  google::rpc::ErrorInfo info;
  info.set_reason(details.reason.empty() ? std::string(absl::StatusCodeToString(status.code()))
                                         : details.reason);
  info.set_domain(kErrorDomain);
  for (const auto& [key, value] : details.metadata) {
    (*info.mutable_metadata())[key] = Shortened(value, kMaxMetadataValueBytes);
  }
  if (left_out > 0) (*info.mutable_metadata())["violations_left_out"] = std::to_string(left_out);
  wire.add_details()->PackFrom(info);
}

google::rpc::BadRequest BadRequestOf(const ErrorDetails& details) {
  google::rpc::BadRequest bad;
  size_t size = 0;
  for (const FieldViolation& violation : details.violations) {
    size += violation.field.size() + violation.reason.size() + violation.sentence.size() + 8;
    if (bad.field_violations_size() > 0 && size > kMaxDetailBytes) break;
    auto* entry = bad.add_field_violations();
    entry->set_field(violation.field);
    entry->set_description(Shortened(violation.sentence, kMaxMetadataValueBytes));
    entry->GetReflection()->MutableUnknownFields(entry)->AddLengthDelimited(kViolationReasonField,
                                                                            violation.reason);
  }
  return bad;
}

std::string ReasonOf(const google::rpc::BadRequest::FieldViolation& violation) {
  const auto& unknown = violation.GetReflection()->GetUnknownFields(violation);
  for (int i = 0; i < unknown.field_count(); ++i) {
    const auto& field = unknown.field(i);
    if (field.number() == kViolationReasonField &&
        field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      return field.length_delimited();
    }
  }
  return "";
}

// When to ask again what could not be answered, where nobody knows better.
constexpr absl::Duration kRetryAfter = absl::Seconds(1);

google::rpc::RetryInfo RetryAfter(absl::Duration delay) {
  google::rpc::RetryInfo retry;
  absl::Duration rest;
  retry.mutable_retry_delay()->set_seconds(absl::IDivDuration(delay, absl::Seconds(1), &rest));
  retry.mutable_retry_delay()->set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(rest)));
  return retry;
}

void ReadDetail(const google::protobuf::Any& detail, ErrorDetails& details) {
  if (google::rpc::ErrorInfo info; detail.UnpackTo(&info)) {
    details.reason = info.reason();
    details.metadata.insert(info.metadata().begin(), info.metadata().end());
  } else if (google::rpc::BadRequest bad; detail.UnpackTo(&bad)) {
    for (const auto& violation : bad.field_violations()) {
      details.violations.push_back(
          {violation.field(), ReasonOf(violation), violation.description()});
    }
  } else if (google::rpc::RetryInfo retry; detail.UnpackTo(&retry)) {
    details.retry_after = absl::Seconds(retry.retry_delay().seconds()) +
                          absl::Nanoseconds(retry.retry_delay().nanos());
  } else if (google::rpc::RequestInfo request; detail.UnpackTo(&request)) {
    details.metadata.emplace("request_id", request.request_id());
  }
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view request_id) {
  if (status.ok()) return grpc::Status::OK;
  ErrorDetails details = DetailsOf(status);
  if (absl::IsUnavailable(status) && !details.retry_after) details.retry_after = kRetryAfter;
  google::rpc::Status wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(MessageFor(status, request_id));
  const google::rpc::BadRequest bad = BadRequestOf(details);
  const size_t left_out =
      details.violations.size() - static_cast<size_t>(bad.field_violations_size());
  AddErrorInfo(status, details, left_out, wire);
  if (bad.field_violations_size() > 0) wire.add_details()->PackFrom(bad);
  if (details.retry_after) wire.add_details()->PackFrom(RetryAfter(*details.retry_after));
  if (const auto found = details.metadata.find(kResource); found != details.metadata.end()) {
    google::rpc::ResourceInfo resource;
    resource.set_resource_name(found->second);
    resource.set_resource_type(ResourceType(found->second));
    wire.add_details()->PackFrom(resource);
  }
  google::rpc::RequestInfo request;
  request.set_request_id(std::string(request_id));
  wire.add_details()->PackFrom(request);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), wire.message(),
                      wire.SerializeAsString());
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  ErrorDetails details;
  google::rpc::Status wire;
  if (!status.error_details().empty() && wire.ParseFromString(status.error_details())) {
    for (const auto& detail : wire.details()) ReadDetail(detail, details);
  }
  return Error(static_cast<absl::StatusCode>(status.error_code()), status.error_message(),
               std::move(details));
}

std::string_view CodeName(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return "OK";
    case grpc::StatusCode::CANCELLED:
      return "Canceled";
    case grpc::StatusCode::INVALID_ARGUMENT:
      return "InvalidArgument";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "DeadlineExceeded";
    case grpc::StatusCode::NOT_FOUND:
      return "NotFound";
    case grpc::StatusCode::ALREADY_EXISTS:
      return "AlreadyExists";
    case grpc::StatusCode::PERMISSION_DENIED:
      return "PermissionDenied";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "ResourceExhausted";
    case grpc::StatusCode::FAILED_PRECONDITION:
      return "FailedPrecondition";
    case grpc::StatusCode::ABORTED:
      return "Aborted";
    case grpc::StatusCode::OUT_OF_RANGE:
      return "OutOfRange";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "Unimplemented";
    case grpc::StatusCode::INTERNAL:
      return "Internal";
    case grpc::StatusCode::UNAVAILABLE:
      return "Unavailable";
    case grpc::StatusCode::DATA_LOSS:
      return "DataLoss";
    case grpc::StatusCode::UNAUTHENTICATED:
      return "Unauthenticated";
    default:
      return "Unknown";
  }
}

}  // namespace vg::rpc
