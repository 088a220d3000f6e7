#include "services/survey/api/extensions.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

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

constexpr Role kRoles[] = {Role::kSchoolLeader, Role::kStaff, Role::kBoard, Role::kMunicipality};

const rpc::ResourcePattern& WavePattern() {
  static const rpc::ResourcePattern& pattern = *new rpc::ResourcePattern("waves/{wave}");
  return pattern;
}

const rpc::ResourcePattern& ExtensionPattern() {
  static const rpc::ResourcePattern& pattern =
      *new rpc::ResourcePattern("waves/{wave}/extensions/{extension}");
  return pattern;
}

absl::StatusOr<Extension> FromProto(const v1::GrantExtensionRequest& request) {
  const v1::Extension& sent = request.extension();
  Extension extension;
  extension.id = request.extension_id();
  if (sent.role() != v1::ROLE_UNSPECIFIED) extension.role = static_cast<Role>(sent.role());
  extension.units.assign(sent.units().begin(), sent.units().end());
  std::sort(extension.units.begin(), extension.units.end());
  extension.units.erase(std::unique(extension.units.begin(), extension.units.end()),
                        extension.units.end());
  extension.where = survey::FromProto(sent.where());
  ASSIGN_OR_RETURN(extension.until, rpc::FromProto(sent.until(), "extension.until"));
  extension.reason = sent.reason();
  extension.grantor = sent.grantor();
  return extension;
}

v1::Extension ToProto(const Wave& wave, const Extension& extension) {
  v1::Extension out;
  out.set_name(absl::StrCat(wave.name(), "/extensions/", extension.id));
  if (extension.role) out.set_role(static_cast<v1::Role>(*extension.role));
  for (const std::string& unit : extension.units) out.add_units(unit);
  for (const auto& [name, value] : extension.where) (*out.mutable_where())[name] = value;
  *out.mutable_until() = rpc::ToProto(extension.until);
  out.set_reason(extension.reason);
  out.set_grantor(extension.grantor);
  *out.mutable_grant_time() = rpc::ToProto(extension.grant_time);
  if (extension.revoke_time) *out.mutable_revoke_time() = rpc::ToProto(*extension.revoke_time);
  out.set_revoke_reason(extension.revoke_reason);
  return out;
}

// Whether some role is asked about `unit`, and the extension covers it.
bool Extends(const Extension& extension, const Frame& frame, const std::string& unit) {
  return std::any_of(std::begin(kRoles), std::end(kRoles), [&](Role role) {
    const Unit* const asked = frame.Find(unit, role);
    return asked != nullptr && Covers(extension, *asked, role);
  });
}

absl::Status Check(const Extension& extension, const v1::Extension& sent, const ReadyWave& wave) {
  const Frame& frame = wave.parts->frame;
  if (extension.role && !AsksRole(wave.stored.wave, *extension.role)) {
    return RoleNotAsked("extension.role", *extension.role);
  }
  for (int i = 0; i < sent.units_size(); ++i) {
    if (Extends(extension, frame, sent.units(i))) continue;
    return InvalidField(absl::StrCat("extension.units[", i, "]"), "EXTENDS_NOBODY",
                        absl::StrCat("must be a unit that the wave asks and that has the values "
                                     "of where; ",
                                     sent.units(i), " is none"));
  }
  if (sent.units_size() != 0) return absl::OkStatus();
  const auto& units = frame.units();
  if (std::none_of(units.begin(), units.end(),
                   [&](const Unit& unit) { return Extends(extension, frame, unit.name); })) {
    return InvalidField("extension.where", "EXTENDS_NOBODY",
                        "must be values that some unit of the wave has");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Extensions::Grant(const v1::GrantExtensionRequest& request, v1::Extension& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  const v1::Extension& sent = request.extension();
  ASSIGN_OR_RETURN(Extension extension, FromProto(request));
  if (sent.units().empty() && sent.where().empty()) {
    return InvalidField("extension.units", "REQUIRED",
                        "must name units, unless where does; UpdateWave extends for everybody");
  }
  if (extension.until <= wave.stored.wave.close_time) {
    return InvalidField("extension.until", "NOT_LATER", "must be after the wave's close_time");
  }
  RETURN_IF_ERROR(Check(extension, sent, wave));
  extension.grant_time = clock_.Now();
  ASSIGN_OR_RETURN(const Extension granted,
                   store_.Grant(wave.stored.wave, wave.stored.number, extension));
  response = ToProto(wave.stored.wave, granted);
  return absl::OkStatus();
}

absl::Status Extensions::Revoke(const v1::RevokeExtensionRequest& request,
                                v1::Extension& response) {
  ASSIGN_OR_RETURN(const auto ids, ExtensionPattern().Parse(request.name()));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(ids[0]));
  ASSIGN_OR_RETURN(const auto revoked,
                   store_.Revoke(wave.stored.number, ids[1], request.reason(), clock_.Now()));
  if (!revoked) return NotFound(request.name());
  response = ToProto(wave.stored.wave, *revoked);
  return absl::OkStatus();
}

absl::Status Extensions::List(const v1::ListExtensionsRequest& request,
                              v1::ListExtensionsResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 200}));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  ASSIGN_OR_RETURN(auto found, store_.List(wave.stored.number, page.position, page.size + 1));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().id));
  }
  for (const Extension& extension : found) {
    *response.add_extensions() = ToProto(wave.stored.wave, extension);
  }
  return absl::OkStatus();
}

}  // namespace vg::survey
