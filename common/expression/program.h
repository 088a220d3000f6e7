// The compiled form of an expression: a flat array of typed nodes, children before parents.

#ifndef VG_COMMON_EXPRESSION_PROGRAM_H_
#define VG_COMMON_EXPRESSION_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/expression/environment.h"
#include "common/expression/pattern.h"
#include "common/expression/type.h"
#include "common/expression/value.h"

namespace vg::expression {

enum class Op : uint8_t {
  kConstant,  // operand: in constants
  kVariable,  // operand: the slot
  kLocal,     // operand: the number of the macro's variable
  kLookup,    // map, key
  kElement,   // list, index
  kList,
  kNot,
  kNegate,
  kAdd,  // Two or more.
  kSubtract,
  kMultiply,  // Two or more.
  kDivide,
  kRemainder,
  kConcat,  // Two or more.
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,  // Two or more.
  kOr,   // Two or more.
  kInList,
  kInMap,
  kCondition,
  kHas,
  kOrValue,
  kMin,      // Two or more.
  kMax,      // Two or more.
  kMinList,  // One list.
  kMaxList,
  kSumList,
  kRound,  // One or two.
  kFloor,
  kCeiling,
  kAbs,
  kSize,
  kContains,
  kStartsWith,
  kEndsWith,
  kMatches,    // text; operand: in patterns
  kSubstring,  // text, from, and to if there is one
  kDays,
  kDate,
  kToNumber,
  kToText,
  kExists,  // list, condition; operand: the local, and so for the other macros.
  kExistsOne,
  kAll,
  kFilter,
  kMapList,
  kFunction,     // operand: in functions
  kWeightedSum,  // Products.
  kPopulation,   // operand: the slot that holds the outcome
};

// One word for traces: "operator", "function", ….
std::string_view WhatIs(Op op);

struct Node {
  Op op = Op::kConstant;
  bool optional = false;   // Of its type.
  int32_t first_part = 0;  // In Program::parts.
  int32_t part_count = 0;
  int32_t operand = 0;
  int32_t name = 0;  // In Program::names.
  int32_t unit = 0;  // In Program::units.
  int32_t offset = 0;
  int32_t end = 0;
  int32_t label = -1;  // In Program::labels: its text where the source does not write it out.
};

struct Program {
  explicit Program(Type result) : type(std::move(result)) {}

  std::string source;
  std::string printed;
  Type type;
  std::vector<Node> nodes;  // The last one is the root.
  std::vector<int32_t> parts;
  std::vector<Value> constants;
  std::vector<std::shared_ptr<const Function>> functions;
  std::vector<std::shared_ptr<const Pattern>> patterns;
  std::vector<std::shared_ptr<const std::string>> names;
  std::vector<Unit> units;
  std::vector<Slot> variables;
  std::vector<std::string> labels;
  int locals = 0;  // Most macro variables at one time.
};

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_PROGRAM_H_
