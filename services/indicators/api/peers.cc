#include "services/indicators/api/peers.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include <grpc/support/time.h>

#include "common/concurrency/blocking.h"
#include "common/grpc/status.h"
#include "common/numeric/exact.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/definition_proto.h"

namespace vg::indicators {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace registry = voortgang::registry::v1;
namespace survey = voortgang::survey::v1;

constexpr size_t kSnapshotsKept = 2;
constexpr size_t kWavesKept = 100;
constexpr size_t kSamplesKept = 16;  // A megabyte or two each.
constexpr int kPageSize = 1000;
constexpr int kPatience = 10;  // Seconds.

Unit ToUnit(const registry::School& school) {
  Unit unit;
  unit.name = school.school();
  unit.sector = SectorName(school.sector());
  unit.province = school.province();
  unit.municipality = school.municipality();
  unit.board = school.board();
  unit.denomination = school.denomination();
  for (const registry::PupilCount& count : school.pupil_counts()) {
    if (count.count().state() != voortgang::type::v1::COUNT_STATE_KNOWN) continue;
    unit.counted = true;
    unit.pupils += count.count().value();
  }
  if (school.has_disadvantage_score()) {
    absl::StatusOr<Exact> score = Exact::FromDecimal(school.disadvantage_score().value());
    if (score.ok()) unit.score = *std::move(score);
  }
  unit.attributes.insert(school.attributes().begin(), school.attributes().end());
  return unit;
}

// For a call that this service makes in its own name: who asks for figures may not see the sample.
std::unique_ptr<grpc::ClientContext> ContextOfItsOwn() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_seconds(kPatience, GPR_TIMESPAN)));
  return context;
}

absl::StatusOr<WaveSample::Member> ToMember(const survey::SampleUnit& told) {
  WaveSample::Member member;
  member.unit.id = told.unit();
  member.unit.stratum = told.stratum();
  for (const survey::SampleStage& stage : told.stages()) {
    member.unit.stages.push_back({stage.cluster(), stage.population_size()});
  }
  if (told.has_weight() && !absl::SimpleAtod(told.weight().value(), &member.unit.weight)) {
    return absl::DataLossError(absl::StrCat("the weight of ", told.unit(), " is no number"));
  }
  member.attributes.insert(told.attributes().begin(), told.attributes().end());
  if (!told.stratum().empty()) member.attributes.emplace("stratum", told.stratum());
  return member;
}

// One stream of a feed. `Open(context, request)` starts the call.
template <typename Request, typename Response, typename Open>
absl::Status Stream(const feed::Cursors& from, bool follow, const std::stop_token& stop,
                    feed::Deliver deliver, const Open& open) {
  Request request;
  request.set_follow(follow);
  for (int partition = 0; partition < feed::kPartitions; ++partition) {
    if (from[static_cast<size_t>(partition)] == 0) continue;
    auto& position = *request.add_positions();
    position.set_partition(partition);
    position.set_number(from[static_cast<size_t>(partition)]);
  }
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  const std::stop_callback cancel(stop, [&context] { context->TryCancel(); });
  const auto reader = open(context.get(), request);
  Response response;
  absl::Status refused;
  const auto known = [&refused](int partition) {
    if (partition >= 0 && partition < feed::kPartitions) return true;
    refused = absl::DataLossError(absl::StrCat("a feed names partition ", partition));
    return false;
  };
  while (refused.ok() && reader->Read(&response)) {
    std::vector<feed::Entry> entries;
    for (const auto& change : response.changes()) {
      if (!known(change.position().partition())) break;
      feed::Entry entry;
      entry.partition = change.position().partition();
      entry.number = change.position().number();
      entry.payload = change.SerializeAsString();
      entries.push_back(std::move(entry));
    }
    feed::Cursors heads{};
    for (const auto& head : response.heads()) {
      if (!known(head.partition())) break;
      heads[static_cast<size_t>(head.partition())] = head.number();
    }
    if (!refused.ok()) break;
    refused = deliver(entries, response.heads().empty() ? nullptr : &heads);
  }
  if (!refused.ok()) {
    context->TryCancel();
    (void)reader->Finish();
    return refused;
  }
  return rpc::FromGrpcStatus(reader->Finish());
}

}  // namespace

std::string SectorName(voortgang::type::v1::Sector sector) {
  switch (sector) {
    case voortgang::type::v1::SECTOR_PRIMARY:
      return "primary";
    case voortgang::type::v1::SECTOR_SECONDARY:
      return "secondary";
    case voortgang::type::v1::SECTOR_SPECIAL:
      return "special";
    default:
      return "";
  }
}

absl::StatusOr<survey::QuestionnaireVersion> GrpcPeers::Questionnaire(const std::string& name) {
  survey::GetQuestionnaireVersionRequest request;
  request.set_name(name);
  return survey_.Call(&survey::SurveyService::Stub::GetQuestionnaireVersion, request);
}

absl::StatusOr<survey::CompareQuestionnaireVersionsResponse> GrpcPeers::CompareVersions(
    const std::string& before, const std::string& after) {
  survey::CompareQuestionnaireVersionsRequest request;
  request.set_before(before);
  request.set_after(after);
  return survey_.Call(&survey::SurveyService::Stub::CompareQuestionnaireVersions, request);
}

absl::StatusOr<survey::Wave> GrpcPeers::Wave(const std::string& name) {
  {
    absl::MutexLock lock(&mutex_);
    const auto kept = waves_.find(name);
    if (kept != waves_.end()) return kept->second;
  }
  survey::GetWaveRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(survey::Wave wave, survey_.Call(&survey::SurveyService::Stub::GetWave, request));
  absl::MutexLock lock(&mutex_);
  if (waves_.size() >= kWavesKept) waves_.clear();
  return waves_[name] = std::move(wave);
}

absl::StatusOr<std::shared_ptr<const WaveSample>> GrpcPeers::Sample(const survey::Wave& wave,
                                                                    survey::Role role) {
  for (const survey::SampleSummary& summary : wave.samples()) {
    if (summary.role() != role) continue;
    {
      absl::MutexLock lock(&mutex_);
      const auto kept = samples_.find(summary.digest());
      if (kept != samples_.end()) return kept->second;
    }
    ASSIGN_OR_RETURN(std::shared_ptr<const WaveSample> fetched, FetchSample(wave.name(), summary));
    absl::MutexLock lock(&mutex_);
    if (samples_.size() >= kSamplesKept) samples_.clear();
    return samples_[summary.digest()] = std::move(fetched);
  }
  return nullptr;
}

absl::StatusOr<std::shared_ptr<const WaveSample>> GrpcPeers::FetchSample(
    const std::string& wave, const survey::SampleSummary& summary) {
  auto sample = std::make_shared<WaveSample>();
  sample->digest = summary.digest();
  survey::ListSampleUnitsRequest request;
  request.set_parent(wave);
  request.set_role(summary.role());
  request.set_page_size(kPageSize);
  do {
    AssertMayBlock("a call to another service");
    survey::ListSampleUnitsResponse page;
    const auto context = ContextOfItsOwn();
    RETURN_IF_ERROR(
        rpc::FromGrpcStatus(fieldwork_.stub().ListSampleUnits(context.get(), request, &page)));
    for (const survey::SampleUnit& told : page.sample_units()) {
      ASSIGN_OR_RETURN(WaveSample::Member member, ToMember(told));
      for (const auto& [name, value] : member.attributes) sample->attribute_names.insert(name);
      sample->members.emplace(told.unit(), std::move(member));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return sample;
}

absl::StatusOr<std::shared_ptr<const SnapshotUnits>> GrpcPeers::Units(const std::string& snapshot) {
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& kept : units_) {
      if (kept->snapshot == snapshot) return kept;
    }
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const SnapshotUnits> fetched, FetchUnits(snapshot));
  absl::MutexLock lock(&mutex_);
  for (const auto& kept : units_) {
    if (kept->snapshot == snapshot) return kept;  // Another call fetched it meanwhile.
  }
  if (units_.size() == kSnapshotsKept) units_.erase(units_.begin());
  units_.push_back(fetched);
  return fetched;
}

absl::StatusOr<std::shared_ptr<const SnapshotUnits>> GrpcPeers::FetchUnits(
    const std::string& snapshot) {
  registry::GetSnapshotRequest get;
  get.set_name(snapshot);
  ASSIGN_OR_RETURN(const registry::Snapshot found,
                   registry_.Call(&registry::RegistryService::Stub::GetSnapshot, get));
  std::vector<Unit> units;
  registry::ExportSchoolsRequest schools;
  schools.set_parent(snapshot);
  const auto context = rpc::NewClientContext(absl::Minutes(1));
  const auto reader = registry_.stub().ExportSchools(context.get(), schools);
  registry::ExportSchoolsResponse batch;
  while (reader->Read(&batch)) {
    for (const registry::School& school : batch.schools()) units.push_back(ToUnit(school));
  }
  RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));

  registry::ListBoardsRequest boards;
  boards.set_parent(snapshot);
  boards.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const registry::ListBoardsResponse page,
                     registry_.Call(&registry::RegistryService::Stub::ListBoards, boards));
    for (const registry::Board& board : page.boards()) {
      Unit unit;
      unit.name = board.board();
      units.push_back(std::move(unit));
    }
    boards.set_page_token(page.next_page_token());
  } while (!boards.page_token().empty());

  registry::ListMunicipalitiesRequest municipalities;
  municipalities.set_parent(snapshot);
  municipalities.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(
        const registry::ListMunicipalitiesResponse page,
        registry_.Call(&registry::RegistryService::Stub::ListMunicipalities, municipalities));
    for (const registry::Municipality& municipality : page.municipalities()) {
      Unit unit;
      unit.name = municipality.municipality();
      unit.province = municipality.province();
      units.push_back(std::move(unit));
    }
    municipalities.set_page_token(page.next_page_token());
  } while (!municipalities.page_token().empty());

  return std::make_shared<const SnapshotUnits>(
      SnapshotUnits{snapshot, found.digest(), UnitTable(std::move(units))});
}

absl::StatusOr<std::set<std::string>> GrpcPeers::Schools(const std::string& snapshot,
                                                         const registry::SchoolFilter& filter) {
  registry::ExportSchoolsRequest request;
  request.set_parent(snapshot);
  *request.mutable_filter() = filter;
  const auto context = rpc::NewClientContext(absl::Minutes(1));
  const auto reader = registry_.stub().ExportSchools(context.get(), request);
  std::set<std::string> names;
  registry::ExportSchoolsResponse batch;
  while (reader->Read(&batch)) {
    for (const registry::School& school : batch.schools()) names.insert(school.school());
  }
  RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
  return names;
}

absl::Status GrpcPeers::Tail(const std::string& feed, const feed::Cursors& from, bool follow,
                             std::stop_token stop, feed::Deliver deliver) {
  if (feed == kProgrammeFeed) {
    return Stream<catalogue::TailProgrammeChangesRequest, catalogue::TailProgrammeChangesResponse>(
        from, follow, stop, deliver, [this](grpc::ClientContext* context, const auto& request) {
          return catalogue_.stub().TailProgrammeChanges(context, request);
        });
  }
  return Stream<survey::TailResponseChangesRequest, survey::TailResponseChangesResponse>(
      from, follow, stop, deliver, [this](grpc::ClientContext* context, const auto& request) {
        return survey_.stub().TailResponseChanges(context, request);
      });
}

absl::StatusOr<feed::Cursors> GrpcPeers::Heads(const std::string& feed) {
  ASSIGN_OR_RETURN(
      const voortgang::feed::v1::FeedHeads told,
      feed == kProgrammeFeed
          ? catalogue_.Call(&catalogue::CatalogueService::Stub::GetProgrammeChangeHeads,
                            catalogue::GetProgrammeChangeHeadsRequest())
          : survey_.Call(&survey::SurveyService::Stub::GetResponseChangeHeads,
                         survey::GetResponseChangeHeadsRequest()));
  feed::Cursors heads = {};
  for (const voortgang::feed::v1::FeedPosition& head : told.heads()) {
    heads.at(static_cast<size_t>(head.partition())) = head.number();
  }
  return heads;
}

}  // namespace vg::indicators
