// Sums as rows.

#ifndef VG_SERVICES_INDICATORS_STORAGE_SUMS_ROWS_H_
#define VG_SERVICES_INDICATORS_STORAGE_SUMS_ROWS_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/container/btree_map.h"

#include "services/indicators/domain/measure.h"

namespace vg::indicators {

// Which row of sums. Ordered as it is stored.
struct SumsKey {
  int partition = 0;
  int64_t serial = 0;  // Of the indicator.
  std::string wave;
  std::string unit;
  std::string category;

  friend auto operator<=>(const SumsKey&, const SumsKey&) = default;
};

// What changes add, row by row.
using SumsDelta = absl::btree_map<SumsKey, Sums>;

struct UnitSums {
  std::string unit;
  std::string category;
  Sums sums;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_STORAGE_SUMS_ROWS_H_
