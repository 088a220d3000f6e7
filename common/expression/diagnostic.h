// Errors of the expression language, with their place in the source.

#ifndef VG_COMMON_EXPRESSION_DIAGNOSTIC_H_
#define VG_COMMON_EXPRESSION_DIAGNOSTIC_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace vg::expression {

struct Diagnostic {
  std::string_view reason;  // UPPER_SNAKE.
  int offset = 0;           // In bytes.
  std::string sentence;
  std::string hint;  // What may have been meant; may be empty.
};

// The status that Expression::Compile and Evaluate document.
absl::Status ToStatus(absl::StatusCode code, std::string_view source, const Diagnostic& diagnostic);

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_DIAGNOSTIC_H_
