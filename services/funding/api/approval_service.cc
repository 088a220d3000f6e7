#include "services/funding/api/approval_service.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/approval_conversions.h"
#include "services/funding/api/names.h"
#include "services/funding/api/run_review.h"
#include "services/funding/api/scheme_conversions.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

// Recipients released or reversed in one transaction: some thousand rows.
constexpr int64_t kBatch = 500;
constexpr int64_t kOutlierPercent = 25;

// Of a CheckRunRequest or an ApproveRunRequest.
template <typename Request>
absl::StatusOr<ReviewTerms> TermsOf(const Request& request) {
  ReviewTerms terms{.filter = request.filter(),
                    .outlier_percent = request.outlier_percent() == 0 ? kOutlierPercent
                                                                      : request.outlier_percent(),
                    .previous_run = ""};
  if (!request.previous_run().empty()) {
    ASSIGN_OR_RETURN(terms.previous_run, ParseRun(request.previous_run(), "previous_run"));
  }
  return terms;
}

// What was asked for, so that it can be told from something else under the same id.
std::string DigestOf(const v1::ApproveRunRequest& request) {
  DigestBuilder digest("voortgang.funding.approve_run.v1");
  digest.Text(request.name())
      .Integer(request.filter().sector())
      .Text(request.filter().province())
      .Text(request.filter().board())
      .List(request.filter().recipients_size());
  for (const std::string& recipient : request.filter().recipients()) digest.Text(recipient);
  digest.List(request.waivers_size());
  for (const v1::Waiver& waiver : request.waivers()) {
    digest.Text(waiver.check()).Text(waiver.reason());
  }
  return digest.Text(request.reason())
      .Integer(request.outlier_percent())
      .Text(request.previous_run())
      .Finish();
}

absl::StatusOr<ReleaseRequest> RequestOf(const v1::ReleaseApprovalRequest& request) {
  ReleaseRequest wanted{.actor = "",
                        .reason = request.reason(),
                        .today = {},
                        .effective = {},
                        .first_month = {},
                        .claim_overpaid = request.claim_overpaid()};
  if (request.has_effective_date()) {
    ASSIGN_OR_RETURN(wanted.effective, rpc::FromProto(request.effective_date(), "effective_date"));
  }
  if (request.has_first_month()) {
    ASSIGN_OR_RETURN(const absl::CivilDay day,
                     rpc::FromProto(request.first_month(), "first_month"));
    if (day.day() != 1) {
      return InvalidField("first_month", "DATE_INVALID", "must be the first day of a month");
    }
    wanted.first_month = absl::CivilMonth(day);
  }
  return wanted;
}

}  // namespace

ApprovalService::ApprovalService(FundingStore& store, ApprovalStore& approvals,
                                 ReleaseStore& releases, Register& registry, const Clock& clock,
                                 rpc::CallPipeline& calls)
    : store_(store),
      approvals_(approvals),
      releases_(releases),
      register_(registry),
      clock_(clock),
      calls_(calls) {
  for (const char* method : {"CheckRun", "ApproveRun", "ReleaseApproval", "ReverseApproval"}) {
    calls_.SetUnaryDeadline(method, absl::Minutes(5));
  }
}

grpc::ServerUnaryReactor* ApprovalService::CheckRun(grpc::CallbackServerContext* context,
                                                    const v1::CheckRunRequest* request,
                                                    v1::CheckRunResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ApprovalService::DoCheck, this));
}

grpc::ServerUnaryReactor* ApprovalService::ApproveRun(grpc::CallbackServerContext* context,
                                                      const v1::ApproveRunRequest* request,
                                                      v1::Approval* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&ApprovalService::DoApprove, this));
}

grpc::ServerUnaryReactor* ApprovalService::ReleaseApproval(
    grpc::CallbackServerContext* context, const v1::ReleaseApprovalRequest* request,
    v1::Approval* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&ApprovalService::DoRelease, this));
}

grpc::ServerUnaryReactor* ApprovalService::ReverseApproval(
    grpc::CallbackServerContext* context, const v1::ReverseApprovalRequest* request,
    v1::Approval* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&ApprovalService::DoReverse, this));
}

grpc::ServerUnaryReactor* ApprovalService::GetApproval(grpc::CallbackServerContext* context,
                                                       const v1::GetApprovalRequest* request,
                                                       v1::Approval* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ApprovalService::DoGet, this));
}

grpc::ServerUnaryReactor* ApprovalService::ListApprovals(grpc::CallbackServerContext* context,
                                                         const v1::ListApprovalsRequest* request,
                                                         v1::ListApprovalsResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ApprovalService::DoList, this));
}

grpc::ServerUnaryReactor* ApprovalService::ListApprovalEvents(
    grpc::CallbackServerContext* context, const v1::ListApprovalEventsRequest* request,
    v1::ListApprovalEventsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&ApprovalService::DoListEvents, this));
}

absl::CivilDay ApprovalService::Today() const {
  static const absl::TimeZone& amsterdam = *[] {
    auto* zone = new absl::TimeZone(absl::UTCTimeZone());
    absl::LoadTimeZone("Europe/Amsterdam", zone);
    return zone;
  }();
  return absl::ToCivilDay(clock_.Now(), amsterdam);
}

absl::Status ApprovalService::DoCheck(const v1::CheckRunRequest& request,
                                      v1::CheckRunResponse& response) {
  ASSIGN_OR_RETURN(const std::string run, ParseRun(request.name(), "name"));
  ASSIGN_OR_RETURN(const ReviewTerms terms, TermsOf(request));
  ASSIGN_OR_RETURN(const RunReview review, RunReview::Make(store_, register_, run, terms));
  RunFindings found;
  RETURN_IF_ERROR(
      approvals_.Look(review.query(), [&](const Candidates& candidates) -> absl::Status {
        ASSIGN_OR_RETURN(found, review.Look(candidates, [](const std::string&, int64_t) {
          return absl::OkStatus();
        }));
        return absl::OkStatus();
      }));
  for (const CheckResult& result : found.checks) {
    *response.add_checks() = ToProto(result, review.scheme().recipients);
  }
  response.set_recipient_count(found.recipients);
  *response.mutable_total() = rpc::ToProto(found.total);
  response.set_approved_count(found.approved_count);
  response.set_previous_run(review.previous_run());
  return absl::OkStatus();
}

absl::Status ApprovalService::DoApprove(rpc::Call& call, const v1::ApproveRunRequest& request,
                                        v1::Approval& response) {
  ASSIGN_OR_RETURN(const std::string run, ParseRun(request.name(), "name"));
  ASSIGN_OR_RETURN(const auto waived, WaiversOf(request.waivers()));
  ASSIGN_OR_RETURN(const ReviewTerms terms, TermsOf(request));
  ASSIGN_OR_RETURN(const RunReview review, RunReview::Make(store_, register_, run, terms));
  RETURN_IF_ERROR(MayApprove(review.run().creator, call.caller().name));
  Approval draft{.run = run,
                 .id = request.approval_id(),
                 .book = review.query().book,
                 .scheme = review.run().scheme};
  draft.creator = review.run().creator;
  draft.approver = call.caller().name;
  draft.approve_time = clock_.Now();
  draft.total.currency = review.scheme().currency;
  draft.request = DigestOf(request);
  // Under the lock nobody else approves: what is decided on is what there is.
  const auto decide = [&](const Candidates& candidates, ApprovedSink approve,
                          Approval& decided) -> absl::Status {
    ASSIGN_OR_RETURN(const RunFindings found, review.Look(candidates, approve));
    if (found.recipients == 0) return absl::OkStatus();
    RETURN_IF_ERROR(RequireChecks(found.checks, waived));
    decided.facts = FactsOf(request.filter(), found.checks, waived, review.scheme().recipients);
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const Approval kept,
                   approvals_.Approve(draft, review.scheme().budget, request.reason(), Today(),
                                      review.query(), decide));
  ASSIGN_OR_RETURN(response, ToProto(kept));
  return absl::OkStatus();
}

absl::Status ApprovalService::Finish(const rpc::Call& call, int64_t most, ApprovalState under_way,
                                     absl::FunctionRef<absl::StatusOr<Approval>(size_t batch)> step,
                                     v1::Approval& response) {
  for (int64_t done = 0;;) {
    RETURN_IF_ERROR(call.Alive());
    const int64_t batch = most == 0 ? kBatch : std::min(kBatch, most - done);
    ASSIGN_OR_RETURN(const Approval approval, step(static_cast<size_t>(batch)));
    done += batch;
    if (approval.state != under_way || (most > 0 && done >= most)) {
      ASSIGN_OR_RETURN(response, ToProto(approval));
      return absl::OkStatus();
    }
  }
}

absl::StatusOr<Scheme> ApprovalService::SchemeOfApproval(std::string_view name) {
  ASSIGN_OR_RETURN(const std::string run_id, ParseApproval(name));
  ASSIGN_OR_RETURN(const std::optional<RunRow> run, store_.FindRun(run_id));
  if (!run.has_value()) return NotFound(name);
  ASSIGN_OR_RETURN(const std::optional<SchemeVersionRow> row,
                   store_.FindScheme(run->scheme, run->version));
  if (!row.has_value()) return NotFound(SchemeVersionName(run->scheme, run->version));
  return SchemeOf(*row);
}

absl::Status ApprovalService::DoRelease(rpc::Call& call, const v1::ReleaseApprovalRequest& request,
                                        v1::Approval& response) {
  ASSIGN_OR_RETURN(const Scheme scheme, SchemeOfApproval(request.name()));
  ASSIGN_OR_RETURN(ReleaseRequest wanted, RequestOf(request));
  wanted.actor = call.caller().name;
  wanted.today = Today();
  return Finish(
      call, request.max_recipients(), ApprovalState::kReleasing,
      [&](size_t batch) {
        return releases_.Release(request.name(), wanted, scheme, batch, clock_.Now());
      },
      response);
}

absl::Status ApprovalService::DoReverse(rpc::Call& call, const v1::ReverseApprovalRequest& request,
                                        v1::Approval& response) {
  RETURN_IF_ERROR(ParseApproval(request.name()).status());
  return Finish(
      call, request.max_recipients(), ApprovalState::kReversing,
      [&](size_t batch) {
        return releases_.Reverse(request.name(), call.caller().name, request.reason(), Today(),
                                 batch, clock_.Now());
      },
      response);
}

absl::Status ApprovalService::DoGet(const v1::GetApprovalRequest& request, v1::Approval& response) {
  RETURN_IF_ERROR(ParseApproval(request.name()).status());
  ASSIGN_OR_RETURN(const std::optional<Approval> found, approvals_.FindByName(request.name()));
  if (!found.has_value()) return NotFound(request.name());
  ASSIGN_OR_RETURN(response, ToProto(*found));
  return absl::OkStatus();
}

absl::Status ApprovalService::DoList(const v1::ListApprovalsRequest& request,
                                     v1::ListApprovalsResponse& response) {
  ASSIGN_OR_RETURN(const std::string run, ParseRunParent(request.parent()));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 200}));
  ASSIGN_OR_RETURN(std::vector<Approval> approvals,
                   approvals_.List(run, page.position, page.size + 1));
  if (approvals.size() > page.size) {
    approvals.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, approvals.back().name()));
  }
  for (const Approval& approval : approvals) {
    ASSIGN_OR_RETURN(*response.add_approvals(), ToProto(approval));
  }
  return absl::OkStatus();
}

absl::Status ApprovalService::DoListEvents(const v1::ListApprovalEventsRequest& request,
                                           v1::ListApprovalEventsResponse& response) {
  ASSIGN_OR_RETURN(const std::string run, ParseRun(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 100, .max_size = 1000}));
  int64_t after = 0;
  if (!page.position.empty() && !absl::SimpleAtoi(page.position, &after)) {
    return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "is not a token of this list");
  }
  ASSIGN_OR_RETURN(std::vector<ApprovalEvent> events, approvals_.Events(run, after, page.size + 1));
  if (events.size() > page.size) {
    events.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, absl::StrCat(events.back().number)));
  }
  for (const ApprovalEvent& event : events) *response.add_events() = ToProto(event);
  return absl::OkStatus();
}

}  // namespace vg::funding
