#include "services/survey/api/responses.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/claimants.h"
#include "services/survey/api/refused_answers.h"
#include "services/survey/api/response_proto.h"
#include "services/survey/domain/invitation.h"

namespace vg::survey {
namespace {

namespace api = voortgang::api::v1;
using Outcome = SubmissionResult::Outcome;

// In the place of an id: the response that was answered with a single-use invitation.
constexpr char kOfInvitation[] = "-";

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

// How many faults of answers are told of one item, and of the items of a message together: who
// sends many bad items needs to know what is wrong, not to be sent more than they sent.
constexpr int kMostFaultsOfItem = 10;
constexpr int kMostFaults = 1'000;

// Tells which questions were answered wrongly: the first, and as many as there is room for. How
// many those are.
int TellFaults(const v1::Refusal& refusal, int room, v1::ImportItemResult& out) {
  if (refusal.answers().empty()) return 0;
  const v1::RefusedAnswer& first = refusal.answers(0);
  out.set_rule(first.rule());
  out.set_question(first.question());
  out.set_instance(first.instance());
  const int told = std::min({kMostFaultsOfItem, room, refusal.answers_size()});
  for (int i = 0; i < told; ++i) *out.add_answers() = refusal.answers(i);
  return told;
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

// Messages of a stream that are checked and wait to be taken in.
constexpr size_t kMostPrepared = 3;

// So long after it was checked, what comes in gets another time, if its wave is still open.
constexpr absl::Duration kFresh = absl::Seconds(1);

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
      unnoted_(UnnotedRefusals(metrics)) {}

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

void Responses::Note(const std::vector<RefusedResponse>& refused, absl::Time now) {
  if (!refused.empty() && !refusals_.Note(refused, now).ok()) unnoted_.Increment();
}

void Responses::Submit(SubmitRound calls) {
  IntakeDesk desk(wave_cache_, store_);
  const absl::Time now = clock_.Now();
  desk.BeginBatch(now);
  std::vector<Submission> submissions;
  std::vector<SubmitCall*> submitting;  // The calls of the submissions.
  std::vector<std::pair<SubmitCall*, absl::Status>> others;
  std::vector<RefusedResponse> refused;
  for (SubmitCall& call : calls) {
    const v1::SubmitResponseRequest& request = call.request();
    desk.SetSubmitter(SubmitterOf(call.caller()));
    absl::StatusOr<Submission> prepared = desk.Prepare(request.response());
    std::vector<RefusedResponse> noted = desk.TakeRefused();
    if (prepared.ok() && !request.validate_only()) {
      submissions.push_back(*std::move(prepared));
      submitting.push_back(&call);
    } else if (prepared.ok()) {
      others.emplace_back(&call, Rehearse(desk, *std::move(prepared), now, call.response()));
    } else {
      if (IntakeDesk::IsRefusal(prepared.status()) && !request.validate_only()) {
        Count(Outcome::kRefused);
        std::move(noted.begin(), noted.end(), std::back_inserter(refused));
      }
      others.emplace_back(&call, Prefixed(prepared.status(), "response."));
    }
  }
  const absl::StatusOr<std::vector<SubmissionResult>> results = store_.Take(submissions, now);
  Note(refused, now);
  for (size_t i = 0; i < submissions.size(); ++i) {
    submitting[i]->Finish(
        results.ok() ? Answer(desk, submissions[i], (*results)[i], submitting[i]->response())
                     : results.status());
  }
  for (auto& [call, status] : others) call->Finish(status);
}

absl::Status Responses::Answer(const IntakeDesk& desk, const Submission& submission,
                               const SubmissionResult& result, v1::Response& response) {
  Count(result.outcome);
  if (result.outcome == Outcome::kRefused) return result.refusal;
  return desk.ToProto(submission, result, response);
}

absl::Status Responses::Rehearse(const IntakeDesk& desk, Submission submission, absl::Time now,
                                 v1::Response& response) {
  Rehearsal rehearsal;
  ASSIGN_OR_RETURN(const std::vector<SubmissionResult> results,
                   store_.Rehearse({&submission, 1}, now, rehearsal));
  const SubmissionResult& result = results.front();
  if (result.outcome == Outcome::kRefused) return result.refusal;
  RETURN_IF_ERROR(desk.ToProto(submission, result, response));
  if (result.outcome != Outcome::kRepeated) response.clear_accept_time();
  return absl::OkStatus();
}

absl::Status Responses::Import(rpc::Call& call, ImportStream& stream) {
  Pipe<Prepared> prepared(kMostPrepared);
  absl::Status taken = absl::OkStatus();
  std::jthread taker([&] {
    taken = TakeIn(prepared, stream);
    if (taken.ok()) return;
    prepared.Leave();
    stream.StopReading();
  });
  const absl::Status read = PrepareAll(SubmitterOf(call.caller()), stream, prepared);
  prepared.Close();
  taker.join();
  return taken.ok() ? read : taken;
}

absl::Status Responses::PrepareAll(std::string submitter, ImportStream& stream,
                                   Pipe<Prepared>& prepared) {
  IntakeDesk desk(wave_cache_, store_);
  desk.SetSubmitter(std::move(submitter));
  std::optional<bool> validate_only;  // As the first message says.
  for (;;) {
    ASSIGN_OR_RETURN(const auto* const message, stream.Read());
    if (message == nullptr) return absl::OkStatus();
    if (!validate_only) validate_only = message->validate_only();
    ASSIGN_OR_RETURN(Prepared batch, Prepare(desk, *message));
    batch.validate_only = *validate_only;
    if (!prepared.Give(std::move(batch))) return absl::CancelledError("the stream has ended");
  }
}

absl::StatusOr<Responses::Prepared> Responses::Prepare(IntakeDesk& desk,
                                                       const v1::ImportResponsesRequest& message) {
  Prepared batch;
  batch.now = clock_.Now();
  desk.BeginBatch(batch.now);
  batch.submissions.reserve(message.responses_size());
  batch.places.reserve(message.responses_size());
  batch.answer.mutable_results()->Reserve(message.responses_size());
  int room = kMostFaults;
  for (int i = 0; i < message.responses_size(); ++i) {
    v1::ImportItemResult& item = *batch.answer.add_results();
    item.set_response(message.responses(i).name());
    absl::StatusOr<Submission> submission = desk.Prepare(message.responses(i));
    if (submission.ok()) {
      batch.submissions.push_back(*std::move(submission));
      batch.places.push_back(i);
      continue;
    }
    if (!IntakeDesk::IsRefusal(submission.status())) return submission.status();
    Refuse(submission.status(), item);
    room -= TellFaults(desk.refusal(), room, item);
  }
  batch.refused = desk.TakeRefused();
  return batch;
}

absl::Status Responses::TakeIn(Pipe<Prepared>& prepared, ImportStream& stream) {
  int64_t acknowledged = 0;
  Rehearsal rehearsal;
  for (auto batches = prepared.TakeAll(); !batches.empty(); batches = prepared.TakeAll()) {
    ASSIGN_OR_RETURN(const std::vector<SubmissionResult> results, TakeBatches(batches, rehearsal));
    size_t next = 0;
    for (Prepared& batch : batches) {
      Tell(batch, std::span(results).subspan(next, batch.places.size()));
      next += batch.places.size();
      for (v1::ImportItemResult& item : *batch.answer.mutable_results()) {
        item.set_index(acknowledged++);
      }
      batch.answer.set_acknowledged_count(acknowledged);
      RETURN_IF_ERROR(stream.Write(std::move(batch.answer)));
    }
    if (rehearsal.size() > kMostRehearsed) return DryRunTooLong();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SubmissionResult>> Responses::TakeBatches(std::vector<Prepared>& batches,
                                                                     Rehearsal& rehearsal) {
  std::vector<Submission> all;
  std::vector<RefusedResponse> refused;
  const absl::Time now = clock_.Now();
  for (Prepared& batch : batches) {
    RETURN_IF_ERROR(Renew(batch, now));
    std::move(batch.submissions.begin(), batch.submissions.end(), std::back_inserter(all));
    std::move(batch.refused.begin(), batch.refused.end(), std::back_inserter(refused));
  }
  if (batches.front().validate_only) return store_.Rehearse(all, now, rehearsal);
  ASSIGN_OR_RETURN(std::vector<SubmissionResult> results, store_.Take(all, now));
  Note(refused, now);
  return results;
}

absl::Status Responses::Renew(Prepared& batch, absl::Time now) {
  if (now - batch.now < kFresh) return absl::OkStatus();
  IntakeDesk desk(wave_cache_, store_);
  desk.BeginBatch(now);
  for (Submission& submission : batch.submissions) RETURN_IF_ERROR(desk.Renew(submission));
  return absl::OkStatus();
}

void Responses::Tell(Prepared& batch, std::span<const SubmissionResult> results) {
  const auto count = [&](Outcome outcome) {
    if (!batch.validate_only) Count(outcome);
  };
  for (size_t i = results.size(); i < static_cast<size_t>(batch.answer.results_size()); ++i) {
    count(Outcome::kRefused);  // Those that were not even submitted.
  }
  for (size_t i = 0; i < results.size(); ++i) {
    v1::ImportItemResult& item = *batch.answer.mutable_results(batch.places[i]);
    count(results[i].outcome);
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
}

absl::Status Responses::Withdraw(const rpc::Call& call, const v1::WithdrawResponseRequest& request,
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
          wave, ids[1], ClaimantOf(call.caller(), request.invitation_token(), {api::ROLE_EDITOR}),
          request.reason(),
          {.scope = "WithdrawResponse",
           .request_id = request.request_id(),
           .digest = request_digest},
          clock_.Now(),
          [&](const StoredResponse& stored) {
            return ClaimsOf(ready, wave.wave.questionnaires[stored.place].role, stored.unit);
          },
          [&](const StoredResponse& after) -> absl::StatusOr<std::string> {
            v1::Response told;
            RETURN_IF_ERROR(ToProto(ready.parts->AskedIn(after.place), after, told));
            return told.SerializeAsString();
          }));
  if (withdrawn.changed) withdrawn_.Increment();
  if (!response.ParseFromString(withdrawn.answer)) {
    return absl::DataLossError("a kept withdrawal cannot be read");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Responses::IdOf(const StoredWave& wave, const std::string& id,
                                            std::string_view invitation_token) {
  if (id != kOfInvitation) return id;
  const std::string token_hash = TokenHash(invitation_token);
  if (token_hash.empty()) {
    return InvalidField("invitation_token", "REQUIRED",
                        "must be set to find the response that was answered with it");
  }
  ASSIGN_OR_RETURN(std::optional<std::string> found, store_.Invited(wave, token_hash));
  if (!found) return NotFound(absl::StrCat(wave.wave.name(), "/responses/", id));
  return *std::move(found);
}

absl::Status Responses::Get(const rpc::Call& call, const v1::GetResponseRequest& request,
                            v1::Response& response) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   ResponsePattern().Parse(request.name(), "name", /*allow_wildcard=*/true));
  ASSIGN_OR_RETURN(const ReadyWave wave, wave_cache_.Get(ids[0]));
  ASSIGN_OR_RETURN(const std::string id, IdOf(wave.stored, ids[1], request.invitation_token()));
  ASSIGN_OR_RETURN(const StoredResponse found,
                   store_.Get(wave.stored, id,
                              ClaimantOf(call.caller(), request.invitation_token(),
                                         {api::ROLE_EDITOR, api::ROLE_ANALYST})));
  return ToProto(wave.parts->AskedIn(found.place), found, response);
}

absl::Status Responses::List(const v1::ListResponsesRequest& request,
                             v1::ListResponsesResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, WavePattern().ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 500}));
  ASSIGN_OR_RETURN(const ReadyWave wave, wave_cache_.Get(id));
  ASSIGN_OR_RETURN(auto found,
                   store_.List(wave.stored.number, {.unit = request.unit(),
                                                    .withdrawn = request.show_withdrawn(),
                                                    .after = page.position,
                                                    .limit = page.size + 1}));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(request, found.back().id));
  }
  for (const StoredResponse& stored : found) {
    RETURN_IF_ERROR(ToProto(wave.parts->AskedIn(stored.place), stored, *response.add_responses()));
  }
  return absl::OkStatus();
}

}  // namespace vg::survey
