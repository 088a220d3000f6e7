// Taking responses in without keeping them, over many batches.

#ifndef VG_SERVICES_SURVEY_STORAGE_REHEARSAL_H_
#define VG_SERVICES_SURVEY_STORAGE_REHEARSAL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/survey/storage/quota_room.h"
#include "services/survey/storage/response.h"

namespace vg::survey {

// Remembers what would have been accepted, so that later batches are decided as if it were there.
// Of each response it keeps what decides about others, not the answers. Not thread-safe.
class Rehearsal {
 public:
  // Those accepted before on which a decision about `submissions` may depend, in their order: of
  // the same id, or of a unit that answers once. They count in no quota: see Assume.
  std::vector<Submission> RelatedTo(std::span<const Submission> submissions) const;

  // Counts everything accepted before in the quotas of `room`, which are locked.
  void Assume(QuotaRoom& room) const;

  // Remembers those of `submissions` that were accepted.
  void Add(std::span<const Submission> submissions, std::span<const SubmissionResult> results);

  size_t size() const { return accepted_.size(); }

 private:
  // Submissions that decide about each other share a key.
  static std::vector<std::string> KeysOf(const Submission& submission);

  std::vector<Submission> accepted_;
  absl::flat_hash_map<std::string, std::vector<size_t>> by_key_;
  std::map<std::pair<int64_t, std::string>, int64_t> taken_;  // By wave and quota.
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_REHEARSAL_H_
