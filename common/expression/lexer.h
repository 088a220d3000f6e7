// Splits a source into tokens.

#ifndef VG_COMMON_EXPRESSION_LEXER_H_
#define VG_COMMON_EXPRESSION_LEXER_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/expression/diagnostic.h"

namespace vg::expression {

struct Token {
  enum class Kind { kName, kNumber, kText, kSymbol, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;      // Of a text literal: its content; otherwise as written.
  bool percent = false;  // Of a number: a % follows it, as in 15 %.
  int offset = 0;
  int end = 0;
};

// The tokens of `source`, kEnd last. Blanks, line ends and comments (// to the end of the line)
// separate tokens.
std::variant<std::vector<Token>, Diagnostic> Lex(std::string_view source);

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_LEXER_H_
