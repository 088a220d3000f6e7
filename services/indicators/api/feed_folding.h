// Keeps sums up to date with one feed, and fills those of new indicators from its beginning.

#ifndef VG_SERVICES_INDICATORS_API_FEED_FOLDING_H_
#define VG_SERVICES_INDICATORS_API_FEED_FOLDING_H_

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

#include "common/feed/signal.h"
#include "common/feed/tailer.h"
#include "services/indicators/api/contributions.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/sums_store.h"

namespace vg::indicators {

// Two threads from Start to Stop: one follows the feed for live indicators; one waits for new
// definitions and folds the feed's past for all of them together, then hands them to the first.
// Several replicas may run: a replica that loses a race for a batch reads where the other left off;
// only one of them need finish a back-fill. Thread-safe.
class FeedFolding {
 public:
  FeedFolding(std::string feed, const IndicatorStore& indicators, SumsStore& sums,
              Contributions& contributions, Peers& peers);
  ~FeedFolding();  // Stops.

  void Start();
  void Stop();
  // A definition came.
  void Wake() { defined_.Notify(); }

  struct State {
    int64_t folded = 0;
    int64_t heads = 0;  // Asked of the feed's owner just now.
    int backfilling = 0;
  };
  absl::StatusOr<State> GetState() const;

  const std::string& feed() const { return feed_; }
  const feed::Tailer& tailer() const { return tailer_; }

 private:
  void BackfillLoop(std::stop_token stop);
  absl::Status BackfillOnce(std::stop_token stop);

  const std::string feed_;
  const IndicatorStore& indicators_;
  SumsStore& sums_;
  Contributions& contributions_;
  Peers& peers_;
  feed::Signal defined_;
  feed::Tailer tailer_;
  std::jthread backfill_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_FEED_FOLDING_H_
