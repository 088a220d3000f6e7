#include "common/sql/group_committer.h"

#include <algorithm>

#include "common/status/status_macros.h"

namespace vg::sql {

GroupCommitter::GroupCommitter(Database& database, Options options)
    : database_(database), options_(options) {}

absl::Status GroupCommitter::Commit(int64_t order, Database::Work work) {
  Item item{.order = order, .work = work};
  absl::MutexLock lock(&mutex_);
  queue_.push_back(&item);
  while (item.state != State::kDone) {
    if (item.state == State::kTaken || running_ >= options_.lanes) {
      item.wake.Wait(&mutex_);
      continue;
    }
    // This caller leads: its own item is still waiting, and a lane is free.
    std::vector<Item*> batch;
    while (!queue_.empty() && batch.size() < static_cast<size_t>(options_.max_batch)) {
      batch.push_back(queue_.front());
      batch.back()->state = State::kTaken;
      queue_.pop_front();
    }
    ++running_;
    ++stats_.batches;
    stats_.items += static_cast<int64_t>(batch.size());
    mutex_.Unlock();
    RunBatch(batch);
    mutex_.Lock();
    --running_;
    for (Item* const done : batch) {
      done->state = State::kDone;
      done->wake.Signal();
    }
    // Somebody whose item waits takes over; the leader goes home as soon as its own is done.
    if (!queue_.empty()) queue_.front()->wake.Signal();
  }
  return item.status;
}

void GroupCommitter::RunBatch(std::vector<Item*>& batch) {
  if (batch.size() == 1) {
    batch.front()->status = database_.Write(batch.front()->work, options_.isolation);
    return;
  }
  std::stable_sort(batch.begin(), batch.end(),
                   [](const Item* a, const Item* b) { return a->order < b->order; });
  const absl::Status status = database_.Write(
      [&batch](Transaction& transaction) -> absl::Status {
        for (Item* const item : batch) {
          item->status = transaction.Savepoint([&] { return item->work(transaction); });
          RETURN_IF_ERROR(transaction.failure());
        }
        return absl::OkStatus();
      },
      options_.isolation);
  if (status.ok()) return;
  // Also for those that were refused: what they were refused for may have been undone.
  for (Item* const item : batch) item->status = status;
}

GroupCommitter::Stats GroupCommitter::stats() const {
  absl::MutexLock lock(&mutex_);
  Stats stats = stats_;
  stats.waiting = static_cast<int>(queue_.size());
  return stats;
}

}  // namespace vg::sql
