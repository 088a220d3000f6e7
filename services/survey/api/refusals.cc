#include "services/survey/api/refusals.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

constexpr rpc::PageLimits kPages = {.default_size = 50, .max_size = 500};

const rpc::ResourcePattern& WavePattern() {
  static const rpc::ResourcePattern& pattern = *new rpc::ResourcePattern("waves/{wave}");
  return pattern;
}

std::string ResponseName(const StoredWave& wave, const std::string& id) {
  return absl::StrCat(wave.wave.name(), "/responses/", id);
}

}  // namespace

absl::Status Refusals::List(const v1::ListRefusalsRequest& request,
                            v1::ListRefusalsResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  ASSIGN_OR_RETURN(const StoredWave wave, waves_.Get(id));
  ASSIGN_OR_RETURN(auto found, store_.List(wave.number, page.position, page.size + 1));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().refused.response));
  }
  for (const Refusal& refusal : found) {
    v1::Refusal& out = *response.add_refusals();
    if (!out.ParseFromString(refusal.refused.answers)) {
      return absl::DataLossError("a kept refusal cannot be read");
    }
    out.set_response(ResponseName(wave, refusal.refused.response));
    out.set_unit(refusal.refused.unit);
    *out.mutable_refuse_time() = rpc::ToProto(refusal.refuse_time);
    out.set_refusal_count(refusal.count);
    out.set_accepted_since(refusal.accepted_since);
  }
  return absl::OkStatus();
}

absl::Status Refusals::ListTurnedAway(const v1::ListTurnedAwayRequest& request,
                                      v1::ListTurnedAwayResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  ASSIGN_OR_RETURN(const StoredWave wave, waves_.Get(id));
  ASSIGN_OR_RETURN(auto found, store_.ListTurnedAway(wave.number, page.position, page.size + 1));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().response));
  }
  for (const TurnedAway& turned : found) {
    v1::TurnedAway& out = *response.add_turned_away();
    out.set_response(ResponseName(wave, turned.response));
    out.set_unit(turned.unit);
    out.set_quota(turned.quota);
    *out.mutable_turn_away_time() = rpc::ToProto(turned.time);
    out.set_accepted_since(turned.accepted_since);
  }
  return absl::OkStatus();
}

}  // namespace vg::survey
