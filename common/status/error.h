// Errors that carry what a machine needs beside the sentence for people.
//
// Every layer returns absl::Status; the details ride along as a payload, so that the domain can name
// a reason and a field without knowing gRPC. common/grpc turns them into google.rpc error details.

#ifndef VG_COMMON_STATUS_ERROR_H_
#define VG_COMMON_STATUS_ERROR_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace vg {

// One thing that is wrong with one field of what the caller sent.
struct FieldViolation {
  std::string field;     // As the proto writes it: "questions[3].options[1].id".
  std::string reason;    // UPPER_SNAKE, stable.
  std::string sentence;  // What is wrong and what would be right.
};

struct ErrorDetails {
  std::string reason;  // UPPER_SNAKE, at most 63 characters, stable. Empty: the code says all.
  std::map<std::string, std::string> metadata;
  std::vector<FieldViolation> violations;
  std::optional<absl::Duration> retry_after;
};

// A status with `code`, the sentence `message` and `details`.
absl::Status Error(absl::StatusCode code, std::string message, ErrorDetails details);

// Shorthand for an error of one reason, with facts a program may read.
absl::Status Error(absl::StatusCode code, std::string_view reason, std::string message,
                   std::map<std::string, std::string> metadata = {});

// INVALID_ARGUMENT for one field. `sentence` becomes the message, after the field's name.
absl::Status InvalidField(std::string_view field, std::string_view reason, std::string sentence);

// INVALID_ARGUMENT for several fields at once, in the order given. `violations` is not empty.
absl::Status InvalidFields(std::vector<FieldViolation> violations);

// NOT_FOUND, ALREADY_EXISTS with the resource's name in the metadata ("resource").
absl::Status NotFound(std::string_view resource_name);
absl::Status AlreadyExists(std::string_view resource_name, std::string_view reason,
                           std::string message);

// What `status` carries; empty details if none.
ErrorDetails DetailsOf(const absl::Status& status);

// `status` with `context: ` before its message, details kept. OK stays OK.
absl::Status Annotate(const absl::Status& status, std::string_view context);

}  // namespace vg

#endif  // VG_COMMON_STATUS_ERROR_H_
