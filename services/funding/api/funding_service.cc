#include "services/funding/api/funding_service.h"

#include <functional>
#include <optional>
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
#include "services/funding/domain/errors.h"
#include "services/funding/domain/run.h"
#include "services/funding/domain/sentences.h"

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

}  // namespace

FundingService::FundingService(FundingStore& store, Register& registry, const Clock& clock,
                               metrics::Registry& metrics, rpc::CallPipeline& calls)
    : store_(store),
      register_(registry),
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

absl::StatusOr<SchemeVersionRow> FundingService::SchemeNamed(std::string_view name,
                                                             std::string_view field) {
  ASSIGN_OR_RETURN(const SchemeVersionId id, ParseSchemeVersion(name, field));
  ASSIGN_OR_RETURN(std::optional<SchemeVersionRow> row, store_.FindScheme(id.scheme, id.version));
  if (!row.has_value()) return NotFound(name);
  return *std::move(row);
}

absl::StatusOr<SchemeVersionRow> FundingService::SchemeOfRun(const RunRow& run) {
  ASSIGN_OR_RETURN(std::optional<SchemeVersionRow> row, store_.FindScheme(run.scheme, run.version));
  if (!row.has_value()) return NotFound(SchemeVersionName(run.scheme, run.version));
  return *std::move(row);
}

absl::StatusOr<RunRow> FundingService::RunOf(std::string_view id) {
  ASSIGN_OR_RETURN(std::optional<RunRow> row, store_.FindRun(id));
  if (!row.has_value()) return NotFound(RunName(id));
  return *std::move(row);
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
  ASSIGN_OR_RETURN(const SchemeVersionRow row, SchemeNamed(request.name(), "name"));
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
                   SchemeNamed(request.scheme_version(), "scheme_version"));
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
  RunResult result;
  if (!present.has_value()) {
    ASSIGN_OR_RETURN(const Calculator calculator, CalculatorOf(scheme));
    ASSIGN_OR_RETURN(const SnapshotIdentity identity, register_.Identify(snapshot));
    ASSIGN_OR_RETURN(std::vector<Recipient> recipients,
                     register_.ReadAll(snapshot, calculator.scheme().recipients));
    ASSIGN_OR_RETURN(result,
                     funding::Allocate(calculator, identity, std::move(recipients),
                                       static_cast<int>(std::thread::hardware_concurrency())));
    const v1::Run run =
        ToProto(result, calculator, identity, SchemeVersionName(scheme.scheme, scheme.version),
                draft.create_time);
    if (request.validate_only()) {
      response = run;
      return absl::OkStatus();
    }
    draft.facts = FactsOf(run);
  }
  const std::string digest = DigestBuilder("voortgang.funding.allocate.v1")
                                 .Text(request.run_id())
                                 .Text(request.scheme_version())
                                 .Text(request.snapshot())
                                 .Finish();
  ASSIGN_OR_RETURN(const RunRow kept, store_.Keep({"Allocate", request.request_id(), digest}, draft,
                                                  result.allocations));
  if (!present.has_value()) {
    determined_.Increment(result.determined);
    undetermined_.Increment(result.undetermined);
  }
  ASSIGN_OR_RETURN(response, ToProto(kept));
  return absl::OkStatus();
}

absl::Status FundingService::DoGetRun(const v1::GetRunRequest& request, v1::Run& response) {
  ASSIGN_OR_RETURN(const std::string id, ParseRun(request.name(), "name"));
  ASSIGN_OR_RETURN(const RunRow run, RunOf(id));
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
  ASSIGN_OR_RETURN(const RunRow run, RunOf(id.run));
  ASSIGN_OR_RETURN(const SchemeVersionRow row, SchemeOfRun(run));
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
  ASSIGN_OR_RETURN(const RunRow run, RunOf(id));
  ASSIGN_OR_RETURN(const SchemeVersionRow row, SchemeOfRun(run));
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
  ASSIGN_OR_RETURN(const RunRow row, RunOf(id.run));
  ASSIGN_OR_RETURN(const v1::Run run, ToProto(row));
  ASSIGN_OR_RETURN(const SchemeVersionRow scheme_row, SchemeOfRun(row));
  ASSIGN_OR_RETURN(const Calculator calculator, CalculatorOf(scheme_row));
  const Scheme& scheme = calculator.scheme();
  ASSIGN_OR_RETURN(const std::optional<Allocation> kept,
                   store_.FindAllocation(id.run, id.recipient, scheme.currency));
  if (!kept.has_value()) return NotFound(request.name());

  ASSIGN_OR_RETURN(const SnapshotIdentity snapshot, register_.Identify(row.snapshot));
  if (snapshot.digest != run.snapshot_digest()) {
    return SnapshotChanged(run.snapshot(), run.snapshot_digest(), snapshot.digest);
  }
  ASSIGN_OR_RETURN(const Recipient recipient,
                   register_.ReadOne(row.snapshot, scheme.recipients, id.recipient));
  ASSIGN_OR_RETURN(const PopulationFigures population, FiguresOfRun(run));
  std::vector<Working> workings;
  const Allocation again = calculator.Explain(recipient, workings, population);
  if (!again.SameAmounts(*kept)) return AmountDiffers(request.name());

  *response.mutable_allocation() = ToProto(again, id.run, scheme);
  response.set_scheme_version(run.scheme_version());
  response.set_scheme_digest(run.scheme_digest());
  response.set_snapshot(run.snapshot());
  response.set_snapshot_digest(run.snapshot_digest());
  AddComponents(calculator, workings,
                absl::StrCat(run.snapshot(), "/", RecipientName(scheme.recipients, id.recipient)),
                response);
  for (const Text& sentence : Sentences(calculator, snapshot, again, workings)) {
    *response.add_sentences() = ToProto(sentence);
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
