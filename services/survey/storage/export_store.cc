#include "services/survey/storage/export_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/status/status_macros.h"
#include "services/survey/storage/revision.h"

namespace vg::survey {
namespace {

constexpr char kCountChanged[] =
    "SELECT COUNT(DISTINCT response) FROM response_change WHERE wave = $1 AND change_time > $2";

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
      // However many responses a unit has, they come in pieces.
      for (;;) {
        if (page.responses.size() >= limits.most_responses || bytes >= limits.most_bytes ||
            passed >= limits.most_units) {
          return absl::OkStatus();
        }
        const size_t most = limits.most_responses - page.responses.size();
        ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                         IdsOfUnit(transaction, scope.wave, *unit, page.end.response, most));
        for (const std::string& id : ids) {
          if (bytes >= limits.most_bytes) break;
          page.end.response = id;
          ASSIGN_OR_RETURN(auto newest, FindResponse(transaction, scope.wave, id));
          if (!newest || newest->response.place != scope.place) continue;
          ASSIGN_OR_RETURN(auto then, AsOf(transaction, *std::move(newest), scope.cut_off));
          if (!then) continue;
          bytes += then->response.content.size();
          page.responses.push_back(std::move(then->response));
        }
        if (bytes < limits.most_bytes && ids.size() < most) break;
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
