#include "services/report/api/staff_site.h"

#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/call.h"
#include "common/log/log.h"
#include "common/status/absl_view.h"
#include "services/report/api/page_headers.h"
#include "services/report/pages/live_page.h"
#include "services/report/pages/site_pages.h"
#include "services/report/peers/live.h"

namespace vg::report {
namespace {

constexpr std::string_view kWaves = "/staff/waves/";
constexpr absl::Duration kPatience = absl::Seconds(20);

// What gRPC's metadata would say, of a header of either scheme.
std::string BearerOf(std::string_view header) {
  constexpr std::string_view kBasic = "Basic ";
  if (!header.starts_with(kBasic)) return std::string(header);
  std::string pair;
  if (!absl::Base64Unescape(Av(header.substr(kBasic.size())), &pair)) return "";
  const size_t colon = pair.find(':');
  return colon == std::string::npos ? "" : absl::StrCat("Bearer ", pair.substr(colon + 1));
}

http::Response Refuse(int status, std::string_view sentence) {
  http::Response response = http::Html(RenderRefusal(sentence));
  response.status = status;
  return response;
}

http::Response Failed(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnauthenticated: {
      http::Response response =
          Refuse(401, "Who you are is not known. Your token is the password; any name will do.");
      response.headers.emplace_back("WWW-Authenticate",
                                    "Basic realm=\"Voortgang\", charset=\"UTF-8\"");
      return response;
    }
    case absl::StatusCode::kPermissionDenied:
      return Refuse(403, "You may not see this page.");
    case absl::StatusCode::kNotFound: {
      http::Response response = http::Html(RenderNotFound());
      response.status = 404;
      return response;
    }
    default:
      LOG(ERROR) << "a page for staff cannot be made: " << status.ToString();
      return Refuse(503, "This page cannot be made at the moment. Please try again.");
  }
}

}  // namespace

std::vector<http::Route> StaffSite::Routes() {
  return {{std::string(kWaves), [this](const http::Request& request) {
             http::Response response = Serve(request);
             AddPageHeaders(response);
             return response;
           }}};
}

http::Response StaffSite::Serve(const http::Request& request) {
  const std::string authorization = BearerOf(request.Header("authorization"));
  const auto caller = authenticator_.Identify({.authorization = authorization});
  if (!caller.ok()) return Failed(caller.status());
  const std::string rest = request.path.substr(kWaves.size());
  const size_t slash = rest.find('/');
  const std::string wave = rest.substr(0, slash);
  const std::string inside = slash == std::string::npos ? "" : rest.substr(slash + 1);
  if (wave.empty()) return Failed(absl::NotFoundError("no wave"));
  if (inside.empty() || inside == "nl" || inside == "en") {
    return {.status = 302,
            .headers = {{"Location", absl::StrCat("/staff/waves/", wave, "/",
                                                  inside.empty() ? "nl" : inside, "/")}}};
  }
  if (inside != "nl/" && inside != "en/") return Failed(absl::NotFoundError("no page"));
  // The other services are asked in the reader's name.
  const rpc::Call call({.service = "voortgang.report.pages",
                        .method = "Live",
                        .request_id = "",
                        .traceparent = "",
                        .peer = "http",
                        .deadline = clock_.Now() + kPatience,
                        .caller = *caller});
  const rpc::ServingCall serving(call);
  const absl::StatusOr<LiveWave> live = ReadLive(wave, sources_);
  if (!live.ok()) return Failed(live.status());
  return http::Html(RenderLive(*live, inside == "en/" ? Language::kEnglish : Language::kDutch));
}

}  // namespace vg::report
