// The store of responses with one open wave, and responses whose digest stands for their answers.

#ifndef VG_SERVICES_SURVEY_STORAGE_TEST_RESPONSES_H_
#define VG_SERVICES_SURVEY_STORAGE_TEST_RESPONSES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/feed/feed.h"
#include "common/status/status_macros.h"
#include "services/survey/storage/test_store.h"

namespace vg::survey {

using Outcome = SubmissionResult::Outcome;

inline constexpr Outcome kAccepted = Outcome::kAccepted;
inline constexpr Outcome kRepeated = Outcome::kRepeated;
inline constexpr Outcome kRefused = Outcome::kRefused;

inline constexpr char kSchool1[] = "schools/16SW01";
inline constexpr char kSchool2[] = "schools/16SW02";

class ResponseStoreTest : public SurveyStoreTest {
 protected:
  void SetUp() override {
    SurveyStoreTest::SetUp();
    OpenTestWave();
  }

  // The digest stands for the answers.
  Submission Make(std::string id, std::string unit, int place, std::string digest,
                  bool partial = false, absl::Time now = kNoon) const {
    Submission submission;
    submission.wave = wave_.number;
    submission.name = "waves/w/responses/" + id;
    submission.role = wave_.wave.questionnaires[place].role;
    submission.response = {.id = std::move(id),
                           .unit = std::move(unit),
                           .place = place,
                           .partial = partial,
                           .accept_time = now,
                           .withdraw_time = {},
                           .digest = digest,
                           .content = "content of " + digest};
    return submission;
  }

  std::vector<SubmissionResult> Take(const std::vector<Submission>& submissions,
                                     bool validate_only = false, absl::Time now = kNoon) {
    Rehearsal rehearsal;
    const auto results = validate_only ? responses_.Rehearse(submissions, now, rehearsal)
                                       : responses_.Take(submissions, now);
    EXPECT_OK(results);
    return results.ok() ? *results : std::vector<SubmissionResult>(submissions.size());
  }
  std::vector<Outcome> Outcomes(const std::vector<Submission>& submissions) {
    std::vector<Outcome> outcomes;
    for (const SubmissionResult& result : Take(submissions)) outcomes.push_back(result.outcome);
    return outcomes;
  }

  absl::StatusOr<std::string> Withdraw(std::string id, const requests::Request& request = {}) {
    return WithdrawFrom(responses_, std::move(id), {}, request);
  }
  absl::StatusOr<std::string> WithdrawFrom(ResponseStore& responses, std::string id,
                                           const std::vector<QuotaClaim>& quotas,
                                           const requests::Request& request = {}) {
    ASSIGN_OR_RETURN(const ResponseStore::Answered answered,
                     responses.Withdraw(
                         wave_, id, {.may_all = true}, "a mistake", request, kNoon + absl::Hours(1),
                         [&quotas](const StoredResponse&) { return quotas; },
                         [](const StoredResponse& after) {
                           return absl::StrCat(after.id, "@",
                                               absl::ToUnixSeconds(*after.withdraw_time));
                         }));
    return answered.answer;
  }

  // Corrects to what `submission` says; tells "id=digest@revision".
  absl::StatusOr<std::string> Correct(const Submission& submission, int expected_revision = 0,
                                      const requests::Request& request = {}) {
    return CorrectIn(responses_, submission, expected_revision, request);
  }
  static absl::StatusOr<std::string> CorrectIn(ResponseStore& responses,
                                               const Submission& submission,
                                               int expected_revision = 0,
                                               const requests::Request& request = {},
                                               bool validate_only = false) {
    ASSIGN_OR_RETURN(
        const ResponseStore::Answered answered,
        responses.Correct({.submission = submission,
                           .claimant = {.may_all = true},
                           .reason = "a typing error",
                           .expected_revision = expected_revision,
                           .validate_only = validate_only},
                          request, kNoon + absl::Hours(2), [](const StoredResponse& after) {
                            return absl::StrCat(after.id, "=", after.digest, "@", after.revision);
                          }));
    return answered.answer;
  }

  RoleProgress Progress(Role role) {
    const auto progress = waves_.Progress("w");
    EXPECT_OK(progress);
    for (const RoleProgress& counted : *progress) {
      if (counted.role == role) return counted;
    }
    return {};
  }

  // Every change, in the order of the feed: "-r1=d1+r1=d2" names what went and what came.
  std::vector<feed::Entry> Changes() {
    const auto batch = Told()({}, 1'000'000);
    EXPECT_OK(batch);
    return batch.ok() ? batch->entries : std::vector<feed::Entry>();
  }
  feed::ReadBatch Told() {
    return [this](const feed::Cursors& after, int limit) -> absl::StatusOr<feed::Batch> {
      ASSIGN_OR_RETURN(const ResponseStore::Changes read, responses_.ReadChanges(after, limit));
      feed::Batch batch{.entries = {}, .heads = read.heads};
      for (const auto& [now, before] : read.changes) {
        const auto what = [](const StoredResponse& response) {
          return absl::StrCat(response.id, "=", response.digest);
        };
        feed::Entry& entry = batch.entries.emplace_back();
        entry.partition = now.partition;
        entry.number = now.number;
        entry.kind = absl::StrCat(static_cast<int>(now.kind));
        entry.key = now.response.unit;
        if (before) entry.payload = "-" + what(before->response);
        if (now.kind != RevisionKind::kWithdrawn) entry.payload += "+" + what(now.response);
      }
      return batch;
    };
  }
  std::vector<std::string> ChangeTexts() {
    std::vector<std::string> texts;
    for (const feed::Entry& entry : Changes()) {
      texts.push_back(absl::StrCat(entry.kind, " ", entry.key, " ", entry.payload));
    }
    return texts;
  }

  std::vector<std::string> Ids(const ResponseStore::ListOptions& options) {
    std::vector<std::string> ids;
    const auto found = responses_.List(wave_.number, options);
    EXPECT_OK(found);
    for (const StoredResponse& response : *found) ids.push_back(response.id);
    return ids;
  }

  feed::Signal signal_;
  ResponseStore responses_{*database_, signal_};
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_TEST_RESPONSES_H_
