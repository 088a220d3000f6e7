#include "services/indicators/domain/disclosure/policy.h"

#include <cmath>

#include "common/status/error.h"

namespace vg::indicators::disclosure {
namespace {

constexpr int64_t kLeastMinimum = 3;  // Of two, each knows the other.

absl::Status OutOfRange(const char* field, const char* what) {
  return InvalidField(field, "OUT_OF_RANGE", what);
}

absl::Status CheckMinimum(const char* field, int64_t minimum) {
  if (minimum >= kLeastMinimum && minimum <= 1000) return absl::OkStatus();
  return OutOfRange(field, "must be from 3 to 1,000, or 0 for 5");
}

}  // namespace

bool IsOfNumbers(MeasureKind kind) {
  return kind == MeasureKind::kMean || kind == MeasureKind::kTotal || kind == MeasureKind::kRatio;
}

absl::Status Check(const Policy& policy, MeasureKind kind) {
  const bool numbers = IsOfNumbers(kind);
  const bool counts = !numbers && kind != MeasureKind::kQuantiles;
  if (auto status = CheckMinimum("policy.minimum_records", policy.minimum_records); !status.ok()) {
    return status;
  }
  if (auto status = CheckMinimum("policy.minimum_units", policy.minimum_units); !status.ok()) {
    return status;
  }
  if (policy.dominance.has_value()) {
    if (!numbers) {
      return InvalidField("policy.dominance", "NOT_APPLICABLE", "is for means, totals and ratios");
    }
    const Dominance& rule = *policy.dominance;
    if (rule.largest < 1 || rule.largest > 10) {
      return OutOfRange("policy.dominance.largest", "must be from 1 to 10");
    }
    if (!(rule.share > 0 && rule.share < 1)) {
      return OutOfRange("policy.dominance.share", "must be between 0 and 1");
    }
  }
  if (policy.p_percent.has_value()) {
    if (!numbers) {
      return InvalidField("policy.p_percent", "NOT_APPLICABLE", "is for means, totals and ratios");
    }
    if (!(*policy.p_percent > 0 && *policy.p_percent <= 100)) {
      return OutOfRange("policy.p_percent.percent", "must be more than 0 and at most 100");
    }
  }
  if (policy.rounding.has_value()) {
    if (!counts) {
      return InvalidField("policy.rounding", "NOT_APPLICABLE", "is for counts, not for numbers");
    }
    if (policy.rounding->base < 2 || policy.rounding->base > 1000) {
      return OutOfRange("policy.rounding.base", "must be from 2 to 1,000, or 0 for 5");
    }
  }
  if (policy.cell_key.has_value()) {
    if (!counts) {
      return InvalidField("policy.cell_key", "NOT_APPLICABLE", "is for counts, not for numbers");
    }
    const CellKeyRule& rule = *policy.cell_key;
    if (rule.largest < 1 || rule.largest > 20) {
      return OutOfRange("policy.cell_key.largest", "must be from 1 to 20");
    }
    if (!(rule.variance > 0 && std::isfinite(rule.variance))) {
      return OutOfRange("policy.cell_key.variance", "must be more than 0");
    }
    if (rule.no_result_up_to < 0 || rule.no_result_up_to > 20) {
      return OutOfRange("policy.cell_key.no_result_up_to", "must be from 0 to 20");
    }
  }
  return absl::OkStatus();
}

}  // namespace vg::indicators::disclosure
