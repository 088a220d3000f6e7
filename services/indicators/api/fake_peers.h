// The services above, in memory: for tests.

#ifndef VG_SERVICES_INDICATORS_API_FAKE_PEERS_H_
#define VG_SERVICES_INDICATORS_API_FAKE_PEERS_H_

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/feed/signal.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/peers.h"

namespace vg::indicators {

// Thread-safe. Filled before the server that uses it starts, but for Append.
class FakePeers final : public Peers {
 public:
  std::map<std::string, voortgang::survey::v1::QuestionnaireVersion> questionnaires;
  // By "before after"; any other two versions are the same.
  std::map<std::string, voortgang::survey::v1::CompareQuestionnaireVersionsResponse> comparisons;
  std::map<std::string, voortgang::survey::v1::Wave> waves;
  std::map<std::string, std::shared_ptr<const SnapshotUnits>> units;
  // By wave; of the role that the wave's only sample is of.
  std::map<std::string, std::shared_ptr<const WaveSample>> samples;
  std::set<std::string> passing_schools;  // Every filter that does not list schools.
  // Refuses to stream the past, as a service that is gone.
  std::atomic<bool> past_is_gone = false;

  // Adds a change about `key`.
  void Append(const std::string& feed, std::string_view key,
              const google::protobuf::Message& change) {
    {
      absl::MutexLock lock(&mutex_);
      feed::Entry entry;
      entry.partition = feed::PartitionOf(key);
      auto& partition = feeds_[feed][entry.partition];
      entry.number = static_cast<int64_t>(partition.size()) + 1;
      entry.payload = change.SerializeAsString();
      partition.push_back(std::move(entry));
    }
    appended_.Notify();
  }

  absl::StatusOr<voortgang::survey::v1::QuestionnaireVersion> Questionnaire(
      const std::string& name) override {
    return Find(questionnaires, name);
  }
  absl::StatusOr<voortgang::survey::v1::CompareQuestionnaireVersionsResponse> CompareVersions(
      const std::string& before, const std::string& after) override {
    const auto found = comparisons.find(before + " " + after);
    if (found != comparisons.end()) return found->second;
    return voortgang::survey::v1::CompareQuestionnaireVersionsResponse();
  }
  absl::StatusOr<voortgang::survey::v1::Wave> Wave(const std::string& name) override {
    return Find(waves, name);
  }
  absl::StatusOr<std::shared_ptr<const WaveSample>> Sample(
      const voortgang::survey::v1::Wave& wave, voortgang::survey::v1::Role role) override {
    const auto found = samples.find(wave.name());
    if (found == samples.end() || wave.samples(0).role() != role) return nullptr;
    return found->second;
  }
  absl::StatusOr<std::shared_ptr<const SnapshotUnits>> Units(const std::string& snapshot) override {
    return Find(units, snapshot);
  }
  absl::StatusOr<std::set<std::string>> Schools(
      const std::string&, const voortgang::registry::v1::SchoolFilter& filter) override {
    if (filter.schools().empty()) return passing_schools;
    return std::set<std::string>(filter.schools().begin(), filter.schools().end());
  }

  absl::Status Tail(const std::string& feed, const feed::Cursors& from, bool follow,
                    std::stop_token stop, feed::Deliver deliver) override {
    if (!follow && past_is_gone) return absl::UnavailableError("the past is gone");
    feed::Cursors place = from;
    while (!stop.stop_requested()) {
      const uint64_t ticket = appended_.Ticket();
      std::vector<feed::Entry> entries;
      feed::Cursors heads{};
      {
        absl::MutexLock lock(&mutex_);
        for (const auto& [partition, there] : feeds_[feed]) {
          heads[static_cast<size_t>(partition)] = static_cast<int64_t>(there.size());
          for (const feed::Entry& entry : there) {
            if (entry.number > place[static_cast<size_t>(partition)]) entries.push_back(entry);
          }
        }
      }
      RETURN_IF_ERROR(deliver(entries, &heads));
      feed::Advance(entries, place);
      if (!entries.empty()) continue;
      if (!follow) return absl::OkStatus();
      appended_.Wait(ticket, absl::Seconds(1), stop);
    }
    return absl::CancelledError("stopping");
  }

  absl::StatusOr<feed::Cursors> Heads(const std::string& feed) override {
    if (past_is_gone) return absl::UnavailableError("the past is gone");
    absl::MutexLock lock(&mutex_);
    feed::Cursors heads{};
    for (const auto& [partition, there] : feeds_[feed]) {
      heads[static_cast<size_t>(partition)] = static_cast<int64_t>(there.size());
    }
    return heads;
  }

 private:
  template <typename T>
  static absl::StatusOr<T> Find(const std::map<std::string, T>& map, const std::string& name) {
    const auto found = map.find(name);
    if (found == map.end()) return NotFound(name);
    return found->second;
  }

  absl::Mutex mutex_;
  std::map<std::string, std::map<int, std::vector<feed::Entry>>> feeds_ ABSL_GUARDED_BY(mutex_);
  feed::Signal appended_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_FAKE_PEERS_H_
