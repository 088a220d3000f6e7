// Why amounts differ between two applications of a scheme: every cent by its cause.

#ifndef VG_SERVICES_FUNDING_DOMAIN_COMPARISON_COMPARISON_H_
#define VG_SERVICES_FUNDING_DOMAIN_COMPARISON_COMPARISON_H_

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/expression/environment.h"
#include "common/numeric/money.h"
#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/comparison/events.h"
#include "services/funding/domain/text.h"

namespace vg::funding {

// The numbers are those of the proto.
enum class CauseKind {
  kParameter = 1,
  kInput = 2,
  kPopulation = 3,
  kRule = 4,
  kOpening = 5,
  kClosure = 6,
  kMerger = 7,
  kSplit = 8,
  kBoundaryChange = 9,
  kUndetermined = 10,
  kRounding = 11,
};

// What causes a difference. `name` is that of a parameter, fact or figure in formulas, a component,
// or the code of the other recipient of an event.
struct Cause {
  CauseKind kind = CauseKind::kRounding;
  std::string name;

  friend auto operator<=>(const Cause&, const Cause&) = default;
};

// A part of a difference.
struct Attribution {
  Cause cause;
  std::string component;  // Empty: the amount as a whole came or went.
  int64_t cents = 0;
  std::string before;  // What was and what is: "250", "rate_bo * pupils.bo"; empty if nothing.
  std::string after;
  Text title;  // Of the cause.
  Text text;   // "Pupils: 8 pupils more (250 to 258): +€5,609.28"
};

// What the amount of one recipient changed by.
struct Difference {
  std::string code;
  std::string title;
  std::optional<Money> before;  // Absent: there is none, or it could not be determined.
  std::optional<Money> after;
  int64_t cents = 0;  // After minus before, absent as nothing.
  // By component, kind and name; they add up to `cents`, and none is zero.
  std::vector<Attribution> attributions;
};

// One side of a comparison. Borrows the calculator.
struct ComparisonSide {
  const Calculator& calculator;
  PopulationFigures population = {};
};

// Compares recipient by recipient; see protos/voortgang/funding/v1/comparison.proto for the method.
// Not thread-safe: it keeps the values of an evaluation.
class Comparison {
 public:
  // FAILED_PRECONDITION, RUNS_NOT_COMPARABLE if the schemes are of different grants, currencies or
  // kinds of recipients. Borrows the calculators.
  static absl::StatusOr<Comparison> Make(ComparisonSide before, ComparisonSide after);

  // `before` and `after` are what the sides give the recipient; null where the passage has none.
  Difference Compare(const Passage& passage, const Allocation* before, const Allocation* after);

  Currency currency() const { return before_.calculator.scheme().currency; }

 private:
  // A name that the formulas of a component read, on both sides.
  struct Leaf {
    CauseKind kind = CauseKind::kInput;
    std::string name;
    expression::Slot before = -1;  // -1: that side does not read it.
    expression::Slot after = -1;
    const Fact* fact_before = nullptr;  // Of inputs; the same on both sides unless declared apart.
    const Fact* fact_after = nullptr;
  };
  // A component that one side or both have.
  struct Pair {
    std::string id;
    int before = -1;  // Its place in the scheme.
    int after = -1;
    std::vector<Leaf> leaves;  // By kind and name.
  };
  struct Factor;
  class Mixer;

  Comparison(ComparisonSide before, ComparisonSide after);
  void AddLeaves(const Calculator& calculator, int component, bool is_after, Pair& pair) const;
  void CompareComponent(const Pair& pair, const Passage& passage, int64_t cents, Money before,
                        Money after, Difference& difference);
  void ComeOrGo(const Passage& passage, const Allocation& allocation, Difference& difference) const;
  void Undetermined(const Allocation* before, const Allocation* after,
                    Difference& difference) const;

  ComparisonSide before_;
  ComparisonSide after_;
  std::vector<Pair> pairs_;
  bool same_rules_ = false;
  expression::Frame frame_before_;  // Filled for the recipient before, by the rules before.
  expression::Frame frame_after_;
  expression::Frame mixed_before_;  // Whatever a mixture sets: all that a component reads.
  expression::Frame mixed_after_;
};

// Adds differences up by cause.
class ComparisonTotals {
 public:
  struct Total {
    int64_t cents = 0;
    int64_t recipients = 0;
    Text title;
  };
  struct Row {
    Cause cause;  // Of an event without the other recipient.
    std::string component;
    Total total;
  };

  // OUT_OF_RANGE, MONEY_OVERFLOW.
  absl::Status Add(const Difference& difference);

  // The largest first; of equals by kind, name and component.
  std::vector<Row> Rows() const;
  int64_t before_cents() const { return before_; }
  int64_t after_cents() const { return after_; }
  int64_t cents() const { return after_ - before_; }
  int64_t changed() const { return changed_; }
  int64_t unchanged() const { return unchanged_; }

 private:
  std::map<std::pair<Cause, std::string>, Total> totals_;
  int64_t before_ = 0;
  int64_t after_ = 0;
  int64_t changed_ = 0;
  int64_t unchanged_ = 0;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_COMPARISON_COMPARISON_H_
