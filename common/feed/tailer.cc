#include "common/feed/tailer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::feed {

Tailer::Tailer(Options options, Load load, Source source, Sink sink)
    : options_(std::move(options)),
      load_(std::move(load)),
      source_(std::move(source)),
      sink_(std::move(sink)) {}

Tailer::~Tailer() { Stop(); }

void Tailer::Start() {
  thread_ = std::jthread([this](std::stop_token stop) { Loop(std::move(stop)); });
}

void Tailer::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Tailer::Loop(std::stop_token stop) {
  absl::Duration backoff = options_.min_backoff;
  while (!stop.stop_requested()) {
    const int64_t before = stats().batches;
    const absl::Status status = StreamOnce(stop);
    if (stop.stop_requested()) return;
    {
      absl::MutexLock lock(&mutex_);
      stats_.connected = false;
      stats_.caught_up = false;
      ++stats_.breaks;
      if (!status.ok()) stats_.last_error = status;
      // A stream that got somewhere was healthy, so its successor need not wait long.
      if (stats_.batches != before) backoff = options_.min_backoff;
    }
    Pause(stop, backoff);
    backoff = std::min(backoff * 2, options_.max_backoff);
  }
}

absl::Status Tailer::StreamOnce(std::stop_token stop) {
  ASSIGN_OR_RETURN(const Cursors from, load_());
  {
    absl::MutexLock lock(&mutex_);
    stored_ = from;
    changed_.SignalAll();
  }
  return source_(from, stop, [this, &stop](std::span<const Entry> entries, const Cursors* heads) {
    if (stop.stop_requested()) return absl::CancelledError("stopping");
    return Store(entries, heads);
  });
}

absl::Status Tailer::Store(std::span<const Entry> entries, const Cursors* heads) {
  if (!entries.empty()) RETURN_IF_ERROR(sink_(entries));
  absl::MutexLock lock(&mutex_);
  if (!entries.empty()) {
    Advance(entries, stored_);
    stats_.entries += static_cast<int64_t>(entries.size());
    ++stats_.batches;
  }
  if (heads != nullptr) heads_ = *heads;
  stats_.connected = true;
  stats_.lag = Lag(heads_, stored_);
  stats_.caught_up = stats_.lag == 0 && heads != nullptr;
  changed_.SignalAll();
  return absl::OkStatus();
}

void Tailer::Pause(std::stop_token stop, absl::Duration wait) {
  const std::stop_callback wake(stop, [this] {
    absl::MutexLock lock(&mutex_);
    changed_.SignalAll();
  });
  const absl::Time deadline = SystemClock().Now() + wait;
  absl::MutexLock lock(&mutex_);
  while (!stop.stop_requested() && !changed_.WaitWithDeadline(&mutex_, deadline)) {
  }
}

Tailer::Stats Tailer::stats() const {
  absl::MutexLock lock(&mutex_);
  return stats_;
}

bool Tailer::WaitFor(const Cursors& heads, absl::Duration timeout) const {
  const absl::Time deadline = SystemClock().Now() + timeout;
  absl::MutexLock lock(&mutex_);
  while (Lag(heads, stored_) != 0) {
    if (changed_.WaitWithDeadline(&mutex_, deadline)) return Lag(heads, stored_) == 0;
  }
  return true;
}

absl::Status StreamFeed(const ReadBatch& read, Signal& signal, const Cursors& from,
                        const StreamOptions& options, std::stop_token stop, Deliver deliver) {
  Cursors cursors = from;
  bool told = false;  // The heads, since there was last something to send.
  while (!stop.stop_requested()) {
    const uint64_t ticket = signal.Ticket();
    ASSIGN_OR_RETURN(const Batch batch, read(cursors, options.batch));
    if (!batch.entries.empty() || !told) {
      RETURN_IF_ERROR(deliver(batch.entries, &batch.heads));
      told = batch.entries.empty();
    }
    Advance(batch.entries, cursors);
    if (batch.entries.empty()) signal.Wait(ticket, options.poll, stop);
  }
  return absl::CancelledError("stopping");
}

}  // namespace vg::feed
