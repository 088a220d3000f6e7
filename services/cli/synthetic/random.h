// Chance that is the same on every machine: seeded by what is drawn for, not by the order of draws.

#ifndef VG_SERVICES_CLI_SYNTHETIC_RANDOM_H_
#define VG_SERVICES_CLI_SYNTHETIC_RANDOM_H_

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string_view>

namespace vg::synthetic {

// A stream of draws (SplitMix64). Integers only, so that compilers cannot disagree.
class Random {
 public:
  // Streams of different seeds, subjects or purposes have nothing to do with one another.
  Random(uint64_t seed, std::string_view subject, std::string_view purpose);

  uint64_t Next();
  // 0 to bound - 1; bound is 1 or more.
  int64_t Below(int64_t bound);
  // From low to high, both included.
  int64_t Between(int64_t low, int64_t high) { return low + Below(high - low + 1); }
  // True in `per_mille` of 1,000 draws.
  bool Chance(int per_mille) { return Below(1000) < per_mille; }
  // An index, drawn in proportion to its weight. Weights are 0 or more and not all 0.
  size_t Weighted(std::span<const int> weights);
  size_t Weighted(std::initializer_list<int> weights) {
    return Weighted(std::span<const int>(weights.begin(), weights.size()));
  }
  template <typename Range>
  const auto& Pick(const Range& range) {
    return range[static_cast<size_t>(Below(static_cast<int64_t>(std::size(range))))];
  }

 private:
  uint64_t state_;
};

}  // namespace vg::synthetic

#endif  // VG_SERVICES_CLI_SYNTHETIC_RANDOM_H_
