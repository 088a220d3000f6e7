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
#include "services/funding/peers/registry_conversions.h"
#include "services/funding/peers/school_stream.h"

namespace vg::funding {
namespace {

namespace registry = voortgang::registry::v1;

using registry::RegistryService;

absl::StatusOr<std::string> SchoolCode(const std::string& name, std::string_view field) {
  static const auto& pattern = *new rpc::ResourcePattern("schools/{school}");
  return pattern.ParseId(name, field);
}

std::string SnapshotName(std::string_view snapshot) {
  return absl::StrCat("snapshots/", Av(snapshot));
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

absl::StatusOr<std::unique_ptr<RecipientSource>> GrpcRegister::Open(std::string_view snapshot,
                                                                    RecipientKind kind) {
  auto schools = std::make_unique<SchoolStream>(client_, SnapshotName(snapshot), "");
  if (kind == RecipientKind::kSchool) return HeldIfFew(std::move(schools));
  ASSIGN_OR_RETURN(std::vector<Recipient> municipalities, Municipalities(snapshot));
  RETURN_IF_ERROR(ForEachBatch(*schools, [&](std::span<const Recipient> branches) {
    AddPupils(branches, municipalities);
    return absl::OkStatus();
  }));
  return Held(std::move(municipalities));
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
  ASSIGN_OR_RETURN(evidence.branches,
                   funding::ReadAll(SchoolStream(client_, SnapshotName(snapshot),
                                                 absl::StrCat("municipalities/", Av(code)))));
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
      ASSIGN_OR_RETURN(const std::string gone, SchoolCode(change.school(), "school"));
      ASSIGN_OR_RETURN(heirs[gone], SchoolCode(change.after(), "after"));
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
