#include "services/funding/peers/grpc_register.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/errors.h"

namespace vg::funding {
namespace {

namespace registry = voortgang::registry::v1;
namespace type = voortgang::type::v1;

using registry::RegistryService;

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

std::string SnapshotName(std::string_view snapshot) {
  return absl::StrCat("snapshots/", Av(snapshot));
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
  recipient.attributes.assign(school.attributes().begin(), school.attributes().end());
  std::ranges::sort(recipient.attributes);
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
  return recipient;
}

}  // namespace

absl::StatusOr<SnapshotIdentity> GrpcRegister::Identify(std::string_view snapshot) {
  registry::GetSnapshotRequest request;
  request.set_name(SnapshotName(snapshot));
  ASSIGN_OR_RETURN(const registry::Snapshot found,
                   client_.Call(&RegistryService::Stub::GetSnapshot, request));
  SnapshotIdentity identity{.id = std::string(snapshot), .digest = found.digest()};
  ASSIGN_OR_RETURN(identity.count_date, rpc::FromProto(found.count_date(), "count_date"));
  return identity;
}

absl::StatusOr<std::vector<Recipient>> GrpcRegister::Branches(std::string_view snapshot,
                                                              std::string_view municipality) {
  registry::ExportSchoolsRequest request;
  request.set_parent(SnapshotName(snapshot));
  if (!municipality.empty()) {
    request.mutable_filter()->add_municipalities(absl::StrCat("municipalities/", Av(municipality)));
  }
  std::vector<Recipient> branches;
  const std::unique_ptr<grpc::ClientContext> context =
      rpc::NewClientContext(absl::InfiniteDuration());
  const auto reader = client_.stub().ExportSchools(context.get(), request);
  registry::ExportSchoolsResponse batch;
  absl::Status fault;
  while (reader->Read(&batch)) {
    for (const registry::School& school : batch.schools()) {
      absl::StatusOr<Recipient> branch = FromProto(school);
      if (!branch.ok()) {
        fault.Update(branch.status());
        context->TryCancel();
        break;
      }
      branches.push_back(*std::move(branch));
    }
  }
  const grpc::Status finished = reader->Finish();
  RETURN_IF_ERROR(fault);
  RETURN_IF_ERROR(rpc::FromGrpcStatus(finished));
  return branches;
}

absl::StatusOr<std::vector<Recipient>> GrpcRegister::Municipalities(std::string_view snapshot) {
  registry::ListMunicipalitiesRequest request;
  request.set_parent(SnapshotName(snapshot));
  request.set_page_size(1000);
  std::vector<Recipient> municipalities;
  do {
    ASSIGN_OR_RETURN(const registry::ListMunicipalitiesResponse page,
                     client_.Call(&RegistryService::Stub::ListMunicipalities, request));
    for (const registry::Municipality& municipality : page.municipalities()) {
      ASSIGN_OR_RETURN(municipalities.emplace_back(), FromProto(municipality));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return municipalities;
}

absl::StatusOr<std::vector<Recipient>> GrpcRegister::ReadAll(std::string_view snapshot,
                                                             RecipientKind kind) {
  ASSIGN_OR_RETURN(std::vector<Recipient> branches, Branches(snapshot, ""));
  if (kind == RecipientKind::kSchool) return branches;
  ASSIGN_OR_RETURN(std::vector<Recipient> municipalities, Municipalities(snapshot));
  CountPupils(branches, municipalities);
  return municipalities;
}

absl::StatusOr<Evidence> GrpcRegister::ReadOne(std::string_view snapshot, RecipientKind kind,
                                               std::string_view code) {
  Evidence evidence;
  if (kind == RecipientKind::kSchool) {
    registry::GetSchoolRequest request;
    request.set_name(absl::StrCat(SnapshotName(snapshot), "/schools/", Av(code)));
    ASSIGN_OR_RETURN(const registry::School school,
                     client_.Call(&RegistryService::Stub::GetSchool, request));
    ASSIGN_OR_RETURN(evidence.recipient, FromProto(school));
    evidence.rows = RowsOf(school.fact_sources());
    return evidence;
  }
  registry::GetMunicipalityRequest request;
  request.set_name(absl::StrCat(SnapshotName(snapshot), "/municipalities/", Av(code)));
  ASSIGN_OR_RETURN(const registry::Municipality found,
                   client_.Call(&RegistryService::Stub::GetMunicipality, request));
  ASSIGN_OR_RETURN(evidence.recipient, FromProto(found));
  evidence.rows = RowsOf(found.fact_sources());
  ASSIGN_OR_RETURN(evidence.branches, Branches(snapshot, code));
  CountPupils(evidence.branches, {&evidence.recipient, 1});
  return evidence;
}

absl::StatusOr<std::map<std::string, std::string>> GrpcRegister::Heirs(std::string_view before,
                                                                       std::string_view after) {
  registry::DiffSnapshotsRequest request;
  request.set_before(SnapshotName(before));
  request.set_after(SnapshotName(after));
  request.add_kinds(registry::SCHOOL_CHANGE_KIND_MERGED);
  request.set_page_size(1000);
  std::map<std::string, std::string> heirs;
  do {
    ASSIGN_OR_RETURN(const registry::DiffSnapshotsResponse page,
                     client_.Call(&RegistryService::Stub::DiffSnapshots, request));
    for (const registry::SchoolChange& change : page.changes()) {
      ASSIGN_OR_RETURN(const std::string gone, SchoolName().ParseId(change.school(), "school"));
      ASSIGN_OR_RETURN(heirs[gone], SchoolName().ParseId(change.after(), "after"));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return heirs;
}

absl::StatusOr<Lineage> GrpcRegister::ReadLineage(std::string_view before, std::string_view after) {
  Lineage lineage;
  if (before == after) return lineage;
  ASSIGN_OR_RETURN(lineage.heirs, Heirs(before, after));
  ASSIGN_OR_RETURN(lineage.origins, Heirs(after, before));
  return lineage;
}

}  // namespace vg::funding
