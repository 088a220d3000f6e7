#include "services/report/api/site.h"

#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/log/log.h"
#include "common/status/status_macros.h"
#include "services/report/api/edition_proto.h"
#include "services/report/api/page_headers.h"
#include "services/report/domain/comparison.h"
#include "services/report/pages/comparison_page.h"
#include "services/report/pages/data.h"
#include "services/report/pages/page.h"
#include "services/report/pages/site_pages.h"

namespace vg::report {
namespace {

constexpr std::string_view kEditions = "/editions/";
constexpr size_t kListed = 100;   // Editions on the list.
constexpr size_t kAtHand = 64;    // Editions whose files are known without asking the database.
constexpr size_t kCompared = 10;  // Categories of a figure in a comparison.
constexpr int kFileShape = 1;
constexpr absl::Duration kFresh = absl::Seconds(5);
constexpr char kFileCaching[] = "public, max-age=3600";
constexpr char kPageCaching[] = "public, max-age=60";  // It may be revised.

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

absl::StatusOr<EditionLine> LineFrom(const std::string& id, const v1::Edition& edition) {
  const v1::EditionPlan& plan = edition.plan();
  EditionLine line{.id = id,
                   .title = {plan.title().nl(), plan.title().en()},
                   .number = plan.number(),
                   .synthetic = plan.synthetic()};
  ASSIGN_OR_RETURN(line.month, rpc::FromProto(plan.edition_month(), "edition_month"));
  return line;
}

bool IsPageFolder(std::string_view path) { return path == "nl/" || path == "en/"; }

}  // namespace

std::vector<http::Route> Site::Routes() {
  const auto protect = [this](const http::Request& request) {
    http::Response response = Serve(request);
    AddPageHeaders(response);
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
    const auto files = Find(edition);
    if (!files.ok()) return Failed(files.status());
    return RedirectTo(
        absl::StrCat("/editions/", edition, "/", inside.empty() ? "nl" : inside, "/"));
  }
  if (IsPageFolder(inside)) return ServeFile(request, edition, inside + "index.html");
  for (const Language language : kLanguages) {
    std::string before = inside;
    const std::string folder = absl::StrCat(CodeOf(language), "/compare/");
    if (!before.starts_with(folder)) continue;
    before = before.substr(folder.size());
    if (before.ends_with('/')) before.pop_back();
    return ServeComparison(request, edition, language, before);
  }
  // Addresses that people type.
  for (const char* language : {"nl", "en"}) {
    for (const char* page : {"report", "summary", "annexes"}) {
      if (inside != absl::StrCat(language, "/", page, "/") &&
          inside != absl::StrCat(language, "/", page)) {
        continue;
      }
      const auto files = Find(edition);
      if (!files.ok()) return Failed(files.status());
      return RedirectTo(absl::StrCat("/editions/", edition, "/", language, "/", page, ".html"));
    }
  }
  return ServeFile(request, edition, inside);
}

http::Response Site::ServeList(const http::Request& request) {
  const absl::Time now = clock_.Now();
  const auto records = store_.ListPublic(now, kListed);
  if (!records.ok()) return Failed(records.status());
  std::vector<EditionLine> lines;
  for (const EditionRecord& record : *records) {
    const absl::StatusOr<v1::Edition> edition = EditionOf(record, now);
    if (!edition.ok()) return Failed(edition.status());
    // The newest revision stands for all before it.
    if (edition->state() == v1::EDITION_STATE_SUPERSEDED) continue;
    absl::StatusOr<EditionLine> line = LineFrom(record.id, *edition);
    if (!line.ok()) return Failed(line.status());
    lines.push_back(*std::move(line));
  }
  return http::WithEtag(request, http::Html(RenderList(lines)));
}

http::Response Site::ServeFile(const http::Request& request, const std::string& edition,
                               const std::string& path) {
  const absl::StatusOr<ShownPtr> found = Find(edition);
  if (!found.ok()) return Failed(found.status());
  const Shown& shown = **found;
  const auto file = shown.files.find(path);
  if (file == shown.files.end()) return Missing();
  const bool page = file->second.media_type.starts_with("text/html");
  // A page that was revised says so, and is another one than before.
  const bool revised = page && !shown.successor.empty();
  const std::string etag =
      absl::StrCat("\"", file->second.sha256, revised ? "-" + shown.successor : "", "\"");
  http::Response response{
      .content_type = file->second.media_type,
      .headers = {{"ETag", etag}, {"Cache-Control", page ? kPageCaching : kFileCaching}}};
  const std::string known = request.Header("if-none-match");
  if (known == "*" || known.find(etag) != std::string::npos) {
    response.status = 304;
    return response;
  }
  absl::StatusOr<std::string> bytes = Bytes(file->second.sha256);
  if (!bytes.ok()) return Failed(bytes.status());
  response.body = *std::move(bytes);
  if (revised) {
    const Language language = path.starts_with("en/") ? Language::kEnglish : Language::kDutch;
    response.body =
        WithRevisionNotice(std::move(response.body), language, shown.successor, shown.reason);
  }
  return response;
}

http::Response Site::ServeComparison(const http::Request& request, const std::string& edition,
                                     Language language, const std::string& before) {
  const absl::StatusOr<ShownPtr> shown = Find(edition);
  if (!shown.ok()) return Failed(shown.status());
  const absl::StatusOr<ShownPtr> shown_before = Find(before);
  if (!shown_before.ok()) return Failed(shown_before.status());
  // Both are pinned, so the page is as well.
  const cache::Key key("report.comparison", kFileShape,
                       absl::StrCat((*shown)->digest, (*shown_before)->digest, CodeOf(language),
                                    edition, "/", before),
                       {});
  std::optional<std::string> page = cache_.Get(key);
  if (!page.has_value()) {
    const auto after_line = LineOf(edition);
    const auto before_line = LineOf(before);
    const auto figures = FiguresOf(**shown);
    const auto figures_before = FiguresOf(**shown_before);
    for (const absl::Status& status :
         {after_line.status(), before_line.status(), figures.status(), figures_before.status()}) {
      if (!status.ok()) return Failed(status);
    }
    page = RenderComparison(*before_line, *after_line,
                            CompareEditions(*figures_before, *figures, kCompared), language);
    cache_.Put(key, *page, absl::Hours(1));
  }
  return http::WithEtag(request, http::Html(*std::move(page)), kPageCaching);
}

absl::StatusOr<EditionLine> Site::LineOf(const std::string& edition) {
  ASSIGN_OR_RETURN(const EditionRecord record, store_.Get(edition));
  ASSIGN_OR_RETURN(const v1::Edition content, EditionOf(record, clock_.Now()));
  return LineFrom(record.id, content);
}

absl::StatusOr<std::vector<Figure>> Site::FiguresOf(const Shown& shown) {
  std::vector<Figure> figures;
  for (const auto& [path, file] : shown.files) {
    if (!path.starts_with("annex/") || !path.ends_with(".json")) continue;
    ASSIGN_OR_RETURN(const std::string data, Bytes(file.sha256));
    ASSIGN_OR_RETURN(figures.emplace_back(), FigureFrom(data));
  }
  return figures;
}

absl::StatusOr<Site::ShownPtr> Site::Find(const std::string& edition) {
  ShownPtr before;
  {
    absl::MutexLock lock(&mutex_);
    if (const auto found = at_hand_.find(edition); found != at_hand_.end()) before = found->second;
  }
  if (before != nullptr && clock_.Now() - before->read_time < kFresh) return before;
  absl::StatusOr<Shown> read = Read(edition, before);
  // Without its database the site goes on with what it knows.
  if (absl::IsUnavailable(read.status()) && before != nullptr) return before;
  RETURN_IF_ERROR(read.status());
  auto shown = std::make_shared<const Shown>(*std::move(read));
  absl::MutexLock lock(&mutex_);
  if (at_hand_.size() >= kAtHand) at_hand_.clear();
  at_hand_[edition] = shown;
  return shown;
}

absl::StatusOr<Site::Shown> Site::Read(const std::string& edition, const ShownPtr& before) {
  const absl::Time now = clock_.Now();
  ASSIGN_OR_RETURN(const EditionRecord record, store_.Get(edition));
  const EditionState state = StateAt(record.publication, now);
  if (!IsPublic(state)) return absl::NotFoundError("not public");
  Shown shown{.digest = record.digest, .read_time = now};
  if (before != nullptr && before->digest == record.digest) {
    shown.files = before->files;
  } else {
    ASSIGN_OR_RETURN(shown.files, store_.Files(edition));
  }
  if (state == EditionState::kSuperseded) {
    shown.successor = record.publication.successor;
    ASSIGN_OR_RETURN(const EditionRecord successor, store_.Get(shown.successor));
    ASSIGN_OR_RETURN(const v1::Edition content, EditionOf(successor, now));
    shown.reason = {content.plan().revision_reason().nl(), content.plan().revision_reason().en()};
  }
  return shown;
}

absl::StatusOr<std::string> Site::Bytes(const std::string& sha256) {
  const cache::Key key("report.file", kFileShape, sha256, {});
  if (std::optional<std::string> kept = cache_.Get(key)) return *std::move(kept);
  ASSIGN_OR_RETURN(std::string bytes, store_.Bytes(sha256));
  cache_.Put(key, bytes, absl::Hours(24));
  return bytes;
}

}  // namespace vg::report
