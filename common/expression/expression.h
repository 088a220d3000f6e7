// The expression language of questionnaires, funding formulas and indicator filters.
//
// CEL syntax over exact numbers:
//
//     literals      true false 12 0.5 'text' "text" ['a', 'b']
//     operators     + - * / %   == != < <= > >=   && || !   in   c ? a : b   (CEL's precedence)
//     variables     the environment's names; school.pupils['bo'] and school.pupils.bo look up a map
//     numbers       min(a, b, …)  max(a, b, …)  floor(x)  ceil(x)  abs(x)
//                   min(list)  max(list)  sum(list)
//                   round(x)  round(x, places): half away from zero
//                   weighted_sum(table, pupils): table.bo * pupils.bo + …, over the keys of the map
//                   15 % is 0.15
//     lists         size(l)  count(l)  x in l  l[0] (absent beyond the end)  l.exists(x, c)
//                   l.exists_one(x, c)  l.all(x, c)  l.filter(x, c)  l.map(x, e)
//     text          a + b  size(t)  t.contains(s)  t.startsWith(s)  t.endsWith(s)
//                   t.matches('[0-9]{4} ?[A-Z]{2}'): whether the pattern (RE2) occurs in t
//                   t.substring(from)  t.substring(from, to): characters from 0, `to` left out
//                   number(t): absent if t is no decimal number   text(x)
//     days          '2022-01-17', which order as texts do   days(t): since 1970-01-01   date(days)
//     absence       has(x)  x.orValue(y)     (see value.h)
//     functions     the environment's own: f(x, y) or x.f(y)
//     populations   where the environment lends them: sum(x)  count(c)  mean(x)  min(x)  max(x)
//                   top_share(x, 15 %), each with "per x" and "where c" behind: over all members
//                   (population.h)
//
// Division is exact; x % y is what remains of x after y went in a whole number of times, and has
// the sign of x: -7 % 3 is -1, 7.5 % 2 is 1.5 (behind a number written out, % divides only where a
// name, a number or a parenthesis follows; elsewhere it is 15 %). Units are checked: adding,
// comparing, %, min and max want the same unit, * and / combine units, a literal number takes the
// unit of its partner, and so does number('') of a text that is written out. A number of days is a
// plain number.
//
// An Expression is compiled and checked once, is immutable, and may be evaluated on many threads.

#ifndef VG_COMMON_EXPRESSION_EXPRESSION_H_
#define VG_COMMON_EXPRESSION_EXPRESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/expression/environment.h"
#include "common/expression/type.h"
#include "common/expression/value.h"

namespace vg::expression {

struct Limits {
  static constexpr size_t kSourceBytes = 4096;
  static constexpr int kDepth = 64;
  // Steps of one evaluation; only macros over lists within lists can come near it.
  static constexpr int64_t kSteps = 100'000;
  static constexpr size_t kNumberBits = 8192;
  static constexpr size_t kTextBytes = 64 << 10;
};

// How a value came about: the part of the source, its value, and the parts that made it.
struct Trace {
  std::string text;  // "250 * rate", as in the source.
  int offset = 0;    // Of `text` in the source, in bytes.
  // "literal", "variable", "lookup", "list", "operator", "function", "macro", "condition" or
  // "population". A weighted_sum is an operator "+" of those products that are not 0.
  std::string what;
  // The variable, operator ("*") or function ("round"); of a population its call.
  std::string name;
  Value value;
  Unit unit;  // Of a number.
  // What was evaluated, in order; parts that were passed over are not there.
  std::vector<Trace> parts;
};

struct Program;

class Expression {
 public:
  // Parses and checks `source`. If `wanted` is given, the result must fit it.
  //
  // INVALID_ARGUMENT with reason SYNTAX, UNKNOWN_NAME, UNKNOWN_FUNCTION, WRONG_TYPE, UNIT_MISMATCH,
  // WRONG_ARGUMENTS, UNKNOWN_VALUE (a text that a variable can never have), NAME_TAKEN (by a
  // macro's element), NOT_A_DAY, INVALID_PATTERN, TOO_LONG or TOO_DEEP. The message is a sentence,
  // then the place as an excerpt; metadata: "line", "column" (both from 1), "offset" (bytes, from
  // 0), "sentence", "excerpt" (the line with a caret under it) and, if there is one, "hint".
  static absl::StatusOr<Expression> Compile(std::string_view source, const Environment& environment,
                                            const std::optional<Type>& wanted = std::nullopt);

  Expression(const Expression&) = default;
  Expression& operator=(const Expression&) = default;

  // The result's type; optional if the value may be absent.
  const Type& type() const;
  const std::string& source() const;
  // The variables that are used, ascending.
  const std::vector<Slot>& variables() const;
  // In canonical spacing and with only the parentheses that are needed; compiles to the same.
  std::string ToText() const;

  // The value for `frame`, whose environment is the one compiled against; absent if the
  // expression's type is optional and that is what it comes to.
  //
  // INVALID_ARGUMENT: DIVISION_BY_ZERO, NUMBER_OUT_OF_RANGE, TEXT_TOO_LONG, NOT_A_DAY;
  // FAILED_PRECONDITION, VARIABLE_NOT_SET (a variable that is not optional is absent);
  // RESOURCE_EXHAUSTED, TOO_MANY_STEPS; and what functions return. Message and metadata as in
  // Compile.
  absl::StatusOr<Value> Evaluate(const Frame& frame) const;

  // The same, and how it came about. `trace` is filled as far as evaluation came, also on error.
  absl::StatusOr<Value> Explain(const Frame& frame, Trace& trace) const;

 private:
  friend class Checker;
  friend class Evaluator;
  explicit Expression(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const Program> program_;
};

// The names in `source` as they are written ("school.pupils"), each once, in order: what it may
// read, known before anything is declared. Without functions and the elements of macros. Empty if
// `source` cannot be parsed.
std::vector<std::string> NamesIn(std::string_view source);

// A trace as indented lines, for people and golden tests.
std::string ToText(const Trace& trace);

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_EXPRESSION_H_
