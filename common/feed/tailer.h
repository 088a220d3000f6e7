// The consumer's loop: follow a feed for as long as the process lives.

#ifndef VG_COMMON_FEED_TAILER_H_
#define VG_COMMON_FEED_TAILER_H_

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/feed/feed.h"
#include "common/feed/signal.h"

namespace vg::feed {

// What a source hands over: entries in order within each partition, and the producer's heads as far
// as they are known (for the lag; null if not). Not OK means: stop streaming and return this error.
using Deliver =
    absl::FunctionRef<absl::Status(std::span<const Entry> entries, const Cursors* heads)>;

// Knows neither protos nor databases: it is given a source that streams entries and a sink that
// stores what they mean. Owns one thread from Start to Stop. Thread-safe.
class Tailer {
 public:
  struct Options {
    std::string feed;  // For logs and metrics: "survey.responses".
    absl::Duration min_backoff = absl::Milliseconds(100);
    absl::Duration max_backoff = absl::Seconds(10);
  };

  // Where to begin, from the consumer's database; asked at the start and after every break.
  using Load = std::function<absl::StatusOr<Cursors>()>;
  // Streams entries after `from` to `deliver`, from the thread that called it, until the stream
  // breaks or `stop` is requested (a gRPC source cancels its call from a std::stop_callback).
  // Returns why it ended; OK means that the other side ended it, and it is called again.
  using Source =
      std::function<absl::Status(const Cursors& from, std::stop_token stop, Deliver deliver)>;
  // Stores what a batch means together with the cursor (StoreCursors) in one transaction. An error
  // breaks the stream; the batch comes again from what `Load` then says.
  using Sink = std::function<absl::Status(std::span<const Entry> entries)>;

  struct Stats {
    bool connected = false;  // A stream is open and has delivered since the last break.
    bool caught_up = false;  // Everything that the producer was known to have has been stored.
    int64_t lag = 0;         // Entries known to be there and not yet stored.
    int64_t entries = 0;     // Stored since the start.
    int64_t batches = 0;
    int64_t breaks = 0;
    absl::Status last_error;
  };

  Tailer(Options options, Load load, Source source, Sink sink);
  ~Tailer();  // Stops.

  void Start();
  // Returns after the source has. May be called more than once.
  void Stop();

  Stats stats() const;

  // Blocks until at least `heads` has been stored, for readers that must see their own writes and
  // for tests. False after `timeout`.
  bool WaitFor(const Cursors& heads, absl::Duration timeout) const;

 private:
  void Loop(std::stop_token stop);
  absl::Status StreamOnce(std::stop_token stop);
  absl::Status Store(std::span<const Entry> entries, const Cursors* heads);
  void Pause(std::stop_token stop, absl::Duration wait);

  const Options options_;
  const Load load_;
  const Source source_;
  const Sink sink_;

  mutable absl::Mutex mutex_;
  mutable absl::CondVar changed_;
  Stats stats_ ABSL_GUARDED_BY(mutex_);
  Cursors stored_ ABSL_GUARDED_BY(mutex_) = {};
  Cursors heads_ ABSL_GUARDED_BY(mutex_) = {};
  std::jthread thread_;
};

// Streams a feed that is kept in this process to `deliver` until `stop`: the producer's half of
// a gRPC stream, and a whole source where producer and consumer share a process. Sends what is
// there in batches of at most `batch`, then waits for `signal` or `poll`, whichever comes first.
// Delivers an empty batch with the heads whenever it has sent everything.
struct StreamOptions {
  int batch = 500;
  absl::Duration poll = absl::Seconds(1);
};
absl::Status StreamFeed(const ReadBatch& read, Signal& signal, const Cursors& from,
                        const StreamOptions& options, std::stop_token stop, Deliver deliver);

}  // namespace vg::feed

#endif  // VG_COMMON_FEED_TAILER_H_
