#include "services/survey/api/corrections.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/claimants.h"
#include "services/survey/api/intake_desk.h"
#include "services/survey/api/refused_answers.h"
#include "services/survey/api/response_proto.h"
#include "services/survey/api/revision_proto.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

const rpc::ResourcePattern& ResponsePattern() {
  static const rpc::ResourcePattern& pattern =
      *new rpc::ResourcePattern("waves/{wave}/responses/{response}");
  return pattern;
}

}  // namespace

Corrections::Corrections(ResponseStore& store, RefusalStore& refusals, WaveStore& waves,
                         WaveCache& wave_cache, const Clock& clock, metrics::Registry& metrics)
    : store_(store),
      refusals_(refusals),
      waves_(waves),
      wave_cache_(wave_cache),
      clock_(clock),
      corrected_(metrics.Counter("voortgang_survey_responses_total", "Responses by outcome.",
                                 {{"outcome", "corrected"}})),
      unnoted_(UnnotedRefusals(metrics)) {}

absl::Status Corrections::Correct(const rpc::Call& call, const v1::CorrectResponseRequest& request,
                                  v1::Response& response) {
  if (request.response().partial()) return Prefixed(NotComplete(), "response.");
  IntakeDesk desk(wave_cache_, store_);
  const absl::Time now = clock_.Now();
  desk.BeginBatch(now);
  const absl::StatusOr<Submission> submission =
      desk.Prepare(request.response(), IntakeDesk::Purpose::kCorrection);
  if (!submission.ok()) {
    const std::vector<RefusedResponse> refused = desk.TakeRefused();
    // That the answer is a refusal does not depend on its being noted.
    if (!request.validate_only() && !refusals_.Note(refused, now).ok()) unnoted_.Increment();
    return Prefixed(submission.status(), "response.");
  }
  const std::string request_digest = DigestBuilder("voortgang.survey.correct.v1")
                                         .Text(request.response().name())
                                         .Text(Hex(submission->response.digest))
                                         .Text(request.reason())
                                         .Integer(request.expected_revision())
                                         .Finish();
  const absl::StatusOr<ResponseStore::Answered> answered = store_.Correct(
      {.submission = *submission,
       .claimant = ClaimantOf(call.caller(), request.response().invitation_token(),
                              {voortgang::api::v1::ROLE_EDITOR}),
       .reason = request.reason(),
       .expected_revision = request.expected_revision(),
       .validate_only = request.validate_only()},
      {.scope = "CorrectResponse", .request_id = request.request_id(), .digest = request_digest},
      now, [&](const StoredResponse& after) -> absl::StatusOr<std::string> {
        v1::Response told;
        RETURN_IF_ERROR(desk.ToProto(*submission, after, told));
        return told.SerializeAsString();
      });
  if (!answered.ok()) return Prefixed(answered.status(), "response.");
  if (answered->changed && !request.validate_only()) corrected_.Increment();
  if (!response.ParseFromString(answered->answer)) {
    return absl::DataLossError("a kept correction cannot be read");
  }
  return absl::OkStatus();
}

absl::Status Corrections::List(const v1::ListResponseRevisionsRequest& request,
                               v1::ListResponseRevisionsResponse& response) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, ResponsePattern().Parse(request.name()));
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 20, .max_size = 100}));
  int before = 0;
  if (!page.position.empty() && !absl::SimpleAtoi(page.position, &before)) {
    return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "must be one that was given out");
  }
  ASSIGN_OR_RETURN(const ReadyWave wave, wave_cache_.Get(ids[0]));
  // One more than the page: the last one is told apart from the one before it.
  ASSIGN_OR_RETURN(const std::vector<Revision> revisions,
                   store_.Revisions(wave.stored, ids[1], before, page.size + 1));
  for (const Revision& revision : revisions) {
    ASSIGN_OR_RETURN(*response.add_response_revisions(),
                     ToProto(wave.parts->AskedIn(revision.response.place), revision));
  }
  auto& told = *response.mutable_response_revisions();
  for (int i = 0; i + 1 < told.size(); ++i) {
    TellDifferences(told[i + 1], told[i]);
  }
  if (revisions.size() > page.size) {
    told.RemoveLast();
    response.set_next_page_token(
        rpc::NextPageToken(request, absl::StrCat(told[told.size() - 1].response().revision())));
  }
  return absl::OkStatus();
}

absl::Status Corrections::GetParadata(const v1::GetParadataRequest& request,
                                      v1::Paradata& response) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, ResponsePattern().Parse(request.name()));
  ASSIGN_OR_RETURN(const StoredWave wave, waves_.Get(ids[0]));
  ASSIGN_OR_RETURN(const std::string content, store_.Paradata(wave, ids[1]));
  if (!response.ParseFromString(content)) return absl::DataLossError("paradata cannot be read");
  return absl::OkStatus();
}

}  // namespace vg::survey
