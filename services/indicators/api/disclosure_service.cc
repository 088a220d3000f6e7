#include "services/indicators/api/disclosure_service.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

#include "common/auth/access_rule.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/policy_proto.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;
namespace api = voortgang::api::v1;

const rpc::ResourcePattern kIndicator("indicators/{indicator}");

absl::Status ToProto(const std::string& indicator, const std::optional<StoredPolicy>& stored,
                     v1::PolicyVersion& proto) {
  ASSIGN_OR_RETURN(const PolicyInForce in_force, InForce(stored));
  proto.set_indicator(indicator);
  proto.set_version(in_force.version);
  proto.set_digest(in_force.digest);
  *proto.mutable_policy() = PolicyToProto(in_force.policy);
  if (!stored.has_value()) return absl::OkStatus();
  *proto.mutable_set_time() = rpc::ToProto(stored->set_time);
  proto.set_set_by(stored->set_by);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Viewer> ViewerOf(const rpc::Call& call, const v1::QueryEstimatesRequest& request) {
  Viewer viewer{.audience = absl::StrCat("caller/", call.caller().name),
                .tells_secondary = call.caller().May(api::ROLE_ANALYST)};
  if (!request.unprotected()) return viewer;
  RETURN_IF_ERROR(auth::RequireRole(call.caller(), api::ROLE_ANALYST, "read unprotected figures"));
  viewer.unprotected = true;
  return viewer;
}

void AuditRead(rpc::Call& call, const v1::QueryEstimatesRequest& request) {
  if (!request.unprotected()) return;
  call.Audit();
  std::string asked;
  (void)google::protobuf::util::MessageToJsonString(request, &asked);
  log::Message line(log::Severity::kInfo);
  line.With("audit", "unprotected_figures")
      .With("caller", call.caller().name)
      .With("request_id", call.request_id())
      .With("indicator", request.indicator())
      .With("query", asked);
  line.stream() << "figures were read without protection";
}

absl::Status DisclosureService::Set(rpc::Call& call, const v1::SetPolicyRequest& request,
                                    v1::PolicyVersion& response) {
  ASSIGN_OR_RETURN(const std::string id, kIndicator.ParseId(request.indicator(), "indicator"));
  ASSIGN_OR_RETURN(const StoredIndicator indicator, indicators_.Newest(id));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition, measures_.Read(indicator));
  ASSIGN_OR_RETURN(const disclosure::Policy policy,
                   PolicyFromProto(request.policy(), definition->rules.kind));
  const StoredPolicy wanted{.indicator_id = id,
                            .policy = PolicyToProto(policy).SerializeAsString(),
                            .digest = DigestOf(policy),
                            .set_time = clock_.Now(),
                            .set_by = call.caller().name};
  if (request.validate_only()) {
    RETURN_IF_ERROR(ToProto(request.indicator(), wanted, response));
    response.clear_set_time();
    response.clear_set_by();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const StoredPolicy stored, disclosures_.SetPolicy(wanted, request.request_id()));
  return ToProto(request.indicator(), stored, response);
}

absl::Status DisclosureService::Get(const v1::GetPolicyRequest& request,
                                    v1::PolicyVersion& response) {
  ASSIGN_OR_RETURN(const std::string id, kIndicator.ParseId(request.indicator(), "indicator"));
  RETURN_IF_ERROR(indicators_.Newest(id).status());
  ASSIGN_OR_RETURN(const std::optional<StoredPolicy> stored,
                   disclosures_.FindPolicy(id, request.version()));
  if (!stored.has_value() && request.version() != 0) {
    return NotFound(
        absl::StrCat("version ", request.version(), " of the policy of indicators/", id));
  }
  return ToProto(request.indicator(), stored, response);
}

absl::Status DisclosureService::Audit(rpc::Call& call, const v1::AuditTableRequest& request,
                                      v1::TableAudit& response) {
  if (request.query().unprotected()) {
    return InvalidField("query.unprotected", "NOT_APPLICABLE", "leaves nothing to audit");
  }
  ASSIGN_OR_RETURN(const std::string id,
                   kIndicator.ParseId(request.query().indicator(), "query.indicator"));
  ASSIGN_OR_RETURN(const StoredIndicator stored, indicators_.Newest(id));
  ASSIGN_OR_RETURN(const Viewer viewer, ViewerOf(call, request.query()));
  return tables_.Audit(stored, request.query(), viewer, response);
}

absl::Status DisclosureService::Protect(rpc::Call& call, const v1::ProtectTablesRequest& request,
                                        v1::ProtectedTables& response) {
  std::vector<Tables::Asked> asked;
  for (int i = 0; i < request.queries_size(); ++i) {
    const v1::QueryEstimatesRequest& query = request.queries(i);
    const std::string field = absl::StrCat("queries[", i, "]");
    if (query.unprotected()) {
      return InvalidField(field + ".unprotected", "NOT_APPLICABLE", "is not for publication");
    }
    ASSIGN_OR_RETURN(const std::string id,
                     kIndicator.ParseId(query.indicator(), field + ".indicator"));
    absl::StatusOr<StoredIndicator> stored = indicators_.Newest(id);
    RETURN_IF_ERROR(Annotate(stored.status(), field));
    asked.push_back({*std::move(stored), &query});
  }
  ASSIGN_OR_RETURN(Viewer viewer, ViewerOf(call, v1::QueryEstimatesRequest()));
  if (!request.publication().empty()) {
    // What is published tells nobody more than everybody, whoever publishes it.
    viewer = {.audience = kPublic};
    if (!call.caller().May(api::ROLE_EDITOR)) {
      viewer.may_see_more = auth::RequireRole(call.caller(), api::ROLE_APPROVER, "publish tables");
    }
  }
  RETURN_IF_ERROR(tables_.MakeTogether(asked, viewer, response));
  for (const v1::EstimateTable& table : response.tables()) counts_.Add(table);
  return absl::OkStatus();
}

}  // namespace vg::indicators
