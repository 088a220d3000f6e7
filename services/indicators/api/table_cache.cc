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

absl::Status TableCache::AnswerStanding(Tables::Query query, const Viewer& viewer,
                                        Standing& standing, v1::EstimateTable& response) {
  const int64_t folded = query.sums.folded;
  const uint64_t sums = query.sums.sums->content();
  const uint64_t respondents =
      query.sums.respondents == nullptr ? 0 : query.sums.respondents->content();
  const auto answer = [&] {
    if (standing.sums != sums || standing.respondents != respondents) return false;
    response = standing.table;
    response.mutable_provenance()->set_folded_change_count(folded);
    return true;
  };
  {
    absl::ReaderMutexLock lock(&standing.mutex);
    if (answer()) return absl::OkStatus();
  }
  // Who asks for the same meanwhile waits, and need not make it.
  absl::MutexLock lock(&standing.mutex);
  if (answer()) return absl::OkStatus();
  ASSIGN_OR_RETURN(standing.made,
                   tables_.Make(std::move(query), viewer, standing.table, standing.made));
  standing.sums = sums;
  standing.respondents = respondents;
  (void)answer();
  return absl::OkStatus();
}

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
    const std::shared_ptr<Standing> standing = standing_.GetOrMake(
        absl::StrCat(Tables::BasisOf(query), seen_by, "\n", request.SerializeAsString()));
    return AnswerStanding(std::move(query), viewer, *standing, response);
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
