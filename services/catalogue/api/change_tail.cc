#include "services/catalogue/api/change_tail.h"

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "common/feed/feed.h"
#include "common/feed/tailer.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/domain/errors.h"
#include "services/catalogue/storage/programme_store.h"

namespace vg::catalogue {
namespace {

using Response = v1::TailProgrammeChangesResponse;

constexpr int kBatch = 500;
// Well below the 4 MB that clients accept unless told otherwise.
constexpr size_t kMaxBytes = size_t{1} << 20;

absl::StatusOr<feed::Cursors> CursorsOf(const v1::TailProgrammeChangesRequest& request) {
  feed::Cursors cursors = {};
  std::set<int> seen;
  for (int i = 0; i < request.positions_size(); ++i) {
    const auto& position = request.positions(i);
    if (!seen.insert(position.partition()).second) {
      return InvalidFields({DuplicateId(absl::StrCat("positions[", i, "].partition"),
                                        absl::StrCat(position.partition()))});
    }
    cursors[position.partition()] = position.number();
  }
  return cursors;
}

void SetHeads(const feed::Cursors& heads, Response& response) {
  response.clear_heads();
  for (int partition = 0; partition < feed::kPartitions; ++partition) {
    if (heads[partition] == 0) continue;
    auto& head = *response.add_heads();
    head.set_partition(partition);
    head.set_number(heads[partition]);
  }
}

absl::Status Send(std::span<const feed::Entry> entries, const feed::Cursors* heads,
                  rpc::Writer<Response>& writer) {
  Response response;
  size_t bytes = 0;
  const auto flush = [&] {
    if (heads != nullptr) SetHeads(*heads, response);
    bytes = 0;
    return writer.Write(std::exchange(response, {}));
  };
  for (const feed::Entry& entry : entries) {
    if (response.changes_size() == kBatch ||
        (bytes > 0 && bytes + entry.payload.size() > kMaxBytes)) {
      RETURN_IF_ERROR(flush());
    }
    v1::ProgrammeChange& change = *response.add_changes();
    if (!change.ParseFromString(entry.payload)) {
      return absl::InternalError(absl::StrCat("entry ", entry.number, " of partition ",
                                              entry.partition, " cannot be read"));
    }
    change.mutable_position()->set_partition(entry.partition);
    change.mutable_position()->set_number(entry.number);
    *change.mutable_change_time() = rpc::ToProto(entry.time);
    bytes += entry.payload.size();
  }
  return flush();
}

}  // namespace

absl::Status ChangeTail::Stream(rpc::Call& call, const v1::TailProgrammeChangesRequest& request,
                                rpc::Writer<Response>& writer) {
  ASSIGN_OR_RETURN(feed::Cursors cursors, CursorsOf(request));
  feed::Cursors heads = {};
  std::vector<feed::Entry> entries;
  const auto read = [&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(entries, feed::ReadAll(transaction, kProgrammeFeed, cursors, kBatch, &heads));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database_.Read(read));
  for (int partition = 0; partition < feed::kPartitions; ++partition) {
    if (cursors[partition] > heads[partition]) {
      return PositionAhead(partition, cursors[partition], heads[partition]);
    }
  }
  if (request.follow()) {
    const absl::Status ended = feed::StreamFeed(
        database_, kProgrammeFeed, signal_, cursors, {.batch = kBatch}, call.stop_token(),
        [&](std::span<const feed::Entry> found, const feed::Cursors* newest) -> absl::Status {
          RETURN_IF_ERROR(call.Alive());
          return Send(found, newest, writer);
        });
    RETURN_IF_ERROR(call.Alive());  // Says best why it ended.
    return ended;
  }
  for (;;) {
    RETURN_IF_ERROR(call.Alive());
    RETURN_IF_ERROR(Send(entries, &heads, writer));
    if (entries.empty()) return absl::OkStatus();
    feed::Advance(entries, cursors);
    RETURN_IF_ERROR(database_.Read(read));
  }
}

}  // namespace vg::catalogue
