#include "services/indicators/api/table_cache.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

// Raised when the bytes of a table get another meaning.
constexpr int kShape = 1;

bool IsDear(const v1::QueryEstimatesRequest& request) {
  return request.estimation().variance_method() == v1::VARIANCE_METHOD_JACKKNIFE ||
         request.estimation().has_calibration() || request.breakdowns_size() > 1;
}

}  // namespace

absl::Status TableCache::Answer(const StoredIndicator& stored,
                                const v1::QueryEstimatesRequest& request, const Viewer& viewer,
                                v1::EstimateTable& response) {
  ASSIGN_OR_RETURN(Tables::Query query, tables_.Prepare(stored, request));
  // Figures as they are are not kept.
  if (viewer.unprotected) return tables_.Make(std::move(query), viewer, response).status();
  const int64_t folded = query.sums.folded;
  // What a viewer may see depends on what it has seen.
  const std::string seen_by = absl::StrCat(viewer.audience, viewer.tells_secondary ? " all" : "");
  if (!IsDear(request)) {
    const std::string key =
        absl::StrCat(Tables::StampOf(query), seen_by, "\n", request.SerializeAsString());
    if (const auto kept = made_.Get(key)) {
      response = *kept;
      response.mutable_provenance()->set_folded_change_count(folded);
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(tables_.Make(std::move(query), viewer, response).status());
    made_.Put(key, std::make_shared<const v1::EstimateTable>(response));
    return absl::OkStatus();
  }
  const cache::Key key("indicators.table", kShape, tables_.ContentOf(query),
                       {request.SerializeAsString(), seen_by});
  ASSIGN_OR_RETURN(const std::string bytes, read_.Get(key, [&]() -> absl::StatusOr<std::string> {
    v1::EstimateTable made;
    RETURN_IF_ERROR(tables_.Make(std::move(query), viewer, made).status());
    return made.SerializeAsString();
  }));
  if (!response.ParseFromString(bytes)) {
    return absl::DataLossError("a kept table cannot be read");
  }
  response.mutable_provenance()->set_folded_change_count(folded);
  return absl::OkStatus();
}

}  // namespace vg::indicators
