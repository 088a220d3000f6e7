// From a syntax tree to a typed program.

#ifndef VG_COMMON_EXPRESSION_CHECKER_H_
#define VG_COMMON_EXPRESSION_CHECKER_H_

#include <optional>
#include <variant>

#include "common/expression/diagnostic.h"
#include "common/expression/environment.h"
#include "common/expression/program.h"
#include "common/expression/syntax.h"

namespace vg::expression {

// The program of `syntax`, which was read from `source`, whose result fits `wanted` if that is
// given; or the first error.
std::variant<Program, Diagnostic> Check(const Syntax& syntax, std::string_view source,
                                        const Environment& environment,
                                        const std::optional<Type>& wanted);

// Whether the language itself has a function or macro of this name.
bool IsBuiltIn(std::string_view name);

// Whether it is a macro, such as exists, whose second argument names the element.
bool IsMacro(std::string_view name);

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_CHECKER_H_
