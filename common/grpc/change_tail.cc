#include "common/grpc/change_tail.h"

#include <cstdint>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"

namespace vg::rpc {
namespace {

absl::Status PositionAhead(int partition, int64_t number, int64_t head) {
  return Error(absl::StatusCode::kFailedPrecondition, "POSITION_AHEAD",
               absl::StrCat("partition ", partition, " ends at ", head, ", before position ",
                            number, "; what was read came from another database: start again"),
               {{"partition", absl::StrCat(partition)}, {"head", absl::StrCat(head)}});
}

absl::StatusOr<feed::Cursors> CursorsOf(
    const google::protobuf::RepeatedPtrField<voortgang::feed::v1::FeedPosition>& positions) {
  feed::Cursors cursors = {};
  std::set<int> seen;
  for (int i = 0; i < positions.size(); ++i) {
    const int partition = positions[i].partition();
    if (!seen.insert(partition).second) {
      return InvalidField(absl::StrCat("positions[", i, "].partition"), "DUPLICATE_ID",
                          absl::StrCat("'", partition, "' is there already; name each once"));
    }
    cursors[partition] = positions[i].number();
  }
  return cursors;
}

}  // namespace

absl::Status ChangeTail::Deliver(Call& call, const Positions& positions, bool follow,
                                 feed::Deliver deliver) const {
  ASSIGN_OR_RETURN(feed::Cursors cursors, CursorsOf(positions));
  ASSIGN_OR_RETURN(const feed::Batch present, read_(cursors, 0));
  for (int partition = 0; partition < feed::kPartitions; ++partition) {
    if (cursors[partition] > present.heads[partition]) {
      return PositionAhead(partition, cursors[partition], present.heads[partition]);
    }
  }
  if (follow) {
    const absl::Status ended = feed::StreamFeed(
        read_, signal_, cursors, {.batch = kBatch, .poll = options_.poll}, call.stop_token(),
        [&](std::span<const feed::Entry> entries, const feed::Cursors* newest) -> absl::Status {
          RETURN_IF_ERROR(call.Alive());
          return deliver(entries, newest);
        });
    RETURN_IF_ERROR(call.Alive());  // Says best why it ended.
    return ended;
  }
  for (;;) {
    RETURN_IF_ERROR(call.Alive());
    ASSIGN_OR_RETURN(const feed::Batch batch, read_(cursors, kBatch));
    RETURN_IF_ERROR(deliver(batch.entries, &batch.heads));
    if (batch.entries.empty()) return absl::OkStatus();
    feed::Advance(batch.entries, cursors);
  }
}

absl::Status ChangeTail::Heads(voortgang::feed::v1::FeedHeads& response) const {
  ASSIGN_OR_RETURN(const feed::Batch present, read_({}, 0));
  *response.mutable_heads() = HeadsOf(present.heads);
  return absl::OkStatus();
}

ChangeTail::Positions ChangeTail::HeadsOf(const feed::Cursors& heads) {
  Positions positions;
  for (int partition = 0; partition < feed::kPartitions; ++partition) {
    if (heads[partition] == 0) continue;
    auto& head = *positions.Add();
    head.set_partition(partition);
    head.set_number(heads[partition]);
  }
  return positions;
}

absl::Status ChangeTail::Unreadable(const feed::Entry& entry) {
  return absl::DataLossError(
      absl::StrCat("entry ", entry.number, " of partition ", entry.partition, " cannot be read"));
}

}  // namespace vg::rpc
