#include "services/survey/api/responses.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/response_proto.h"

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

const rpc::ResourcePattern& WavePattern() {
  static const rpc::ResourcePattern& pattern = *new rpc::ResourcePattern("waves/{wave}");
  return pattern;
}

const rpc::ResourcePattern& ResponsePattern() {
  static const rpc::ResourcePattern& pattern =
      *new rpc::ResourcePattern("waves/{wave}/responses/{response}");
  return pattern;
}

// Of a stream that only checks: what would have been accepted is remembered for the rest of it.
constexpr size_t kMostRehearsed = 250'000;

absl::Status DryRunTooLong() {
  return Error(absl::StatusCode::kResourceExhausted, "DRY_RUN_TOO_LONG",
               absl::StrCat("a stream that only checks ends after ", kMostRehearsed,
                            " accepted items; check the rest in another one"));
}

prometheus::Counter& OutcomeCounter(metrics::Registry& metrics, std::string_view outcome) {
  return metrics.Counter("voortgang_survey_responses_total", "Responses by outcome.",
                         {{"outcome", std::string(outcome)}});
}

}  // namespace

Responses::Responses(ResponseStore& store, RefusalStore& refusals, WaveCache& wave_cache,
                     const Clock& clock, metrics::Registry& metrics)
    : store_(store),
      refusals_(refusals),
      wave_cache_(wave_cache),
      clock_(clock),
      accepted_(OutcomeCounter(metrics, "accepted")),
      repeated_(OutcomeCounter(metrics, "repeated")),
      refused_(OutcomeCounter(metrics, "refused")),
      withdrawn_(OutcomeCounter(metrics, "withdrawn")),
      unnoted_(metrics.Counter("voortgang_survey_refusals_unnoted_total",
                               "Batches whose refusals could not be noted.", {})) {}

void Responses::Count(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccepted:
      return accepted_.Increment();
    case Outcome::kRepeated:
      return repeated_.Increment();
    case Outcome::kRefused:
      return refused_.Increment();
  }
}

void Responses::Note(IntakeDesk& desk, absl::Time now) {
  const std::vector<RefusedResponse> refused = desk.TakeRefused();
  if (!refused.empty() && !refusals_.Note(refused, now).ok()) unnoted_.Increment();
}

absl::StatusOr<std::vector<SubmissionResult>> Responses::Take(
    const std::vector<Submission>& submissions, Rehearsal* rehearsal, absl::Time now) {
  if (rehearsal != nullptr) return store_.Rehearse(submissions, now, *rehearsal);
  return store_.Take(submissions, now);
}

absl::Status Responses::Submit(const v1::SubmitResponseRequest& request, v1::Response& response) {
  IntakeDesk desk(wave_cache_);
  const absl::Time now = clock_.Now();
  desk.BeginBatch(now);
  absl::StatusOr<Submission> prepared = desk.Prepare(request.response());
  if (!prepared.ok()) {
    if (IntakeDesk::IsRefusal(prepared.status()) && !request.validate_only()) {
      Count(Outcome::kRefused);
      Note(desk, now);
    }
    return Prefixed(prepared.status(), "response.");
  }
  Rehearsal rehearsal;
  const std::vector<Submission> submissions = {*std::move(prepared)};
  ASSIGN_OR_RETURN(const std::vector<SubmissionResult> results,
                   Take(submissions, request.validate_only() ? &rehearsal : nullptr, now));
  const SubmissionResult& result = results.front();
  if (!request.validate_only()) Count(result.outcome);
  if (result.outcome == Outcome::kRefused) return result.refusal;
  ASSIGN_OR_RETURN(response, desk.ToProto(submissions.front(), result));
  if (request.validate_only() && result.outcome != Outcome::kRepeated) {
    response.clear_accept_time();
  }
  return absl::OkStatus();
}

absl::Status Responses::Import(
    rpc::Call&, rpc::Stream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>& stream) {
  IntakeDesk desk(wave_cache_);
  v1::ImportResponsesRequest message;
  int64_t acknowledged = 0;
  bool first = true;
  std::optional<Rehearsal> rehearsal;
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, stream.Read(message));
    if (!more) return absl::OkStatus();
    if (std::exchange(first, false) && message.validate_only()) rehearsal.emplace();
    v1::ImportResponsesResponse batch;
    RETURN_IF_ERROR(ImportBatch(desk, message, rehearsal ? &*rehearsal : nullptr, batch));
    for (v1::ImportItemResult& item : *batch.mutable_results()) item.set_index(acknowledged++);
    batch.set_acknowledged_count(acknowledged);
    RETURN_IF_ERROR(stream.Write(std::move(batch)));
    if (rehearsal && rehearsal->size() > kMostRehearsed) return DryRunTooLong();
  }
}

absl::Status Responses::ImportBatch(IntakeDesk& desk, const v1::ImportResponsesRequest& message,
                                    Rehearsal* rehearsal, v1::ImportResponsesResponse& out) {
  const absl::Time now = clock_.Now();
  const bool validate_only = rehearsal != nullptr;
  desk.BeginBatch(now);
  std::vector<Submission> submissions;
  std::vector<int> places;  // Of the submissions in the message.
  submissions.reserve(message.responses_size());
  places.reserve(message.responses_size());
  out.mutable_results()->Reserve(message.responses_size());
  for (int i = 0; i < message.responses_size(); ++i) {
    v1::ImportItemResult& item = *out.add_results();
    item.set_response(message.responses(i).name());
    absl::StatusOr<Submission> submission = desk.Prepare(message.responses(i));
    if (submission.ok()) {
      submissions.push_back(*std::move(submission));
      places.push_back(i);
      continue;
    }
    if (!IntakeDesk::IsRefusal(submission.status())) return submission.status();
    Refuse(submission.status(), item);
    item.set_rule(desk.refusing_rule());
    if (!validate_only) Count(Outcome::kRefused);
  }
  ASSIGN_OR_RETURN(const std::vector<SubmissionResult> results,
                   Take(submissions, rehearsal, now));
  if (validate_only) {
    desk.TakeRefused();
  } else {
    Note(desk, now);
  }
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

absl::Status Responses::Withdraw(const v1::WithdrawResponseRequest& request,
                                 v1::Response& response) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, ResponsePattern().Parse(request.name()));
  ASSIGN_OR_RETURN(const ReadyWave ready, wave_cache_.Get(ids[0]));
  const StoredWave& wave = ready.stored;
  const std::string request_digest = DigestBuilder("voortgang.survey.withdraw.v1")
                                         .Text(request.name())
                                         .Text(request.reason())
                                         .Finish();
  ASSIGN_OR_RETURN(
      const ResponseStore::Answered withdrawn,
      store_.Withdraw(
          wave, ids[1], request.reason(),
          {.scope = "WithdrawResponse",
           .request_id = request.request_id(),
           .digest = request_digest},
          clock_.Now(),
          [&](const StoredResponse& stored) {
            return ClaimsOf(ready, wave.wave.questionnaires[stored.place].role, stored.unit);
          },
          [&](const StoredResponse& after) -> absl::StatusOr<std::string> {
            ASSIGN_OR_RETURN(const v1::Response told,
                             ToProto(ready.parts->AskedIn(after.place), after));
            return told.SerializeAsString();
          }));
  if (withdrawn.changed) withdrawn_.Increment();
  if (!response.ParseFromString(withdrawn.answer)) {
    return absl::DataLossError("a kept withdrawal cannot be read");
  }
  return absl::OkStatus();
}

absl::Status Responses::Get(const v1::GetResponseRequest& request, v1::Response& response) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, ResponsePattern().Parse(request.name()));
  ASSIGN_OR_RETURN(const ReadyWave wave, wave_cache_.Get(ids[0]));
  ASSIGN_OR_RETURN(const StoredResponse found, store_.Get(wave.stored, ids[1]));
  ASSIGN_OR_RETURN(response, ToProto(wave.parts->AskedIn(found.place), found));
  return absl::OkStatus();
}

absl::Status Responses::List(const v1::ListResponsesRequest& request,
                             v1::ListResponsesResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 500}));
  ASSIGN_OR_RETURN(const ReadyWave wave, wave_cache_.Get(id));
  ASSIGN_OR_RETURN(auto found, store_.List(wave.stored.number, {.unit = request.unit(),
                                                         .withdrawn = request.show_withdrawn(),
                                                         .after = page.position,
                                                         .limit = page.size + 1}));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().id));
  }
  for (const StoredResponse& stored : found) {
    ASSIGN_OR_RETURN(*response.add_responses(),
                     ToProto(wave.parts->AskedIn(stored.place), stored));
  }
  return absl::OkStatus();
}

}  // namespace vg::survey
