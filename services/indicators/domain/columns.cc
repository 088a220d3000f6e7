#include "services/indicators/domain/columns.h"

#include <algorithm>
#include <atomic>

namespace vg::indicators {
namespace {

int64_t At(const std::vector<int64_t>& column, int unit) {
  return static_cast<size_t>(unit) < column.size() ? column[static_cast<size_t>(unit)] : 0;
}

void AddTo(std::vector<int64_t>& column, int unit, int64_t value) {
  if (value == 0) return;
  if (static_cast<size_t>(unit) >= column.size()) column.resize(static_cast<size_t>(unit) + 1);
  column[static_cast<size_t>(unit)] += value;
}

}  // namespace

int UnitNumbers::Number(const std::string& name) {
  const auto [place, added] = numbers_.emplace(name, size());
  if (added) names_.push_back(&place->first);
  return place->second;
}

Sums SumsColumns::Category::At(int unit) const {
  return {vg::indicators::At(n, unit), vg::indicators::At(sum, unit),
          vg::indicators::At(squares, unit)};
}

int SumsColumns::Category::size() const {
  return static_cast<int>(std::max({n.size(), sum.size(), squares.size()}));
}

void SumsColumns::Add(int unit, const std::string& category, const Sums& sums) {
  if (sums.IsZero()) return;
  content_ = NextStamp();
  size_ = std::max(size_, unit + 1);
  if (static_cast<size_t>(unit) >= changed_.size()) changed_.resize(static_cast<size_t>(unit) + 1);
  changed_[static_cast<size_t>(unit)] = content_;
  bool was = false, is = false;
  if (category.empty()) {
    if (static_cast<size_t>(unit) >= base_.size()) base_.resize(static_cast<size_t>(unit) + 1);
    Sums& cell = base_[static_cast<size_t>(unit)];
    was = !cell.IsZero();
    cell += sums;
    is = !cell.IsZero();
  } else {
    const auto [place, added] = by_name_.emplace(category, categories_.size());
    if (added) categories_.push_back({category, {}, {}, {}});
    Category& columns = categories_[place->second];
    was = !columns.At(unit).IsZero();
    AddTo(columns.n, unit, sums.n);
    AddTo(columns.sum, unit, sums.sum);
    AddTo(columns.squares, unit, sums.squares);
    is = !columns.At(unit).IsZero();
  }
  if (was != is) presence_ = NextStamp();
}

const SumsColumns::Category* SumsColumns::Find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &categories_[found->second];
}

size_t SumsColumns::bytes() const {
  size_t bytes =
      sizeof(*this) + base_.capacity() * sizeof(Sums) + changed_.capacity() * sizeof(uint64_t);
  for (const Category& category : categories_) {
    bytes += sizeof(category) + 2 * category.name.size() + 64 +
             (category.n.capacity() + category.sum.capacity() + category.squares.capacity()) *
                 sizeof(int64_t);
  }
  return bytes;
}

uint64_t SumsColumns::NextStamp() {
  static std::atomic<uint64_t> last = 0;
  return ++last;
}

}  // namespace vg::indicators
