#include "services/survey/storage/export_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/status/status_macros.h"
#include "services/survey/storage/response_rows.h"

namespace vg::survey {
namespace {

constexpr char kSelectOfUnit[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content, revision "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response > $4 "
    "ORDER BY response LIMIT $5";
// What a response was at a moment is the first of its revisions that ended after it.
constexpr char kSelectRevision[] =
    "SELECT revision, partial, accept_time, digest, content FROM response_revision "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4 AND change_time > $5 "
    "ORDER BY revision LIMIT 1";
constexpr char kCountChanged[] =
    "SELECT COUNT(*) FROM response r WHERE r.wave = $1 AND (r.accept_time > $2 OR (r.revision > 1 "
    "AND EXISTS (SELECT 1 FROM response_revision v WHERE v.partition = r.partition "
    "AND v.wave = r.wave AND v.unit = r.unit AND v.response = r.response "
    "AND v.change_time > $2)))";

// `current` as it was at the cut-off; nothing if it was not there yet.
absl::StatusOr<std::optional<StoredResponse>> AsOf(sql::Transaction& transaction,
                                                   const ExportScope& scope,
                                                   StoredResponse current) {
  if (current.revision > 1) {
    RETURN_IF_ERROR(transaction
                        .QueryOne(kSelectRevision,
                                  {PartitionOfUnit(current.unit), scope.wave, current.unit,
                                   current.id, scope.cut_off},
                                  [&current](const sql::Row& row) {
                                    current.revision = row.Int(0);
                                    current.partial = row.Bool(1);
                                    current.accept_time = row.Time(2);
                                    current.withdraw_time.reset();
                                    current.digest = row.String(3);
                                    current.content = row.OctetString(4);
                                  })
                        .status());
  }
  if (current.revision == 1 && current.accept_time > scope.cut_off) return std::nullopt;
  return current;
}

}  // namespace

absl::StatusOr<ExportPage> ExportStore::Read(const ExportScope& scope, const ExportPosition& after,
                                             const PageLimits& limits) {
  ExportPage page;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    page = ExportPage();
    page.end = after;
    size_t bytes = 0, passed = 0;
    auto unit = std::lower_bound(scope.units.begin(), scope.units.end(), after.unit);
    for (; unit != scope.units.end(); ++unit, ++passed) {
      if (page.end.unit != *unit) page.end = {*unit, ""};
      // However many responses a unit has, they come in pieces; these are read at once, because
      // no other statement may run meanwhile.
      for (;;) {
        if (page.responses.size() >= limits.most_responses || bytes >= limits.most_bytes ||
            passed >= limits.most_units) {
          return absl::OkStatus();
        }
        const int64_t most = static_cast<int64_t>(
            std::min<size_t>(limits.most_responses - page.responses.size(), 50));
        std::vector<StoredResponse> rows;
        RETURN_IF_ERROR(transaction.Query(
            kSelectOfUnit, {PartitionOfUnit(*unit), scope.wave, *unit, page.end.response, most},
            [&rows](const sql::Row& row) { rows.push_back(ResponseFromRow(row)); }));
        for (StoredResponse& row : rows) {
          page.end.response = row.id;
          if (row.place != scope.place) continue;
          ASSIGN_OR_RETURN(auto response, AsOf(transaction, scope, std::move(row)));
          if (!response) continue;
          bytes += response->content.size();
          page.responses.push_back(*std::move(response));
        }
        if (static_cast<int64_t>(rows.size()) < most) break;
      }
    }
    page.last = true;
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<int64_t> ExportStore::CountChanged(int64_t wave, absl::Time cut_off) {
  int64_t changed = 0;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const auto counted, transaction.QueryInt64(kCountChanged, {wave, cut_off}));
    changed = counted.value_or(0);
    return absl::OkStatus();
  }));
  return changed;
}

}  // namespace vg::survey
