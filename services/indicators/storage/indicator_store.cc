#include "services/indicators/storage/indicator_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/requests/request_log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

#define COLUMNS                                                                              \
  "SELECT serial, indicator_id, version, feed, definition, digest, define_time, stage FROM " \
  "indicator "

constexpr char kSelectNewest[] = COLUMNS "WHERE indicator_id = $1 AND newest = 1 AND digest <> ''";
constexpr char kSelectSerial[] = COLUMNS "WHERE serial = $1";
constexpr char kSelectPage[] = COLUMNS
    "WHERE newest = 1 AND indicator_id > $1 AND digest <> '' ORDER BY indicator_id LIMIT $2";
constexpr char kSelectFeed[] = COLUMNS "WHERE newest = 1 AND feed = $1 ORDER BY serial";
constexpr char kRetire[] = "UPDATE indicator SET newest = 0, stage = 0 WHERE serial = $1";
constexpr char kDeleteSums[] = "DELETE FROM unit_sums WHERE indicator_serial = $1";
constexpr char kInsert[] =
    "INSERT INTO indicator (indicator_id, version, feed, definition, digest, define_time, stage, "
    "newest) VALUES ($1, $2, $3, $4, $5, $6, 0, 1) RETURNING serial";

#undef COLUMNS

// Of indicator.stage; sums_store.cc moves versions through the stages.
constexpr int kLiveStage = 2;

StoredIndicator FromRow(const sql::Row& row) {
  StoredIndicator indicator;
  indicator.serial = row.Int64(0);
  indicator.id = row.String(1);
  indicator.version = row.Int(2);
  indicator.feed = row.String(3);
  indicator.definition = row.OctetString(4);
  indicator.digest = row.String(5);
  indicator.define_time = row.Time(6);
  indicator.live = row.Int(7) == kLiveStage;
  return indicator;
}

absl::StatusOr<std::optional<StoredIndicator>> FindNewest(sql::Transaction& transaction,
                                                          std::string_view id) {
  std::optional<StoredIndicator> found;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kSelectNewest, {id}, [&found](const sql::Row& row) { found = FromRow(row); })
          .status());
  return found;
}

absl::StatusOr<int64_t> DefineIn(sql::Transaction& transaction, const NewIndicator& indicator,
                                 absl::Time now) {
  ASSIGN_OR_RETURN(const std::optional<StoredIndicator> newest,
                   FindNewest(transaction, indicator.id));
  if (newest.has_value()) {
    if (newest->digest == indicator.digest) return newest->serial;
    RETURN_IF_ERROR(transaction.Execute(kRetire, {newest->serial}).status());
    RETURN_IF_ERROR(transaction.Execute(kDeleteSums, {newest->serial}).status());
  }
  int64_t serial = 0;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kInsert,
                    {indicator.id, newest.has_value() ? newest->version + 1 : 1, indicator.feed,
                     sql::Bytes{indicator.definition}, indicator.digest, now},
                    [&serial](const sql::Row& row) { serial = row.Int64(0); })
          .status());
  return serial;
}

}  // namespace

absl::StatusOr<StoredIndicator> IndicatorStore::Define(const NewIndicator& indicator,
                                                       std::string_view request_id,
                                                       absl::Time now) {
  StoredIndicator defined;
  const std::string content = absl::StrCat(indicator.id, "/", indicator.digest);
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::string serial_text,
                     requests::Once(transaction, {"DefineIndicator", request_id, content}, now,
                                    [&]() -> absl::StatusOr<std::string> {
                                      ASSIGN_OR_RETURN(const int64_t serial,
                                                       DefineIn(transaction, indicator, now));
                                      return absl::StrCat(serial);
                                    }));
    int64_t serial = 0;
    if (!absl::SimpleAtoi(serial_text, &serial)) {
      return absl::InternalError("the request log holds no serial");
    }
    return transaction
        .QueryOne(kSelectSerial, {serial},
                  [&defined](const sql::Row& row) { defined = FromRow(row); })
        .status();
  }));
  return defined;
}

absl::StatusOr<StoredIndicator> IndicatorStore::Newest(std::string_view id) const {
  std::optional<StoredIndicator> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindNewest(transaction, id));
    return absl::OkStatus();
  }));
  if (!found.has_value()) return NotFound(absl::StrCat("indicators/", std::string(id)));
  return *std::move(found);
}

absl::StatusOr<std::vector<StoredIndicator>> IndicatorStore::List(std::string_view after,
                                                                  int limit) const {
  std::vector<StoredIndicator> indicators;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    indicators.clear();
    return transaction.Query(kSelectPage, {after, limit},
                             [&](const sql::Row& row) { indicators.push_back(FromRow(row)); });
  }));
  return indicators;
}

absl::StatusOr<std::vector<StoredIndicator>> IndicatorStore::OnFeed(std::string_view feed) const {
  std::vector<StoredIndicator> indicators;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    indicators.clear();
    return transaction.Query(kSelectFeed, {feed},
                             [&](const sql::Row& row) { indicators.push_back(FromRow(row)); });
  }));
  return indicators;
}

}  // namespace vg::indicators
