#include "services/registry/api/registry_service.h"

#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/registry/api/names.h"
#include "services/registry/api/registry_proto.h"
#include "services/registry/domain/diff.h"

namespace vg::registry {
namespace {

constexpr rpc::PageLimits kSnapshotPages = {.default_size = 50, .max_size = 500};
constexpr rpc::PageLimits kPages = {.default_size = 100, .max_size = 1000};
constexpr size_t kSchoolsPerMessage = 500;

// Drops the item beyond the page, if there is one; then `position_of` the last one on the page is
// where the next begins.
template <typename Item, typename Request, typename PositionOf>
std::string CloseListPage(const Request& request, const rpc::Page& page, std::vector<Item>& items,
                          PositionOf position_of) {
  if (items.size() <= page.size) return "";
  items.pop_back();
  return rpc::NextPageToken(request, position_of(items.back()));
}

// Orders changes as Diff does; "" comes before all.
std::string PositionOf(const SchoolChange& change) {
  return absl::StrCat(change.code, "/", static_cast<int>(change.kind), "/",
                      static_cast<int>(change.type));
}

}  // namespace

RegistryService::RegistryService(RegistryStore& store, const Clock& clock,
                                 metrics::Registry& metrics, rpc::CallPipeline& calls)
    : store_(store), imports_(store, clock, metrics), calls_(calls) {}

grpc::ServerBidiReactor<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>*
RegistryService::ImportSnapshot(grpc::CallbackServerContext* context) {
  return calls_.BidiStream<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>(
      context,
      [this](rpc::Call&, SnapshotImports::Stream& stream) { return imports_.Import(stream); });
}

grpc::ServerUnaryReactor* RegistryService::GetSnapshot(grpc::CallbackServerContext* context,
                                                       const v1::GetSnapshotRequest* request,
                                                       v1::Snapshot* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&RegistryService::SnapshotNamed, this));
}

grpc::ServerUnaryReactor* RegistryService::ListSnapshots(grpc::CallbackServerContext* context,
                                                         const v1::ListSnapshotsRequest* request,
                                                         v1::ListSnapshotsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&RegistryService::Snapshots, this));
}

grpc::ServerUnaryReactor* RegistryService::ListRefusedRows(
    grpc::CallbackServerContext* context, const v1::ListRefusedRowsRequest* request,
    v1::ListRefusedRowsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&RegistryService::RefusedRows, this));
}

grpc::ServerUnaryReactor* RegistryService::GetSchool(grpc::CallbackServerContext* context,
                                                     const v1::GetSchoolRequest* request,
                                                     v1::School* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&RegistryService::SchoolNamed, this));
}

grpc::ServerUnaryReactor* RegistryService::ListSchools(grpc::CallbackServerContext* context,
                                                       const v1::ListSchoolsRequest* request,
                                                       v1::ListSchoolsResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&RegistryService::Schools, this));
}

grpc::ServerWriteReactor<v1::ExportSchoolsResponse>* RegistryService::ExportSchools(
    grpc::CallbackServerContext* context, const v1::ExportSchoolsRequest* request) {
  return calls_.ServerStream<v1::ExportSchoolsResponse>(
      context, request, std::bind_front(&RegistryService::Export, this));
}

grpc::ServerUnaryReactor* RegistryService::GetBoard(grpc::CallbackServerContext* context,
                                                    const v1::GetBoardRequest* request,
                                                    v1::Board* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&RegistryService::BoardNamed, this));
}

grpc::ServerUnaryReactor* RegistryService::ListBoards(grpc::CallbackServerContext* context,
                                                      const v1::ListBoardsRequest* request,
                                                      v1::ListBoardsResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&RegistryService::Boards, this));
}

grpc::ServerUnaryReactor* RegistryService::GetMunicipality(
    grpc::CallbackServerContext* context, const v1::GetMunicipalityRequest* request,
    v1::Municipality* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&RegistryService::MunicipalityNamed, this));
}

grpc::ServerUnaryReactor* RegistryService::ListMunicipalities(
    grpc::CallbackServerContext* context, const v1::ListMunicipalitiesRequest* request,
    v1::ListMunicipalitiesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&RegistryService::Municipalities, this));
}

grpc::ServerUnaryReactor* RegistryService::DiffSnapshots(grpc::CallbackServerContext* context,
                                                         const v1::DiffSnapshotsRequest* request,
                                                         v1::DiffSnapshotsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&RegistryService::Differences, this));
}

absl::Status RegistryService::SnapshotNamed(const v1::GetSnapshotRequest& request,
                                            v1::Snapshot& response) {
  ASSIGN_OR_RETURN(const std::string id, SnapshotIdOf(request.name(), "name"));
  ASSIGN_OR_RETURN(const Snapshot snapshot, store_.GetSnapshot(id));
  ToProto(snapshot, response);
  return absl::OkStatus();
}

absl::Status RegistryService::Snapshots(const v1::ListSnapshotsRequest& request,
                                        v1::ListSnapshotsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kSnapshotPages));
  ASSIGN_OR_RETURN(const auto after, rpc::UnpackPosition(page.position, 2));
  ASSIGN_OR_RETURN(auto snapshots, store_.ListSnapshots(after[0], after[1], page.size + 1));
  response.set_next_page_token(CloseListPage(request, page, snapshots, [](const Snapshot& last) {
    return rpc::PackPosition({FormatDay(last.count_date), last.id});
  }));
  for (const Snapshot& snapshot : snapshots) ToProto(snapshot, *response.add_snapshots());
  return absl::OkStatus();
}

absl::Status RegistryService::RefusedRows(const v1::ListRefusedRowsRequest& request,
                                          v1::ListRefusedRowsResponse& response) {
  ASSIGN_OR_RETURN(const std::string snapshot, SnapshotIdOf(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  int64_t after = 0;
  const bool resumed = absl::SimpleAtoi(page.position, &after);
  if (!resumed) after = 0;
  ASSIGN_OR_RETURN(auto refusals, store_.ListRefusals(snapshot, after, page.size + 1));
  response.set_next_page_token(
      CloseListPage(request, page, refusals,
                    [](const StoredRefusal& last) { return absl::StrCat(last.number); }));
  for (const StoredRefusal& stored : refusals) {
    ToProto(stored.refusal, stored.file_name, *response.add_refused_rows());
  }
  return absl::OkStatus();
}

absl::Status RegistryService::SchoolNamed(const v1::GetSchoolRequest& request,
                                          v1::School& response) {
  ASSIGN_OR_RETURN(const NameInSnapshot name, ParseSchoolInSnapshot(request.name()));
  ASSIGN_OR_RETURN(const School school, store_.GetSchool(name.snapshot, name.id));
  ASSIGN_OR_RETURN(const Snapshot snapshot, store_.GetSnapshot(name.snapshot));
  ToProto(school, name.snapshot, response);
  return AddFactSources(school, snapshot.sources, response);
}

absl::Status RegistryService::Schools(const v1::ListSchoolsRequest& request,
                                      v1::ListSchoolsResponse& response) {
  ASSIGN_OR_RETURN(const std::string snapshot, SnapshotIdOf(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const SchoolFilter filter, FromProto(request.filter()));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  ASSIGN_OR_RETURN(auto schools,
                   store_.ListSchools(snapshot, filter, page.position, page.size + 1));
  // Two transactions see the same, because a snapshot never changes.
  ASSIGN_OR_RETURN(const int64_t total, store_.CountSchools(snapshot, filter));
  response.set_total_size(total);
  response.set_next_page_token(
      CloseListPage(request, page, schools, [](const School& last) { return last.code; }));
  for (const School& school : schools) ToProto(school, snapshot, *response.add_schools());
  return absl::OkStatus();
}

absl::Status RegistryService::Export(rpc::Call&, const v1::ExportSchoolsRequest& request,
                                     rpc::Writer<v1::ExportSchoolsResponse>& writer) {
  ASSIGN_OR_RETURN(const std::string snapshot, SnapshotIdOf(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const SchoolFilter filter, FromProto(request.filter()));
  // A page at a time, so that a slow reader holds no connection to the database.
  std::string after;
  for (;;) {
    ASSIGN_OR_RETURN(const auto schools,
                     store_.ListSchools(snapshot, filter, after, kSchoolsPerMessage));
    if (schools.empty()) return absl::OkStatus();
    v1::ExportSchoolsResponse response;
    for (const School& school : schools) ToProto(school, snapshot, *response.add_schools());
    RETURN_IF_ERROR(writer.Write(std::move(response)));
    if (schools.size() < kSchoolsPerMessage) return absl::OkStatus();
    after = schools.back().code;
  }
}

absl::Status RegistryService::BoardNamed(const v1::GetBoardRequest& request, v1::Board& response) {
  ASSIGN_OR_RETURN(const NameInSnapshot name, ParseBoardInSnapshot(request.name()));
  ASSIGN_OR_RETURN(const Board board, store_.GetBoard(name.snapshot, name.id));
  ToProto(board, name.snapshot, response);
  return absl::OkStatus();
}

absl::Status RegistryService::Boards(const v1::ListBoardsRequest& request,
                                     v1::ListBoardsResponse& response) {
  ASSIGN_OR_RETURN(const std::string snapshot, SnapshotIdOf(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  ASSIGN_OR_RETURN(auto boards, store_.ListBoards(snapshot, page.position, page.size + 1));
  response.set_next_page_token(
      CloseListPage(request, page, boards, [](const Board& last) { return last.number; }));
  for (const Board& board : boards) ToProto(board, snapshot, *response.add_boards());
  return absl::OkStatus();
}

absl::Status RegistryService::MunicipalityNamed(const v1::GetMunicipalityRequest& request,
                                                v1::Municipality& response) {
  ASSIGN_OR_RETURN(const NameInSnapshot name, ParseMunicipalityInSnapshot(request.name()));
  ASSIGN_OR_RETURN(const Municipality municipality, store_.GetMunicipality(name.snapshot, name.id));
  ASSIGN_OR_RETURN(const Snapshot snapshot, store_.GetSnapshot(name.snapshot));
  ToProto(municipality, name.snapshot, response);
  return AddFactSources(municipality, snapshot.sources, response);
}

absl::Status RegistryService::Municipalities(const v1::ListMunicipalitiesRequest& request,
                                             v1::ListMunicipalitiesResponse& response) {
  ASSIGN_OR_RETURN(const std::string snapshot, SnapshotIdOf(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const auto provinces, ProvincesOf(request.provinces(), "provinces"));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  ASSIGN_OR_RETURN(auto municipalities,
                   store_.ListMunicipalities(snapshot, provinces, page.position, page.size + 1));
  response.set_next_page_token(CloseListPage(request, page, municipalities,
                                             [](const Municipality& last) { return last.code; }));
  for (const Municipality& municipality : municipalities) {
    ToProto(municipality, snapshot, *response.add_municipalities());
  }
  return absl::OkStatus();
}

absl::Status RegistryService::Differences(const v1::DiffSnapshotsRequest& request,
                                          v1::DiffSnapshotsResponse& response) {
  ASSIGN_OR_RETURN(const std::string before_id, SnapshotIdOf(request.before(), "before"));
  ASSIGN_OR_RETURN(const std::string after_id, SnapshotIdOf(request.after(), "after"));
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kPages));
  ASSIGN_OR_RETURN(const auto before, store_.ReadFacts(before_id));
  ASSIGN_OR_RETURN(const auto after, store_.ReadFacts(after_id));

  bool wanted[kChangeKinds + 1] = {};
  for (const int kind : request.kinds()) {
    if (kind >= 0 && kind <= kChangeKinds) wanted[kind] = true;
  }
  const bool all = request.kinds().empty() || wanted[0];
  int64_t totals[kChangeKinds + 1] = {};
  const SchoolChange* last = nullptr;
  // The whole is compared for every page: two nations take some 50 ms, and nothing has to be kept.
  const std::vector<SchoolChange> changes = Diff(before, after);
  for (const SchoolChange& change : changes) {
    const int kind = static_cast<int>(change.kind);
    ++totals[kind];
    if ((!all && !wanted[kind]) || PositionOf(change) <= page.position) continue;
    if (static_cast<size_t>(response.changes_size()) < page.size) {
      ToProto(change, *response.add_changes());
      last = &change;
    } else if (response.next_page_token().empty()) {
      response.set_next_page_token(rpc::NextPageToken(request, PositionOf(*last)));
    }
  }
  for (int kind = 1; kind <= kChangeKinds; ++kind) {
    (*response.mutable_totals())[std::string(ChangeKindName(static_cast<ChangeKind>(kind)))] =
        totals[kind];
  }
  return absl::OkStatus();
}

}  // namespace vg::registry
