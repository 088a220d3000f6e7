#include <functional>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/accountability_conversions.h"
#include "services/funding/api/accountability_service.h"
#include "services/funding/api/paging.h"
#include "services/funding/domain/accountability/accountability_errors.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr int kShownAtOnce = 1000;

// Of "carryOvers/a" what comes after the slash.
std::string IdIn(const std::string& name) { return name.substr(name.find('/') + 1); }

}  // namespace

grpc::ServerUnaryReactor* AccountabilityService::CarryOverUnspent(
    grpc::CallbackServerContext* context, const v1::CarryOverUnspentRequest* request,
    v1::CarryOverUnspentResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoCarryOver, this));
}
grpc::ServerUnaryReactor* AccountabilityService::ReverseCarryOver(
    grpc::CallbackServerContext* context, const v1::ReverseCarryOverRequest* request,
    v1::CarryOver* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoReverseCarryOver, this));
}
grpc::ServerUnaryReactor* AccountabilityService::ListCarryOverLines(
    grpc::CallbackServerContext* context, const v1::ListCarryOverLinesRequest* request,
    v1::ListCarryOverLinesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoListCarryOver, this));
}

absl::Status AccountabilityService::DoCarryOver(rpc::Call& call,
                                                const v1::CarryOverUnspentRequest& request,
                                                v1::CarryOverUnspentResponse& response) {
  ASSIGN_OR_RETURN(const Rules found, RulesNamed(request.grant()));
  const AccountabilityRules& rules = found.rules;
  const CarryOverRule* rule = CarryOverOf(rules, request.school_year());
  if (rule == nullptr) return NoCarryOverRule(rules.grant, request.school_year());
  const CarryOverDraft draft{.id = request.carry_over_id(),
                             .grant = {rules.grant, rules.currency},
                             .rule = *rule,
                             .day = Today(),
                             .now = clock_.Now(),
                             .actor = call.caller().name};
  CarryOverResult result;
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(result, carry_overs_.Propose(draft));
  } else {
    ASSIGN_OR_RETURN(const std::optional<CarryOverRow> present, carry_overs_.Find(draft.id));
    if (!present.has_value()) {
      const absl::CivilDay end = LastDayOfSchoolYear(rule->school_year);
      if (Today() <= end) return CarryOverTooEarly(rule->school_year, end);
      if (Today() > rule->until) {
        return CarryOverTooLate(rule->school_year, rule->until, rule->legal_reference);
      }
    }
    ASSIGN_OR_RETURN(result, carry_overs_.Carry(draft));
  }
  *response.mutable_carry_over() = ToProto(result.row);
  if (request.validate_only()) response.mutable_carry_over()->clear_name();
  for (const CarryOverPart& part : result.parts) {
    if (response.carry_over_lines_size() == kShownAtOnce) break;
    *response.add_carry_over_lines() = ToProto(part, rules.currency);
  }
  return absl::OkStatus();
}

absl::Status AccountabilityService::DoReverseCarryOver(rpc::Call& call,
                                                       const v1::ReverseCarryOverRequest& request,
                                                       v1::CarryOver& response) {
  ASSIGN_OR_RETURN(const CarryOverRow row,
                   carry_overs_.Reverse(IdIn(request.name()), request.reason(), Today(),
                                        clock_.Now(), call.caller().name));
  response = ToProto(row);
  return absl::OkStatus();
}

absl::Status AccountabilityService::DoListCarryOver(const v1::ListCarryOverLinesRequest& request,
                                                    v1::ListCarryOverLinesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request));
  const std::string id = IdIn(request.parent());
  ASSIGN_OR_RETURN(const std::optional<CarryOverRow> row, carry_overs_.Find(id));
  if (!row.has_value()) return NotFound(request.parent());
  ASSIGN_OR_RETURN(std::vector<CarryOverPart> parts,
                   carry_overs_.Lines(id, page.position, page.size + 1));
  response.set_next_page_token(
      EndPage(request, page, parts, [](const CarryOverPart& last) { return last.recipient; }));
  *response.mutable_carry_over() = ToProto(*row);
  for (const CarryOverPart& part : parts) {
    *response.add_carry_over_lines() = ToProto(part, row->total.currency);
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
