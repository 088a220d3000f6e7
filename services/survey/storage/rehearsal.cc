#include "services/survey/storage/rehearsal.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace vg::survey {

std::vector<std::string> Rehearsal::KeysOf(const Submission& submission) {
  const StoredResponse& response = submission.response;
  std::vector<std::string> keys = {absl::StrCat("id ", submission.wave, " ", response.id)};
  if (AnswersOnce(submission.role)) {
    keys.push_back(absl::StrCat("unit ", submission.wave, " ", static_cast<int>(submission.role),
                                " ", response.unit));
  }
  if (submission.invitation) {
    keys.push_back(absl::StrCat("token ", submission.wave, " ", *submission.invitation));
  }
  return keys;
}

std::vector<Submission> Rehearsal::RelatedTo(std::span<const Submission> submissions) const {
  std::set<size_t> places;
  for (const Submission& submission : submissions) {
    for (const std::string& key : KeysOf(submission)) {
      const auto found = by_key_.find(key);
      if (found != by_key_.end()) places.insert(found->second.begin(), found->second.end());
    }
  }
  std::vector<Submission> related;
  related.reserve(places.size());
  for (const size_t place : places) related.push_back(accepted_[place]);
  return related;
}

void Rehearsal::Assume(QuotaRoom& room) const {
  for (const auto& [key, taken] : taken_) room.Assume(key.first, key.second, taken);
}

void Rehearsal::Add(std::span<const Submission> submissions,
                    std::span<const SubmissionResult> results) {
  for (size_t i = 0; i < submissions.size(); ++i) {
    if (results[i].outcome != SubmissionResult::Outcome::kAccepted) continue;
    const Submission& submission = submissions[i];
    for (std::string& key : KeysOf(submission)) {
      by_key_[std::move(key)].push_back(accepted_.size());
    }
    if (!submission.response.partial) {
      for (const QuotaClaim& claim : submission.quotas) ++taken_[{submission.wave, claim.quota}];
    }
    Submission& kept = accepted_.emplace_back();
    kept.wave = submission.wave;
    kept.role = submission.role;
    kept.invitation = submission.invitation;
    kept.response = {.id = submission.response.id,
                     .unit = submission.response.unit,
                     .place = submission.response.place,
                     .partial = submission.response.partial,
                     .accept_time = submission.response.accept_time,
                     .withdraw_time = {},
                     .digest = submission.response.digest,
                     .content = {}};
  }
}

}  // namespace vg::survey
