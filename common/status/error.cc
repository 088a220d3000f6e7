#include "common/status/error.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "common/status/absl_view.h"

namespace vg {
namespace {

constexpr char kPayload[] = "voortgang/error-details";

// Netstrings ("5:hello,") keep any text intact without a schema.
void Put(std::string& out, std::string_view text) {
  absl::StrAppend(&out, text.size(), ":");
  out.append(text);
}

std::string Take(std::string_view& in) {
  const size_t colon = in.find(':');
  size_t size = 0;
  if (colon == std::string_view::npos || !absl::SimpleAtoi(Av(in.substr(0, colon)), &size)) {
    in = {};
    return {};
  }
  std::string text(in.substr(colon + 1, size));
  in.remove_prefix(std::min(in.size(), colon + 1 + size));
  return text;
}

size_t TakeCount(std::string_view& in) {
  size_t count = 0;
  return absl::SimpleAtoi(Take(in), &count) ? count : 0;
}

std::string Encode(const ErrorDetails& details) {
  std::string out;
  Put(out, details.reason);
  Put(out, absl::StrCat(details.metadata.size()));
  for (const auto& [key, value] : details.metadata) {
    Put(out, key);
    Put(out, value);
  }
  Put(out, absl::StrCat(details.violations.size()));
  for (const FieldViolation& violation : details.violations) {
    Put(out, violation.field);
    Put(out, violation.reason);
    Put(out, violation.sentence);
  }
  if (details.retry_after) Put(out, absl::StrCat(absl::ToInt64Milliseconds(*details.retry_after)));
  return out;
}

ErrorDetails Decode(std::string_view in) {
  ErrorDetails details;
  details.reason = Take(in);
  for (size_t left = TakeCount(in); left > 0 && !in.empty(); --left) {
    std::string key = Take(in);
    details.metadata[std::move(key)] = Take(in);
  }
  for (size_t left = TakeCount(in); left > 0 && !in.empty(); --left) {
    FieldViolation violation;
    violation.field = Take(in);
    violation.reason = Take(in);
    violation.sentence = Take(in);
    details.violations.push_back(std::move(violation));
  }
  int64_t milliseconds = 0;
  if (!in.empty() && absl::SimpleAtoi(Take(in), &milliseconds)) {
    details.retry_after = absl::Milliseconds(milliseconds);
  }
  return details;
}

}  // namespace

absl::Status Error(absl::StatusCode code, std::string message, ErrorDetails details) {
  absl::Status status(code, message);
  status.SetPayload(kPayload, absl::Cord(Encode(details)));
  return status;
}

absl::Status Error(absl::StatusCode code, std::string_view reason, std::string message,
                   std::map<std::string, std::string> metadata) {
  ErrorDetails details;
  details.reason = std::string(reason);
  details.metadata = std::move(metadata);
  return Error(code, std::move(message), std::move(details));
}

absl::Status InvalidField(std::string_view field, std::string_view reason, std::string sentence) {
  return InvalidFields({{std::string(field), std::string(reason), std::move(sentence)}});
}

absl::Status InvalidFields(std::vector<FieldViolation> violations) {
  const FieldViolation& first = violations.front();
  std::string message =
      first.field.empty() ? first.sentence : absl::StrCat(first.field, ": ", first.sentence);
  if (violations.size() > 1) {
    absl::StrAppend(&message, " (and ", violations.size() - 1, " more)");
  }
  ErrorDetails details;
  details.reason = first.reason;
  details.violations = std::move(violations);
  return Error(absl::StatusCode::kInvalidArgument, std::move(message), std::move(details));
}

absl::Status NotFound(std::string_view resource_name) {
  const std::string name(resource_name);
  return Error(absl::StatusCode::kNotFound, "NOT_FOUND", absl::StrCat(name, " does not exist"),
               {{"resource", name}});
}

absl::Status AlreadyExists(std::string_view resource_name, std::string_view reason,
                           std::string message) {
  return Error(absl::StatusCode::kAlreadyExists, reason, std::move(message),
               {{"resource", std::string(resource_name)}});
}

ErrorDetails DetailsOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return {};
  return Decode(std::string(*payload));
}

absl::Status Annotate(const absl::Status& status, std::string_view context) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(),
                         absl::StrCat(std::string(context), ": ", std::string(status.message())));
  status.ForEachPayload([&annotated](absl::string_view url, const absl::Cord& payload) {
    annotated.SetPayload(url, payload);
  });
  return annotated;
}

}  // namespace vg
