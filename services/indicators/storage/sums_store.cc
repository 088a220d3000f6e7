#include "services/indicators/storage/sums_store.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/feed/cursor_store.h"
#include "common/feed/partition.h"
#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

constexpr char kLiveConsumer[] = "indicators";
constexpr char kPassConsumer[] = "indicators.pass";

// Of indicator.stage.
constexpr int kWaiting = 0;
constexpr int kPassing = 1;
constexpr int kLive = 2;

constexpr char kSelectStage[] =
    "SELECT serial FROM indicator WHERE newest = 1 AND feed = $1 AND stage = $2 ORDER BY serial";
constexpr char kMoveStage[] =
    "UPDATE indicator SET stage = $3 WHERE newest = 1 AND feed = $1 AND stage = $2";
constexpr char kIsLive[] =
    "SELECT COUNT(*) FROM indicator WHERE serial = $1 AND newest = 1 AND stage = 2";
constexpr char kLiveRespondents[] =
    "SELECT serial FROM indicator WHERE feed = $1 AND digest = '' AND newest = 1 AND stage = 2";
// Whether the version is live, the serial of the entry that counts who answered if that is live,
// and how many changes are folded.
constexpr char kState[] =
    "SELECT (SELECT COUNT(*) FROM indicator WHERE serial = $1 AND newest = 1 AND stage = 2), "
    "(SELECT serial FROM indicator WHERE feed = $2 AND digest = '' AND newest = 1 AND stage = 2), "
    "(SELECT CAST(COALESCE(SUM(number), 0) AS BIGINT) FROM feed_cursor WHERE consumer = $3 AND "
    "feed = $2)";
constexpr char kFolded[] =
    "SELECT CAST(COALESCE(SUM(number), 0) AS BIGINT) FROM feed_cursor WHERE consumer = $1 AND feed "
    "= $2";
constexpr char kRead[] =
    "SELECT unit, category, n, sum, squares FROM unit_sums WHERE partition_number = $1 AND "
    "indicator_serial = $2 AND wave = $3 AND (n <> 0 OR sum <> 0 OR squares <> 0) "
    "ORDER BY unit, category";
// Rows of zeros are what withdrawn answers leave; they are as if they were not there.
constexpr char kReadAll[] =
    "SELECT i.indicator_id, i.version, s.wave, s.unit, s.category, s.n, s.sum, s.squares "
    "FROM unit_sums s JOIN indicator i ON i.serial = s.indicator_serial "
    "WHERE i.stage = 2 AND (s.n <> 0 OR s.sum <> 0 OR s.squares <> 0) "
    "ORDER BY i.indicator_id, i.version, s.wave, s.unit, s.category";

constexpr size_t kColumns = 8;
// Rows of one statement: fewer round trips on PostgreSQL, less parsing on SQLite.
constexpr size_t kRowsAtOnce = 64;

std::string AddStatement(size_t rows) {
  std::string sql =
      "INSERT INTO unit_sums (partition_number, indicator_serial, wave, unit, category, n, sum, "
      "squares) VALUES ";
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < kColumns; ++column) {
      absl::StrAppend(&sql,
                      column > 0 ? ", "
                      : row > 0  ? ", ("
                                 : "(",
                      "$", row * kColumns + column + 1);
    }
    sql += ")";
  }
  absl::StrAppend(&sql,
                  " ON CONFLICT (partition_number, indicator_serial, wave, unit, category) "
                  "DO UPDATE SET n = unit_sums.n + excluded.n, sum = unit_sums.sum + excluded.sum, "
                  "squares = unit_sums.squares + excluded.squares");
  return sql;
}

absl::Status Add(sql::Transaction& transaction, const SumsDelta& delta) {
  static const std::string& one = *new std::string(AddStatement(1));
  static const std::string& many = *new std::string(AddStatement(kRowsAtOnce));
  std::vector<sql::Value> values;
  std::vector<const SumsDelta::value_type*> rows;
  for (const auto& row : delta) {
    if (!row.second.IsZero()) rows.push_back(&row);
  }
  for (size_t next = 0; next < rows.size();) {
    const size_t count = rows.size() - next >= kRowsAtOnce ? kRowsAtOnce : 1;
    values.clear();
    for (size_t i = next; i < next + count; ++i) {
      const auto& [key, sums] = *rows[i];
      for (sql::Value value :
           {sql::Value(key.partition), sql::Value(key.serial), sql::Value(key.wave),
            sql::Value(key.unit), sql::Value(key.category), sql::Value(sums.n),
            sql::Value(sums.sum), sql::Value(sums.squares)}) {
        values.push_back(std::move(value));
      }
    }
    RETURN_IF_ERROR(transaction.Execute(count == 1 ? one : many, values).status());
    next += count;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> SerialsIn(sql::Transaction& transaction, std::string_view feed,
                                               int stage) {
  std::vector<int64_t> serials;
  RETURN_IF_ERROR(transaction.Query(kSelectStage, {feed, stage}, [&serials](const sql::Row& row) {
    serials.push_back(row.Int64(0));
  }));
  return serials;
}

// The entries that follow on from `pass` in partitions whose past the pass has behind it.
std::vector<feed::Entry> FollowingOn(std::span<const feed::Entry> entries, feed::Cursors pass) {
  std::vector<feed::Entry> following;
  for (const feed::Entry& entry : entries) {
    int64_t& place = pass[static_cast<size_t>(entry.partition)];
    if (entry.number != place + 1) continue;
    place = entry.number;
    following.push_back(entry);
  }
  return following;
}

// By unit and category, over all partitions.
absl::Status ReadSums(sql::Transaction& transaction, int64_t serial, std::string_view wave,
                      std::vector<UnitSums>& rows) {
  for (int partition = 0; partition < feed::kPartitions; ++partition) {
    RETURN_IF_ERROR(
        transaction.Query(kRead, {partition, serial, wave}, [&rows](const sql::Row& row) {
          rows.push_back(
              {row.String(0), row.String(1), Sums{row.Int64(2), row.Int64(3), row.Int64(4)}});
        }));
  }
  std::sort(rows.begin(), rows.end(), [](const UnitSums& a, const UnitSums& b) {
    return std::tie(a.unit, a.category) < std::tie(b.unit, b.category);
  });
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<feed::Cursors> SumsStore::LoadCursors(std::string_view feed) const {
  feed::Cursors cursors{};
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(cursors, feed::LoadCursors(transaction, kLiveConsumer, feed));
    return absl::OkStatus();
  }));
  return cursors;
}

absl::Status SumsStore::Fold(std::string_view feed, std::span<const feed::Entry> entries,
                             Delta delta) {
  SumsDelta sums;
  int64_t from = 0;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<int64_t> live, SerialsIn(transaction, feed, kLive));
    ASSIGN_OR_RETURN(sums, delta(live, entries));
    ASSIGN_OR_RETURN(const std::optional<int64_t> folded,
                     transaction.QueryInt64(kFolded, {kLiveConsumer, feed}));
    from = folded.value_or(0);
    RETURN_IF_ERROR(feed::StoreCursors(transaction, kLiveConsumer, feed, entries));
    ASSIGN_OR_RETURN(const std::vector<int64_t> passing, SerialsIn(transaction, feed, kPassing));
    if (!passing.empty()) {
      ASSIGN_OR_RETURN(const feed::Cursors pass,
                       feed::LoadCursors(transaction, kPassConsumer, feed));
      const std::vector<feed::Entry> following = FollowingOn(entries, pass);
      ASSIGN_OR_RETURN(SumsDelta carried, delta(passing, following));
      RETURN_IF_ERROR(feed::StoreCursors(transaction, kPassConsumer, feed, following));
      sums.merge(carried);  // Of other serials: no key is in both.
    }
    return Add(transaction, sums);
  }));
  memory_.Apply(feed, from, from + static_cast<int64_t>(entries.size()), sums);
  folded_.Notify();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<feed::Cursors>> SumsStore::OpenPass(std::string_view feed) {
  bool idle = false;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<int64_t> waiting, SerialsIn(transaction, feed, kWaiting));
    ASSIGN_OR_RETURN(const std::vector<int64_t> passing, SerialsIn(transaction, feed, kPassing));
    idle = waiting.empty() && passing.empty();
    return absl::OkStatus();
  }));
  if (idle) return std::nullopt;
  feed::Cursors cursors{};
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<int64_t> passing, SerialsIn(transaction, feed, kPassing));
    if (passing.empty()) {
      RETURN_IF_ERROR(transaction.Execute(kMoveStage, {feed, kWaiting, kPassing}).status());
      RETURN_IF_ERROR(feed::ResetCursors(transaction, kPassConsumer, feed));
    }
    ASSIGN_OR_RETURN(cursors, feed::LoadCursors(transaction, kPassConsumer, feed));
    return absl::OkStatus();
  }));
  return cursors;
}

absl::Status SumsStore::FoldPass(std::string_view feed, std::span<const feed::Entry> entries,
                                 Delta delta) {
  return database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<int64_t> passing, SerialsIn(transaction, feed, kPassing));
    ASSIGN_OR_RETURN(const SumsDelta sums, delta(passing, entries));
    RETURN_IF_ERROR(feed::StoreCursors(transaction, kPassConsumer, feed, entries));
    return Add(transaction, sums);
  });
}

absl::StatusOr<bool> SumsStore::ClosePass(std::string_view feed) {
  bool closed = false;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    closed = false;
    ASSIGN_OR_RETURN(const feed::Cursors live, feed::LoadCursors(transaction, kLiveConsumer, feed));
    ASSIGN_OR_RETURN(const feed::Cursors pass, feed::LoadCursors(transaction, kPassConsumer, feed));
    ASSIGN_OR_RETURN(const std::vector<int64_t> passing, SerialsIn(transaction, feed, kPassing));
    if (!passing.empty() && live != pass) return absl::OkStatus();
    RETURN_IF_ERROR(transaction.Execute(kMoveStage, {feed, kPassing, kLive}).status());
    closed = true;
    return absl::OkStatus();
  }));
  if (closed) folded_.Notify();
  return closed;
}

absl::StatusOr<Figures> SumsStore::Read(int64_t serial, std::string_view feed,
                                        std::string_view wave, bool respondents) const {
  Figures figures;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    figures = Figures();
    ASSIGN_OR_RETURN(const std::optional<int64_t> live, transaction.QueryInt64(kIsLive, {serial}));
    std::optional<int64_t> counting;
    if (respondents) {
      ASSIGN_OR_RETURN(counting, transaction.QueryInt64(kLiveRespondents, {feed}));
    }
    figures.live = live.value_or(0) > 0 && respondents == counting.has_value();
    if (!figures.live) return absl::OkStatus();
    ASSIGN_OR_RETURN(const feed::Cursors cursors,
                     feed::LoadCursors(transaction, kLiveConsumer, feed));
    figures.folded = std::accumulate(cursors.begin(), cursors.end(), int64_t{0});
    RETURN_IF_ERROR(ReadSums(transaction, serial, wave, figures.rows));
    if (!counting.has_value()) return absl::OkStatus();
    return ReadSums(transaction, *counting, wave, figures.respondents);
  }));
  return figures;
}

absl::StatusOr<LiveSums> SumsStore::View(int64_t serial, std::string_view feed,
                                         std::string_view wave, bool respondents) {
  bool live = false;
  std::optional<int64_t> counting;
  int64_t folded = 0;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    counting.reset();
    return transaction
        .QueryOne(kState, {serial, feed, kLiveConsumer},
                  [&](const sql::Row& row) {
                    live = row.Int64(0) > 0;
                    if (!row.IsNull(1)) counting = row.Int64(1);
                    folded = row.Int64(2);
                  })
        .status();
  }));
  if (!live || (respondents && !counting.has_value())) return LiveSums();
  SumsMemory::Columns sums = memory_.Get(serial, wave);
  SumsMemory::Columns counted;
  if (respondents) counted = memory_.Get(*counting, wave);
  // Newer than the database was a moment ago is as good, at one moment.
  const bool kept = sums.sums != nullptr && sums.version >= folded &&
                    (!respondents || (counted.sums != nullptr && counted.version == sums.version));
  if (!kept) {
    ASSIGN_OR_RETURN(const Figures figures, Read(serial, feed, wave, respondents));
    if (!figures.live) return LiveSums();
    sums = memory_.Put(serial, feed, wave, figures.folded, figures.rows);
    if (respondents) {
      counted = memory_.Put(*counting, feed, wave, figures.folded, figures.respondents);
    }
  }
  return LiveSums{true, sums.sums, counted.sums, sums.version};
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
