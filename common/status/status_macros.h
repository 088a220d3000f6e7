// The two macros of Abseil's later releases, under the same names.

#ifndef VG_COMMON_STATUS_STATUS_MACROS_H_
#define VG_COMMON_STATUS_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function if `expr` is not OK.
#define RETURN_IF_ERROR(expr)                                        \
  do {                                                               \
    if (::absl::Status vg_status = (expr); !vg_status.ok()) {        \
      return vg_status;                                              \
    }                                                                \
  } while (false)

#define VG_STATUS_CONCAT_INNER(a, b) a##b
#define VG_STATUS_CONCAT(a, b) VG_STATUS_CONCAT_INNER(a, b)

#define VG_ASSIGN_OR_RETURN_IMPL(result, lhs, expr) \
  auto result = (expr);                             \
  if (!result.ok()) return std::move(result).status(); \
  lhs = *std::move(result)

// Assigns the value of the StatusOr `expr` to `lhs`, or returns its status.
// A type with a comma in `lhs` needs parentheses: use `auto`.
#define ASSIGN_OR_RETURN(lhs, expr) \
  VG_ASSIGN_OR_RETURN_IMPL(VG_STATUS_CONCAT(vg_statusor_, __LINE__), lhs, expr)

#endif  // VG_COMMON_STATUS_STATUS_MACROS_H_
