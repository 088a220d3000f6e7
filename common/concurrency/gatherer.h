// Doing together what callers ask for at about the same time.

#ifndef VG_COMMON_CONCURRENCY_GATHERER_H_
#define VG_COMMON_CONCURRENCY_GATHERER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"

namespace vg {

// Callers hand in an item and block until a round that holds it has been run. There is no thread
// and no delay: the first caller runs what has gathered, and whatever arrives meanwhile is the next
// round, so rounds grow with the load. Thread-safe.
template <typename Item>
class Gatherer {
 public:
  struct Options {
    size_t max_weight = 256;  // Of a round, unless its only item has more.
    int lanes = 1;            // Rounds under way at once.
  };
  struct Stats {
    int64_t rounds = 0;
    int64_t items = 0;
    int waiting = 0;
  };
  // Does what the items ask for and writes into them what came of it.
  using Run = absl::FunctionRef<void(std::span<Item* const> round)>;

  explicit Gatherer(Options options) : options_(options) {}

  // `run` is called on this thread for a round, or never: then another caller's was, and so it must
  // do the same whoever gives it.
  void Do(Item& item, size_t weight, Run run) {
    Entry entry{.item = &item, .weight = weight};
    absl::MutexLock lock(&mutex_);
    queue_.push_back(&entry);
    while (entry.state != State::kDone) {
      if (entry.state == State::kTaken || running_ >= options_.lanes) {
        entry.wake.Wait(&mutex_);
        continue;
      }
      // This caller leads: its own item is still waiting, and a lane is free.
      const std::vector<Entry*> round = NextRound();
      std::vector<Item*> items;
      for (const Entry* const each : round) items.push_back(each->item);
      mutex_.Unlock();
      run(items);
      mutex_.Lock();
      --running_;
      for (Entry* const done : round) {
        done->state = State::kDone;
        done->wake.Signal();
      }
      // Somebody whose item waits takes over; the leader goes home as soon as its own is done.
      if (!queue_.empty()) queue_.front()->wake.Signal();
    }
  }

  Stats stats() const {
    absl::MutexLock lock(&mutex_);
    Stats stats = stats_;
    stats.waiting = static_cast<int>(queue_.size());
    return stats;
  }

 private:
  enum class State { kQueued, kTaken, kDone };
  struct Entry {
    Item* item;
    size_t weight;
    State state = State::kQueued;
    absl::CondVar wake = {};
  };

  std::vector<Entry*> NextRound() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::vector<Entry*> round;
    size_t weight = 0;
    while (!queue_.empty() &&
           (round.empty() || weight + queue_.front()->weight <= options_.max_weight)) {
      round.push_back(queue_.front());
      round.back()->state = State::kTaken;
      weight += round.back()->weight;
      queue_.pop_front();
    }
    ++running_;
    ++stats_.rounds;
    stats_.items += static_cast<int64_t>(round.size());
    return round;
  }

  const Options options_;
  mutable absl::Mutex mutex_;
  std::deque<Entry*> queue_ ABSL_GUARDED_BY(mutex_);
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  Stats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg

#endif  // VG_COMMON_CONCURRENCY_GATHERER_H_
