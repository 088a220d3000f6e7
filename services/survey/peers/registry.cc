#include "services/survey/peers/registry.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "common/concurrency/blocking.h"
#include "common/education/school_classes.h"
#include "common/numeric/exact.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::registry::v1;

constexpr int kPageSize = 1000;
constexpr absl::Duration kExportTimeout = absl::Minutes(1);

void Know(Unit& unit, std::string_view name, std::string_view value) {
  if (!value.empty()) SetAttribute(unit.attributes, name, value);
}

std::optional<int64_t> KnownPupils(const v1::School& school) {
  std::optional<int64_t> pupils;
  for (const v1::PupilCount& count : school.pupil_counts()) {
    if (count.count().state() != voortgang::type::v1::COUNT_STATE_KNOWN) continue;
    pupils = pupils.value_or(0) + count.count().value();
  }
  return pupils;
}

std::optional<Exact> ScoreOf(const v1::School& school) {
  if (!school.has_disadvantage_score()) return std::nullopt;
  const absl::StatusOr<Exact> score = Exact::FromDecimal(school.disadvantage_score().value());
  if (!score.ok()) return std::nullopt;
  return ScorePerPupil(*score, KnownPupils(school));
}

// Without its score, which takes all schools to be put in a class.
Unit ToUnit(const v1::School& school) {
  Unit unit{school.school(), static_cast<Sector>(school.sector())};
  // What the register adds never hides what every school has.
  for (const auto& [name, value] : school.attributes()) Know(unit, name, value);
  Know(unit, "sector", SectorName(unit.sector));
  Know(unit, "province", school.province());
  Know(unit, "municipality", school.municipality());
  Know(unit, "board", school.board());
  Know(unit, "denomination", school.denomination());
  Know(unit, "structure", school.structure());
  Know(unit, "size", SizeClass(KnownPupils(school)));
  return unit;
}

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
  Boards boards;
  const bool with_boards = kinds.contains(UnitKind::kBoard);
  if (with_boards || kinds.contains(UnitKind::kSchool)) {
    RETURN_IF_ERROR(AddSchools(snapshot, units, boards));
  }
  if (!kinds.contains(UnitKind::kSchool)) units.clear();
  if (with_boards) RETURN_IF_ERROR(AddBoards(snapshot, boards, units));
  if (kinds.contains(UnitKind::kMunicipality)) RETURN_IF_ERROR(AddMunicipalities(snapshot, units));
  return units;
}

absl::Status RemoteRegistry::AddSchools(const std::string& snapshot, std::vector<Unit>& units,
                                        Boards& boards) {
  AssertMayBlock("a call to the registry");
  v1::ExportSchoolsRequest request;
  request.set_parent(snapshot);
  const std::unique_ptr<grpc::ClientContext> context = rpc::NewClientContext(kExportTimeout);
  const auto reader = client_.stub().ExportSchools(context.get(), request);
  const size_t first = units.size();
  std::vector<std::optional<Exact>> scores;
  v1::ExportSchoolsResponse batch;
  while (reader->Read(&batch)) {
    for (const v1::School& school : batch.schools()) {
      units.push_back(ToUnit(school));
      scores.push_back(ScoreOf(school));
      if (!school.board().empty()) boards[school.board()].Add(units.back(), KnownPupils(school));
    }
  }
  RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));

  std::vector<Exact> known;
  for (const auto& score : scores) {
    if (score) known.push_back(*score);
  }
  const ScoreQuintiles quintiles(std::move(known));
  for (size_t i = 0; i < scores.size(); ++i) {
    Know(units[first + i], "score", quintiles.Of(scores[i]));
  }
  return absl::OkStatus();
}

absl::Status RemoteRegistry::AddBoards(const std::string& snapshot, const Boards& boards,
                                       std::vector<Unit>& units) {
  v1::ListBoardsRequest request;
  request.set_parent(snapshot);
  request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const v1::ListBoardsResponse page,
                     client_.Call(&Service::Stub::ListBoards, request));
    for (const v1::Board& board : page.boards()) {
      Unit& unit = units.emplace_back(Unit{board.board(), Sector::kNone});
      if (const auto schools = boards.find(unit.name); schools != boards.end()) {
        unit.attributes = schools->second.attributes();
      }
    }
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
      Unit unit{municipality.municipality(), Sector::kNone};
      for (const auto& [name, value] : municipality.attributes()) Know(unit, name, value);
      Know(unit, "province", municipality.province());
      units.push_back(std::move(unit));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace vg::survey
