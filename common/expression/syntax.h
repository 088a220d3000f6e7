// The syntax tree: what was written, before anyone asks what it means.

#ifndef VG_COMMON_EXPRESSION_SYNTAX_H_
#define VG_COMMON_EXPRESSION_SYNTAX_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/expression/diagnostic.h"
#include "common/expression/value.h"

namespace vg::expression {

struct Syntax {
  enum class Kind {
    kLiteral,    // literal
    kName,       // name
    kSelect,     // parts[0] . name
    kIndex,      // parts[0] [ parts[1] ]
    kCall,       // name ( parts )
    kMethod,     // parts[0] . name ( parts[1…] )
    kList,       // [ parts ]
    kUnary,      // name ("!" or "-") parts[0]
    kOperator,   // parts joined by name; two parts, or more for + * && ||
    kCondition,  // parts[0] ? parts[1] : parts[2]
  };

  Kind kind = Kind::kLiteral;
  std::string name;
  Value literal;
  std::vector<Syntax> parts;
  int offset = 0;        // Of the first byte in the source.
  int end = 0;           // After the last byte.
  int name_offset = 0;   // Of the operator or the name, for messages.
  int depth = 1;         // Of the tree from here.
  bool grouped = false;  // Stood in parentheses of its own.
};

// Reads `source`: SYNTAX, TOO_LONG or TOO_DEEP where it is no expression.
std::variant<Syntax, Diagnostic> Parse(std::string_view source);

// In canonical spacing, with the parentheses that are needed; Parse reads it back to the same tree.
std::string Print(const Syntax& syntax);

// Whether the language keeps `name` for itself: true, in, null, ….
bool IsReserved(std::string_view name);

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_SYNTAX_H_
