#include "services/report/api/site.h"

#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/log/log.h"
#include "common/status/status_macros.h"
#include "services/report/pages/render.h"
#include "voortgang/report/v1/edition.pb.h"

namespace vg::report {
namespace {

constexpr std::string_view kEditions = "/editions/";
constexpr size_t kListed = 100;  // Editions on the list.
constexpr size_t kAtHand = 64;   // Editions whose files are known without asking the database.
constexpr int kFileShape = 1;
constexpr char kFileCaching[] = "public, max-age=3600";

void Protect(http::Response& response) {
  response.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.emplace_back("Permissions-Policy",
                                "camera=(), geolocation=(), interest-cohort=(), microphone=()");
}

http::Response RedirectTo(std::string address) {
  return {.status = 302, .headers = {{"Location", std::move(address)}}};
}

http::Response Missing() {
  http::Response response = http::Html(RenderNotFound());
  response.status = 404;
  return response;
}

http::Response Failed(const absl::Status& status) {
  if (absl::IsNotFound(status)) return Missing();
  LOG(ERROR) << "a page cannot be served: " << status.ToString();
  return {.status = 503,
          .body = "The report cannot be read at the moment. Please try again.\n",
          .headers = {{"Retry-After", "5"}}};
}

bool IsPageFolder(std::string_view path) { return path == "nl/" || path == "en/"; }

}  // namespace

std::vector<http::Route> Site::Routes() {
  const auto protect = [this](const http::Request& request) {
    http::Response response = Serve(request);
    Protect(response);
    return response;
  };
  return {{"/", protect}, {"/editions", protect}, {std::string(kEditions), protect}};
}

http::Response Site::Serve(const http::Request& request) {
  const std::string_view path = request.path;
  if (path == "/" || path == "/editions") return RedirectTo(std::string(kEditions));
  if (!path.starts_with(kEditions)) return Missing();
  const std::string_view rest = path.substr(kEditions.size());
  if (rest.empty()) return ServeList(request);
  if (rest == "style.css") {
    return http::WithEtag(
        request, {.content_type = "text/css; charset=utf-8", .body = std::string(StyleSheet())});
  }
  const size_t slash = rest.find('/');
  const std::string edition(rest.substr(0, slash));
  const std::string inside(slash == std::string_view::npos ? "" : rest.substr(slash + 1));
  if (inside.empty() || inside == "nl" || inside == "en") {
    const auto files = Published(edition);
    if (!files.ok()) return Failed(files.status());
    return RedirectTo(
        absl::StrCat("/editions/", edition, "/", inside.empty() ? "nl" : inside, "/"));
  }
  if (IsPageFolder(inside)) return ServeFile(request, edition, inside + "index.html");
  // The summary is a file beside the report, so that its links work in a folder, too.
  for (const char* language : {"nl", "en"}) {
    if (inside == absl::StrCat(language, "/summary/") ||
        inside == absl::StrCat(language, "/summary")) {
      const auto files = Published(edition);
      if (!files.ok()) return Failed(files.status());
      return RedirectTo(absl::StrCat("/editions/", edition, "/", language, "/summary.html"));
    }
  }
  return ServeFile(request, edition, inside);
}

http::Response Site::ServeList(const http::Request& request) {
  const auto records = store_.ListPublished(kListed);
  if (!records.ok()) return Failed(records.status());
  std::vector<EditionLine> lines;
  for (const EditionRecord& record : *records) {
    voortgang::report::v1::Edition edition;
    if (!edition.ParseFromString(record.content)) {
      return Failed(absl::InternalError("a stored edition cannot be read"));
    }
    const auto month = rpc::FromProto(edition.plan().edition_month(), "edition_month");
    if (!month.ok()) return Failed(month.status());
    lines.push_back({.id = record.id,
                     .title = {edition.plan().title().nl(), edition.plan().title().en()},
                     .number = edition.plan().number(),
                     .month = *month,
                     .synthetic = edition.plan().synthetic()});
  }
  return http::WithEtag(request, http::Html(RenderList(lines)));
}

http::Response Site::ServeFile(const http::Request& request, const std::string& edition,
                               const std::string& path) {
  const auto files = Published(edition);
  if (!files.ok()) return Failed(files.status());
  const auto file = (*files)->find(path);
  if (file == (*files)->end()) return Missing();
  const std::string etag = absl::StrCat("\"", file->second.sha256, "\"");
  http::Response response{.content_type = file->second.media_type,
                          .headers = {{"ETag", etag}, {"Cache-Control", kFileCaching}}};
  const std::string known = request.Header("if-none-match");
  if (known == "*" || known.find(etag) != std::string::npos) {
    response.status = 304;
    return response;
  }
  absl::StatusOr<std::string> bytes = Bytes(file->second.sha256);
  if (!bytes.ok()) return Failed(bytes.status());
  response.body = *std::move(bytes);
  return response;
}

absl::StatusOr<std::shared_ptr<const Site::FileTable>> Site::Published(const std::string& edition) {
  {
    absl::MutexLock lock(&mutex_);
    if (const auto found = at_hand_.find(edition); found != at_hand_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(const EditionRecord record, store_.Get(edition));
  if (!record.published) return absl::NotFoundError("a draft");
  ASSIGN_OR_RETURN(FileTable files, store_.Files(edition));
  auto table = std::make_shared<const FileTable>(std::move(files));
  absl::MutexLock lock(&mutex_);
  if (at_hand_.size() >= kAtHand) at_hand_.clear();
  return at_hand_.emplace(edition, std::move(table)).first->second;
}

absl::StatusOr<std::string> Site::Bytes(const std::string& sha256) {
  const cache::Key key("report.file", kFileShape, sha256, {});
  if (std::optional<std::string> kept = cache_.Get(key)) return *std::move(kept);
  ASSIGN_OR_RETURN(std::string bytes, store_.Bytes(sha256));
  cache_.Put(key, bytes, absl::Hours(24));
  return bytes;
}

}  // namespace vg::report
