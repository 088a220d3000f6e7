#include "services/indicators/api/feed_folding.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

// How soon a replica notices a definition that another replica took, and how soon a failed pass is
// tried again.
constexpr absl::Duration kLook = absl::Seconds(2);

}  // namespace

FeedFolding::FeedFolding(std::string feed, const IndicatorStore& indicators, SumsStore& sums,
                         Measures& measures, Peers& peers)
    : feed_(std::move(feed)),
      indicators_(indicators),
      sums_(sums),
      measures_(measures),
      peers_(peers),
      tailer_(
          {.feed = feed_}, [this] { return sums_.LoadCursors(feed_); },
          [this](const feed::Cursors& from, std::stop_token stop, feed::Deliver deliver) {
            return peers_.Tail(feed_, from, /*follow=*/true, std::move(stop), deliver);
          },
          [this](std::span<const feed::Entry> entries) { return FoldLive(entries); }) {}

FeedFolding::~FeedFolding() { Stop(); }

void FeedFolding::Start() {
  tailer_.Start();
  pass_ = std::jthread([this](std::stop_token stop) { PassLoop(std::move(stop)); });
}

void FeedFolding::Stop() {
  pass_.request_stop();
  tailer_.Stop();
  if (pass_.joinable()) pass_.join();
}

absl::StatusOr<Contributions> FeedFolding::ContributionsOf(std::span<const feed::Entry> entries,
                                                           bool live_too) const {
  ASSIGN_OR_RETURN(std::vector<StoredIndicator> indicators, indicators_.OnFeed(feed_));
  if (!live_too) {
    std::erase_if(indicators, [](const StoredIndicator& indicator) { return indicator.live; });
  }
  return Contributions::Of(feed_, entries, indicators, measures_);
}

absl::Status FeedFolding::FoldLive(std::span<const feed::Entry> entries) {
  ASSIGN_OR_RETURN(const Contributions contributions, ContributionsOf(entries, /*live_too=*/true));
  RETURN_IF_ERROR(
      sums_.Fold(feed_, entries, std::bind_front(&Contributions::Delta, &contributions)));
  if (passing_) news_.Notify();
  return absl::OkStatus();
}

void FeedFolding::PassLoop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const uint64_t ticket = news_.Ticket();
    const absl::StatusOr<bool> idle = PassOver(stop);
    if (!idle.ok() && !stop.stop_requested()) {
      LOG(WARNING) << "the pass over " << feed_
                   << " will go on later: " << std::string(idle.status().message());
    }
    passing_ = !idle.ok() || !*idle;
    news_.Wait(ticket, kLook, stop);
  }
}

absl::StatusOr<bool> FeedFolding::PassOver(std::stop_token stop) {
  for (;;) {
    ASSIGN_OR_RETURN(const std::optional<feed::Cursors> from, sums_.OpenPass(feed_));
    if (!from.has_value()) return true;
    passing_ = true;
    const absl::Status streamed = peers_.Tail(
        feed_, *from, /*follow=*/false, stop,
        [&](std::span<const feed::Entry> entries, const feed::Cursors*) -> absl::Status {
          if (entries.empty()) return absl::OkStatus();
          ASSIGN_OR_RETURN(const Contributions contributions,
                           ContributionsOf(entries, /*live_too=*/false));
          return sums_.FoldPass(feed_, entries,
                                std::bind_front(&Contributions::Delta, &contributions));
        });
    if (stop.stop_requested()) return false;
    // Live folding or another replica was ahead: read on from where that left the pass.
    if (DetailsOf(streamed).reason == "FEED_CURSOR_MOVED") continue;
    RETURN_IF_ERROR(streamed);
    ASSIGN_OR_RETURN(const bool closed, sums_.ClosePass(feed_));
    // Live folding is behind; it notifies when it has moved.
    if (!closed) return false;
  }
}

absl::StatusOr<FeedFolding::State> FeedFolding::GetState() const {
  State state;
  ASSIGN_OR_RETURN(const std::vector<StoredIndicator> stored, indicators_.OnFeed(feed_));
  state.backfilling = static_cast<int>(std::count_if(
      stored.begin(), stored.end(), [](const StoredIndicator& each) { return !each.live; }));
  ASSIGN_OR_RETURN(const feed::Cursors cursors, sums_.LoadCursors(feed_));
  state.folded = std::accumulate(cursors.begin(), cursors.end(), int64_t{0});
  // Asked after the cursors were read, so that nobody seems to be ahead of the feed.
  ASSIGN_OR_RETURN(const feed::Cursors heads, peers_.Heads(feed_));
  state.heads = std::accumulate(heads.begin(), heads.end(), int64_t{0});
  return state;
}

}  // namespace vg::indicators
