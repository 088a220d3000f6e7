// Change feeds: what happened, numbered, written with what made it happen.
//
// A feed has up to 64 partitions; see partition.h. Each has one head row, which a writer updates
// before it adds entries and holds until it commits; so within a partition numbers run 1, 2, 3 …
// without gaps in the order of commits, and a reader that sees a number has seen all before it.
// Between partitions there is no order.

#ifndef VG_COMMON_FEED_FEED_H_
#define VG_COMMON_FEED_FEED_H_

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/feed/partition.h"
#include "common/sql/database.h"
#include "common/sql/migrations.h"
#include "common/sql/transaction.h"

namespace vg::feed {

// The tables feed_head and feed_entry: the owner hands it to sql::Migrate beside its own schema.
extern const sql::Schema kSchema;

// The number of the last entry seen (or present) in each partition; 0 before the first.
using Cursors = std::array<int64_t, kPartitions>;

struct NewEntry {
  std::string kind;     // What happened, in the owner's words: "submitted", "withdrawn".
  std::string key;      // The unit it is about; chooses the partition.
  std::string payload;  // The owner's serialized message.
};

struct Entry {
  int partition = 0;
  int64_t number = 0;
  std::string kind;
  std::string key;
  std::string payload;
  absl::Time time;
};

// The numbers of the entries that one transaction adds, for owners that keep what happened in
// tables of their own; Append uses it for those that do not. Whoever has reserved numbers of a
// partition holds its head until the transaction ends: what else is written by holders of the head
// only does not change meanwhile.
class Numbers {
 public:
  Numbers(sql::Transaction& transaction, std::string_view feed)
      : transaction_(transaction), feed_(feed) {}

  // Reserves `counts` by partition and so locks the heads of those that have any, in ascending
  // order. Once per transaction, or in ascending order, or writers may deadlock on PostgreSQL (and
  // are run again).
  absl::Status Reserve(const std::array<int64_t, kPartitions>& counts);

  // The next number of a partition; at most as many as were reserved.
  int64_t Take(int partition) { return next_[partition]++; }

  // Gives back what was not taken. Before the transaction ends.
  absl::Status Finish();

 private:
  absl::Status Add(const std::array<int64_t, kPartitions>& counts);

  sql::Transaction& transaction_;
  const std::string feed_;
  Cursors next_ = {};
  Cursors end_ = {};  // After the last one reserved; 0: none.
};

// Adds `entries` to `feed` inside the caller's write transaction, in the order given within each
// partition. Locks the head rows in ascending order of partition; a caller that appends several
// times in one transaction keeps to that order itself or may deadlock on PostgreSQL (and is run
// again). Suits either isolation level; intake uses kReadCommitted.
absl::Status Append(sql::Transaction& transaction, std::string_view feed,
                    std::span<const NewEntry> entries, absl::Time now);

// Entries of one partition with a number above `after`, ascending, at most `limit`.
absl::StatusOr<std::vector<Entry>> Read(sql::Transaction& transaction, std::string_view feed,
                                        int partition, int64_t after, int limit);

// Reads entries as Read does.
using ReadPartition =
    absl::FunctionRef<absl::StatusOr<std::vector<Entry>>(int partition, int64_t after, int limit)>;

// Entries of all partitions above `after`, ascending within each partition: what a stream sends
// next. At most `limit` or one of each partition, whichever is more; partitions far behind do not
// keep others waiting. Empty: nothing new. `heads`, if given, receives the heads of the same
// snapshot.
absl::StatusOr<std::vector<Entry>> ReadAll(sql::Transaction& transaction, std::string_view feed,
                                           const Cursors& after, int limit,
                                           Cursors* heads = nullptr);
// The same of an owner that keeps its entries itself.
absl::StatusOr<std::vector<Entry>> ReadAll(sql::Transaction& transaction, std::string_view feed,
                                           const Cursors& after, int limit, Cursors* heads,
                                           ReadPartition read);

struct Batch {
  std::vector<Entry> entries;
  Cursors heads = {};  // Of the same snapshot.
};
// What streams read a feed by: ReadAll in a transaction of its own. With a limit of 0 only heads.
using ReadBatch = std::function<absl::StatusOr<Batch>(const Cursors& after, int limit)>;
// Of a feed in this database.
ReadBatch BatchesOf(sql::Database& database, std::string_view feed);

// The number of the last entry of every partition.
absl::StatusOr<Cursors> Heads(sql::Transaction& transaction, std::string_view feed);

// Moves `cursors` past `entries`.
void Advance(std::span<const Entry> entries, Cursors& cursors);

// How many entries lie between `cursors` and `heads`.
int64_t Lag(const Cursors& heads, const Cursors& cursors);

}  // namespace vg::feed

#endif  // VG_COMMON_FEED_FEED_H_
