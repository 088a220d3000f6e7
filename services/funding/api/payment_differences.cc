#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/funding/api/paging.h"
#include "services/funding/api/payment_conversions.h"
#include "services/funding/api/payment_service.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

absl::StatusOr<std::string> IdIn(const std::string& name) {
  return rpc::ResourcePattern("paymentDifferences/{payment_difference}").ParseId(name, "name");
}

}  // namespace

grpc::ServerUnaryReactor* PaymentService::ListPaymentDifferences(
    grpc::CallbackServerContext* context, const v1::ListPaymentDifferencesRequest* request,
    v1::ListPaymentDifferencesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoListDifferences, this));
}
grpc::ServerUnaryReactor* PaymentService::ResolvePaymentDifference(
    grpc::CallbackServerContext* context, const v1::ResolvePaymentDifferenceRequest* request,
    v1::PaymentDifference* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoResolve, this));
}
grpc::ServerUnaryReactor* PaymentService::DecideDifferenceResolution(
    grpc::CallbackServerContext* context, const v1::DecideDifferenceResolutionRequest* request,
    v1::PaymentDifference* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&PaymentService::DoDecideResolution, this));
}

// The differences of statements come first ("S"), then what is missing ("M").
absl::Status PaymentService::DoListDifferences(const v1::ListPaymentDifferencesRequest& request,
                                               v1::ListPaymentDifferencesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request));
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, rpc::UnpackPosition(page.position, 4));
  ASSIGN_OR_RETURN(const int64_t number, NumberIn(keys[3]));
  const bool missing_only = request.kind() == v1::PAYMENT_DIFFERENCE_KIND_MISSING;
  if (!missing_only && keys[0] != "M") {
    ASSIGN_OR_RETURN(
        std::vector<DifferenceRow> rows,
        differences_.OfStatements({.statement = request.statement(),
                                   .kind = FromProto(request.kind()),
                                   .state = FromProto(request.state())},
                                  {.account = keys[1], .statement = keys[2], .number = number},
                                  page.size + 1));
    response.set_next_page_token(EndPage(request, page, rows, [](const DifferenceRow& last) {
      return rpc::PackPosition({"S", last.account, last.statement, absl::StrCat(last.number)});
    }));
    for (const DifferenceRow& row : rows) *response.add_payment_differences() = ToProto(row);
    const bool wants_missing =
        request.kind() == v1::PAYMENT_DIFFERENCE_KIND_UNSPECIFIED && request.statement().empty();
    if (!response.next_page_token().empty() || !wants_missing) return absl::OkStatus();
    if (rows.size() == page.size) {
      response.set_next_page_token(
          rpc::NextPageToken(request, rpc::PackPosition({"M", "", "", "0"})));
      return absl::OkStatus();
    }
  }
  return AddMissing(request, page.size - static_cast<size_t>(response.payment_differences_size()),
                    keys[0] == "M" ? keys[1] : "", keys[0] == "M" ? number : 0, response);
}

absl::Status PaymentService::AddMissing(const v1::ListPaymentDifferencesRequest& request,
                                        size_t room, std::string_view batch, int64_t number,
                                        v1::ListPaymentDifferencesResponse& response) {
  std::optional<absl::CivilDay> day;
  if (request.has_date()) {
    ASSIGN_OR_RETURN(day, rpc::FromProto(request.date(), "date"));
  } else {
    ASSIGN_OR_RETURN(day, statements_.LastDay());
  }
  if (!day.has_value()) return absl::OkStatus();  // Without statements nothing is missing.
  ASSIGN_OR_RETURN(std::vector<DifferenceRow> rows,
                   differences_.Missing(*day - kDaysLate, FromProto(request.state()), batch,
                                        static_cast<int>(number), room + 1));
  if (rows.size() > room) {
    rows.pop_back();
    const PaymentLineRow& last = rows.back().line->row;
    response.set_next_page_token(rpc::NextPageToken(
        request, rpc::PackPosition({"M", last.batch, "", absl::StrCat(last.line.number)})));
  }
  for (const DifferenceRow& row : rows) *response.add_payment_differences() = ToProto(row);
  return absl::OkStatus();
}

absl::Status PaymentService::DoResolve(rpc::Call& call,
                                       const v1::ResolvePaymentDifferenceRequest& request,
                                       v1::PaymentDifference& response) {
  ResolutionDraft draft{.note = request.note(),
                        .transfer = request.end_to_end_id(),
                        .actor = call.caller().name,
                        .now = clock_.Now()};
  ASSIGN_OR_RETURN(draft.difference, IdIn(request.name()));
  ASSIGN_OR_RETURN(draft.kind, FromProto(request.kind()));
  ASSIGN_OR_RETURN(const DifferenceRow row, differences_.Resolve(draft));
  response = ToProto(row);
  return absl::OkStatus();
}

absl::Status PaymentService::DoDecideResolution(
    rpc::Call& call, const v1::DecideDifferenceResolutionRequest& request,
    v1::PaymentDifference& response) {
  ResolutionDecision decision{.reject = request.reject(),
                              .reason = request.reason(),
                              .actor = call.caller().name,
                              .now = clock_.Now()};
  ASSIGN_OR_RETURN(decision.difference, IdIn(request.name()));
  ASSIGN_OR_RETURN(const DifferenceRow row, differences_.Decide(decision));
  response = ToProto(row);
  return absl::OkStatus();
}

}  // namespace vg::funding
