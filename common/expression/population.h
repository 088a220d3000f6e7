// Calls over a whole population: sum(score, per sector), top_share(score / pupils, 15 %).
//
// Their arguments are evaluated for every member, by the service that knows the members. Compiling
// an expression hands each call to the service and reads its outcome from a variable; see
// Environment::LendPopulation.

#ifndef VG_COMMON_EXPRESSION_POPULATION_H_
#define VG_COMMON_EXPRESSION_POPULATION_H_

#include <optional>
#include <string>
#include <string_view>

#include "common/expression/expression.h"

namespace vg::expression {

enum class PopulationFunction {
  kSum,       // sum(x): a number
  kCount,     // count(c): how many members hold to a condition
  kMean,      // mean(x)
  kMin,       // min(x), of one number
  kMax,       // max(x), of one number
  kTopShare,  // top_share(x, share): whether the member is among the highest
};
std::string_view NameOf(PopulationFunction function);  // "top_share"

struct PopulationCall {
  PopulationFunction function = PopulationFunction::kSum;
  std::string text;  // In canonical spacing; equal calls have equal texts.
  Expression value;
  std::optional<Expression> share = std::nullopt;  // Of kTopShare; of constants only.
  std::optional<Expression> where = std::nullopt;  // Only the members that hold to it.
  std::optional<Expression> per = std::nullopt;    // A text: by group, each apart.
  Type type;                                       // Of the outcome; optional.
};

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_POPULATION_H_
