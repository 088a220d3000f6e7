#include "services/funding/peers/registry_conversions.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/errors.h"

namespace vg::funding {
namespace {

namespace registry = voortgang::registry::v1;
namespace type = voortgang::type::v1;

const rpc::ResourcePattern& SchoolName() {
  static const auto& pattern = *new rpc::ResourcePattern("schools/{school}");
  return pattern;
}
const rpc::ResourcePattern& MunicipalityName() {
  static const auto& pattern = *new rpc::ResourcePattern("municipalities/{municipality}");
  return pattern;
}
const rpc::ResourcePattern& BoardName() {
  static const auto& pattern = *new rpc::ResourcePattern("boards/{board}");
  return pattern;
}

// The id of a reference that may be empty.
absl::StatusOr<std::string> IdOf(const rpc::ResourcePattern& pattern, const std::string& name,
                                 std::string_view field) {
  if (name.empty()) return std::string();
  return pattern.ParseId(name, field);
}

Count FromProto(const type::Count& count) {
  switch (count.state()) {
    case type::COUNT_STATE_KNOWN:
      return Count::Known(count.value());
    case type::COUNT_STATE_SUPPRESSED:
      return Count::Suppressed();
    case type::COUNT_STATE_NOT_APPLICABLE:  // Not offered.
      return Count::Known(0);
    default:
      return Count::Missing();
  }
}

Sector FromProto(type::Sector sector) {
  switch (sector) {
    case type::SECTOR_PRIMARY:
      return Sector::kPrimary;
    case type::SECTOR_SECONDARY:
      return Sector::kSecondary;
    case type::SECTOR_SPECIAL:
      return Sector::kSpecial;
    default:
      return Sector::kUnknown;
  }
}

// A branch without any count was not counted; of others, a type without a count is not offered.
absl::StatusOr<Pupils> PupilsOf(const registry::School& school) {
  if (school.pupil_counts().empty()) return UnknownPupils();
  Pupils pupils;
  for (const registry::PupilCount& count : school.pupil_counts()) {
    const int place = static_cast<int>(count.school_type()) - 1;
    // Leaving out what is not understood would pay too little in silence.
    if (place < 0 || place >= static_cast<int>(kSchoolTypes)) {
      return BadRegister(school.school(), "pupils of a type that is not known here");
    }
    if (count.count().value() < 0) {
      return BadRegister(school.school(), "a negative number of pupils");
    }
    pupils[place] += FromProto(count.count());
  }
  return pupils;
}

std::vector<std::pair<std::string, std::string>> AttributesOf(
    const google::protobuf::Map<std::string, std::string>& attributes) {
  std::vector<std::pair<std::string, std::string>> sorted(attributes.begin(), attributes.end());
  std::ranges::sort(sorted);
  return sorted;
}

}  // namespace

absl::StatusOr<Recipient> FromProto(const registry::School& school) {
  Recipient recipient{.title = school.title(),
                      .sector = FromProto(school.sector()),
                      .province = school.province(),
                      .denomination = school.denomination()};
  ASSIGN_OR_RETURN(recipient.code, SchoolName().ParseId(school.school(), "school"));
  ASSIGN_OR_RETURN(recipient.board, IdOf(BoardName(), school.board(), "board"));
  ASSIGN_OR_RETURN(recipient.municipality,
                   IdOf(MunicipalityName(), school.municipality(), "municipality"));
  ASSIGN_OR_RETURN(recipient.pupils, PupilsOf(school));
  if (school.has_disadvantage_score()) {
    ASSIGN_OR_RETURN(recipient.score,
                     rpc::FromProto(school.disadvantage_score(), "disadvantage_score"));
  }
  recipient.attributes = AttributesOf(school.attributes());
  return recipient;
}

std::vector<FactRows> RowsOf(
    const google::protobuf::RepeatedPtrField<registry::FactSource>& sources) {
  std::vector<FactRows> rows;
  for (const registry::FactSource& source : sources) {
    rows.push_back(
        {source.fact(), source.file_name(), {source.lines().begin(), source.lines().end()}});
  }
  return rows;
}

absl::StatusOr<Recipient> FromProto(const registry::Municipality& municipality) {
  Recipient recipient{.title = municipality.title(), .province = municipality.province()};
  ASSIGN_OR_RETURN(recipient.code,
                   MunicipalityName().ParseId(municipality.municipality(), "municipality"));
  if (municipality.has_population()) recipient.population = municipality.population();
  if (municipality.has_disadvantage_score()) {
    ASSIGN_OR_RETURN(recipient.score,
                     rpc::FromProto(municipality.disadvantage_score(), "disadvantage_score"));
  }
  recipient.attributes = AttributesOf(municipality.attributes());
  return recipient;
}

}  // namespace vg::funding
