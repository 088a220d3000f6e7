// The same work for every place of a row, on several threads.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_IN_PARTS_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_IN_PARTS_H_

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace vg::funding {

// Fewer places than this are not worth a thread.
inline constexpr size_t kLeastPart = 512;

// How many parts `size` places are cut into for `threads` threads; at least 1.
inline size_t PartsFor(size_t size, int threads) {
  return std::clamp<size_t>(size / kLeastPart, 1, static_cast<size_t>(std::max(threads, 1)));
}

// Calls `work(part, begin, end)` once for each of `parts` parts of [0, size), in order of place,
// each on a thread of its own; returns when all are done.
template <typename Work>
void InParts(size_t size, size_t parts, const Work& work) {
  const auto bound = [&](size_t part) { return size * part / parts; };
  std::vector<std::thread> others;
  for (size_t part = 1; part < parts; ++part) {
    others.emplace_back([&, part] { work(part, bound(part), bound(part + 1)); });
  }
  work(size_t{0}, bound(0), bound(1));
  for (std::thread& other : others) other.join();
}

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_IN_PARTS_H_
