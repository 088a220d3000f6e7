#include "services/indicators/api/indicators_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/definition_check.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/api/disclosure_service.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

const rpc::ResourcePattern kIndicator("indicators/{indicator}");

absl::Status ToProto(const StoredIndicator& stored, v1::Indicator& indicator) {
  indicator.set_name(absl::StrCat("indicators/", stored.id));
  indicator.set_version(stored.version);
  indicator.set_digest(stored.digest);
  *indicator.mutable_define_time() = rpc::ToProto(stored.define_time);
  if (!indicator.mutable_definition()->ParseFromString(stored.definition)) {
    return absl::DataLossError(absl::StrCat("indicators/", stored.id, " is unreadable"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status IndicatorsService::Define(const v1::DefineIndicatorRequest& request,
                                       v1::Indicator& response) {
  const v1::IndicatorDefinition& definition = request.definition();
  ASSIGN_OR_RETURN(std::vector<v1::VersionFit> fits,
                   CheckDefinition(definition, measures_, peers_));
  *response.mutable_fits() = {fits.begin(), fits.end()};
  NewIndicator indicator{request.indicator_id(), FeedOf(definition), definition.SerializeAsString(),
                         DigestOf(definition)};
  if (request.validate_only()) {
    response.set_name(absl::StrCat("indicators/", request.indicator_id()));
    *response.mutable_definition() = definition;
    response.set_digest(indicator.digest);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const StoredIndicator stored,
                   indicators_.Define(indicator, request.request_id(), clock_.Now()));
  for (FeedFolding* folding : foldings_) {
    if (folding->feed() == stored.feed) folding->Wake();
  }
  return ToProto(stored, response);
}

absl::Status IndicatorsService::Get(const v1::GetIndicatorRequest& request,
                                    v1::Indicator& response) {
  ASSIGN_OR_RETURN(const std::string id, kIndicator.ParseId(request.name(), "name"));
  ASSIGN_OR_RETURN(const StoredIndicator stored, indicators_.Newest(id));
  return ToProto(stored, response);
}

absl::Status IndicatorsService::List(const v1::ListIndicatorsRequest& request,
                                     v1::ListIndicatorsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 500}));
  ASSIGN_OR_RETURN(std::vector<StoredIndicator> indicators,
                   indicators_.List(page.position, page.size + 1));
  if (indicators.size() > static_cast<size_t>(page.size)) {
    indicators.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, indicators.back().id));
  }
  for (const StoredIndicator& stored : indicators) {
    RETURN_IF_ERROR(ToProto(stored, *response.add_indicators()));
  }
  return absl::OkStatus();
}

absl::Status IndicatorsService::Query(rpc::Call& call, const v1::QueryEstimatesRequest& request,
                                      v1::EstimateTable& response) {
  RETURN_IF_ERROR(Answer(call, request, response));
  Note(call, request, response);
  return absl::OkStatus();
}

absl::Status IndicatorsService::Answer(rpc::Call& call, const v1::QueryEstimatesRequest& request,
                                       v1::EstimateTable& response) {
  ASSIGN_OR_RETURN(const std::string id, kIndicator.ParseId(request.indicator(), "indicator"));
  ASSIGN_OR_RETURN(const StoredIndicator stored, indicators_.Newest(id));
  ASSIGN_OR_RETURN(const Viewer viewer, ViewerOf(call, request));
  return table_cache_.Answer(stored, request, viewer, response);
}

void IndicatorsService::Note(rpc::Call& call, const v1::QueryEstimatesRequest& request,
                             const v1::EstimateTable& response) {
  AuditRead(call, request);
  counts_.Add(response);
}

absl::Status IndicatorsService::Compare(rpc::Call& call, const v1::CompareWavesRequest& request,
                                        v1::WaveComparison& response) {
  ASSIGN_OR_RETURN(const std::string id, kIndicator.ParseId(request.indicator(), "indicator"));
  ASSIGN_OR_RETURN(const StoredIndicator stored, indicators_.Newest(id));
  ASSIGN_OR_RETURN(const Viewer viewer, ViewerOf(call, v1::QueryEstimatesRequest()));
  return trends_.Compare(stored, request, viewer, response);
}

absl::Status IndicatorsService::FoldState(const v1::GetFoldStateRequest&, v1::FoldState& response) {
  for (const FeedFolding* folding : foldings_) {
    ASSIGN_OR_RETURN(const FeedFolding::State state, folding->GetState());
    v1::FeedFoldState& feed = *response.add_feeds();
    feed.set_feed(folding->feed());
    feed.set_folded_count(state.folded);
    feed.set_head_count(state.heads);
    feed.set_backfilling_count(state.backfilling);
  }
  return absl::OkStatus();
}

}  // namespace vg::indicators
