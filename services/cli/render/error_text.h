// Errors as people read them.

#ifndef VG_SERVICES_CLI_RENDER_ERROR_TEXT_H_
#define VG_SERVICES_CLI_RENDER_ERROR_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace vg::cli {

// Several lines: the sentence, every faulty field, the reason code, and what to do next. `server`
// is the address that was called.
std::string ErrorText(const absl::Status& status, std::string_view server);

// The same for programs: {"code": "INVALID_ARGUMENT", "reason": …, "message": …, "violations":
// […]}.
std::string ErrorJson(const absl::Status& status);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_ERROR_TEXT_H_
