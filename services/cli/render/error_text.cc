#include "services/cli/render/error_text.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "common/status/error.h"

namespace vg::cli {
namespace {

std::string NextStep(const absl::Status& status, std::string_view server) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return absl::StrCat("Is a server running at ", std::string(server),
                          "? Start one with voortgang-standalone, or name another with --server. "
                          "If it speaks TLS, name who signs its certificate with --tls-ca.");
    case absl::StatusCode::kUnauthenticated:
      if (DetailsOf(status).reason == "NAME_REQUIRED") return "";  // The message says it all.
      return "Say who calls with --token-file FILE, VOORTGANG_TOKEN or --tls-cert; "
             "`voortgang whoami` tells whom the server takes you for.";
    case absl::StatusCode::kPermissionDenied:
      return DetailsOf(status).reason == "ROLE_MISSING"
                 ? "`voortgang whoami` tells which roles you have."
                 : "";
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return "Wait a moment and try again; repeating is safe.";
    case absl::StatusCode::kAborted:
      return "Somebody else changed it meanwhile: read it again and repeat the change.";
    case absl::StatusCode::kAlreadyExists:
      return "Choose another id, or send what was sent before under this one.";
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return "The server's log says more under the request id.";
    default:
      return "";
  }
}

}  // namespace

std::string ErrorText(const absl::Status& status, std::string_view server) {
  const ErrorDetails details = DetailsOf(status);
  std::string text = absl::StrCat("error: ", std::string(status.message()), "\n");
  if (details.violations.size() > 1) {
    for (const FieldViolation& violation : details.violations) {
      absl::StrAppend(&text, "  ", violation.field, ": ", violation.sentence, " [",
                      violation.reason, "]\n");
    }
  } else if (!details.reason.empty()) {
    absl::StrAppend(&text, "  [", details.reason, "]\n");
  }
  const std::string next = NextStep(status, server);
  if (!next.empty()) absl::StrAppend(&text, next, "\n");
  return text;
}

std::string ErrorJson(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  nlohmann::json json = {{"code", absl::StatusCodeToString(status.code())},
                         {"reason", details.reason},
                         {"message", std::string(status.message())},
                         {"metadata", details.metadata},
                         {"violations", nlohmann::json::array()}};
  for (const FieldViolation& violation : details.violations) {
    json["violations"].push_back({{"field", violation.field},
                                  {"reason", violation.reason},
                                  {"message", violation.sentence}});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace vg::cli
