#include "services/indicators/api/feed_folding.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/log/log.h"
#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

// How soon a replica notices a definition that another replica took, and how soon a failed pass is
// tried again.
constexpr absl::Duration kLook = absl::Seconds(2);

std::vector<int64_t> Pending(const std::vector<StoredIndicator>& indicators) {
  std::vector<int64_t> serials;
  for (const StoredIndicator& indicator : indicators) {
    if (!indicator.live) serials.push_back(indicator.serial);
  }
  return serials;
}

}  // namespace

FeedFolding::FeedFolding(std::string feed, const IndicatorStore& indicators, SumsStore& sums,
                         Contributions& contributions, Peers& peers)
    : feed_(std::move(feed)),
      indicators_(indicators),
      sums_(sums),
      contributions_(contributions),
      peers_(peers),
      tailer_(
          {.feed = feed_}, [this] { return sums_.LoadCursors(feed_); },
          [this](const feed::Cursors& from, std::stop_token stop, feed::Deliver deliver) {
            return peers_.Tail(feed_, from, /*follow=*/true, std::move(stop), deliver);
          },
          [this](std::span<const feed::Entry> entries) {
            return sums_.Fold(feed_, entries, [&](const std::vector<int64_t>& live) {
              return contributions_.Of(feed_, entries, live);
            });
          }) {}

FeedFolding::~FeedFolding() { Stop(); }

void FeedFolding::Start() {
  tailer_.Start();
  backfill_ = std::jthread([this](std::stop_token stop) { BackfillLoop(std::move(stop)); });
}

void FeedFolding::Stop() {
  backfill_.request_stop();
  defined_.Notify();
  tailer_.Stop();
  if (backfill_.joinable()) backfill_.join();
}

void FeedFolding::BackfillLoop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const uint64_t ticket = defined_.Ticket();
    const absl::Status status = BackfillOnce(stop);
    if (!status.ok() && !stop.stop_requested()) {
      LOG(WARNING) << "back-filling from " << feed_
                   << " will be tried again: " << std::string(status.message());
    }
    defined_.Wait(ticket, kLook, stop);
  }
}

absl::Status FeedFolding::BackfillOnce(std::stop_token stop) {
  ASSIGN_OR_RETURN(const std::vector<StoredIndicator> stored, indicators_.OnFeed(feed_));
  const std::vector<int64_t> serials = Pending(stored);
  if (serials.empty()) return absl::OkStatus();

  // Fold up to where the live cursors stand, and hand over if they have not moved meanwhile; else
  // fold the difference.
  ASSIGN_OR_RETURN(feed::Cursors target, sums_.StartBackfill(feed_, serials));
  feed::Cursors reached{};
  while (!stop.stop_requested()) {
    if (reached != target) {
      const absl::Status streamed = peers_.Tail(
          feed_, reached, /*follow=*/false, stop,
          [&](std::span<const feed::Entry> entries, const feed::Cursors*) -> absl::Status {
            std::vector<feed::Entry> wanted;
            for (const feed::Entry& entry : entries) {
              if (entry.number <= target[static_cast<size_t>(entry.partition)]) {
                wanted.push_back(entry);
              }
            }
            if (wanted.empty()) return absl::OkStatus();
            ASSIGN_OR_RETURN(const SumsDelta delta, contributions_.Of(feed_, wanted, serials));
            RETURN_IF_ERROR(sums_.AddBackfill(serials, delta));
            feed::Advance(wanted, reached);
            return absl::OkStatus();
          });
      RETURN_IF_ERROR(streamed);
      if (reached != target) {
        return absl::UnavailableError("the feed ended before the place that was folded before");
      }
    }
    ASSIGN_OR_RETURN(const bool finished, sums_.FinishBackfill(feed_, serials, reached, target));
    if (finished) return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<FeedFolding::State> FeedFolding::GetState() const {
  State state;
  ASSIGN_OR_RETURN(const std::vector<StoredIndicator> stored, indicators_.OnFeed(feed_));
  state.backfilling = static_cast<int>(Pending(stored).size());
  ASSIGN_OR_RETURN(const feed::Cursors cursors, sums_.LoadCursors(feed_));
  state.folded = std::accumulate(cursors.begin(), cursors.end(), int64_t{0});
  // The first answer of a tail names the heads; nothing more is wanted of it.
  feed::Cursors heads = cursors;
  const absl::Status enough = absl::CancelledError("the heads are known");
  bool known = false;
  const absl::Status asked =
      peers_.Tail(feed_, cursors, /*follow=*/false, {},
                  [&](std::span<const feed::Entry>, const feed::Cursors* now) -> absl::Status {
                    if (now == nullptr) return absl::OkStatus();
                    for (size_t i = 0; i < heads.size(); ++i) {
                      heads[i] = std::max(heads[i], (*now)[i]);
                    }
                    known = true;
                    return enough;
                  });
  if (!known && !asked.ok()) return asked;
  state.heads = std::accumulate(heads.begin(), heads.end(), int64_t{0});
  return state;
}

}  // namespace vg::indicators
