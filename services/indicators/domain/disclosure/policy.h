// How the figures of an indicator are kept from telling about one school, board or person.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_POLICY_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_POLICY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"

#include "services/indicators/domain/measure.h"

namespace vg::indicators::disclosure {

enum class SuppressionCost { kRecords, kUnits, kGroups };
enum class RoundingKind { kConventional, kRandom, kControlled };

struct Dominance {
  int largest = 1;   // n
  double share = 0;  // k, between 0 and 1
};

struct RoundingRule {
  RoundingKind kind = RoundingKind::kControlled;
  int base = 5;
};

// The chance of adding `noise` to `count`; the largest count stands for all above.
struct NoiseChance {
  int count = 0;
  int noise = 0;
  double probability = 0;
};

struct CellKeyRule {
  int largest = 0;                 // D
  double variance = 0;             // V
  int no_result_up_to = 0;         // js
  std::vector<NoiseChance> table;  // By count, then by noise.
};

// At most one of rounding and cell_key; without either, what the rules say is suppressed.
struct Policy {
  int64_t minimum_records = 5;
  int64_t minimum_units = 5;
  std::optional<Dominance> dominance;
  std::optional<double> p_percent;
  bool hide_zeros = false;
  SuppressionCost cost = SuppressionCost::kRecords;
  std::optional<RoundingRule> rounding;
  std::optional<CellKeyRule> cell_key;

  bool suppresses() const { return !rounding.has_value() && !cell_key.has_value(); }
};

// Whether figures of the kind are of numbers, whose sums a board may dominate.
bool IsOfNumbers(MeasureKind kind);

// Whether the policy makes sense for a measure of the kind; the table of its noise aside.
// INVALID_ARGUMENT with fields of the API's DisclosurePolicy: OUT_OF_RANGE, NOT_APPLICABLE.
absl::Status Check(const Policy& policy, MeasureKind kind);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_POLICY_H_
