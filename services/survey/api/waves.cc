#include "services/survey/api/waves.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/etag.h"
#include "common/grpc/field_mask.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/validation.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/sample_proto.h"
#include "services/survey/api/wave_proto.h"
#include "services/survey/domain/frame.h"

namespace vg::survey {
namespace {

constexpr int kIntervalMillis = 1000;
// How soon commits of other replicas, which notify nobody here, are noticed.
constexpr absl::Duration kLook = absl::Seconds(1);

const rpc::ResourcePattern& WavePattern() {
  static const rpc::ResourcePattern& pattern = *new rpc::ResourcePattern("waves/{wave}");
  return pattern;
}

std::string Encode(const Wave& wave) { return ToProto(wave).SerializeAsString(); }

absl::Status Decode(const std::string& bytes, google::protobuf::Message& out) {
  if (out.ParseFromString(bytes)) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("a kept ", out.GetTypeName(), " cannot be read"));
}

std::string RequestDigest(const v1::UpdateWaveRequest& request) {
  const v1::Wave& wave = request.wave();
  DigestBuilder digest("voortgang.survey.update_wave.v1");
  digest.Text(wave.name()).Text(wave.etag()).Text(wave.title().nl()).Text(wave.title().en());
  digest.Text(wave.snapshot()).List(wave.questionnaires_size());
  for (const v1::WaveQuestionnaire& asked : wave.questionnaires()) {
    digest.Text(asked.questionnaire_version()).List(asked.sectors_size());
    for (const int sector : asked.sectors()) digest.Integer(sector);
    digest.Integer(asked.access());
  }
  digest.List(wave.quotas_size());
  for (const v1::Quota& quota : wave.quotas()) {
    const Attributes where = FromProto(quota.where());
    digest.Text(quota.id()).Integer(quota.role()).List(where.size());
    for (const auto& [name, value] : where) digest.Text(name).Text(value);
    digest.Integer(quota.limit());
  }
  for (const auto* const time : {&wave.open_time(), &wave.close_time()}) {
    digest.Integer(time->seconds()).Integer(time->nanos());
  }
  digest.List(request.update_mask().paths_size());
  for (const std::string& path : request.update_mask().paths()) digest.Text(path);
  return digest.Finish();
}

// What can only be told with the register at hand.
absl::Status CheckAgainstRegister(const Wave& wave, const std::vector<Unit>& units,
                                  const std::vector<Sample>& samples) {
  if (!samples.empty()) {
    const Frame census(wave, units);
    for (size_t i = 0; i < samples.size(); ++i) {
      RETURN_IF_ERROR(CheckSample(samples[i], census, absl::StrCat("samples[", i, "]")));
    }
  }
  if (wave.quotas.empty()) return absl::OkStatus();
  return CheckQuotas(wave, Frame(wave, units, samples), "wave.");
}

}  // namespace

absl::Status Waves::Open(const v1::OpenWaveRequest& request, v1::Wave& response) {
  ASSIGN_OR_RETURN(Wave wave, FromProto(request.wave_id(), request.wave(), "wave."));
  std::set<UnitKind> kinds;
  for (WaveQuestionnaire& asked : wave.questionnaires) {
    ASSIGN_OR_RETURN(const PublishedQuestionnaire published,
                     questionnaires_.Get(asked.questionnaire, asked.version));
    asked.role = published.role;
    kinds.insert(KindAsked(asked.role));
  }
  ASSIGN_OR_RETURN(std::vector<Sample> samples, SamplesFromProto(request.samples()));
  for (const Sample& sample : samples) wave.samples.push_back(Summarize(sample));
  RETURN_IF_ERROR(CheckWave(wave, "wave."));
  // A wave that is there needs no frame, so the registry is asked for new ones only.
  ASSIGN_OR_RETURN(const auto existing, store_.Find(wave.id));
  std::vector<Unit> units;
  if (!existing) {
    ASSIGN_OR_RETURN(wave.snapshot_digest, registry_.Digest(wave.snapshot));
    ASSIGN_OR_RETURN(units, registry_.Units(wave.snapshot, kinds));
    RETURN_IF_ERROR(CheckAgainstRegister(wave, units, samples));
  }
  // After the checks, which tell places as they were sent.
  const auto by_role = [](const auto& a, const auto& b) { return a.role < b.role; };
  std::sort(samples.begin(), samples.end(), by_role);
  std::sort(wave.samples.begin(), wave.samples.end(), by_role);
  const std::string request_digest = OpeningDigest(wave);
  ASSIGN_OR_RETURN(
      const std::string answer,
      store_.Open(
          wave, units, samples,
          {.scope = "OpenWave", .request_id = request.request_id(), .digest = request_digest},
          clock_.Now(), [](const Wave& opened) { return Encode(opened); }));
  return Decode(answer, response);
}

absl::Status Waves::Get(const v1::GetWaveRequest& request, v1::Wave& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.name()));
  ASSIGN_OR_RETURN(const StoredWave stored, store_.Get(id));
  response = ToProto(stored.wave);
  return absl::OkStatus();
}

absl::Status Waves::List(const v1::ListWavesRequest& request, v1::ListWavesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 500}));
  ASSIGN_OR_RETURN(const std::vector<std::string> after, rpc::UnpackPosition(page.position, 2));
  std::optional<absl::Time> after_time;
  if (int64_t micros = 0; absl::SimpleAtoi(after[0], &micros)) {
    after_time = absl::FromUnixMicros(micros);
  }
  ASSIGN_OR_RETURN(auto found, store_.List(after_time, after[1], page.size + 1));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(
        request, rpc::PackPosition(
                     {absl::StrCat(absl::ToUnixMicros(found.back().open_time)), found.back().id})));
  }
  for (const Wave& wave : found) *response.add_waves() = ToProto(wave);
  return absl::OkStatus();
}

absl::Status Waves::Update(const v1::UpdateWaveRequest& request, v1::Wave& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.wave().name(), "wave.name"));
  const auto change = [&request](const Wave& current) -> absl::StatusOr<Wave> {
    v1::Wave proto = ToProto(current);
    RETURN_IF_ERROR(rpc::CheckEtag(request.wave().etag(), proto.etag(), current.name()));
    RETURN_IF_ERROR(rpc::ApplyUpdateMask(request.update_mask(), request.wave(), proto));
    RETURN_IF_ERROR(rpc::Validate(proto, "wave"));
    ASSIGN_OR_RETURN(const Wave wanted, FromProto(current.id, proto, "wave."));
    Wave changed = current;
    changed.title = wanted.title;
    changed.open_time = wanted.open_time;
    changed.close_time = wanted.close_time;
    RETURN_IF_ERROR(CheckWave(changed, "wave."));
    return changed;
  };
  const std::string request_digest = RequestDigest(request);
  ASSIGN_OR_RETURN(
      const std::string answer,
      store_.Update(
          id, {.scope = "UpdateWave", .request_id = request.request_id(), .digest = request_digest},
          clock_.Now(), change, [](const Wave& updated) { return Encode(updated); }));
  return Decode(answer, response);
}

absl::Status Waves::Progress(const v1::GetWaveProgressRequest& request,
                             v1::WaveProgress& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.name()));
  ASSIGN_OR_RETURN(const std::vector<RoleProgress> roles, store_.Progress(id));
  response = ToProto(request.name(), roles);
  return absl::OkStatus();
}

absl::Status Waves::WatchProgress(rpc::Call& call, const v1::WatchWaveProgressRequest& request,
                                  rpc::Writer<v1::WaveProgress>& writer) {
  const absl::Duration interval = absl::Milliseconds(
      request.interval_millis() == 0 ? kIntervalMillis : request.interval_millis());
  v1::GetWaveProgressRequest get;
  get.set_name(request.name());
  std::string sent;
  while (true) {
    const uint64_t ticket = committed_.Ticket();
    v1::WaveProgress progress;
    RETURN_IF_ERROR(Progress(get, progress));
    std::string content = progress.SerializeAsString();
    if (content != sent) {
      RETURN_IF_ERROR(writer.Write(progress));
      sent = std::move(content);
    }
    // Also where nothing changed, for other waves may come to a commit every moment.
    RETURN_IF_ERROR(call.Wait(interval));
    (void)committed_.Wait(ticket, kLook, call.stop_token());
    RETURN_IF_ERROR(call.Alive());
  }
}

}  // namespace vg::survey
