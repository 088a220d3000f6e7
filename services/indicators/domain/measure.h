// How an indicator is computed from one record: a response or a school programme.
//
// Every measure comes down to adding integers. A record adds one to `n` of the base row, and to
// named rows what it holds; the sums of a unit are those of its records, in whatever order they
// came.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_MEASURE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_MEASURE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/expression/expression.h"
#include "common/numeric/exact.h"

namespace vg::indicators {

enum class MeasureKind {
  kProportion,
  kMean,
  kDistribution,
  kRankingShare,
  kCount,
  kTotal,
  kRatio,
  kQuantiles
};

// What a definition says, without its words.
struct Rules {
  std::string filter;  // Empty: every record counts.
  MeasureKind kind = MeasureKind::kProportion;
  std::string expression;
  // kMean, kTotal, kRatio: how many decimals of numbers are kept, 0 to 6.
  int decimals = 0;
  int top = 0;              // kRankingShare: how many of the first count.
  std::string unit;         // Of the value, as the definition writes it; kMean must come out in it.
  std::string denominator;  // kRatio: the expression below.
  std::vector<std::string> shares;            // kQuantiles: as the definition writes them.
  Exact step = 1;                             // kQuantiles: values are multiples of it,
  int64_t least_step = 0, greatest_step = 0;  // from and to so many times.
};

// The category under which a ratio keeps what is below: Σx, Σx² and, as its n, Σxy in units of
// 10^-2·decimals.
inline constexpr char kBelow[] = ".below";

// The category of a quantile's value: how many records have it. In order of the values.
std::string ValueCategory(int64_t step);
// The value again; nothing if it is no such category.
std::optional<int64_t> StepOf(std::string_view category);

// What records add up to.
struct Sums {
  int64_t n = 0;  // Records that count. Only the base row has it (but for kBelow).
  int64_t sum =
      0;  // Records for which the row's condition holds; for a mean Σx in units of 10^-decimals.
  int64_t squares = 0;  // Only for numbers: Σx².

  Sums& operator+=(const Sums& other);
  Sums operator-() const { return {-n, -sum, -squares}; }
  bool IsZero() const { return n == 0 && sum == 0 && squares == 0; }
  friend bool operator==(const Sums&, const Sums&) = default;
};

// By category; the base row's is empty.
using Contribution = std::map<std::string, Sums>;

// The largest number, scaled, that a record may add to a mean: beyond it the sums of squares of a
// country could run over.
inline constexpr int64_t kLargestAddend = 30'000'000;

// Rules made ready for one kind of record. Immutable and thread-safe.
class Measure {
 public:
  // INVALID_ARGUMENT with line and column of what is wrong with the filter, the measure or both;
  // fields "definition.filter", "definition.proportion.condition", "definition.mean.value",
  // "definition.distribution.value", "definition.ranking_share.value", "definition.total.value",
  // "definition.ratio.numerator", "definition.ratio.denominator", "definition.quantiles.value";
  // "definition.unit" for a mean, total or quantile
  // of another unit than the definition names, so that percents, weeks and months are never mixed,
  // not even between versions of a questionnaire.
  static absl::StatusOr<Measure> Compile(const Rules& rules,
                                         const expression::Environment& environment);

  // What a record adds: nothing if the filter or the measure is false or absent for it, or cannot
  // be computed. A mean leaves out numbers beyond kLargestAddend.
  Contribution Of(const expression::Frame& record) const;

  // The categories that there can be, in the order of the questionnaire; empty if the record's
  // names do not say.
  const std::vector<std::string>& categories() const { return categories_; }

  // The names of the record that the filter and the measure read, in order.
  const std::vector<std::string>& names() const { return names_; }

 private:
  explicit Measure(Rules rules) : rules_(std::move(rules)) {}

  Rules rules_;
  std::optional<expression::Expression> filter_;
  std::optional<expression::Expression> expression_;   // All but kCount have one.
  std::optional<expression::Expression> denominator_;  // Of kRatio.
  std::vector<std::string> categories_;
  std::vector<std::string> names_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_MEASURE_H_
