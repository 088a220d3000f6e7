#include "services/survey/api/invitations.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/wave_proto.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

// In one transaction, and in one message.
constexpr size_t kMostAtOnce = 10'000;
constexpr size_t kMessage = 500;
// Of one call.
constexpr size_t kMost = 1'000'000;

const rpc::ResourcePattern& WavePattern() {
  static const rpc::ResourcePattern& pattern = *new rpc::ResourcePattern("waves/{wave}");
  return pattern;
}

const rpc::ResourcePattern& InvitationPattern() {
  static const rpc::ResourcePattern& pattern =
      *new rpc::ResourcePattern("waves/{wave}/invitations/{invitation}");
  return pattern;
}

absl::Status CheckPlan(const Wave& wave, const v1::InvitationPlan& plan) {
  const Role role = static_cast<Role>(plan.role());
  if (!AsksRole(wave, role)) return RoleNotAsked("plan.role", role);
  if (plan.kind() == v1::INVITATION_KIND_SINGLE_USE && plan.max_responses() > 1) {
    return InvalidField("plan.max_responses", "OUT_OF_RANGE", "must be 0 or 1 for a single use");
  }
  return absl::OkStatus();
}

InvitationStore::Plan FromProto(const v1::InvitationPlan& plan) {
  const bool single = plan.kind() == v1::INVITATION_KIND_SINGLE_USE;
  return {static_cast<InvitationKind>(plan.kind()), single ? 1 : plan.max_responses()};
}

// The invitations of one unit, by number.
void AddKeys(const v1::InvitationPlan& plan, const std::string& unit,
             std::vector<InvitationKey>& keys) {
  const int first = std::max(1, plan.first_number());
  for (int number = first; number < first + std::max(1, plan.count()); ++number) {
    keys.push_back({static_cast<Role>(plan.role()), unit, number});
  }
}

}  // namespace

v1::Invitation ToProto(const Wave& wave, const Invitation& invitation, std::string_view secret) {
  v1::Invitation out;
  out.set_name(absl::StrCat(wave.name(), "/invitations/", invitation.key.id()));
  out.set_role(static_cast<v1::Role>(invitation.key.role));
  out.set_unit(invitation.key.unit);
  out.set_number(static_cast<int>(invitation.key.number));
  out.set_kind(static_cast<v1::InvitationKind>(invitation.kind));
  if (invitation.kind == InvitationKind::kGroup) {
    out.set_max_responses(static_cast<int>(invitation.most));
  }
  if (!secret.empty()) out.set_token(TokenOf(invitation.key, secret));
  out.set_use_count(static_cast<int>(invitation.uses));
  *out.mutable_create_time() = rpc::ToProto(invitation.create_time);
  if (invitation.revoke_time) *out.mutable_revoke_time() = rpc::ToProto(*invitation.revoke_time);
  out.set_revoke_reason(invitation.revoke_reason);
  return out;
}

absl::Status Invitations::BatchCreate(const v1::BatchCreateInvitationsRequest& request,
                                      v1::BatchCreateInvitationsResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  RETURN_IF_ERROR(CheckPlan(wave.stored.wave, request.plan()));
  std::vector<InvitationKey> keys;
  for (int i = 0; i < request.units_size(); ++i) {
    RETURN_IF_ERROR(wave.parts->frame.CheckAsked(request.units(i),
                                                 static_cast<Role>(request.plan().role()),
                                                 absl::StrCat("units[", i, "]")));
    AddKeys(request.plan(), request.units(i), keys);
  }
  if (keys.size() > kMostAtOnce) {
    return InvalidField("plan.count", "TOO_MANY",
                        absl::StrCat("must come to at most ", kMostAtOnce,
                                     " invitations for these units; comes to ", keys.size()));
  }
  ASSIGN_OR_RETURN(const std::string secret, SecretIf(request.show_tokens(), wave.stored.number));
  ASSIGN_OR_RETURN(const auto made, store_.Create(wave.stored.wave, wave.stored.number, keys,
                                                  FromProto(request.plan()), clock_.Now()));
  for (const Invitation& invitation : made) {
    *response.add_invitations() = ToProto(wave.stored.wave, invitation, secret);
  }
  return absl::OkStatus();
}

absl::Status Invitations::Create(rpc::Call& /*call*/, const v1::CreateInvitationsRequest& request,
                                 rpc::Writer<v1::CreateInvitationsResponse>& writer) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  RETURN_IF_ERROR(CheckPlan(wave.stored.wave, request.plan()));
  ASSIGN_OR_RETURN(const std::string secret, SecretIf(request.show_tokens(), wave.stored.number));
  const Attributes where = survey::FromProto(request.where());
  std::vector<const Unit*> units =
      wave.parts->frame.UnitsOf(static_cast<Role>(request.plan().role()));
  std::erase_if(units, [&](const Unit* unit) { return !HasAll(unit->attributes, where); });
  const size_t all = units.size() * static_cast<size_t>(std::max(1, request.plan().count()));
  if (all > kMost) {
    return InvalidField(
        "plan.count", "TOO_MANY",
        absl::StrCat("must come to at most ", kMost, " invitations for all units; comes to ", all));
  }
  std::vector<InvitationKey> keys;
  const auto make = [&](size_t some) -> absl::Status {
    ASSIGN_OR_RETURN(const auto made, store_.Create(wave.stored.wave, wave.stored.number,
                                                    std::span(keys).first(some),
                                                    FromProto(request.plan()), clock_.Now()));
    keys.erase(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(some));
    v1::CreateInvitationsResponse message;
    for (const Invitation& invitation : made) {
      *message.add_invitations() = ToProto(wave.stored.wave, invitation, secret);
    }
    return writer.Write(std::move(message));
  };
  for (const Unit* const unit : units) {
    AddKeys(request.plan(), unit->name, keys);
    while (keys.size() >= kMessage) RETURN_IF_ERROR(make(kMessage));
  }
  return keys.empty() ? absl::OkStatus() : make(keys.size());
}

absl::Status Invitations::List(const v1::ListInvitationsRequest& request,
                               v1::ListInvitationsResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 100, .max_size = 1000}));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  InvitationStore::ListOptions options{
      .role = {}, .unit = request.unit(), .after = {}, .limit = page.size + 1};
  if (request.role() != v1::ROLE_UNSPECIFIED) options.role = static_cast<Role>(request.role());
  if (!page.position.empty()) options.after = InvitationKeyFromId(page.position);
  ASSIGN_OR_RETURN(auto found, store_.List(wave.stored.number, options));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().key.id()));
  }
  ASSIGN_OR_RETURN(const std::string secret, SecretIf(request.show_tokens(), wave.stored.number));
  for (const Invitation& invitation : found) {
    *response.add_invitations() = ToProto(wave.stored.wave, invitation, secret);
  }
  return absl::OkStatus();
}

absl::Status Invitations::Revoke(const v1::RevokeInvitationRequest& request,
                                 v1::Invitation& response) {
  ASSIGN_OR_RETURN(const auto ids, InvitationPattern().Parse(request.name()));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(ids[0]));
  const auto key = InvitationKeyFromId(ids[1]);
  if (!key) return NotFound(request.name());
  ASSIGN_OR_RETURN(const auto revoked,
                   store_.Revoke(wave.stored.number, *key, request.reason(), clock_.Now()));
  if (!revoked) return NotFound(request.name());
  response = ToProto(wave.stored.wave, *revoked, "");
  return absl::OkStatus();
}

absl::StatusOr<std::string> Invitations::SecretIf(bool show_tokens, int64_t wave) {
  if (!show_tokens) return std::string();
  return store_.Secret(wave);
}

}  // namespace vg::survey
