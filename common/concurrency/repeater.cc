#include "common/concurrency/repeater.h"

#include <utility>

namespace vg {

void Repeater::Start(absl::Duration first, std::function<absl::Duration()> round) {
  thread_ = std::thread([this, first, round = std::move(round)] {
    for (absl::Duration rest = first; !StoppedWithin(rest);) rest = round();
  });
}

void Repeater::Stop() {
  {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

bool Repeater::StoppedWithin(absl::Duration rest) {
  const absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&stopped_), rest);
}

}  // namespace vg
