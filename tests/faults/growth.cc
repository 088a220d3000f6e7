#include "tests/faults/growth.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace vg::faults {

void Growth::Add(absl::Duration since_start, std::vector<double> values) {
  rows_.push_back({absl::ToDoubleSeconds(since_start), std::move(values)});
}

Growth::Rise Growth::RiseOf(size_t thing) const {
  const size_t half = rows_.size() / 2;
  const double n = static_cast<double>(rows_.size() - half);
  double mean_time = 0, mean = 0;
  for (size_t i = half; i < rows_.size(); ++i) {
    mean_time += rows_[i].seconds / n;
    mean += rows_[i].values[thing] / n;
  }
  double products = 0, squares = 0;
  for (size_t i = half; i < rows_.size(); ++i) {
    const double time = rows_[i].seconds - mean_time;
    products += time * (rows_[i].values[thing] - mean);
    squares += time * time;
  }
  const double span = rows_.back().seconds - rows_[half].seconds;
  return {.rise = squares > 0 ? products / squares * span : 0, .mean = mean};
}

std::vector<std::string> Growth::Grown() const {
  std::vector<std::string> grown;
  for (size_t i = 0; i < things_.size(); ++i) {
    const auto [rise, mean] = RiseOf(i);
    if (rise > std::max(things_[i].share * mean, things_[i].least)) {
      grown.push_back(absl::StrFormat("%s: by %.1f, of %.1f", things_[i].name, rise, mean));
    }
  }
  return grown;
}

std::string Growth::Table(int rows) const {
  std::string table = absl::StrFormat("%8s", "seconds");
  for (const Thing& thing : things_) absl::StrAppendFormat(&table, " %12s", thing.name);
  const auto line = [&](const std::string& name, const std::vector<double>& values) {
    absl::StrAppendFormat(&table, "\n%8s", name);
    for (const double value : values) absl::StrAppendFormat(&table, " %12.1f", value);
  };
  const size_t step = std::max<size_t>(1, rows_.size() / static_cast<size_t>(rows));
  for (size_t i = step - 1; i < rows_.size(); i += step) {
    line(absl::StrFormat("%.0f", rows_[i].seconds), rows_[i].values);
  }
  std::vector<double> rises;
  for (size_t i = 0; i < things_.size(); ++i) rises.push_back(RiseOf(i).rise);
  line("rise", rises);
  return table + "\n";
}

}  // namespace vg::faults
