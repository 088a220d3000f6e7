#include "services/catalogue/peers/registry.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"

#include "common/concurrency/blocking.h"
#include "common/education/school_classes.h"
#include "common/numeric/exact.h"
#include "common/status/status_macros.h"

namespace vg::catalogue {
namespace {

namespace v1 = voortgang::registry::v1;
namespace type = voortgang::type::v1;

constexpr size_t kSnapshotsKept = 3;
constexpr absl::Duration kExportTimeout = absl::Minutes(1);
constexpr int kMunicipalityPage = 1000;

std::string_view SectorName(type::Sector sector) {
  switch (sector) {
    case type::SECTOR_PRIMARY:
      return "primary";
    case type::SECTOR_SECONDARY:
      return "secondary";
    case type::SECTOR_SPECIAL:
      return "special";
    default:
      return "";
  }
}

std::optional<int64_t> KnownPupils(const v1::School& school) {
  std::optional<int64_t> pupils;
  for (const v1::PupilCount& count : school.pupil_counts()) {
    if (count.count().state() != type::COUNT_STATE_KNOWN) continue;
    pupils = pupils.value_or(0) + count.count().value();
  }
  return pupils;
}

std::optional<Exact> Score(const v1::School& school) {
  if (!school.has_disadvantage_score()) return std::nullopt;
  const absl::StatusOr<Exact> score = Exact::FromDecimal(school.disadvantage_score().value());
  if (!score.ok()) return std::nullopt;
  return ScorePerPupil(*score, KnownPupils(school));
}

// Without the class of its score, which takes all schools to tell.
School ToSchool(const v1::School& school) {
  School out{.code = school.school().substr(school.school().rfind('/') + 1)};
  // What the register adds never hides what every school has.
  out.attributes.insert(school.attributes().begin(), school.attributes().end());
  out.attributes["sector"] = SectorName(school.sector());
  out.attributes["province"] = school.province();
  out.attributes["municipality"] = school.municipality();
  out.attributes["board"] = school.board();
  out.attributes["denomination"] = school.denomination();
  out.attributes["structure"] = school.structure();
  out.attributes["size"] = SizeClass(KnownPupils(school));
  return out;
}

// Adds what is known of the municipality of the school, as "municipality.urbanity".
void AddFacts(const std::map<std::string, std::map<std::string, std::string>>& municipalities,
              School& school) {
  const auto found = municipalities.find(school.attributes["municipality"]);
  if (found == municipalities.end()) return;
  for (const auto& [name, value] : found->second) {
    school.attributes[absl::StrCat("municipality.", name)] = value;
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<const SchoolTable>> RemoteRegistry::Schools(
    const std::string& snapshot) {
  const auto known = [&](const auto& kept) { return kept.first == snapshot; };
  {
    absl::MutexLock lock(&mutex_);
    const auto found = std::find_if(at_hand_.begin(), at_hand_.end(), known);
    if (found != at_hand_.end()) {
      std::rotate(found, found + 1, at_hand_.end());
      return at_hand_.back().second;
    }
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const SchoolTable> fetched, Fetch(snapshot));
  absl::MutexLock lock(&mutex_);
  std::erase_if(at_hand_, known);  // Another call may have fetched it meanwhile.
  if (at_hand_.size() == kSnapshotsKept) at_hand_.erase(at_hand_.begin());
  at_hand_.emplace_back(snapshot, fetched);
  return fetched;
}

absl::StatusOr<RemoteRegistry::Facts> RemoteRegistry::FactsOfMunicipalities(
    const std::string& snapshot) {
  v1::ListMunicipalitiesRequest request;
  request.set_parent(snapshot);
  request.set_page_size(kMunicipalityPage);
  Facts facts;
  do {
    ASSIGN_OR_RETURN(const v1::ListMunicipalitiesResponse page,
                     client_.Call(&Service::Stub::ListMunicipalities, request));
    for (const v1::Municipality& municipality : page.municipalities()) {
      facts[municipality.municipality()].insert(municipality.attributes().begin(),
                                                municipality.attributes().end());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return facts;
}

absl::StatusOr<std::shared_ptr<const SchoolTable>> RemoteRegistry::Fetch(
    const std::string& snapshot) {
  v1::GetSnapshotRequest get;
  get.set_name(snapshot);
  ASSIGN_OR_RETURN(const v1::Snapshot found, client_.Call(&Service::Stub::GetSnapshot, get));
  ASSIGN_OR_RETURN(const Facts municipalities, FactsOfMunicipalities(snapshot));
  AssertMayBlock("a call to the registry");
  v1::ExportSchoolsRequest request;
  request.set_parent(snapshot);
  const std::unique_ptr<grpc::ClientContext> context = rpc::NewClientContext(kExportTimeout);
  const auto reader = client_.stub().ExportSchools(context.get(), request);
  std::vector<School> schools;
  std::vector<std::optional<Exact>> scores;  // Of the school at the same place.
  v1::ExportSchoolsResponse batch;
  while (reader->Read(&batch)) {
    for (const v1::School& school : batch.schools()) {
      schools.push_back(ToSchool(school));
      AddFacts(municipalities, schools.back());
      scores.push_back(Score(school));
    }
  }
  RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));

  std::vector<Exact> all;
  for (const std::optional<Exact>& score : scores) {
    if (score) all.push_back(*score);
  }
  const ScoreQuintiles quintiles(std::move(all));
  for (size_t i = 0; i < schools.size(); ++i) {
    schools[i].attributes["score"] = quintiles.Of(scores[i]);
  }
  return std::make_shared<const SchoolTable>(found.digest(), schools);
}

}  // namespace vg::catalogue
