// The same rules by hand, in plain C with floating point: what the exact computation is measured
// beside.

#ifndef VG_TESTS_BENCH_FUNDING_BASELINE_H_
#define VG_TESTS_BENCH_FUNDING_BASELINE_H_

#include <vector>

#include "tests/bench/funding_population.h"

namespace vg::bench {

// Euro, by place in the country.
struct Baseline {
  std::vector<double> base;            // npo-schools-2021-2022.yaml
  std::vector<double> supplement;      // npo-labour-market-2021-2022.yaml
  std::vector<double> municipalities;  // npo-municipalities-2021-2022.yaml
};

Baseline ComputeBaseline(const Country& country);

}  // namespace vg::bench

#endif  // VG_TESTS_BENCH_FUNDING_BASELINE_H_
