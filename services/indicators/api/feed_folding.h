// Keeps sums up to date with one feed, and fills those of new indicators from its beginning.

#ifndef VG_SERVICES_INDICATORS_API_FEED_FOLDING_H_
#define VG_SERVICES_INDICATORS_API_FEED_FOLDING_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

#include "common/feed/signal.h"
#include "common/feed/tailer.h"
#include "services/indicators/api/contributions.h"
#include "services/indicators/api/measures.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/sums_store.h"

namespace vg::indicators {

// Two threads from Start to Stop: one follows the feed for live indicators; one waits for new
// definitions and passes over the feed's past for all of them together (see SumsStore). Several
// replicas may run: one that loses a race for a batch reads on where the other left off.
// Thread-safe.
class FeedFolding {
 public:
  FeedFolding(std::string feed, const IndicatorStore& indicators, SumsStore& sums,
              Measures& measures, Peers& peers);
  ~FeedFolding();  // Stops.

  void Start();
  void Stop();
  // A definition came.
  void Wake() { news_.Notify(); }

  struct State {
    int64_t folded = 0;
    int64_t heads = 0;  // Asked of the feed's owner just now.
    int backfilling = 0;
  };
  // UNAVAILABLE if the owner does not answer.
  absl::StatusOr<State> GetState() const;

  const std::string& feed() const { return feed_; }
  const feed::Tailer& tailer() const { return tailer_; }

 private:
  // The entries' contributions to newest versions on the feed: all, or those that are not live yet.
  absl::StatusOr<Contributions> ContributionsOf(std::span<const feed::Entry> entries,
                                                bool live_too) const;
  absl::Status FoldLive(std::span<const feed::Entry> entries);
  void PassLoop(std::stop_token stop);
  // Goes on with the pass, or begins one if versions wait. Whether there is nothing left to do.
  absl::StatusOr<bool> PassOver(std::stop_token stop);

  const std::string feed_;
  const IndicatorStore& indicators_;
  SumsStore& sums_;
  Measures& measures_;
  Peers& peers_;
  feed::Signal news_;  // For the pass: a definition came, or live folding moved.
  std::atomic<bool> passing_ = false;
  feed::Tailer tailer_;
  std::jthread pass_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_FEED_FOLDING_H_
