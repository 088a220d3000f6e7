// Committing concurrent writes together, so that one trip to the disk serves many.

#ifndef VG_COMMON_SQL_GROUP_COMMITTER_H_
#define VG_COMMON_SQL_GROUP_COMMITTER_H_

#include <cstdint>
#include <span>

#include "absl/status/status.h"

#include "common/concurrency/gatherer.h"
#include "common/sql/database.h"

namespace vg::sql {

// Callers hand in work and block until the batch that holds it is on disk: see Gatherer. Each item
// runs in a savepoint of its own: one that fails is undone and told why, and the others are
// committed.
//
// Thread-safe. Outlived by the Database.
class GroupCommitter {
 public:
  struct Options {
    int max_batch = 256;
    // Batches under way at once. More than one helps on PostgreSQL only.
    int lanes = 1;
    Isolation isolation = Isolation::kReadCommitted;
  };
  struct Stats {
    int64_t batches = 0;
    int64_t items = 0;
    int waiting = 0;
  };

  GroupCommitter(Database& database, Options options);
  explicit GroupCommitter(Database& database) : GroupCommitter(database, Options()) {}

  // Runs `work` (possibly on another caller's thread, possibly more than once: it must be
  // repeatable, see Database::Work) and returns once it is durable, or its error, or the error of
  // the batch. Items of a batch run in ascending `order`: give the feed partition, so that batches
  // of several processes lock head rows in the same order.
  absl::Status Commit(int64_t order, Database::Work work);

  Stats stats() const;

 private:
  struct Item {
    int64_t order;
    Database::Work work;
    absl::Status status = absl::OkStatus();
  };

  void RunBatch(std::span<Item* const> batch);

  Database& database_;
  const Options options_;
  Gatherer<Item> gatherer_;
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_GROUP_COMMITTER_H_
