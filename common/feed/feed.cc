#include "common/feed/feed.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"

namespace vg::feed {
namespace {

// A row of a clustered table that is longer than a quarter of a page takes a page of its own on
// SQLite: entries are not clustered.
constexpr sql::Migration kMigrations[] = {{1, "feed", R"sql(
CREATE TABLE feed_head (
  partition {int} NOT NULL,
  feed {text} NOT NULL,
  next {int} NOT NULL,
  PRIMARY KEY (partition, feed)
) {clustered};

CREATE TABLE feed_entry (
  partition {int} NOT NULL,
  feed {text} NOT NULL,
  number {int} NOT NULL,
  kind {text} NOT NULL,
  key {text} NOT NULL,
  payload {bytes} NOT NULL,
  time {int} NOT NULL,
  PRIMARY KEY (partition, feed, number)
) {strict};
)sql"}};

// The head row stays locked until the transaction ends. A new one begins after 1.
constexpr char kAddToHead[] =
    "ON CONFLICT (partition, feed) DO UPDATE SET next = feed_head.next + excluded.next - 1 "
    "RETURNING partition, next";
constexpr char kInsertEntry[] =
    "INSERT INTO feed_entry (partition, feed, number, kind, key, payload, time) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)";
constexpr char kSelectEntries[] =
    "SELECT number, kind, key, payload, time FROM feed_entry "
    "WHERE partition = $1 AND feed = $2 AND number > $3 ORDER BY number LIMIT $4";
constexpr char kSelectHeads[] = "SELECT partition, next - 1 FROM feed_head WHERE feed = $1";

// From here on a bulk append beats single inserts.
constexpr size_t kBulk = 4;

struct Numbered {
  int partition;
  int64_t number;
  const NewEntry* entry;
};

}  // namespace

constinit const sql::Schema kSchema = {"feed", kMigrations};

absl::Status Numbers::Reserve(const std::array<int64_t, kPartitions>& counts) {
  return Add(counts);
}

absl::Status Numbers::Finish() {
  std::array<int64_t, kPartitions> unused = {};
  for (int i = 0; i < kPartitions; ++i) unused[i] = next_[i] - end_[i];
  return Add(unused);
}

absl::Status Numbers::Add(const std::array<int64_t, kPartitions>& counts) {
  int partition = 0;
  return transaction_.Merge(
      "feed_head", {"partition", "feed", "next"}, kAddToHead,
      [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
        while (partition < kPartitions && counts[partition] == 0) ++partition;
        if (partition == kPartitions) return false;
        row = {partition, feed_, counts[partition] + 1};
        ++partition;
        return true;
      },
      [&](const sql::Row& row) {
        const auto changed = static_cast<size_t>(row.Int64(0));
        if (changed >= counts.size()) return;
        end_[changed] = row.Int64(1);
        if (counts[changed] > 0) next_[changed] = end_[changed] - counts[changed];
      });
}

absl::Status Append(sql::Transaction& transaction, std::string_view feed,
                    std::span<const NewEntry> entries, absl::Time now) {
  std::vector<Numbered> numbered;
  numbered.reserve(entries.size());
  for (const NewEntry& entry : entries) {
    numbered.push_back({PartitionOf(transaction.engine(), entry.key), 0, &entry});
  }
  std::stable_sort(numbered.begin(), numbered.end(),
                   [](const Numbered& a, const Numbered& b) { return a.partition < b.partition; });
  std::array<int64_t, kPartitions> counts = {};
  for (const Numbered& each : numbered) ++counts[each.partition];
  Numbers numbers(transaction, feed);
  RETURN_IF_ERROR(numbers.Reserve(counts));
  for (Numbered& each : numbered) each.number = numbers.Take(each.partition);
  if (numbered.size() < kBulk) {
    for (const auto& [partition, number, entry] : numbered) {
      RETURN_IF_ERROR(transaction
                          .Execute(kInsertEntry, {partition, feed, number, entry->kind, entry->key,
                                                  sql::Bytes{entry->payload}, now})
                          .status());
    }
    return absl::OkStatus();
  }
  size_t at = 0;
  return transaction
      .Append("feed_entry", {"partition", "feed", "number", "kind", "key", "payload", "time"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (at == numbered.size()) return false;
                const auto& [partition, number, entry] = numbered[at++];
                row = {partition, feed, number, entry->kind, entry->key, sql::Bytes{entry->payload},
                       now};
                return true;
              })
      .status();
}

absl::StatusOr<std::vector<Entry>> Read(sql::Transaction& transaction, std::string_view feed,
                                        int partition, int64_t after, int limit) {
  std::vector<Entry> entries;
  RETURN_IF_ERROR(transaction.Query(kSelectEntries, {partition, feed, after, limit},
                                    [&entries, partition](const sql::Row& row) {
                                      entries.push_back({.partition = partition,
                                                         .number = row.Int64(0),
                                                         .kind = row.String(1),
                                                         .key = row.String(2),
                                                         .payload = row.OctetString(3),
                                                         .time = row.Time(4)});
                                    }));
  return entries;
}

absl::StatusOr<std::vector<Entry>> ReadAll(sql::Transaction& transaction, std::string_view feed,
                                           const Cursors& after, int limit, Cursors* heads) {
  return ReadAll(transaction, feed, after, limit, heads,
                 [&](int partition, int64_t from, int most) {
                   return Read(transaction, feed, partition, from, most);
                 });
}

ReadBatch BatchesOf(sql::Database& database, std::string_view feed) {
  return [&database, feed = std::string(feed)](const Cursors& after,
                                               int limit) -> absl::StatusOr<Batch> {
    Batch batch;
    RETURN_IF_ERROR(database.Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(batch.entries, ReadAll(transaction, feed, after, limit, &batch.heads));
      return absl::OkStatus();
    }));
    return batch;
  };
}

absl::StatusOr<std::vector<Entry>> ReadAll(sql::Transaction& transaction, std::string_view feed,
                                           const Cursors& after, int limit, Cursors* heads,
                                           ReadPartition read) {
  ASSIGN_OR_RETURN(const Cursors present, Heads(transaction, feed));
  if (heads != nullptr) *heads = present;
  if (limit == 0) return std::vector<Entry>();
  std::vector<int> behind;
  for (int partition = 0; partition < kPartitions; ++partition) {
    if (present[partition] > after[partition]) behind.push_back(partition);
  }
  std::vector<Entry> entries;
  for (size_t i = 0; i < behind.size(); ++i) {
    // What the ones before did not use is shared by the ones to come.
    const int rest = limit - static_cast<int>(entries.size());
    const int share = std::max(1, rest / static_cast<int>(behind.size() - i));
    ASSIGN_OR_RETURN(std::vector<Entry> part, read(behind[i], after[behind[i]], share));
    std::move(part.begin(), part.end(), std::back_inserter(entries));
  }
  return entries;
}

absl::StatusOr<Cursors> Heads(sql::Transaction& transaction, std::string_view feed) {
  Cursors heads = {};
  RETURN_IF_ERROR(
      transaction.Query(kSelectHeads, {feed}, [&heads](const sql::Row& row) -> absl::Status {
        const int64_t partition = row.Int64(0);
        if (partition < 0 || partition >= kPartitions) {
          return absl::DataLossError(absl::StrCat("feed_head holds partition ", partition));
        }
        heads[partition] = row.Int64(1);
        return absl::OkStatus();
      }));
  return heads;
}

void Advance(std::span<const Entry> entries, Cursors& cursors) {
  for (const Entry& entry : entries) cursors[entry.partition] = entry.number;
}

int64_t Lag(const Cursors& heads, const Cursors& cursors) {
  int64_t lag = 0;
  for (int i = 0; i < kPartitions; ++i) lag += std::max<int64_t>(0, heads[i] - cursors[i]);
  return lag;
}

}  // namespace vg::feed
