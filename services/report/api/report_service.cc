#include "services/report/api/report_service.h"

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/etag.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/report/api/plan_proto.h"
#include "services/report/domain/errors.h"
#include "services/report/pages/render.h"
#include "services/report/peers/gather.h"

namespace vg::report {
namespace {

constexpr rpc::PageLimits kEditionPage = {.default_size = 20, .max_size = 100};
constexpr size_t kPieceBytes = size_t{256} << 10;

const rpc::ResourcePattern& EditionName() {
  static const auto& pattern = *new rpc::ResourcePattern("editions/{edition}");
  return pattern;
}

std::string RequestDigest(const v1::ComposeEditionRequest& request, const EditionPlan& plan) {
  return DigestBuilder("voortgang.report.compose.v1")
      .Text(request.edition_id())
      .Text(Digest(plan))
      .Finish();
}

std::string RequestDigest(const v1::PublishEditionRequest& request) {
  return DigestBuilder("voortgang.report.publish.v1")
      .Text(request.name())
      .Text(request.etag())
      .Finish();
}

v1::Asset ToProto(const File& file) {
  v1::Asset asset;
  asset.set_path(file.path);
  asset.set_media_type(file.media_type);
  asset.set_size_bytes(static_cast<int64_t>(file.bytes.size()));
  asset.set_sha256(file.sha256);
  asset.mutable_title()->set_nl(file.title.nl);
  asset.mutable_title()->set_en(file.title.en);
  return asset;
}

absl::Status Parse(const std::string& content, v1::Edition& edition) {
  if (edition.ParseFromString(content)) return absl::OkStatus();
  return absl::InternalError("a stored edition cannot be read");
}

}  // namespace

ReportService::ReportService(EditionStore& store, Sources& sources, const Clock& clock,
                             metrics::Registry& registry, rpc::CallPipeline& calls)
    : store_(store),
      sources_(sources),
      clock_(clock),
      calls_(calls),
      composed_(registry.Counter("voortgang_report_editions_composed_total",
                                 "Editions composed and kept as drafts.")),
      published_(registry.Counter("voortgang_report_editions_published_total",
                                  "Calls that published an edition.")) {
  calls_.SetUnaryDeadline("ComposeEdition", absl::Minutes(5));
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
  ASSIGN_OR_RETURN(EditionPlan plan, FromProto(request.plan()));
  const std::string digest = RequestDigest(request, plan);
  const requests::Request kept{
      .scope = "ComposeEdition", .request_id = request.request_id(), .digest = digest};
  if (!request.validate_only()) {
    // A repeated call gets its answer whatever the other services say by now.
    ASSIGN_OR_RETURN(const auto answer, store_.FindAnswer(kept, clock_.Now()));
    if (answer.has_value()) return Parse(*answer, response);
  }
  ASSIGN_OR_RETURN(const Composed composed, Make(request, std::move(plan)));
  if (request.validate_only()) {
    const absl::StatusOr<EditionRecord> existing = store_.Get(request.edition_id());
    if (!existing.ok() && !absl::IsNotFound(existing.status())) return existing.status();
    if (existing.ok() && existing->published) {
      if (existing->digest == composed.record.digest) return Parse(existing->content, response);
      return EditionPublished(EditionName().Format({request.edition_id()}), existing->digest,
                              composed.record.digest);
    }
    return Parse(composed.record.content, response);
  }
  ASSIGN_OR_RETURN(const std::string content,
                   store_.Keep(composed.record, composed.files, kept, clock_.Now()));
  composed_.Increment();
  return Parse(content, response);
}

absl::StatusOr<ReportService::Composed> ReportService::Make(
    const v1::ComposeEditionRequest& request, EditionPlan plan) {
  ASSIGN_OR_RETURN(Gathered gathered, Gather(plan, sources_));
  ASSIGN_OR_RETURN(const Content content,
                   Resolve(request.edition_id(), std::move(plan), std::move(gathered.inputs),
                           std::move(gathered.figures)));
  Composed composed{.files = RenderFiles(content)};
  v1::Edition edition;
  edition.set_name(EditionName().Format({request.edition_id()}));
  *edition.mutable_plan() = request.plan();
  edition.set_state(v1::EDITION_STATE_DRAFT);
  for (const Input& input : content.inputs) {
    v1::PinnedInput& pinned = *edition.add_inputs();
    pinned.set_resource(input.resource);
    pinned.set_digest(input.digest);
  }
  for (const File& file : composed.files) *edition.add_assets() = ToProto(file);
  edition.set_digest(EditionDigest(content.inputs, composed.files));
  if (!request.validate_only()) *edition.mutable_compose_time() = rpc::ToProto(clock_.Now());
  edition.set_etag(rpc::EtagOf(edition));
  composed.record = {.id = request.edition_id(),
                     .month = FormatDay(content.plan.month),
                     .digest = edition.digest(),
                     .content = edition.SerializeAsString()};
  return composed;
}

absl::Status ReportService::Publish(const v1::PublishEditionRequest& request,
                                    v1::Edition& response) {
  ASSIGN_OR_RETURN(const std::string id, EditionName().ParseId(request.name()));
  const absl::Time now = clock_.Now();
  const auto publish = [&](const std::string& draft) -> absl::StatusOr<std::string> {
    v1::Edition edition;
    RETURN_IF_ERROR(Parse(draft, edition));
    RETURN_IF_ERROR(rpc::CheckEtag(request.etag(), edition.etag(), edition.name()));
    edition.set_state(v1::EDITION_STATE_PUBLISHED);
    *edition.mutable_publish_time() = rpc::ToProto(now);
    edition.set_etag(rpc::EtagOf(edition));
    return edition.SerializeAsString();
  };
  const std::string digest = RequestDigest(request);
  ASSIGN_OR_RETURN(
      const std::string content,
      store_.Publish(
          id, {.scope = "PublishEdition", .request_id = request.request_id(), .digest = digest},
          now, publish));
  published_.Increment();
  return Parse(content, response);
}

absl::Status ReportService::Get(const v1::GetEditionRequest& request, v1::Edition& response) {
  ASSIGN_OR_RETURN(const std::string id, EditionName().ParseId(request.name()));
  ASSIGN_OR_RETURN(const EditionRecord record, store_.Get(id));
  return Parse(record.content, response);
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
  for (const EditionRecord& record : records) {
    RETURN_IF_ERROR(Parse(record.content, *response.add_editions()));
  }
  return absl::OkStatus();
}

absl::Status ReportService::Download(rpc::Call& call, const v1::DownloadAssetRequest& request,
                                     rpc::Writer<v1::DownloadAssetResponse>& writer) {
  ASSIGN_OR_RETURN(const std::string id, EditionName().ParseId(request.edition(), "edition"));
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
