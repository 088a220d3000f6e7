#include "common/sql/group_committer.h"

#include <algorithm>
#include <vector>

#include "common/status/status_macros.h"

namespace vg::sql {

GroupCommitter::GroupCommitter(Database& database, Options options)
    : database_(database),
      options_(options),
      gatherer_({.max_weight = static_cast<size_t>(options.max_batch), .lanes = options.lanes}) {}

absl::Status GroupCommitter::Commit(int64_t order, Database::Work work) {
  Item item{.order = order, .work = work};
  gatherer_.Do(item, 1, [this](std::span<Item* const> batch) { RunBatch(batch); });
  return item.status;
}

void GroupCommitter::RunBatch(std::span<Item* const> batch) {
  if (batch.size() == 1) {
    batch.front()->status = database_.Write(batch.front()->work, options_.isolation);
    return;
  }
  std::vector<Item*> ordered(batch.begin(), batch.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Item* a, const Item* b) { return a->order < b->order; });
  const absl::Status status = database_.Write(
      [&ordered](Transaction& transaction) -> absl::Status {
        for (Item* const item : ordered) {
          item->status = transaction.Savepoint([&] { return item->work(transaction); });
          RETURN_IF_ERROR(transaction.failure());
        }
        return absl::OkStatus();
      },
      options_.isolation);
  if (status.ok()) return;
  // Also for those that were refused: what they were refused for may have been undone.
  for (Item* const item : ordered) item->status = status;
}

GroupCommitter::Stats GroupCommitter::stats() const {
  const auto gathered = gatherer_.stats();
  return {.batches = gathered.rounds, .items = gathered.items, .waiting = gathered.waiting};
}

}  // namespace vg::sql
