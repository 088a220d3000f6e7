#include "services/survey/api/response_feed.h"

#include <map>
#include <memory>
#include <utility>

#include "common/status/status_macros.h"
#include "services/survey/api/response_proto.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;
using Change = ResponseStore::Changes::Change;

// In the words of the feed.
std::string_view KindName(RevisionKind kind) {
  switch (kind) {
    case RevisionKind::kSubmitted:
      return "submitted";
    case RevisionKind::kContinued:
      return "replaced";
    case RevisionKind::kCorrected:
      return "corrected";
    case RevisionKind::kWithdrawn:
      break;
  }
  return "withdrawn";
}

absl::StatusOr<feed::Entry> EntryOf(const Change& change, const WaveParts& wave) {
  const StoredResponse& response = change.after.response;
  const Asked asked = wave.AskedIn(response.place);
  v1::ResponseChange told;
  if (change.before) {
    RETURN_IF_ERROR(
        ToProto(asked, change.before->response, *told.mutable_before(), Texts::kLeftOut));
  }
  if (change.after.kind != RevisionKind::kWithdrawn) {
    RETURN_IF_ERROR(ToProto(asked, response, *told.mutable_after(), Texts::kLeftOut));
  }
  return feed::Entry{.partition = change.after.partition,
                     .number = change.after.number,
                     .kind = std::string(KindName(change.after.kind)),
                     .key = std::string(IdOf(response.unit)),
                     .payload = told.SerializeAsString(),
                     .time = change.after.change_time};
}

}  // namespace

feed::ReadBatch ResponseFeed(ResponseStore& responses, WaveCache& waves) {
  return
      [&responses, &waves](const feed::Cursors& after, int limit) -> absl::StatusOr<feed::Batch> {
        ASSIGN_OR_RETURN(const ResponseStore::Changes read, responses.ReadChanges(after, limit));
        feed::Batch batch;
        batch.heads = read.heads;
        std::map<int64_t, std::shared_ptr<const WaveParts>> parts;
        for (const Change& change : read.changes) {
          std::shared_ptr<const WaveParts>& wave = parts[change.after.wave];
          if (wave == nullptr) {
            ASSIGN_OR_RETURN(wave, waves.Parts(change.after.wave));
          }
          ASSIGN_OR_RETURN(batch.entries.emplace_back(), EntryOf(change, *wave));
        }
        return batch;
      };
}

}  // namespace vg::survey
