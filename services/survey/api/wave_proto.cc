#include "services/survey/api/wave_proto.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/etag.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/survey/api/questionnaire_proto.h"
#include "services/survey/api/sample_proto.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

static_assert(static_cast<int>(Role::kSchoolLeader) == v1::ROLE_SCHOOL_LEADER);
static_assert(static_cast<int>(Role::kStaff) == v1::ROLE_STAFF);
static_assert(static_cast<int>(Role::kBoard) == v1::ROLE_BOARD);
static_assert(static_cast<int>(Role::kMunicipality) == v1::ROLE_MUNICIPALITY);
static_assert(static_cast<int>(Role::kMeasurement) == v1::ROLE_MEASUREMENT);
static_assert(static_cast<int>(Access::kInvited) == v1::ACCESS_INVITED);
static_assert(static_cast<int>(Sector::kPrimary) == voortgang::type::v1::SECTOR_PRIMARY);
static_assert(static_cast<int>(Sector::kSecondary) == voortgang::type::v1::SECTOR_SECONDARY);
static_assert(static_cast<int>(Sector::kSpecial) == voortgang::type::v1::SECTOR_SPECIAL);

}  // namespace

Attributes FromProto(const google::protobuf::Map<std::string, std::string>& attributes) {
  Attributes out(attributes.begin(), attributes.end());
  std::sort(out.begin(), out.end());
  return out;
}

absl::StatusOr<Wave> FromProto(std::string id, const v1::Wave& wave, std::string_view prefix) {
  Wave out;
  out.id = std::move(id);
  out.title = FromProto(wave.title());
  out.snapshot = wave.snapshot();
  for (int i = 0; i < wave.questionnaires_size(); ++i) {
    const v1::WaveQuestionnaire& asked = wave.questionnaires(i);
    ASSIGN_OR_RETURN(
        const VersionRef ref,
        ParseVersionName(asked.questionnaire_version(),
                         absl::StrCat(Av(prefix), "questionnaires[", i, "].questionnaire_version"),
                         false));
    std::vector<Sector> sectors;
    for (const int sector : asked.sectors()) sectors.push_back(static_cast<Sector>(sector));
    std::sort(sectors.begin(), sectors.end());
    sectors.erase(std::unique(sectors.begin(), sectors.end()), sectors.end());
    out.questionnaires.push_back({.questionnaire = ref.questionnaire,
                                  .version = ref.version,
                                  .sectors = std::move(sectors),
                                  .access = static_cast<Access>(asked.access())});
  }
  for (const v1::Quota& quota : wave.quotas()) {
    out.quotas.push_back({.id = quota.id(),
                          .role = static_cast<Role>(quota.role()),
                          .where = FromProto(quota.where()),
                          .limit = quota.limit()});
  }
  ASSIGN_OR_RETURN(out.open_time,
                   rpc::FromProto(wave.open_time(), absl::StrCat(Av(prefix), "open_time")));
  ASSIGN_OR_RETURN(out.close_time,
                   rpc::FromProto(wave.close_time(), absl::StrCat(Av(prefix), "close_time")));
  return out;
}

v1::Wave ToProto(const Wave& wave) {
  v1::Wave out;
  out.set_name(wave.name());
  ToProto(wave.title, *out.mutable_title());
  out.set_snapshot(wave.snapshot);
  out.set_snapshot_digest(wave.snapshot_digest);
  for (const WaveQuestionnaire& asked : wave.questionnaires) {
    v1::WaveQuestionnaire& questionnaire = *out.add_questionnaires();
    questionnaire.set_questionnaire_version(asked.version_name());
    for (const Sector sector : asked.sectors) {
      questionnaire.add_sectors(static_cast<voortgang::type::v1::Sector>(sector));
    }
    questionnaire.set_access(static_cast<v1::Access>(asked.access));
  }
  for (const Quota& quota : wave.quotas) {
    v1::Quota& limit = *out.add_quotas();
    limit.set_id(quota.id);
    limit.set_role(static_cast<v1::Role>(quota.role));
    for (const auto& [name, value] : quota.where) (*limit.mutable_where())[name] = value;
    limit.set_limit(quota.limit);
  }
  for (const SampleSummary& sample : wave.samples) *out.add_samples() = ToProto(sample);
  *out.mutable_open_time() = rpc::ToProto(wave.open_time);
  *out.mutable_close_time() = rpc::ToProto(wave.close_time);
  out.set_etag(rpc::EtagOf(out));
  return out;
}

v1::WaveProgress ToProto(std::string_view wave_name, const std::vector<RoleProgress>& roles) {
  v1::WaveProgress out;
  out.set_name(std::string(wave_name));
  for (const RoleProgress& progress : roles) {
    v1::RoleProgress& role = *out.add_roles();
    role.set_role(static_cast<v1::Role>(progress.role));
    role.set_population_units(progress.population_units);
    role.set_complete_units(progress.complete_units);
    role.set_started_units(progress.started_units);
    role.set_complete_responses(progress.complete_responses);
    role.set_partial_responses(progress.partial_responses);
    role.set_withdrawn_responses(progress.withdrawn_responses);
    for (const auto& [day, count] : progress.by_day) {
      v1::DailyCount& daily = *role.add_by_day();
      daily.set_day(FormatDay(day));
      daily.set_response_count(count);
    }
  }
  return out;
}

}  // namespace vg::survey
