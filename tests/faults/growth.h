// Whether something grows in the long run.

#ifndef VG_TESTS_FAULTS_GROWTH_H_
#define VG_TESTS_FAULTS_GROWTH_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace vg::faults {

// What was measured of several things, at times. Not thread-safe.
class Growth {
 public:
  // A thing has grown if a straight line through the second half of its values rises over that half
  // by more than `share` of their mean, and by more than `least`, which is what it may differ by
  // from one moment to the next.
  struct Thing {
    std::string name;
    double share = 0;
    double least = 0;
  };

  explicit Growth(std::vector<Thing> things) : things_(std::move(things)) {}

  // One value for each thing, in their order.
  void Add(absl::Duration since_start, std::vector<double> values);

  // What has grown, each with its figures; needs a few values in the second half.
  std::vector<std::string> Grown() const;

  // The values over time, `rows` of them at equal distances, and the rise of each.
  std::string Table(int rows) const;

 private:
  struct Row {
    double seconds = 0;
    std::vector<double> values;
  };
  // By how much a line through the second half rises over it, and the mean of that half.
  struct Rise {
    double rise = 0;
    double mean = 0;
  };
  Rise RiseOf(size_t thing) const;

  const std::vector<Thing> things_;
  std::vector<Row> rows_;
};

}  // namespace vg::faults

#endif  // VG_TESTS_FAULTS_GROWTH_H_
