#include "common/feed/cursor_store.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::feed {
namespace {

constexpr sql::Migration kMigrations[] = {{1, "feed_cursor", R"sql(
CREATE TABLE feed_cursor (
  consumer {text} NOT NULL,
  feed {text} NOT NULL,
  partition {int} NOT NULL,
  number {int} NOT NULL,
  PRIMARY KEY (consumer, feed, partition)
) {clustered};
)sql"}};

constexpr char kSelect[] =
    "SELECT partition, number FROM feed_cursor WHERE consumer = $1 AND feed = $2";
constexpr char kFirst[] =
    "INSERT INTO feed_cursor (consumer, feed, partition, number) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (consumer, feed, partition) DO NOTHING";
// Changes nothing unless the stored cursor is $4. The row stays locked until the transaction ends.
constexpr char kMove[] =
    "UPDATE feed_cursor SET number = $5 "
    "WHERE consumer = $1 AND feed = $2 AND partition = $3 AND number = $4";
constexpr char kReset[] = "DELETE FROM feed_cursor WHERE consumer = $1 AND feed = $2";

absl::Status CursorMoved(std::string_view feed, int partition, int64_t number) {
  return Error(absl::StatusCode::kFailedPrecondition, "FEED_CURSOR_MOVED",
               absl::StrCat("entry ", number, " of partition ", partition, " of ", Av(feed),
                            " does not follow on from the stored cursor; load the cursors again"));
}

}  // namespace

constinit const sql::Schema kCursorSchema = {"feed_cursor", kMigrations};

absl::StatusOr<Cursors> LoadCursors(sql::Transaction& transaction, std::string_view consumer,
                                    std::string_view feed) {
  Cursors cursors = {};
  RETURN_IF_ERROR(
      transaction.Query(kSelect, {consumer, feed}, [&cursors](const sql::Row& row) -> absl::Status {
        const int64_t partition = row.Int64(0);
        if (partition < 0 || partition >= kPartitions) {
          return absl::DataLossError(absl::StrCat("feed_cursor holds partition ", partition));
        }
        cursors[partition] = row.Int64(1);
        return absl::OkStatus();
      }));
  return cursors;
}

absl::Status StoreCursors(sql::Transaction& transaction, std::string_view consumer,
                          std::string_view feed, std::span<const Entry> entries) {
  struct Range {
    int64_t first;
    int64_t last;
  };
  std::map<int, Range> ranges;  // Ascending, so that two consumers lock in the same order.
  for (const Entry& entry : entries) {
    const auto [at, added] = ranges.try_emplace(entry.partition, Range{entry.number, entry.number});
    if (added) continue;
    if (entry.number != at->second.last + 1) {
      return CursorMoved(feed, entry.partition, entry.number);
    }
    at->second.last = entry.number;
  }
  for (const auto& [partition, range] : ranges) {
    int64_t moved = 0;
    if (range.first == 1) {
      ASSIGN_OR_RETURN(moved, transaction.Execute(kFirst, {consumer, feed, partition, range.last}));
    }
    if (moved == 0) {
      ASSIGN_OR_RETURN(moved, transaction.Execute(
                                  kMove, {consumer, feed, partition, range.first - 1, range.last}));
    }
    if (moved != 1) return CursorMoved(feed, partition, range.first);
  }
  return absl::OkStatus();
}

absl::Status ResetCursors(sql::Transaction& transaction, std::string_view consumer,
                          std::string_view feed) {
  return transaction.Execute(kReset, {consumer, feed}).status();
}

}  // namespace vg::feed
