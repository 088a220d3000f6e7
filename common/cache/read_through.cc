#include "common/cache/read_through.h"

#include <optional>
#include <utility>

namespace vg::cache {
namespace {

bool ConcernsOnlyTheCaller(const absl::Status& status) {
  return absl::IsCancelled(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

absl::StatusOr<std::string> ReadThrough::Get(
    const Key& key, absl::FunctionRef<absl::StatusOr<std::string>()> compute) {
  for (bool looked_again = false;; looked_again = true) {
    const int64_t landed = Landed();
    if (std::optional<std::string> value = cache_.Get(key)) return *std::move(value);
    std::shared_ptr<Flight> mine;
    {
      absl::MutexLock lock(&mutex_);
      std::shared_ptr<Flight>& flight = flights_[key.text()];
      if (flight == nullptr) {
        if (landed_ != landed && !looked_again) {  // Perhaps with our value, after we looked.
          flights_.erase(key.text());
          continue;
        }
        flight = mine = std::make_shared<Flight>();
      } else {
        const std::shared_ptr<Flight> theirs = flight;
        if (!mutex_.AwaitWithTimeout(absl::Condition(&theirs->done), options_.patience)) break;
        if (ConcernsOnlyTheCaller(theirs->result.status())) continue;
        ++shared_;
        return theirs->result;
      }
    }
    absl::StatusOr<std::string> result = Compute(key, compute);
    absl::MutexLock lock(&mutex_);
    mine->result = result;
    mine->done = true;
    ++landed_;
    flights_.erase(key.text());
    return result;
  }
  return Compute(key, compute);
}

absl::StatusOr<std::string> ReadThrough::Compute(
    const Key& key, absl::FunctionRef<absl::StatusOr<std::string>()> compute) {
  absl::StatusOr<std::string> result = compute();
  if (result.ok()) cache_.Put(key, *result, DrawTtl());
  return result;
}

int64_t ReadThrough::Landed() const {
  absl::MutexLock lock(&mutex_);
  return landed_;
}

absl::Duration ReadThrough::DrawTtl() {
  absl::MutexLock lock(&mutex_);
  return options_.ttl * absl::Uniform(random_, 1.0 - options_.jitter, 1.0 + options_.jitter);
}

int64_t ReadThrough::shared() const {
  absl::MutexLock lock(&mutex_);
  return shared_;
}

}  // namespace vg::cache
