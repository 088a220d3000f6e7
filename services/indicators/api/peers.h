// What this service asks of the services above it.

#ifndef VG_SERVICES_INDICATORS_API_PEERS_H_
#define VG_SERVICES_INDICATORS_API_PEERS_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/feed/tailer.h"
#include "common/grpc/client.h"
#include "services/indicators/domain/estimation/design.h"
#include "services/indicators/domain/units.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/survey/v1/fieldwork_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::indicators {

// "primary", "secondary" or "special".
std::string SectorName(voortgang::type::v1::Sector sector);

// The units of a snapshot, and the digest that names its content.
struct SnapshotUnits {
  std::string snapshot;
  std::string digest;
  UnitTable units;
};

// The sample of one role of a wave, and the digest that names its content.
struct WaveSample {
  struct Member {
    estimation::SampledUnit unit;
    std::map<std::string, std::string> attributes;  // And "stratum", if there are strata.
  };
  std::string digest;
  std::map<std::string, Member, std::less<>> members;  // By unit.
  std::set<std::string> attribute_names;
};

// Thread-safe; calls block. Tests have one in memory.
class Peers {
 public:
  virtual ~Peers() = default;

  // A version, or the newest for ".../versions/latest". NOT_FOUND.
  virtual absl::StatusOr<voortgang::survey::v1::QuestionnaireVersion> Questionnaire(
      const std::string& name) = 0;
  // How the questions of two versions of one questionnaire relate, the earlier version first.
  virtual absl::StatusOr<voortgang::survey::v1::CompareQuestionnaireVersionsResponse>
  CompareVersions(const std::string& before, const std::string& after) = 0;
  // Its snapshot and questionnaires, which never change; the rest may be of an earlier moment.
  // NOT_FOUND.
  virtual absl::StatusOr<voortgang::survey::v1::Wave> Wave(const std::string& name) = 0;
  // The sample that `wave` was opened with for `role`: null where it has none, which is a census.
  virtual absl::StatusOr<std::shared_ptr<const WaveSample>> Sample(
      const voortgang::survey::v1::Wave& wave, voortgang::survey::v1::Role role) = 0;
  // NOT_FOUND.
  virtual absl::StatusOr<std::shared_ptr<const SnapshotUnits>> Units(
      const std::string& snapshot) = 0;
  // The names of the schools that pass the filter.
  virtual absl::StatusOr<std::set<std::string>> Schools(
      const std::string& snapshot, const voortgang::registry::v1::SchoolFilter& filter) = 0;

  // Streams the entries of `feed` after `from`; the payload of an entry is the serialized change.
  // With `follow` until `stop`, else until there is no more.
  virtual absl::Status Tail(const std::string& feed, const feed::Cursors& from, bool follow,
                            std::stop_token stop, feed::Deliver deliver) = 0;
  // How far `feed` goes now.
  virtual absl::StatusOr<feed::Cursors> Heads(const std::string& feed) = 0;
};

// The real ones, over gRPC. Keeps the units of the last two snapshots and the last waves and
// samples that were asked for.
class GrpcPeers final : public Peers {
 public:
  GrpcPeers(rpc::Client<voortgang::registry::v1::RegistryService> registry,
            rpc::Client<voortgang::survey::v1::SurveyService> survey,
            rpc::Client<voortgang::survey::v1::FieldworkService> fieldwork,
            rpc::Client<voortgang::catalogue::v1::CatalogueService> catalogue)
      : registry_(std::move(registry)),
        survey_(std::move(survey)),
        fieldwork_(std::move(fieldwork)),
        catalogue_(std::move(catalogue)) {}

  absl::StatusOr<voortgang::survey::v1::QuestionnaireVersion> Questionnaire(
      const std::string& name) override;
  absl::StatusOr<voortgang::survey::v1::CompareQuestionnaireVersionsResponse> CompareVersions(
      const std::string& before, const std::string& after) override;
  absl::StatusOr<voortgang::survey::v1::Wave> Wave(const std::string& name) override;
  absl::StatusOr<std::shared_ptr<const WaveSample>> Sample(
      const voortgang::survey::v1::Wave& wave, voortgang::survey::v1::Role role) override;
  absl::StatusOr<std::shared_ptr<const SnapshotUnits>> Units(const std::string& snapshot) override;
  absl::StatusOr<std::set<std::string>> Schools(
      const std::string& snapshot, const voortgang::registry::v1::SchoolFilter& filter) override;
  absl::Status Tail(const std::string& feed, const feed::Cursors& from, bool follow,
                    std::stop_token stop, feed::Deliver deliver) override;
  absl::StatusOr<feed::Cursors> Heads(const std::string& feed) override;

 private:
  absl::StatusOr<std::shared_ptr<const SnapshotUnits>> FetchUnits(const std::string& snapshot);
  absl::StatusOr<std::shared_ptr<const WaveSample>> FetchSample(
      const std::string& wave, const voortgang::survey::v1::SampleSummary& summary);

  const rpc::Client<voortgang::registry::v1::RegistryService> registry_;
  const rpc::Client<voortgang::survey::v1::SurveyService> survey_;
  const rpc::Client<voortgang::survey::v1::FieldworkService> fieldwork_;
  const rpc::Client<voortgang::catalogue::v1::CatalogueService> catalogue_;

  absl::Mutex mutex_;
  std::vector<std::shared_ptr<const SnapshotUnits>> units_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, voortgang::survey::v1::Wave> waves_ ABSL_GUARDED_BY(mutex_);
  // By digest: a sample never changes.
  std::map<std::string, std::shared_ptr<const WaveSample>> samples_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_PEERS_H_
