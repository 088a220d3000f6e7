#include "services/funding/api/funding_service.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "prometheus/counter.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/explanation_conversions.h"
#include "services/funding/api/population_conversions.h"
#include "services/funding/api/run_conversions.h"
#include "services/funding/api/scheme_conversions.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/errors.h"
#include "services/funding/domain/explanation/sentences.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

prometheus::Counter& Amounts(metrics::Registry& metrics, const char* outcome) {
  return metrics.Counter("voortgang_funding_amounts_total",
                         "Amounts computed by Allocate, by whether they could be determined.",
                         {{"outcome", outcome}});
}

// The two keys of a page's position, the second a number; `otherwise` at the start.
absl::StatusOr<std::pair<std::string, int64_t>> Keys(std::string_view position, int64_t otherwise) {
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, rpc::UnpackPosition(position, 2));
  int64_t number = otherwise;
  if (!position.empty() && !absl::SimpleAtoi(keys[1], &number)) {
    return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "is not a token of this list");
  }
  return std::pair(keys[0], number);
}

requests::Request IdentityOf(const v1::AllocateRequest& request) {
  DigestBuilder content("voortgang.funding.allocate.v1");
  content.Text(request.run_id()).Text(request.scheme_version()).Text(request.snapshot());
  if (!request.supersedes().empty()) content.Text(request.supersedes());
  return {"Allocate", request.request_id(), content.Finish()};
}

}  // namespace

FundingService::FundingService(FundingStore& store, Register& registry, const Clock& clock,
                               metrics::Registry& metrics, rpc::CallPipeline& calls)
    : store_(store),
      register_(registry),
      runs_(store, registry),
      clock_(clock),
      determined_(Amounts(metrics, "determined")),
      undetermined_(Amounts(metrics, "undetermined")),
      calls_(calls) {
  calls_.SetUnaryDeadline("Allocate", absl::Minutes(5));
}

grpc::ServerUnaryReactor* FundingService::PublishScheme(grpc::CallbackServerContext* context,
                                                        const v1::PublishSchemeRequest* request,
                                                        v1::SchemeVersion* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingService::DoPublish, this));
}

grpc::ServerUnaryReactor* FundingService::GetSchemeVersion(
    grpc::CallbackServerContext* context, const v1::GetSchemeVersionRequest* request,
    v1::SchemeVersion* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingService::DoGetScheme, this));
}

grpc::ServerUnaryReactor* FundingService::ListSchemeVersions(
    grpc::CallbackServerContext* context, const v1::ListSchemeVersionsRequest* request,
    v1::ListSchemeVersionsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingService::DoListSchemes, this));
}

grpc::ServerUnaryReactor* FundingService::Allocate(grpc::CallbackServerContext* context,
                                                   const v1::AllocateRequest* request,
                                                   v1::Run* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingService::DoAllocate, this));
}

grpc::ServerUnaryReactor* FundingService::GetRun(grpc::CallbackServerContext* context,
                                                 const v1::GetRunRequest* request,
                                                 v1::Run* response) {
  return calls_.Unary(context, request, response, std::bind_front(&FundingService::DoGetRun, this));
}

grpc::ServerUnaryReactor* FundingService::ListRuns(grpc::CallbackServerContext* context,
                                                   const v1::ListRunsRequest* request,
                                                   v1::ListRunsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingService::DoListRuns, this));
}

grpc::ServerUnaryReactor* FundingService::GetAllocation(grpc::CallbackServerContext* context,
                                                        const v1::GetAllocationRequest* request,
                                                        v1::Allocation* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingService::DoGetAllocation, this));
}

grpc::ServerUnaryReactor* FundingService::ListAllocations(grpc::CallbackServerContext* context,
                                                          const v1::ListAllocationsRequest* request,
                                                          v1::ListAllocationsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingService::DoListAllocations, this));
}

grpc::ServerUnaryReactor* FundingService::ExplainAllocation(
    grpc::CallbackServerContext* context, const v1::ExplainAllocationRequest* request,
    v1::Explanation* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingService::DoExplain, this));
}

absl::Status FundingService::DoPublish(const v1::PublishSchemeRequest& request,
                                       v1::SchemeVersion& response) {
  ASSIGN_OR_RETURN(const Calculator calculator, Compile(request.content(), "content."));
  const v1::Scheme content = Normalized(request.content(), calculator.scheme());
  if (request.validate_only()) {
    *response.mutable_content() = content;
    response.set_digest(calculator.digest());
    return absl::OkStatus();
  }
  const SchemeVersionRow draft{.scheme = request.scheme_id(),
                               .digest = calculator.digest(),
                               .publish_time = clock_.Now(),
                               .content = content.SerializeAsString()};
  const std::string digest = DigestBuilder("voortgang.funding.publish_scheme.v1")
                                 .Text(draft.scheme)
                                 .Text(draft.digest)
                                 .Finish();
  ASSIGN_OR_RETURN(const SchemeVersionRow published,
                   store_.Publish({"PublishScheme", request.request_id(), digest}, draft));
  ASSIGN_OR_RETURN(response, ToProto(published));
  return absl::OkStatus();
}

absl::Status FundingService::DoGetScheme(const v1::GetSchemeVersionRequest& request,
                                         v1::SchemeVersion& response) {
  ASSIGN_OR_RETURN(const SchemeVersionRow row, runs_.SchemeNamed(request.name(), "name"));
  ASSIGN_OR_RETURN(response, ToProto(row));
  return absl::OkStatus();
}

absl::Status FundingService::DoListSchemes(const v1::ListSchemeVersionsRequest& request,
                                           v1::ListSchemeVersionsResponse& response) {
  ASSIGN_OR_RETURN(const std::string scheme, ParseSchemeParent(request.parent()));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 200}));
  ASSIGN_OR_RETURN(const auto after, Keys(page.position, 0));
  ASSIGN_OR_RETURN(std::vector<SchemeVersionRow> rows,
                   store_.ListSchemes(scheme, after.first, after.second, page.size + 1));
  if (rows.size() > page.size) {
    rows.pop_back();
    response.set_next_page_token(rpc::NextPageToken(
        request, rpc::PackPosition({rows.back().scheme, absl::StrCat(rows.back().version)})));
  }
  for (const SchemeVersionRow& row : rows) {
    ASSIGN_OR_RETURN(*response.add_scheme_versions(), ToProto(row));
  }
  return absl::OkStatus();
}

absl::Status FundingService::DoAllocate(rpc::Call& call, const v1::AllocateRequest& request,
                                        v1::Run& response) {
  ASSIGN_OR_RETURN(const std::string snapshot, ParseSnapshot(request.snapshot(), "snapshot"));
  ASSIGN_OR_RETURN(const SchemeVersionRow scheme,
                   runs_.SchemeNamed(request.scheme_version(), "scheme_version"));
  RunRow draft{.id = request.run_id(),
               .scheme = scheme.scheme,
               .version = scheme.version,
               .snapshot = snapshot,
               .create_time = clock_.Now(),
               .facts = "",
               .creator = call.caller().named() ? call.caller().name : ""};
  // A run that is there needs no computing: it is answered again, or refused.
  std::optional<RunRow> present;
  if (!request.validate_only()) {
    ASSIGN_OR_RETURN(present, store_.FindRun(draft.id));
  }
  if (present.has_value()) {
    // Whether it is the same run is for the store to say.
    if (!request.supersedes().empty()) {
      ASSIGN_OR_RETURN(draft.supersedes, ParseRun(request.supersedes(), "supersedes"));
    }
    ASSIGN_OR_RETURN(const RunRow kept, store_.Keep(IdentityOf(request), draft, {}));
    ASSIGN_OR_RETURN(response, ToProto(kept));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(draft.supersedes, Supersedable(request.supersedes(), scheme));
  ASSIGN_OR_RETURN(const Calculator calculator, CalculatorOf(scheme));
  ASSIGN_OR_RETURN(const SnapshotIdentity identity, register_.Identify(snapshot));
  ASSIGN_OR_RETURN(const std::unique_ptr<RecipientSource> recipients,
                   register_.Open(snapshot, calculator.scheme().recipients));
  RunResult result;
  const auto compute = [&](AllocationSink sink) -> absl::StatusOr<v1::Run> {
    ASSIGN_OR_RETURN(
        result, funding::Allocate(calculator, identity, *recipients,
                                  static_cast<int>(std::thread::hardware_concurrency()), sink));
    return ToProto(result, calculator, identity, SchemeVersionName(scheme.scheme, scheme.version),
                   draft.create_time);
  };
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(response,
                     compute([](std::span<const Allocation>) { return absl::OkStatus(); }));
    response.set_supersedes(request.supersedes());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const RunRow kept,
                   store_.Keep(IdentityOf(request), draft,
                               [&](RunRow& run, AllocationSink sink) -> absl::Status {
                                 ASSIGN_OR_RETURN(const v1::Run computed, compute(sink));
                                 run.facts = FactsOf(computed);
                                 return absl::OkStatus();
                               }));
  determined_.Increment(result.determined);
  undetermined_.Increment(result.undetermined);
  ASSIGN_OR_RETURN(response, ToProto(kept));
  return absl::OkStatus();
}

absl::Status FundingService::DoGetRun(const v1::GetRunRequest& request, v1::Run& response) {
  ASSIGN_OR_RETURN(const std::string id, ParseRun(request.name(), "name"));
  ASSIGN_OR_RETURN(const RunRow run, runs_.RunOf(id));
  ASSIGN_OR_RETURN(response, ToProto(run));
  return absl::OkStatus();
}

absl::Status FundingService::DoListRuns(const v1::ListRunsRequest& request,
                                        v1::ListRunsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 500}));
  ASSIGN_OR_RETURN(const auto after, Keys(page.position, 0));
  const absl::Time before =
      page.position.empty() ? absl::InfiniteFuture() : absl::FromUnixMicros(after.second);
  ASSIGN_OR_RETURN(std::vector<RunRow> rows, store_.ListRuns(before, after.first, page.size + 1));
  if (rows.size() > page.size) {
    rows.pop_back();
    response.set_next_page_token(rpc::NextPageToken(
        request, rpc::PackPosition(
                     {rows.back().id, absl::StrCat(absl::ToUnixMicros(rows.back().create_time))})));
  }
  for (const RunRow& row : rows) {
    ASSIGN_OR_RETURN(v1::Run run, ToProto(row));
    run.clear_population_figures();  // There may be thousands; GetRun tells them.
    *response.add_runs() = std::move(run);
  }
  return absl::OkStatus();
}

absl::Status FundingService::DoGetAllocation(const v1::GetAllocationRequest& request,
                                             v1::Allocation& response) {
  ASSIGN_OR_RETURN(const AllocationId id, ParseAllocation(request.name()));
  ASSIGN_OR_RETURN(const RunRow run, runs_.RunOf(id.run));
  ASSIGN_OR_RETURN(const SchemeVersionRow row, runs_.SchemeOfRun(run));
  ASSIGN_OR_RETURN(const Scheme scheme, SchemeOf(row));
  ASSIGN_OR_RETURN(const std::optional<Allocation> allocation,
                   store_.FindAllocation(id.run, id.recipient, scheme.currency));
  if (!allocation.has_value()) return NotFound(request.name());
  response = ToProto(*allocation, id.run, scheme);
  return absl::OkStatus();
}

absl::Status FundingService::DoListAllocations(const v1::ListAllocationsRequest& request,
                                               v1::ListAllocationsResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, ParseRun(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 100, .max_size = 1000}));
  ASSIGN_OR_RETURN(const RunRow run, runs_.RunOf(id));
  ASSIGN_OR_RETURN(const SchemeVersionRow row, runs_.SchemeOfRun(run));
  ASSIGN_OR_RETURN(const Scheme scheme, SchemeOf(row));
  ASSIGN_OR_RETURN(std::vector<Allocation> rows,
                   store_.ListAllocations(id, page.position, request.undetermined_only(),
                                          page.size + 1, scheme.currency));
  if (rows.size() > page.size) {
    rows.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, rows.back().code));
  }
  for (const Allocation& allocation : rows) {
    *response.add_allocations() = ToProto(allocation, id, scheme);
  }
  return absl::OkStatus();
}

absl::Status FundingService::DoExplain(const v1::ExplainAllocationRequest& request,
                                       v1::Explanation& response) {
  ASSIGN_OR_RETURN(const AllocationId id, ParseAllocation(request.name()));
  ASSIGN_OR_RETURN(const ExplainedAmount explained, runs_.Explain(id));
  const PinnedRun& pinned = explained.run;
  response = ToProto(pinned.calculator, pinned.snapshot, explained.evidence, explained.allocation,
                     explained.workings, id.run);
  response.set_scheme_version(pinned.run.scheme_version());
  return absl::OkStatus();
}

absl::StatusOr<std::string> FundingService::Supersedable(std::string_view name,
                                                         const SchemeVersionRow& scheme_row) {
  if (name.empty()) return std::string();
  ASSIGN_OR_RETURN(std::string id, ParseRun(name, "supersedes"));
  ASSIGN_OR_RETURN(const RunRow row, runs_.RunOf(id));
  ASSIGN_OR_RETURN(const v1::Run run, ToProto(row));
  ASSIGN_OR_RETURN(const SchemeVersionRow old_row, runs_.SchemeOfRun(row));
  ASSIGN_OR_RETURN(const Scheme old, SchemeOf(old_row));
  ASSIGN_OR_RETURN(const Scheme scheme, SchemeOf(scheme_row));
  if (const std::string fault = FaultOfSuccession(old, scheme); !fault.empty()) {
    return NotSupersedable(name, fault);
  }
  if (run.state() == v1::RUN_STATE_FINAL) return NotSupersedable(name, "it is final");
  return id;
}

}  // namespace vg::funding
