#include "services/survey/api/fieldwork_service.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/sample_proto.h"
#include "services/survey/api/wave_proto.h"
#include "services/survey/domain/draw.h"

namespace vg::survey {

absl::Status FieldworkService::Draw(const v1::DrawSampleRequest& request, v1::Sample& response) {
  DrawPlan plan{.role = static_cast<Role>(request.role()),
                .where = FromProto(request.where()),
                .stratify_by = {request.stratify_by().begin(), request.stratify_by().end()},
                .size = request.size(),
                .allocation = {request.allocation().begin(), request.allocation().end()},
                .seed = request.seed(),
                .cluster_by = request.cluster_by(),
                .units_per_cluster = request.units_per_cluster()};
  ASSIGN_OR_RETURN(const std::vector<Unit> units,
                   registry_.Units(request.snapshot(), {KindAsked(plan.role)}));
  ASSIGN_OR_RETURN(const Sample sample, survey::Draw(plan, units));
  response.set_role(request.role());
  response.set_description(sample.description);
  for (const SampleUnit& unit : sample.units) *response.add_units() = ToProto(unit);
  return absl::OkStatus();
}

absl::Status FieldworkService::ListSample(const v1::ListSampleUnitsRequest& request,
                                          v1::ListSampleUnitsResponse& response) {
  static const rpc::ResourcePattern& pattern = *new rpc::ResourcePattern("waves/{wave}");
  ASSIGN_OR_RETURN(const std::string id, pattern.ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 100, .max_size = 1000}));
  ASSIGN_OR_RETURN(const StoredWave stored, waves_.Get(id));
  const Role role = static_cast<Role>(request.role());
  const auto& samples = stored.wave.samples;
  if (std::none_of(samples.begin(), samples.end(),
                   [role](const SampleSummary& sample) { return sample.role == role; })) {
    return Error(
        absl::StatusCode::kFailedPrecondition, "NO_SAMPLE",
        absl::StrCat(stored.wave.name(), " has no sample of ", std::string(RoleWords(role))),
        {{"resource", stored.wave.name()}});
  }
  ASSIGN_OR_RETURN(auto found,
                   waves_.SampleUnits(stored.number, role, page.position, page.size + 1));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().unit));
  }
  for (const SampleUnit& unit : found) *response.add_sample_units() = ToProto(unit);
  return absl::OkStatus();
}

}  // namespace vg::survey
