#include "services/survey/api/dispositions.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/invitations.h"
#include "services/survey/api/wave_proto.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

static_assert(static_cast<int>(Disposition::kNotReached) == v1::DISPOSITION_NOT_REACHED);
static_assert(static_cast<int>(Disposition::kReached) == v1::DISPOSITION_REACHED);
static_assert(static_cast<int>(Disposition::kRefused) == v1::DISPOSITION_REFUSED);
static_assert(static_cast<int>(Disposition::kIneligible) == v1::DISPOSITION_INELIGIBLE);
static_assert(static_cast<int>(Disposition::kPartial) == v1::DISPOSITION_PARTIAL);
static_assert(static_cast<int>(Disposition::kComplete) == v1::DISPOSITION_COMPLETE);

constexpr rpc::PageLimits kPages = {.default_size = 100, .max_size = 1000};
constexpr size_t kMostFindings = 1000;
constexpr int kRatePlaces = 6;
// Clocks of others may run ahead of ours.
constexpr absl::Duration kTolerance = absl::Minutes(5);

const rpc::ResourcePattern& WavePattern() {
  static const rpc::ResourcePattern& pattern = *new rpc::ResourcePattern("waves/{wave}");
  return pattern;
}

absl::Status CheckPast(absl::Time time, absl::Time now, const std::string& field) {
  if (time <= now + kTolerance) return absl::OkStatus();
  return InvalidField(field, "IN_FUTURE", "must not be in the future");
}

absl::StatusOr<Finding> FromProto(const v1::Finding& sent, const Frame& frame, absl::Time now,
                                  const std::string& field) {
  Finding finding{.unit = sent.unit(),
                  .role = static_cast<Role>(sent.role()),
                  .disposition = static_cast<Disposition>(sent.disposition()),
                  .find_time = now,
                  .note = sent.note()};
  RETURN_IF_ERROR(frame.CheckAsked(finding.unit, finding.role, field + ".unit"));
  if (finding.disposition >= Disposition::kPartial) {
    return InvalidField(field + ".disposition", "FROM_RESPONSES",
                        "must not be PARTIAL or COMPLETE, which follow from responses");
  }
  if (sent.has_find_time()) {
    ASSIGN_OR_RETURN(finding.find_time, rpc::FromProto(sent.find_time(), field + ".find_time"));
    RETURN_IF_ERROR(CheckPast(finding.find_time, now, field + ".find_time"));
  }
  return finding;
}

v1::Finding ToProto(const Finding& finding) {
  v1::Finding out;
  out.set_unit(finding.unit);
  out.set_role(static_cast<v1::Role>(finding.role));
  out.set_disposition(static_cast<v1::Disposition>(finding.disposition));
  *out.mutable_find_time() = rpc::ToProto(finding.find_time);
  out.set_note(finding.note);
  return out;
}

v1::UnitDisposition ToProto(const std::string& unit, const UnitFieldwork& fieldwork) {
  v1::UnitDisposition out;
  out.set_unit(unit);
  out.set_disposition(static_cast<v1::Disposition>(fieldwork.disposition()));
  if (fieldwork.find_time && fieldwork.disposition() == fieldwork.found) {
    *out.mutable_find_time() = rpc::ToProto(*fieldwork.find_time);
  }
  out.set_complete_responses(static_cast<int>(fieldwork.complete_responses));
  out.set_partial_responses(static_cast<int>(fieldwork.partial_responses));
  out.set_reminder_count(static_cast<int>(fieldwork.reminders));
  if (fieldwork.last_reminder) {
    *out.mutable_last_reminder_time() = rpc::ToProto(*fieldwork.last_reminder);
  }
  return out;
}

v1::ResponseRate ToProto(const std::vector<std::string>& group, const ResponseCounts& counts) {
  v1::ResponseRate out;
  for (const std::string& value : group) out.add_group(value);
  *out.mutable_units() = rpc::ToProto(counts.units());
  *out.mutable_unknown() = rpc::ToProto(counts.of(Disposition::kUnknown));
  *out.mutable_not_reached() = rpc::ToProto(counts.of(Disposition::kNotReached));
  *out.mutable_reached() = rpc::ToProto(counts.of(Disposition::kReached));
  *out.mutable_refused() = rpc::ToProto(counts.of(Disposition::kRefused));
  *out.mutable_ineligible() = rpc::ToProto(counts.of(Disposition::kIneligible));
  *out.mutable_partial() = rpc::ToProto(counts.of(Disposition::kPartial));
  *out.mutable_complete() = rpc::ToProto(counts.of(Disposition::kComplete));
  *out.mutable_eligible() = rpc::ToProto(counts.eligible());
  if (const auto gross = counts.gross()) {
    *out.mutable_gross_rate() = rpc::ToProtoFixed(*gross, kRatePlaces, Rounding::kHalfEven);
  }
  if (const auto net = counts.net()) {
    *out.mutable_net_rate() = rpc::ToProtoFixed(*net, kRatePlaces, Rounding::kHalfEven);
  }
  return out;
}

// The units of one page, those that `wanted` picks, by name after `position`; one more than the
// page holds if there are more.
template <typename Wanted>
std::vector<std::pair<const Unit*, UnitFieldwork>> PageOf(const Frame& frame, Role role,
                                                          const Attributes& where,
                                                          const Fieldwork& fieldwork,
                                                          const rpc::Page& page,
                                                          const Wanted& wanted) {
  std::vector<std::pair<const Unit*, UnitFieldwork>> found;
  for (const Unit* const unit : frame.UnitsOf(role)) {
    if (unit->name <= page.position || !HasAll(unit->attributes, where)) continue;
    const auto known = fieldwork.find(unit->name);
    UnitFieldwork state = known == fieldwork.end() ? UnitFieldwork() : known->second;
    if (!wanted(*unit, state)) continue;
    found.emplace_back(unit, std::move(state));
    if (found.size() > page.size) break;
  }
  return found;
}

// Whether who answers about `unit` in `role` needs an invitation.
bool NeedsInvitation(const Wave& wave, const Unit& unit, Role role) {
  return std::any_of(
      wave.questionnaires.begin(), wave.questionnaires.end(), [&](const WaveQuestionnaire& asked) {
        return asked.role == role && asked.access == Access::kInvited && Asks(asked, unit.sector);
      });
}

// The attributes of a breakdown; UNKNOWN_ATTRIBUTE for one that no unit has.
absl::StatusOr<std::vector<std::string>> Breakdowns(const v1::GetResponseRatesRequest& request,
                                                    const Frame& frame, Role role) {
  const std::vector<const Unit*> units = frame.UnitsOf(role);
  std::vector<std::string> names;
  for (int i = 0; i < request.breakdowns_size(); ++i) {
    const std::string& name = request.breakdowns(i);
    const std::string field = absl::StrCat("breakdowns[", i, "]");
    if (std::none_of(units.begin(), units.end(), [&name](const Unit* unit) {
          return !ValueOf(unit->attributes, name).empty();
        })) {
      return InvalidField(field, "UNKNOWN_ATTRIBUTE",
                          absl::StrCat("\"", name, "\" is an attribute of no unit of ",
                                       std::string(RoleWords(role))));
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return InvalidField(field, "DUPLICATE_ID", "must be another attribute than the first");
    }
    names.push_back(name);
  }
  return names;
}

}  // namespace

absl::Status Dispositions::Record(const v1::RecordDispositionsRequest& request,
                                  v1::RecordDispositionsResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  const absl::Time now = clock_.Now();
  std::vector<Finding> findings;
  for (int i = 0; i < request.findings_size(); ++i) {
    ASSIGN_OR_RETURN(Finding finding, FromProto(request.findings(i), wave.parts->frame, now,
                                                absl::StrCat("findings[", i, "]")));
    findings.push_back(std::move(finding));
  }
  ASSIGN_OR_RETURN(const int64_t recorded, store_.Record(wave.stored.number, findings, now));
  response.set_recorded_count(static_cast<int>(recorded));
  return absl::OkStatus();
}

absl::Status Dispositions::List(const v1::ListUnitDispositionsRequest& request,
                                v1::ListUnitDispositionsResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  const Role role = static_cast<Role>(request.role());
  ASSIGN_OR_RETURN(const Fieldwork fieldwork, store_.Read(wave.stored.number, role, true));
  const auto& wanted = request.dispositions();
  auto found = PageOf(wave.parts->frame, role, survey::FromProto(request.where()), fieldwork, page,
                      [&wanted](const Unit&, const UnitFieldwork& state) {
                        return wanted.empty() ||
                               std::find(wanted.begin(), wanted.end(),
                                         static_cast<int>(state.disposition())) != wanted.end();
                      });
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().first->name));
  }
  for (const auto& [unit, state] : found) {
    *response.add_unit_dispositions() = ToProto(unit->name, state);
  }
  return absl::OkStatus();
}

absl::Status Dispositions::Findings(const v1::ListFindingsRequest& request,
                                    v1::ListFindingsResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  ASSIGN_OR_RETURN(const auto found,
                   store_.Findings(wave.stored.number, request.unit(), kMostFindings));
  for (const Finding& finding : found) *response.add_findings() = ToProto(finding);
  return absl::OkStatus();
}

absl::Status Dispositions::ListReminders(const v1::ListRemindersRequest& request,
                                         v1::ListRemindersResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  absl::Time since = absl::InfiniteFuture();
  if (request.has_not_reminded_since()) {
    ASSIGN_OR_RETURN(since, rpc::FromProto(request.not_reminded_since(), "not_reminded_since"));
  }
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  const Role role = static_cast<Role>(request.role());
  ASSIGN_OR_RETURN(const Fieldwork fieldwork, store_.Read(wave.stored.number, role, true));
  const bool many = !AnswersOnce(role);
  absl::flat_hash_map<std::string, bool> rooms;
  if (many && request.enough_responses() == 0) {
    ASSIGN_OR_RETURN(rooms, invitations_.Room(wave.stored.number, role, page.position));
  }
  const absl::Time now = clock_.Now();
  auto found = PageOf(wave.parts->frame, role, survey::FromProto(request.where()), fieldwork, page,
                      [&](const Unit& unit, const UnitFieldwork& state) {
                        Awaited awaited{.many = many, .enough = request.enough_responses()};
                        const auto room = rooms.find(unit.name);
                        if (room != rooms.end() && NeedsInvitation(wave.stored.wave, unit, role)) {
                          awaited.room = room->second;
                        }
                        return state.to_remind(awaited) &&
                               (!state.last_reminder || *state.last_reminder < since) &&
                               now >= wave.stored.wave.open_time &&
                               now < wave.CloseTime(unit, role);
                      });
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().first->name));
  }
  for (const auto& [unit, state] : found) {
    *response.add_reminders()->mutable_unit() = ToProto(unit->name, state);
  }
  return request.show_tokens() ? AddInvitations(wave, role, response) : absl::OkStatus();
}

absl::Status Dispositions::AddInvitations(const ReadyWave& wave, Role role,
                                          v1::ListRemindersResponse& response) {
  if (response.reminders().empty()) return absl::OkStatus();
  const std::string& first = response.reminders().begin()->unit().unit();
  const std::string& last = response.reminders().rbegin()->unit().unit();
  ASSIGN_OR_RETURN(const std::string secret, invitations_.Secret(wave.stored.number));
  ASSIGN_OR_RETURN(const auto usable, invitations_.Usable(wave.stored.number, role, first, last));
  std::map<std::string_view, v1::Reminder*> by_unit;
  for (v1::Reminder& reminder : *response.mutable_reminders()) {
    by_unit.emplace(reminder.unit().unit(), &reminder);
  }
  for (const Invitation& invitation : usable) {
    const auto reminder = by_unit.find(invitation.key.unit);
    if (reminder == by_unit.end()) continue;
    *reminder->second->add_invitations() = survey::ToProto(wave.stored.wave, invitation, secret);
  }
  return absl::OkStatus();
}

absl::Status Dispositions::RecordReminders(const v1::RecordRemindersRequest& request,
                                           v1::RecordRemindersResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const absl::Time time, rpc::FromProto(request.remind_time(), "remind_time"));
  RETURN_IF_ERROR(CheckPast(time, clock_.Now(), "remind_time"));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  const Role role = static_cast<Role>(request.role());
  for (int i = 0; i < request.units_size(); ++i) {
    RETURN_IF_ERROR(
        wave.parts->frame.CheckAsked(request.units(i), role, absl::StrCat("units[", i, "]")));
  }
  const std::vector<std::string> units(request.units().begin(), request.units().end());
  ASSIGN_OR_RETURN(const int64_t recorded, store_.Remind(wave.stored.number, role, units, time));
  response.set_recorded_count(static_cast<int>(recorded));
  return absl::OkStatus();
}

absl::Status Dispositions::Rates(const v1::GetResponseRatesRequest& request,
                                 v1::ResponseRates& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const ReadyWave wave, waves_.Get(id));
  const Role role = static_cast<Role>(request.role());
  if (!AsksRole(wave.stored.wave, role)) return RoleNotAsked("role", role);
  ASSIGN_OR_RETURN(const auto breakdowns, Breakdowns(request, wave.parts->frame, role));
  ASSIGN_OR_RETURN(const Fieldwork fieldwork, store_.Read(wave.stored.number, role, false));
  const ResponseTable table =
      CountResponse(wave.parts->frame, role, breakdowns, request.weighted(), fieldwork);
  response.set_role(request.role());
  for (const std::string& name : breakdowns) response.add_breakdowns(name);
  response.set_weighted(request.weighted());
  *response.add_rates() = ToProto({}, table.all);
  for (const auto& [group, counts] : table.groups) *response.add_rates() = ToProto(group, counts);
  return absl::OkStatus();
}

}  // namespace vg::survey
