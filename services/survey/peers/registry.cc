#include "services/survey/peers/registry.h"

#include <memory>

#include "common/concurrency/blocking.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::registry::v1;

constexpr int kPageSize = 1000;
constexpr absl::Duration kExportTimeout = absl::Minutes(1);

}  // namespace

absl::StatusOr<std::string> RemoteRegistry::Digest(const std::string& snapshot) {
  v1::GetSnapshotRequest request;
  request.set_name(snapshot);
  ASSIGN_OR_RETURN(const v1::Snapshot found, client_.Call(&Service::Stub::GetSnapshot, request));
  return found.digest();
}

absl::StatusOr<std::vector<Unit>> RemoteRegistry::Units(const std::string& snapshot,
                                                        const std::set<UnitKind>& kinds) {
  std::vector<Unit> units;
  if (kinds.contains(UnitKind::kSchool)) RETURN_IF_ERROR(AddSchools(snapshot, units));
  if (kinds.contains(UnitKind::kBoard)) RETURN_IF_ERROR(AddBoards(snapshot, units));
  if (kinds.contains(UnitKind::kMunicipality)) RETURN_IF_ERROR(AddMunicipalities(snapshot, units));
  return units;
}

absl::Status RemoteRegistry::AddSchools(const std::string& snapshot, std::vector<Unit>& units) {
  AssertMayBlock("a call to the registry");
  v1::ExportSchoolsRequest request;
  request.set_parent(snapshot);
  const std::unique_ptr<grpc::ClientContext> context = rpc::NewClientContext(kExportTimeout);
  const auto reader = client_.stub().ExportSchools(context.get(), request);
  v1::ExportSchoolsResponse batch;
  while (reader->Read(&batch)) {
    for (const v1::School& school : batch.schools()) {
      units.push_back({school.school(), static_cast<Sector>(school.sector())});
    }
  }
  return rpc::FromGrpcStatus(reader->Finish());
}

absl::Status RemoteRegistry::AddBoards(const std::string& snapshot, std::vector<Unit>& units) {
  v1::ListBoardsRequest request;
  request.set_parent(snapshot);
  request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const v1::ListBoardsResponse page,
                     client_.Call(&Service::Stub::ListBoards, request));
    for (const v1::Board& board : page.boards()) units.push_back({board.board(), Sector::kNone});
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status RemoteRegistry::AddMunicipalities(const std::string& snapshot,
                                               std::vector<Unit>& units) {
  v1::ListMunicipalitiesRequest request;
  request.set_parent(snapshot);
  request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const v1::ListMunicipalitiesResponse page,
                     client_.Call(&Service::Stub::ListMunicipalities, request));
    for (const v1::Municipality& municipality : page.municipalities()) {
      units.push_back({municipality.municipality(), Sector::kNone});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace vg::survey
