#include "services/report/api/report_service.h"

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/concurrency/parallel.h"
#include "common/digest/digest.h"
#include "common/grpc/call.h"
#include "common/grpc/canonical.h"
#include "common/grpc/etag.h"
#include "common/grpc/page_token.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/report/api/edition_proto.h"
#include "services/report/api/plan_proto.h"
#include "services/report/domain/errors.h"
#include "services/report/domain/verification.h"
#include "services/report/pages/data.h"
#include "services/report/pages/page.h"
#include "services/report/pages/render.h"

namespace vg::report {
namespace {

constexpr rpc::PageLimits kEditionPage = {.default_size = 20, .max_size = 100};
constexpr size_t kPieceBytes = size_t{256} << 10;

// Of the content of a request, without its id.
template <typename Request>
std::string DigestOf(Request request) {
  request.clear_request_id();
  return Sha256Hex(rpc::DeterministicBytes(request));
}

absl::Status Parse(const std::string& answer, v1::Edition& edition) {
  if (!answer.empty() && edition.ParseFromString(answer)) return absl::OkStatus();
  return absl::InternalError("a stored answer cannot be read");
}

// Words answers as of one moment; content that cannot be read as an empty one, which Parse refuses.
auto AnswersAt(absl::Time now) {
  return [now](const EditionRecord& record) {
    const absl::StatusOr<v1::Edition> edition = EditionOf(record, now);
    return edition.ok() ? edition->SerializeAsString() : std::string();
  };
}

}  // namespace

ReportService::ReportService(EditionStore& store, Sources& sources, Executor& helpers,
                             const Clock& clock, metrics::Registry& registry,
                             rpc::CallPipeline& calls)
    : store_(store),
      sources_(sources),
      helpers_(helpers),
      clock_(clock),
      calls_(calls),
      composed_(registry.Counter("voortgang_report_editions_composed_total",
                                 "Editions composed and kept as drafts.")),
      published_(registry.Counter("voortgang_report_editions_published_total",
                                  "Calls that published an edition.")) {
  calls_.SetUnaryDeadline("ComposeEdition", absl::Minutes(5));
  calls_.SetUnaryDeadline("VerifyEdition", absl::Minutes(5));
}

grpc::ServerUnaryReactor* ReportService::ComposeEdition(grpc::CallbackServerContext* context,
                                                        const v1::ComposeEditionRequest* request,
                                                        v1::Edition* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ReportService::Compose, this));
}

grpc::ServerUnaryReactor* ReportService::PublishEdition(grpc::CallbackServerContext* context,
                                                        const v1::PublishEditionRequest* request,
                                                        v1::Edition* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ReportService::Publish, this));
}

grpc::ServerUnaryReactor* ReportService::RecallEdition(grpc::CallbackServerContext* context,
                                                       const v1::RecallEditionRequest* request,
                                                       v1::Edition* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ReportService::Recall, this));
}

grpc::ServerUnaryReactor* ReportService::VerifyEdition(grpc::CallbackServerContext* context,
                                                       const v1::VerifyEditionRequest* request,
                                                       v1::VerifyEditionResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ReportService::Verify, this));
}

grpc::ServerUnaryReactor* ReportService::GetEdition(grpc::CallbackServerContext* context,
                                                    const v1::GetEditionRequest* request,
                                                    v1::Edition* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ReportService::Get, this));
}

grpc::ServerUnaryReactor* ReportService::ListEditions(grpc::CallbackServerContext* context,
                                                      const v1::ListEditionsRequest* request,
                                                      v1::ListEditionsResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&ReportService::List, this));
}

grpc::ServerWriteReactor<v1::DownloadAssetResponse>* ReportService::DownloadAsset(
    grpc::CallbackServerContext* context, const v1::DownloadAssetRequest* request) {
  return calls_.ServerStream<v1::DownloadAssetResponse>(
      context, request, std::bind_front(&ReportService::Download, this));
}

absl::Status ReportService::Compose(const v1::ComposeEditionRequest& request,
                                    v1::Edition& response) {
  ASSIGN_OR_RETURN(EditionPlan plan, FromProto(request.edition_id(), request.plan()));
  const absl::Time now = clock_.Now();
  const std::string digest = DigestOf(request);
  const requests::Request kept{
      .scope = "ComposeEdition", .request_id = request.request_id(), .digest = digest};
  if (!request.validate_only()) {
    // A repeated call gets its answer whatever the other services say by now.
    ASSIGN_OR_RETURN(const auto answer, store_.FindAnswer(kept));
    if (answer.has_value()) return Parse(*answer, response);
  }
  ASSIGN_OR_RETURN(
      Gathered gathered,
      GatherFor(plan, request.validate_only() ? "" : EditionNameOf(request.edition_id())));
  ASSIGN_OR_RETURN(Composed composed,
                   Make(request.edition_id(), request.plan(), std::move(plan),
                        std::move(gathered.inputs), std::move(gathered.figures)));
  if (request.validate_only()) return Preview(composed.record, now, response);
  v1::Edition content;
  RETURN_IF_ERROR(Parse(composed.record.content, content));
  *content.mutable_compose_time() = rpc::ToProto(now);
  composed.record.content = content.SerializeAsString();
  ASSIGN_OR_RETURN(const std::string answer,
                   store_.Keep(composed.record, composed.files, kept, now, AnswersAt(now)));
  composed_.Increment();
  return Parse(answer, response);
}

void ReportService::SideBySide(size_t count, absl::FunctionRef<void(size_t)> work) {
  const rpc::Call* const call = rpc::Call::Current();
  ForEachInParallel(helpers_, kHelpers, count, [&](size_t i) {
    // Whose deadline and name are passed on.
    const rpc::ServingCall serving(*call);
    work(i);
  });
}

absl::StatusOr<Gathered> ReportService::GatherFor(const EditionPlan& plan,
                                                  const std::string& publication) {
  ASSIGN_OR_RETURN(Gathered gathered,
                   Gather(plan, publication, sources_,
                          [this](size_t count, auto work) { SideBySide(count, work); }));
  gathered.inputs.push_back({.resource = "templates", .digest = TemplatesDigest()});
  return gathered;
}

absl::Status ReportService::Preview(const EditionRecord& record, absl::Time now,
                                    v1::Edition& response) {
  const absl::StatusOr<EditionRecord> existing = store_.Get(record.id);
  if (!existing.ok() && !absl::IsNotFound(existing.status())) return existing.status();
  const bool decided = existing.ok() && existing->publication.time.has_value();
  if (decided && existing->digest != record.digest) {
    const bool is_public = IsPublic(StateAt(existing->publication, now));
    return (is_public ? EditionPublished : EditionEmbargoed)(EditionNameOf(record.id),
                                                             existing->digest, record.digest);
  }
  ASSIGN_OR_RETURN(response, EditionOf(decided ? *existing : record, now));
  return absl::OkStatus();
}

absl::StatusOr<ReportService::Composed> ReportService::Make(const std::string& id,
                                                            const v1::EditionPlan& proto,
                                                            EditionPlan plan,
                                                            std::vector<Input> inputs,
                                                            std::vector<Figure> figures) {
  std::string revises;
  if (!plan.revises.empty()) {
    ASSIGN_OR_RETURN(revises, EditionIdOf(plan.revises, "plan.revises"));
    RETURN_IF_ERROR(Annotate(store_.Get(revises).status(), "plan.revises"));
  }
  ASSIGN_OR_RETURN(const Content content,
                   Resolve(id, std::move(plan), std::move(inputs), std::move(figures)));
  Composed composed{
      .files = RenderFiles(content, [this](size_t count, auto work) { SideBySide(count, work); })};
  const v1::Edition edition = ContentOf(id, proto, content.inputs, composed.files);
  composed.record = {.id = id,
                     .month = FormatDay(content.plan.month),
                     .publication = {.revises = std::move(revises)},
                     .digest = edition.digest(),
                     .content = edition.SerializeAsString()};
  return composed;
}

absl::Status ReportService::Publish(const v1::PublishEditionRequest& request,
                                    v1::Edition& response) {
  ASSIGN_OR_RETURN(const std::string id, EditionIdOf(request.name()));
  const absl::Time now = clock_.Now();
  std::optional<absl::Time> wanted;
  if (request.has_embargo_time()) {
    ASSIGN_OR_RETURN(wanted, rpc::FromProto(request.embargo_time(), "embargo_time"));
  }
  const auto decide = [&](const EditionRecord& record,
                          const Publication* revised) -> absl::StatusOr<std::optional<absl::Time>> {
    ASSIGN_OR_RETURN(const v1::Edition edition, EditionOf(record, now));
    const bool is_public = IsPublic(StateAt(record.publication, now));
    if (!is_public) {
      RETURN_IF_ERROR(rpc::CheckEtag(request.etag(), edition.etag(), edition.name()));
    }
    return DecidePublication(id, record.publication, revised, wanted, now);
  };
  const std::string digest = DigestOf(request);
  ASSIGN_OR_RETURN(
      const std::string answer,
      store_.SetPublication(
          id, {.scope = "PublishEdition", .request_id = request.request_id(), .digest = digest},
          now, decide, AnswersAt(now)));
  published_.Increment();
  return Parse(answer, response);
}

absl::Status ReportService::Recall(const v1::RecallEditionRequest& request, v1::Edition& response) {
  ASSIGN_OR_RETURN(const std::string id, EditionIdOf(request.name()));
  const absl::Time now = clock_.Now();
  const auto decide = [&](const EditionRecord& record,
                          const Publication*) -> absl::StatusOr<std::optional<absl::Time>> {
    RETURN_IF_ERROR(CheckRecall(id, record.publication, now));
    if (record.publication.time.has_value()) {
      ASSIGN_OR_RETURN(const v1::Edition edition, EditionOf(record, now));
      RETURN_IF_ERROR(rpc::CheckEtag(request.etag(), edition.etag(), edition.name()));
    }
    return std::nullopt;
  };
  const std::string digest = DigestOf(request);
  ASSIGN_OR_RETURN(
      const std::string answer,
      store_.SetPublication(
          id, {.scope = "RecallEdition", .request_id = request.request_id(), .digest = digest}, now,
          decide, AnswersAt(now)));
  return Parse(answer, response);
}

absl::Status ReportService::Verify(const v1::VerifyEditionRequest& request,
                                   v1::VerifyEditionResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, EditionIdOf(request.name()));
  ASSIGN_OR_RETURN(const EditionRecord record, store_.Get(id));
  ASSIGN_OR_RETURN(const v1::Edition edition, EditionOf(record, clock_.Now()));
  ASSIGN_OR_RETURN(std::vector<Input> pinned, InputsOf(edition));
  ASSIGN_OR_RETURN(EditionPlan plan, FromProto(id, edition.plan()));
  ASSIGN_OR_RETURN(Gathered gathered, GatherFor(plan, EditionNameOf(id)));
  SortInputs(gathered.inputs);
  const std::vector<Difference> moved = CompareInputs(pinned, gathered.inputs);
  if (!moved.empty()) {
    // What the sources say now would make another edition; that the files follow from the numbers
    // can still be told.
    ASSIGN_OR_RETURN(gathered.figures, KeptFigures(id, plan));
    gathered.inputs = pinned;
  }
  const size_t input_count = gathered.inputs.size();
  ASSIGN_OR_RETURN(const Composed composed,
                   Make(id, edition.plan(), std::move(plan), std::move(gathered.inputs),
                        std::move(gathered.figures)));
  ASSIGN_OR_RETURN(const auto files, store_.Files(id));
  std::map<std::string, std::string> kept;
  for (const auto& [path, file] : files) kept[path] = file.sha256;
  const std::vector<Difference> differing = CompareFiles(kept, composed.files);
  response.set_identical(differing.empty());
  response.set_inputs_unmoved(moved.empty());
  for (const Difference& difference : moved) {
    *response.add_inputs() = InputDifferenceOf(difference);
  }
  for (const Difference& difference : differing) {
    *response.add_files() = FileDifferenceOf(difference);
  }
  response.set_input_count(static_cast<int32_t>(input_count));
  response.set_file_count(static_cast<int32_t>(composed.files.size()));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Figure>> ReportService::KeptFigures(const std::string& id,
                                                               const EditionPlan& plan) {
  ASSIGN_OR_RETURN(const auto files, store_.Files(id));
  std::vector<Figure> figures;
  for (const SectionPlan& section : plan.sections) {
    for (const FigurePlan& figure : section.figures) {
      const auto file = files.find(DataPath(figure.id));
      if (file == files.end()) {
        return absl::InternalError("an edition lacks the data of a figure: " + figure.id);
      }
      ASSIGN_OR_RETURN(const std::string data, store_.Bytes(file->second.sha256));
      ASSIGN_OR_RETURN(figures.emplace_back(), FigureFrom(data));
    }
  }
  return figures;
}

absl::Status ReportService::Get(const v1::GetEditionRequest& request, v1::Edition& response) {
  ASSIGN_OR_RETURN(const std::string id, EditionIdOf(request.name()));
  ASSIGN_OR_RETURN(const EditionRecord record, store_.Get(id));
  ASSIGN_OR_RETURN(response, EditionOf(record, clock_.Now()));
  return absl::OkStatus();
}

absl::Status ReportService::List(const v1::ListEditionsRequest& request,
                                 v1::ListEditionsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kEditionPage));
  ASSIGN_OR_RETURN(const std::vector<std::string> after, rpc::UnpackPosition(page.position, 2));
  ASSIGN_OR_RETURN(std::vector<EditionRecord> records,
                   store_.List(after[0], after[1], page.size + 1));
  if (records.size() > page.size) {
    records.pop_back();
    response.set_next_page_token(
        rpc::NextPageToken(request, rpc::PackPosition({records.back().month, records.back().id})));
  }
  const absl::Time now = clock_.Now();
  for (const EditionRecord& record : records) {
    ASSIGN_OR_RETURN(*response.add_editions(), EditionOf(record, now));
  }
  return absl::OkStatus();
}

absl::Status ReportService::Download(rpc::Call& call, const v1::DownloadAssetRequest& request,
                                     rpc::Writer<v1::DownloadAssetResponse>& writer) {
  ASSIGN_OR_RETURN(const std::string id, EditionIdOf(request.edition(), "edition"));
  ASSIGN_OR_RETURN(const auto files, store_.Files(id));
  if (files.empty()) return NotFound(request.edition());
  const auto file = files.find(request.path());
  if (file == files.end()) {
    return NotFound(absl::StrCat(request.edition(), "/assets/", request.path()));
  }
  ASSIGN_OR_RETURN(const std::string bytes, store_.Bytes(file->second.sha256));
  for (size_t at = 0; at < bytes.size(); at += kPieceBytes) {
    RETURN_IF_ERROR(call.Alive());
    v1::DownloadAssetResponse piece;
    piece.set_data(bytes.substr(at, kPieceBytes));
    RETURN_IF_ERROR(writer.Write(std::move(piece)));
  }
  return absl::OkStatus();
}

}  // namespace vg::report
