#include "services/funding/api/approval_conversions.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "services/funding/api/names.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

// The proto's numbers follow the domain's order, after the unspecified 0.
static_assert(static_cast<int>(ApprovalState::kReversed) + 1 == v1::APPROVAL_STATE_REVERSED);
static_assert(static_cast<int>(CheckResult::State::kNotApplicable) + 1 ==
              v1::CHECK_STATE_NOT_APPLICABLE);

}  // namespace

v1::Check ToProto(const CheckResult& result, RecipientKind kind) {
  v1::Check check;
  check.set_name(result.name);
  check.set_state(static_cast<v1::CheckState>(static_cast<int>(result.state) + 1));
  check.set_sentence(result.sentence);
  check.set_count(result.count);
  for (const Finding& finding : result.findings) {
    v1::CheckFinding& shown = *check.add_findings();
    if (!finding.recipient.empty()) shown.set_recipient(RecipientName(kind, finding.recipient));
    shown.set_sentence(finding.sentence);
  }
  return check;
}

absl::StatusOr<std::map<std::string, std::string>> WaiversOf(
    const google::protobuf::RepeatedPtrField<v1::Waiver>& waivers) {
  std::map<std::string, std::string> reasons;
  for (int i = 0; i < waivers.size(); ++i) {
    if (!IsCheck(waivers[i].check())) {
      return InvalidField(absl::StrCat("waivers[", i, "].check"), "UNKNOWN_CHECK",
                          absl::StrCat("must be one of ",
                                       absl::StrJoin(std::begin(kChecks), std::end(kChecks), ", ",
                                                     [](std::string* out, std::string_view name) {
                                                       out->append(name);
                                                     })));
    }
    reasons[waivers[i].check()] = waivers[i].reason();
  }
  return reasons;
}

std::string FactsOf(const v1::RecipientFilter& filter, std::span<const CheckResult> checks,
                    const std::map<std::string, std::string>& waived, RecipientKind kind) {
  v1::Approval facts;
  *facts.mutable_filter() = filter;
  for (const CheckResult& check : checks) {
    *facts.add_checks() = ToProto(check, kind);
    const auto reason = waived.find(check.name);
    if (check.state != CheckResult::State::kFailed || reason == waived.end()) continue;
    v1::Waiver& waiver = *facts.add_waivers();
    waiver.set_check(check.name);
    waiver.set_reason(reason->second);
  }
  return facts.SerializeAsString();
}

absl::StatusOr<v1::Approval> ToProto(const Approval& approval) {
  v1::Approval proto;
  if (!proto.ParseFromString(approval.facts)) {
    return absl::DataLossError(absl::StrCat(approval.name(), " cannot be read"));
  }
  proto.set_name(approval.name());
  proto.set_state(static_cast<v1::ApprovalState>(static_cast<int>(approval.state) + 1));
  proto.set_scheme(absl::StrCat("schemes/", approval.scheme));
  proto.set_book(BookName(approval.book));
  proto.set_recipient_count(approval.recipients);
  *proto.mutable_total() = rpc::ToProto(approval.total);
  proto.set_done_count(approval.done);
  proto.set_creator(approval.creator);
  proto.set_approver(approval.approver);
  proto.set_releaser(approval.releaser);
  proto.set_reverser(approval.reverser);
  *proto.mutable_approve_time() = rpc::ToProto(approval.approve_time);
  if (approval.effective.has_value()) {
    *proto.mutable_effective_date() = rpc::ToProto(*approval.effective);
  }
  if (approval.first_month.has_value()) {
    *proto.mutable_first_month() = rpc::ToProto(absl::CivilDay(*approval.first_month));
  }
  proto.set_claim_overpaid(approval.claim_overpaid);
  return proto;
}

v1::ApprovalEvent ToProto(const ApprovalEvent& event) {
  v1::ApprovalEvent proto;
  proto.set_number(event.number);
  proto.set_approval(event.approval);
  v1::ApprovalEventKind kind = v1::APPROVAL_EVENT_KIND_UNSPECIFIED;
  v1::ApprovalEventKind_Parse(
      absl::StrCat("APPROVAL_EVENT_KIND_", absl::AsciiStrToUpper(event.kind)), &kind);
  proto.set_kind(kind);
  proto.set_actor(event.actor);
  *proto.mutable_time() = rpc::ToProto(event.time);
  proto.set_reason(event.reason);
  return proto;
}

}  // namespace vg::funding
