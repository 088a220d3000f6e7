#include "services/cli/actions/intake.h"

#include <iostream>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/render/progress_bar.h"
#include "services/cli/render/values.h"

namespace vg::cli {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace survey = voortgang::survey::v1;

constexpr int kBatch = 200;

// Writes batches from one thread and reads results on another until the server ends the stream.
// `fill(request)` puts the next batch into a cleared request and returns false when there is none.
template <typename Request, typename Response, typename Stream, typename Fill, typename Count>
absl::StatusOr<IntakeOutcome> Run(Stream& stream, const char* label, int64_t total,
                                  const Fill& fill, const Count& count) {
  std::thread sender([&] {
    Request request;
    while (fill(request) && stream.Write(request)) request.Clear();
    stream.WritesDone();
  });
  IntakeOutcome outcome;
  {
    ProgressBar bar(label);
    Response response;
    while (stream.Read(&response)) {
      for (const auto& result : response.results()) count(result, outcome);
      if constexpr (requires { response.summary(); }) {
        if (response.has_summary()) outcome.board = response.summary();
      }
      bar.Update(response.acknowledged_count(), total);
    }
  }
  sender.join();
  RETURN_IF_ERROR(rpc::FromGrpcStatus(stream.Finish()));
  return outcome;
}

template <typename Result>
Refusal ToRefusal(const Result& result, const std::string& name) {
  return {result.index(), name, result.reason(), result.field(), result.message()};
}

// `before`: how many items came on connections before this one.
void Count(const survey::ImportItemResult& result, int64_t before, IntakeOutcome& outcome) {
  switch (result.outcome()) {
    case survey::IMPORT_OUTCOME_ACCEPTED:
      ++outcome.accepted;
      break;
    case survey::IMPORT_OUTCOME_REPEATED:
      ++outcome.repeated;
      break;
    default:
      outcome.refused.push_back(ToRefusal(result, result.response()));
      outcome.refused.back().index += before;
      outcome.refused.back().question = result.question();
      outcome.refused.back().instance = result.instance();
  }
}

}  // namespace

std::string Refusal::place() const {
  return question.empty() ? field : QuestionText(question, instance);
}

absl::StatusOr<IntakeOutcome> ImportResponses(Session& session, int64_t total, bool validate_only,
                                              const Patience& patience,
                                              const std::function<bool(survey::Response&)>& next) {
  using Stream = ResumingStream<survey::ImportResponsesRequest, survey::ImportResponsesResponse>;
  const auto client = session.ClientOf<survey::SurveyService>();
  IntakeOutcome outcome;
  ProgressBar bar("Responses");
  int64_t acknowledged = 0;
  Stream stream(
      [&client](grpc::ClientContext* context) -> std::unique_ptr<Stream::Stream> {
        return client.stub().ImportResponses(context);
      },
      [&](survey::ImportResponsesRequest& request) {
        request.set_validate_only(validate_only);
        survey::Response response;
        while (request.responses_size() < kBatch && next(response)) {
          *request.add_responses() = std::move(response);
          response.Clear();
        }
        return request.responses_size() > 0;
      },
      [&](const survey::ImportResponsesResponse& response, int64_t before) {
        for (const survey::ImportItemResult& result : response.results()) {
          Count(result, before, outcome);
        }
        acknowledged = before + response.acknowledged_count();
        bar.Update(acknowledged, total);
      },
      [&](const absl::Status& why, absl::Duration wait) {
        bar.Erase();
        std::cerr << "The connection is lost (" << why.message() << "); " << acknowledged
                  << " responses are acknowledged, going on after them in "
                  << absl::FormatDuration(wait) << ".\n";
      });
  const absl::Status status = stream.Run(validate_only ? Patience() : patience);
  if (status.ok()) return outcome;
  if (!absl::IsUnavailable(status)) return status;
  return Annotate(status, absl::StrCat(acknowledged,
                                       " responses are acknowledged; send everything again, what "
                                       "is there is answered as repeated"));
}

absl::StatusOr<IntakeOutcome> ImportProgrammes(
    Session& session, int64_t total, const std::function<bool(catalogue::ProgrammeFiling&)>& next) {
  return ImportProgrammesOn(session, {}, total, next);
}

absl::StatusOr<IntakeOutcome> ImportProgrammesOn(
    Session& session, const catalogue::ImportProgrammesRequest& terms, int64_t total,
    const std::function<bool(catalogue::ProgrammeFiling&)>& next) {
  const auto client = session.ClientOf<catalogue::CatalogueService>();
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  const auto stream = client.stub().ImportProgrammes(context.get());
  return Run<catalogue::ImportProgrammesRequest, catalogue::ImportProgrammesResponse>(
      *stream, "Programmes", total,
      [&](catalogue::ImportProgrammesRequest& request) {
        request = terms;
        catalogue::ProgrammeFiling filing;
        while (request.filings_size() < kBatch && next(filing)) {
          *request.add_filings() = std::move(filing);
          filing.Clear();
        }
        return request.filings_size() > 0;
      },
      [](const catalogue::FilingResult& result, IntakeOutcome& outcome) {
        switch (result.outcome()) {
          case catalogue::FILING_OUTCOME_ACCEPTED:
            ++outcome.accepted;
            break;
          case catalogue::FILING_OUTCOME_REPEATED:
            ++outcome.repeated;
            break;
          default:
            outcome.refused.push_back(ToRefusal(result, result.programme()));
        }
      });
}

}  // namespace vg::cli
