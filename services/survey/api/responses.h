// The RPCs about responses.

#ifndef VG_SERVICES_SURVEY_API_RESPONSES_H_
#define VG_SERVICES_SURVEY_API_RESPONSES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/concurrency/pipe.h"
#include "common/grpc/call.h"
#include "common/grpc/rounds.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/survey/api/intake_desk.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/storage/refusal_store.h"
#include "services/survey/storage/rehearsal.h"
#include "services/survey/storage/response_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Responses {
 public:
  using SubmitCall = rpc::RoundCall<v1::SubmitResponseRequest, v1::Response>;
  using SubmitRound = std::span<SubmitCall>;
  using ImportStream = rpc::Stream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>;

  Responses(ResponseStore& store, RefusalStore& refusals, WaveCache& wave_cache, const Clock& clock,
            metrics::Registry& metrics);

  // Takes in what several callers submit, in one transaction.
  void Submit(SubmitRound calls);
  // Checks a message while those before it are taken in, in one transaction as many as are ready.
  absl::Status Import(rpc::Call& call, ImportStream& stream);
  absl::Status Withdraw(const rpc::Call& call, const v1::WithdrawResponseRequest& request,
                        v1::Response& response);
  absl::Status Get(const rpc::Call& call, const v1::GetResponseRequest& request,
                   v1::Response& response);
  absl::Status List(const v1::ListResponsesRequest& request, v1::ListResponsesResponse& response);

 private:
  // The id that a request means.
  absl::StatusOr<std::string> IdOf(const StoredWave& wave, const std::string& id,
                                   std::string_view invitation_token);
  // One message of an import, checked.
  struct Prepared {
    absl::Time now;
    bool validate_only = false;
    std::vector<Submission> submissions;
    std::vector<int> places;  // Of the submissions in the message.
    std::vector<RefusedResponse> refused;
    v1::ImportResponsesResponse answer;  // Says already which were refused by the checks.
  };
  absl::Status PrepareAll(std::string submitter, ImportStream& stream, Pipe<Prepared>& prepared);
  absl::StatusOr<Prepared> Prepare(IntakeDesk& desk, const v1::ImportResponsesRequest& message);
  absl::Status TakeIn(Pipe<Prepared>& prepared, ImportStream& stream);
  // Takes the submissions of all batches, which are used up, in their order.
  absl::StatusOr<std::vector<SubmissionResult>> TakeBatches(std::vector<Prepared>& batches,
                                                            Rehearsal& rehearsal);
  // Lets a batch come in at `now` that waited long for the answers before it to be read.
  absl::Status Renew(Prepared& batch, absl::Time now);
  void Tell(Prepared& batch, std::span<const SubmissionResult> results);

  absl::Status Answer(const IntakeDesk& desk, const Submission& submission,
                      const SubmissionResult& result, v1::Response& response);
  absl::Status Rehearse(const IntakeDesk& desk, Submission submission, absl::Time now,
                        v1::Response& response);
  // Notes what was refused. That the answer is a refusal does not depend on it.
  void Note(const std::vector<RefusedResponse>& refused, absl::Time now);
  void Count(SubmissionResult::Outcome outcome);

  ResponseStore& store_;
  RefusalStore& refusals_;
  WaveCache& wave_cache_;
  const Clock& clock_;
  prometheus::Counter& accepted_;
  prometheus::Counter& repeated_;
  prometheus::Counter& refused_;
  prometheus::Counter& withdrawn_;
  prometheus::Counter& unnoted_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_RESPONSES_H_
