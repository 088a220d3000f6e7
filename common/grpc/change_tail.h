// Streams a change feed to a caller: what the Tail RPC of every service with a feed does.

#ifndef VG_COMMON_GRPC_CHANGE_TAIL_H_
#define VG_COMMON_GRPC_CHANGE_TAIL_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"

#include "common/feed/feed.h"
#include "common/feed/signal.h"
#include "common/feed/tailer.h"
#include "common/grpc/call.h"
#include "common/grpc/type_conversions.h"
#include "common/sql/database.h"
#include "common/status/status_macros.h"
#include "voortgang/feed/v1/feed.pb.h"

namespace vg::rpc {

// Serves requests that have
//   repeated voortgang.feed.v1.FeedPosition positions, bool follow
// with responses that have
//   repeated <Change> changes, repeated voortgang.feed.v1.FeedPosition heads
// where <Change> is what the feed's payloads hold, and has `position` and `change_time`, which are
// filled in here. Thread-safe if reading is; borrows the database and the signal.
class ChangeTail {
 public:
  struct Options {
    // How long a follower waits for commits of other processes, which ring no signal here.
    absl::Duration poll = absl::Seconds(1);
  };

  ChangeTail(sql::Database& database, std::string_view feed, feed::Signal& signal)
      : ChangeTail(database, feed, signal, Options()) {}
  ChangeTail(sql::Database& database, std::string_view feed, feed::Signal& signal, Options options)
      : ChangeTail(feed::BatchesOf(database, feed), signal, options) {}
  // Of an owner that keeps its entries itself.
  ChangeTail(feed::ReadBatch read, feed::Signal& signal, Options options)
      : read_(std::move(read)), signal_(signal), options_(options) {}

  // Writes the changes after `request.positions()`, in order within each partition, and a message
  // without changes once everything was sent. Then it ends, or with `request.follow()` goes on
  // until the call does. Every message has the heads as they were when its changes were read; none
  // has more than 500 changes or, unless it has only one, more than 1 MB of them.
  //
  // INVALID_ARGUMENT (DUPLICATE_ID): a partition is named twice. FAILED_PRECONDITION
  // (POSITION_AHEAD): a position is beyond its partition's head. That partitions exist is left to
  // the field rules of FeedPosition, which the pipeline checks.
  template <typename Request, typename Response>
  absl::Status Stream(Call& call, const Request& request, Writer<Response>& writer) const {
    return Deliver(call, request.positions(), request.follow(),
                   [&writer](std::span<const feed::Entry> entries, const feed::Cursors* heads) {
                     return Send(entries, *heads, writer);
                   });
  }

  // Tells the heads as they are now.
  absl::Status Heads(voortgang::feed::v1::FeedHeads& response) const;

 private:
  using Positions = google::protobuf::RepeatedPtrField<voortgang::feed::v1::FeedPosition>;

  static constexpr int kBatch = 500;
  // Well below the 4 MB that clients accept unless told otherwise.
  static constexpr size_t kMaxBytes = size_t{1} << 20;

  // Never gives `deliver` a null for the heads.
  absl::Status Deliver(Call& call, const Positions& positions, bool follow,
                       feed::Deliver deliver) const;

  static Positions HeadsOf(const feed::Cursors& heads);
  static absl::Status Unreadable(const feed::Entry& entry);

  template <typename Response>
  static absl::Status Send(std::span<const feed::Entry> entries, const feed::Cursors& heads,
                           Writer<Response>& writer) {
    Response response;
    size_t bytes = 0;
    const auto flush = [&] {
      *response.mutable_heads() = HeadsOf(heads);
      bytes = 0;
      return writer.Write(std::exchange(response, {}));
    };
    for (const feed::Entry& entry : entries) {
      if (response.changes_size() == kBatch ||
          (bytes > 0 && bytes + entry.payload.size() > kMaxBytes)) {
        RETURN_IF_ERROR(flush());
      }
      auto& change = *response.add_changes();
      if (!change.ParseFromString(entry.payload)) return Unreadable(entry);
      change.mutable_position()->set_partition(entry.partition);
      change.mutable_position()->set_number(entry.number);
      *change.mutable_change_time() = ToProto(entry.time);
      bytes += entry.payload.size();
    }
    return flush();
  }

  const feed::ReadBatch read_;
  feed::Signal& signal_;
  const Options options_;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_CHANGE_TAIL_H_
