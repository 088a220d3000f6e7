#include "services/funding/api/accountability_service.h"

#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/accountability_conversions.h"
#include "services/funding/api/names.h"
#include "services/funding/api/payment_conversions.h"
#include "services/funding/api/statement_lines.h"
#include "services/funding/domain/accountability/accountability_errors.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr size_t kShownAtOnce = 1000;

GrantId IdOf(const AccountabilityRules& rules) { return {rules.grant, rules.currency}; }

// "boards/40740" -> "40740".
std::string AfterSlash(std::string_view name) {
  const size_t slash = name.find('/');
  return slash == std::string_view::npos ? std::string() : std::string(name.substr(slash + 1));
}

absl::StatusOr<int64_t> NumberIn(std::string_view text) {
  int64_t number = 0;
  if (!text.empty() && !absl::SimpleAtoi(Av(text), &number)) {
    return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "is not a token of this list");
  }
  return number;
}

}  // namespace

AccountabilityService::AccountabilityService(AccountabilityStore& store, RecoveryStore& recoveries,
                                             CarryOverStore& carry_overs, Register& registry,
                                             const Clock& clock, rpc::CallPipeline& calls)
    : store_(store),
      recoveries_(recoveries),
      carry_overs_(carry_overs),
      register_(registry),
      clock_(clock),
      calls_(calls) {
  calls_.SetUnaryDeadline("RecoverUnspent", absl::Minutes(5));
  calls_.SetUnaryDeadline("CarryOverUnspent", absl::Minutes(5));
  calls_.SetUnaryDeadline("ReverseCarryOver", absl::Minutes(5));
}

grpc::ServerUnaryReactor* AccountabilityService::PublishAccountabilityRules(
    grpc::CallbackServerContext* context, const v1::PublishAccountabilityRulesRequest* request,
    v1::AccountabilityRulesVersion* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoPublish, this));
}
grpc::ServerUnaryReactor* AccountabilityService::GetAccountabilityRules(
    grpc::CallbackServerContext* context, const v1::GetAccountabilityRulesRequest* request,
    v1::AccountabilityRulesVersion* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoGetRules, this));
}
grpc::ServerUnaryReactor* AccountabilityService::ListSpendingReports(
    grpc::CallbackServerContext* context, const v1::ListSpendingReportsRequest* request,
    v1::ListSpendingReportsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoListReports, this));
}
grpc::ServerUnaryReactor* AccountabilityService::ListFundPositions(
    grpc::CallbackServerContext* context, const v1::ListFundPositionsRequest* request,
    v1::ListFundPositionsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoListPositions, this));
}
grpc::ServerUnaryReactor* AccountabilityService::GetAccountabilityStatement(
    grpc::CallbackServerContext* context, const v1::GetAccountabilityStatementRequest* request,
    v1::AccountabilityStatement* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoStatement, this));
}
grpc::ServerUnaryReactor* AccountabilityService::RecoverUnspent(
    grpc::CallbackServerContext* context, const v1::RecoverUnspentRequest* request,
    v1::RecoverUnspentResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoRecover, this));
}
grpc::ServerUnaryReactor* AccountabilityService::SettleRecovery(
    grpc::CallbackServerContext* context, const v1::SettleRecoveryRequest* request,
    v1::RecoveryLine* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoSettle, this));
}
grpc::ServerUnaryReactor* AccountabilityService::ListRecoveryLines(
    grpc::CallbackServerContext* context, const v1::ListRecoveryLinesRequest* request,
    v1::ListRecoveryLinesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&AccountabilityService::DoListClaims, this));
}

absl::CivilDay AccountabilityService::Today() const {
  return absl::ToCivilDay(clock_.Now(), absl::UTCTimeZone());
}

absl::StatusOr<AccountabilityService::Rules> AccountabilityService::RulesNamed(
    std::string_view grant) {
  ASSIGN_OR_RETURN(std::optional<RulesRow> row, store_.FindRules(grant));
  if (!row.has_value()) return NotFound(absl::StrCat("accountabilityRules/", Av(grant)));
  Rules found;
  ASSIGN_OR_RETURN(found.rules, RulesOf(*row));
  found.row = *std::move(row);
  return found;
}

absl::Status AccountabilityService::DoPublish(rpc::Call& call,
                                              const v1::PublishAccountabilityRulesRequest& request,
                                              v1::AccountabilityRulesVersion& response) {
  RETURN_IF_ERROR(FromProto(request.content(), request.grant(), "content.").status());
  RulesRow row{.grant = request.grant(),
               .publish_time = clock_.Now(),
               .published_by = call.caller().name,
               .content = request.content().SerializeAsString()};
  row.digest = DigestBuilder("voortgang.funding.accountability_rules.v1")
                   .Text(row.grant)
                   .Bytes(row.content)
                   .Finish();
  if (!request.validate_only()) {
    ASSIGN_OR_RETURN(row, store_.Publish(row));
  }
  ASSIGN_OR_RETURN(response, ToProto(row));
  return absl::OkStatus();
}

absl::Status AccountabilityService::DoGetRules(const v1::GetAccountabilityRulesRequest& request,
                                               v1::AccountabilityRulesVersion& response) {
  ASSIGN_OR_RETURN(const Rules found, RulesNamed(request.grant()));
  ASSIGN_OR_RETURN(response, ToProto(found.row));
  return absl::OkStatus();
}

absl::Status AccountabilityService::DoListReports(const v1::ListSpendingReportsRequest& request,
                                                  v1::ListSpendingReportsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request));
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, rpc::UnpackPosition(page.position, 3));
  ReportKey after{.recipient = keys[0]};
  ASSIGN_OR_RETURN(after.year, NumberIn(keys[1]));
  ASSIGN_OR_RETURN(after.version, NumberIn(keys[2]));
  ASSIGN_OR_RETURN(const Rules found, RulesNamed(request.grant()));
  std::string recipient;
  if (!request.recipient().empty()) {
    ASSIGN_OR_RETURN(recipient, CodeIn(request.recipient(), "recipient"));
  }
  ASSIGN_OR_RETURN(std::vector<ReportRow> rows,
                   store_.Reports(request.grant(), recipient, request.year(),
                                  request.all_versions(), after, page.size + 1));
  if (rows.size() > page.size) {
    rows.pop_back();
    const SpendingReport& last = rows.back().report;
    response.set_next_page_token(rpc::NextPageToken(
        request,
        rpc::PackPosition({last.recipient, absl::StrCat(last.year), absl::StrCat(last.version)})));
  }
  for (const ReportRow& row : rows) {
    *response.add_spending_reports() = ToProto(row, found.rules.currency);
  }
  return absl::OkStatus();
}

absl::Status AccountabilityService::DoListPositions(const v1::ListFundPositionsRequest& request,
                                                    v1::ListFundPositionsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request));
  ASSIGN_OR_RETURN(const Rules found, RulesNamed(request.grant()));
  absl::CivilDay day = Today();
  if (request.has_date()) {
    ASSIGN_OR_RETURN(day, rpc::FromProto(request.date(), "date"));
  }
  const GrantId grant = IdOf(found.rules);
  std::map<std::string, FundPosition> positions;
  FundPosition total;
  if (!request.recipient().empty()) {
    ASSIGN_OR_RETURN(const std::string only, CodeIn(request.recipient(), "recipient"));
    ASSIGN_OR_RETURN(positions, store_.PositionsOf(grant, day, {&only, 1}));
    for (const auto& [recipient, position] : positions) total = total + position;
  } else {
    ASSIGN_OR_RETURN(const std::vector<std::string> page_of,
                     store_.RecipientsAfter(grant, page.position, page.size + 1));
    if (page_of.size() > page.size) {
      response.set_next_page_token(rpc::NextPageToken(request, page_of[page.size - 1]));
    }
    ASSIGN_OR_RETURN(
        positions,
        store_.PositionsOf(grant, day, {page_of.data(), std::min(page_of.size(), page.size)}));
    if (page.position.empty()) {
      ASSIGN_OR_RETURN(total, store_.Total(grant, day));
    }
  }
  for (const auto& [recipient, position] : positions) {
    *response.add_fund_positions() =
        ToProto(position, found.rules.currency, RecipientNameOf(recipient));
  }
  if (page.position.empty()) {
    *response.mutable_total() = ToProto(total, found.rules.currency, "");
  }
  *response.mutable_spending_until() = rpc::ToProto(PeriodOn(found.rules, Today()).until);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> AccountabilityService::RecipientsOf(
    const std::string& holder, const std::string& snapshot) {
  if (!absl::StartsWith(holder, "boards/")) return std::vector<std::string>{AfterSlash(holder)};
  if (snapshot.empty()) {
    return InvalidField("snapshot", "SNAPSHOT_REQUIRED",
                        "must be given for a board: it says which schools the board has");
  }
  ASSIGN_OR_RETURN(const std::string id, ParseSnapshot(snapshot, "snapshot"));
  ASSIGN_OR_RETURN(const RecipientPayees payees, RecipientPayees::Read(register_, id));
  return payees.RecipientsOf(AfterSlash(holder));
}

absl::Status AccountabilityService::DoStatement(
    const v1::GetAccountabilityStatementRequest& request, v1::AccountabilityStatement& response) {
  ASSIGN_OR_RETURN(const Rules found, RulesNamed(request.grant()));
  const AccountabilityRules& rules = found.rules;
  ASSIGN_OR_RETURN(const std::vector<std::string> recipients,
                   RecipientsOf(request.holder(), request.snapshot()));
  const absl::CivilDay first(request.year(), 1, 1), last(request.year(), 12, 31);
  std::map<std::string, StatementFigures> figures;
  ASSIGN_OR_RETURN(const auto positions, store_.PositionsOf(IdOf(rules), last, recipients));
  if (positions.empty()) return NoMoneyOfGrant(request.holder(), rules.grant, last);
  ASSIGN_OR_RETURN(const auto carried, carry_overs_.CarriedBetween(rules.grant, first, last));
  for (const auto& [recipient, position] : positions) {
    StatementFigures& one = figures[recipient];
    one.recipients = 1;
    one.position = position;
    if (const auto moved = carried.find(recipient); moved != carried.end()) {
      one.carried_over = moved->second;
    }
    ASSIGN_OR_RETURN(const std::vector<ReportRow> reports,
                     store_.Reports(request.grant(), recipient, request.year(), false, {}, 1));
    if (!reports.empty()) one.Add(reports.front().report);
  }
  const SpendingPeriod& period = PeriodOn(rules, Today());
  response.set_holder(request.holder());
  response.set_grant(request.grant());
  response.set_year(request.year());
  response.set_rules(RulesName(found.row));
  response.set_code(rules.code);
  response.set_code_provisional(rules.code_provisional);
  *response.mutable_spending_until() = rpc::ToProto(period.until);
  response.set_legal_reference(period.legal_reference);
  StatementFigures total;
  for (const auto& [recipient, one] : figures) {
    total += one;
    AddLines(rules, one, RecipientNameOf(recipient), *response.add_parts());
    if (one.reports == 0) response.add_unreported(RecipientNameOf(recipient));
  }
  AddLines(rules, total, "", *response.add_parts());
  return absl::OkStatus();
}

absl::Status AccountabilityService::DoRecover(rpc::Call& call,
                                              const v1::RecoverUnspentRequest& request,
                                              v1::RecoverUnspentResponse& response) {
  ASSIGN_OR_RETURN(const Rules found, RulesNamed(request.grant()));
  const SpendingPeriod& period = PeriodOn(found.rules, Today());
  RecoveryDraft draft{.id = request.recovery_id(),
                      .grant = IdOf(found.rules),
                      .day = Today(),
                      .now = clock_.Now(),
                      .actor = call.caller().name};
  for (const CarryOverRule& rule : found.rules.carry_overs) {
    if (rule.until < Today()) draft.expired_school_years.push_back(rule.school_year);
  }
  const bool early = Today() <= period.until;
  if (request.overpaid_only()) {
    draft.scope = ClaimScope::kOverpaid;
  } else if (early && !draft.expired_school_years.empty()) {
    draft.scope = ClaimScope::kExpired;
  }
  RecoveryResult result;
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(result, recoveries_.Propose(draft));
  } else {
    if (early && draft.scope == ClaimScope::kAll) {
      return RecoveryTooEarly(period.until, period.legal_reference);
    }
    ASSIGN_OR_RETURN(result, recoveries_.Recover(draft));
  }
  *response.mutable_recovery() = ToProto(result.recovery);
  if (request.validate_only()) response.mutable_recovery()->clear_name();
  for (const RecoveryClaim& claim : result.claims) {
    if (response.recovery_lines_size() == static_cast<int>(kShownAtOnce)) break;
    *response.add_recovery_lines() = ToProto(claim, found.rules.currency);
  }
  return absl::OkStatus();
}

absl::Status AccountabilityService::DoSettle(rpc::Call& call,
                                             const v1::SettleRecoveryRequest& request,
                                             v1::RecoveryLine& response) {
  Settlement settlement{.recovery = AfterSlash(request.name()), .reference = request.reference()};
  ASSIGN_OR_RETURN(settlement.recipient, CodeIn(request.recipient(), "recipient"));
  ASSIGN_OR_RETURN(settlement.amount, rpc::FromProto(request.amount(), "amount"));
  ASSIGN_OR_RETURN(settlement.day, rpc::FromProto(request.date(), "date"));
  ASSIGN_OR_RETURN(const RecoveryClaim claim,
                   recoveries_.Settle(settlement, clock_.Now(), call.caller().name));
  response = ToProto(claim, settlement.amount.currency);
  return absl::OkStatus();
}

absl::Status AccountabilityService::DoListClaims(const v1::ListRecoveryLinesRequest& request,
                                                 v1::ListRecoveryLinesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request));
  const std::string id = AfterSlash(request.parent());
  ASSIGN_OR_RETURN(const std::optional<RecoveryRow> recovery, recoveries_.Find(id));
  if (!recovery.has_value()) return NotFound(request.parent());
  ASSIGN_OR_RETURN(std::vector<RecoveryClaim> claims,
                   recoveries_.Claims(id, page.position, page.size + 1));
  if (claims.size() > page.size) {
    claims.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, claims.back().recipient));
  }
  *response.mutable_recovery() = ToProto(*recovery);
  for (const RecoveryClaim& claim : claims) {
    *response.add_recovery_lines() = ToProto(claim, recovery->total.currency);
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
