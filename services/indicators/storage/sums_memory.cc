#include "services/indicators/storage/sums_memory.h"

#include <iterator>

namespace vg::indicators {

SumsMemory::Columns SumsMemory::Get(int64_t serial, std::string_view wave) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = kept_.find({serial, std::string(wave)});
  if (found == kept_.end()) return {};
  return {found->second.sums, found->second.version};
}

SumsMemory::Columns SumsMemory::Put(int64_t serial, std::string_view feed, std::string_view wave,
                                    int64_t version, const std::vector<UnitSums>& rows) {
  auto made = std::make_shared<SumsColumns>();
  absl::MutexLock lock(&mutex_);
  for (const UnitSums& row : rows) made->Add(numbers_.Number(row.unit), row.category, row.sums);
  if (BytesKept() + made->bytes() > max_bytes_) kept_.clear();
  Kept& kept = kept_[{serial, std::string(wave)}];
  if (kept.sums != nullptr && kept.version > version) return {std::move(made), version};
  kept = {std::string(feed), version, made};
  return {std::move(made), version};
}

void SumsMemory::Apply(std::string_view feed, int64_t from, int64_t to, const SumsDelta& delta) {
  absl::MutexLock lock(&mutex_);
  for (auto at = kept_.begin(); at != kept_.end();) {
    Kept& kept = at->second;
    kept.moved = kept.feed == feed && kept.version == from;
    if (kept.moved) kept.version = to;
    // What was read from the database after the batch has it already; what missed one is of no use.
    at = kept.feed == feed && kept.version < to ? kept_.erase(at) : std::next(at);
  }
  auto columns = kept_.end();
  for (const auto& [key, sums] : delta) {
    if (columns == kept_.end() || columns->first.first != key.serial ||
        columns->first.second != key.wave) {
      columns = kept_.find({key.serial, key.wave});
      if (columns == kept_.end() || !columns->second.moved) {
        columns = kept_.end();
        continue;
      }
      if (columns->second.sums.use_count() > 1) {
        columns->second.sums = std::make_shared<SumsColumns>(*columns->second.sums);
      }
    }
    columns->second.sums->Add(numbers_.Number(key.unit), key.category, sums);
  }
}

std::vector<int> SumsMemory::Number(const std::vector<std::string>& names) {
  std::vector<int> numbers;
  numbers.reserve(names.size());
  absl::MutexLock lock(&mutex_);
  for (const std::string& name : names) numbers.push_back(numbers_.Number(name));
  return numbers;
}

std::vector<const std::string*> SumsMemory::Names() const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<const std::string*> names;
  names.reserve(static_cast<size_t>(numbers_.size()));
  for (int i = 0; i < numbers_.size(); ++i) names.push_back(&numbers_.name(i));
  return names;
}

size_t SumsMemory::bytes() const {
  absl::ReaderMutexLock lock(&mutex_);
  return BytesKept();
}

size_t SumsMemory::BytesKept() const {
  size_t bytes = 0;
  for (const auto& [key, kept] : kept_) bytes += kept.sums->bytes();
  return bytes;
}

}  // namespace vg::indicators
