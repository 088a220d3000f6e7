#include "services/indicators/storage/sums_store.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/feed/cursor_store.h"
#include "common/feed/partition.h"
#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

constexpr char kConsumer[] = "indicators";

constexpr char kLive[] =
    "SELECT serial FROM indicator WHERE newest = 1 AND live = 1 AND feed = $1 ORDER BY serial";
constexpr char kStillNewest[] = "SELECT serial FROM indicator WHERE serial = $1 AND newest = 1";
constexpr char kMakeLive[] = "UPDATE indicator SET live = 1 WHERE serial = $1 AND newest = 1";
constexpr char kDelete[] = "DELETE FROM unit_sums WHERE indicator_serial = $1";
constexpr char kAdd[] =
    "INSERT INTO unit_sums (partition_number, indicator_serial, wave, unit, category, n, sum, "
    "squares) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
    "ON CONFLICT (partition_number, indicator_serial, wave, unit, category) DO UPDATE SET "
    "n = unit_sums.n + $6, sum = unit_sums.sum + $7, squares = unit_sums.squares + $8";
constexpr char kRead[] =
    "SELECT unit, category, n, sum, squares FROM unit_sums WHERE partition_number = $1 AND "
    "indicator_serial = $2 AND wave = $3 ORDER BY unit, category";
// Rows of zeros are what withdrawn answers leave; they are as if they were not there.
constexpr char kReadAll[] =
    "SELECT i.indicator_id, i.version, s.wave, s.unit, s.category, s.n, s.sum, s.squares "
    "FROM unit_sums s JOIN indicator i ON i.serial = s.indicator_serial "
    "WHERE i.live = 1 AND (s.n <> 0 OR s.sum <> 0 OR s.squares <> 0) "
    "ORDER BY i.indicator_id, i.version, s.wave, s.unit, s.category";

absl::Status Add(sql::Transaction& transaction, const SumsDelta& delta) {
  for (const auto& [key, sums] : delta) {
    if (sums.IsZero()) continue;
    RETURN_IF_ERROR(transaction
                        .Execute(kAdd, {key.partition, key.serial, key.wave, key.unit, key.category,
                                        sums.n, sums.sum, sums.squares})
                        .status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<feed::Cursors> SumsStore::LoadCursors(std::string_view feed) const {
  feed::Cursors cursors{};
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(cursors, feed::LoadCursors(transaction, kConsumer, feed));
    return absl::OkStatus();
  }));
  return cursors;
}

absl::Status SumsStore::Fold(std::string_view feed, std::span<const feed::Entry> entries,
                             Delta delta) {
  return database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    std::vector<int64_t> live;
    RETURN_IF_ERROR(transaction.Query(
        kLive, {feed}, [&live](const sql::Row& row) { live.push_back(row.Int64(0)); }));
    ASSIGN_OR_RETURN(const SumsDelta sums, delta(live));
    RETURN_IF_ERROR(feed::StoreCursors(transaction, kConsumer, feed, entries));
    return Add(transaction, sums);
  });
}

absl::StatusOr<feed::Cursors> SumsStore::StartBackfill(std::string_view feed,
                                                       const std::vector<int64_t>& serials) {
  feed::Cursors cursors{};
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    for (const int64_t serial : serials) {
      RETURN_IF_ERROR(transaction.Execute(kDelete, {serial}).status());
    }
    ASSIGN_OR_RETURN(cursors, feed::LoadCursors(transaction, kConsumer, feed));
    return absl::OkStatus();
  }));
  return cursors;
}

absl::Status SumsStore::AddBackfill(const std::vector<int64_t>& serials, const SumsDelta& delta) {
  return database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    // A version that was replaced meanwhile has no sums any more and gets none.
    std::set<int64_t> wanted;
    for (const int64_t serial : serials) {
      RETURN_IF_ERROR(transaction
                          .QueryOne(kStillNewest, {serial},
                                    [&](const sql::Row& row) { wanted.insert(row.Int64(0)); })
                          .status());
    }
    SumsDelta kept;
    for (const auto& [key, sums] : delta) {
      if (wanted.contains(key.serial)) kept.emplace(key, sums);
    }
    return Add(transaction, kept);
  });
}

absl::StatusOr<bool> SumsStore::FinishBackfill(std::string_view feed,
                                               const std::vector<int64_t>& serials,
                                               const feed::Cursors& reached,
                                               feed::Cursors& stands) {
  bool finished = false;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    finished = false;
    ASSIGN_OR_RETURN(stands, feed::LoadCursors(transaction, kConsumer, feed));
    if (stands != reached) return absl::OkStatus();
    for (const int64_t serial : serials) {
      RETURN_IF_ERROR(transaction.Execute(kMakeLive, {serial}).status());
    }
    finished = true;
    return absl::OkStatus();
  }));
  return finished;
}

absl::StatusOr<std::vector<UnitSums>> SumsStore::Read(int64_t serial, std::string_view wave) const {
  std::vector<UnitSums> rows;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    rows.clear();
    for (int partition = 0; partition < feed::kPartitions; ++partition) {
      RETURN_IF_ERROR(
          transaction.Query(kRead, {partition, serial, wave}, [&rows](const sql::Row& row) {
            rows.push_back(
                {row.String(0), row.String(1), Sums{row.Int64(2), row.Int64(3), row.Int64(4)}});
          }));
    }
    return absl::OkStatus();
  }));
  std::sort(rows.begin(), rows.end(), [](const UnitSums& a, const UnitSums& b) {
    return std::tie(a.unit, a.category) < std::tie(b.unit, b.category);
  });
  return rows;
}

absl::StatusOr<std::string> SumsStore::Digest() const {
  std::string digest;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    DigestBuilder builder("voortgang.indicators.sums.v1");
    RETURN_IF_ERROR(transaction.Query(kReadAll, {}, [&builder](const sql::Row& row) {
      for (int column = 0; column < 8; ++column) {
        if (column == 1 || column > 4) {
          builder.Integer(row.Int64(column));
        } else {
          builder.Text(row.Text(column));
        }
      }
    }));
    digest = builder.Finish();
    return absl::OkStatus();
  }));
  return digest;
}

}  // namespace vg::indicators
