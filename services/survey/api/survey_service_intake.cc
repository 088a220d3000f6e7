// The half of SurveyService that changes what counts: submit, import and withdraw.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/digest/digest.h"
#include "common/grpc/resource_name.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/response_proto.h"
#include "services/survey/api/survey_service.h"

namespace vg::survey {
namespace {

using Outcome = SubmissionResult::Outcome;

// Tells a program and a person what is wrong with one item.
void Refuse(const absl::Status& status, v1::ImportItemResult& out) {
  const ErrorDetails details = DetailsOf(status);
  out.set_outcome(v1::IMPORT_OUTCOME_REFUSED);
  out.set_reason(details.reason);
  if (details.violations.empty()) {
    out.set_message(std::string(status.message()));
    return;
  }
  out.set_field(details.violations.front().field);
  out.set_message(details.violations.front().sentence);
}

}  // namespace

void SurveyService::Count(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccepted:
      return accepted_.Increment();
    case Outcome::kRepeated:
      return repeated_.Increment();
    case Outcome::kRefused:
      return refused_.Increment();
  }
}

absl::Status SurveyService::Submit(const v1::SubmitResponseRequest& request,
                                   v1::Response& response) {
  IntakeDesk desk(wave_cache_);
  const absl::Time now = clock_.Now();
  desk.BeginBatch(now);
  v1::Response sent = request.response();
  const absl::StatusOr<Submission> submission = desk.Prepare(sent);
  if (!submission.ok()) {
    if (IntakeDesk::IsRefusal(submission.status())) Count(Outcome::kRefused);
    return Prefixed(submission.status(), "response.");
  }
  ASSIGN_OR_RETURN(const std::vector<SubmissionResult> results,
                   responses_.Take({&*submission, 1}, request.validate_only(), now,
                                   [&desk](const Submission& after, const StoredResponse& before) {
                                     return desk.WriteReplacement(after, before);
                                   }));
  const SubmissionResult& result = results.front();
  if (!request.validate_only()) Count(result.outcome);
  if (result.outcome == Outcome::kRefused) return result.refusal;
  response = desk.ToProto(*submission, result.accept_time);
  if (request.validate_only() && result.outcome != Outcome::kRepeated) {
    response.clear_accept_time();
  }
  return absl::OkStatus();
}

absl::Status SurveyService::Import(
    rpc::Call&, rpc::Stream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>& stream) {
  IntakeDesk desk(wave_cache_);
  v1::ImportResponsesRequest message;
  int64_t acknowledged = 0;
  bool first = true;
  bool validate_only = false;
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, stream.Read(message));
    if (!more) return absl::OkStatus();
    if (std::exchange(first, false)) validate_only = message.validate_only();
    v1::ImportResponsesResponse batch;
    RETURN_IF_ERROR(ImportBatch(desk, message, validate_only, batch));
    for (v1::ImportItemResult& item : *batch.mutable_results()) item.set_index(acknowledged++);
    batch.set_acknowledged_count(acknowledged);
    RETURN_IF_ERROR(stream.Write(std::move(batch)));
  }
}

absl::Status SurveyService::ImportBatch(IntakeDesk& desk, v1::ImportResponsesRequest& message,
                                        bool validate_only, v1::ImportResponsesResponse& out) {
  const absl::Time now = clock_.Now();
  desk.BeginBatch(now);
  std::vector<Submission> submissions;
  std::vector<int> places;  // Of the submissions in the message.
  submissions.reserve(message.responses_size());
  places.reserve(message.responses_size());
  out.mutable_results()->Reserve(message.responses_size());
  for (int i = 0; i < message.responses_size(); ++i) {
    v1::ImportItemResult& item = *out.add_results();
    item.set_response(message.responses(i).name());
    absl::StatusOr<Submission> submission = desk.Prepare(*message.mutable_responses(i));
    if (submission.ok()) {
      submissions.push_back(*std::move(submission));
      places.push_back(i);
      continue;
    }
    if (!IntakeDesk::IsRefusal(submission.status())) return submission.status();
    Refuse(submission.status(), item);
    if (!validate_only) Count(Outcome::kRefused);
  }
  ASSIGN_OR_RETURN(const std::vector<SubmissionResult> results,
                   responses_.Take(submissions, validate_only, now,
                                   [&desk](const Submission& after, const StoredResponse& before) {
                                     return desk.WriteReplacement(after, before);
                                   }));
  for (size_t i = 0; i < results.size(); ++i) {
    v1::ImportItemResult& item = *out.mutable_results(places[i]);
    if (!validate_only) Count(results[i].outcome);
    switch (results[i].outcome) {
      case Outcome::kAccepted:
        item.set_outcome(v1::IMPORT_OUTCOME_ACCEPTED);
        break;
      case Outcome::kRepeated:
        item.set_outcome(v1::IMPORT_OUTCOME_REPEATED);
        break;
      case Outcome::kRefused:
        Refuse(results[i].refusal, item);
        break;
    }
  }
  return absl::OkStatus();
}

absl::Status SurveyService::Withdraw(const v1::WithdrawResponseRequest& request,
                                     v1::Response& response) {
  static const rpc::ResourcePattern& pattern =
      *new rpc::ResourcePattern("waves/{wave}/responses/{response}");
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, pattern.Parse(request.name()));
  ASSIGN_OR_RETURN(const StoredWave wave, waves_.Get(ids[0]));
  const std::string wave_name = wave.wave.name();
  const auto version_name = [&wave](const StoredResponse& stored) {
    return wave.wave.questionnaires[stored.place].version_name();
  };
  const std::string request_digest = DigestBuilder("voortgang.survey.withdraw.v1")
                                         .Text(request.name())
                                         .Text(request.reason())
                                         .Finish();
  bool changed = false;
  ASSIGN_OR_RETURN(const std::string answer,
                   responses_.Withdraw(
                       wave, ids[1], request.reason(),
                       {.scope = "WithdrawResponse",
                        .request_id = request.request_id(),
                        .digest = request_digest},
                       clock_.Now(),
                       [&](const StoredResponse& before) {
                         changed = true;
                         return WithdrawalChange(wave_name, version_name(before), before);
                       },
                       [&](const StoredResponse& after) {
                         return ToProto(wave_name, version_name(after), after).SerializeAsString();
                       }));
  if (changed) withdrawn_.Increment();
  if (!response.ParseFromString(answer)) {
    return absl::DataLossError("a kept withdrawal cannot be read");
  }
  return absl::OkStatus();
}

}  // namespace vg::survey
