// Any bytes as what a browser sends to the report, or to a handler that says back what it got:
// never a crash, whatever is answered is an answer, and no header in it is the sender's.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/http/server.h"
#include "common/http/test_client.h"
#include "common/log/log.h"
#include "common/status/absl_view.h"
#include "services/report/api/test_server.h"

namespace {

using vg::http::Request;
using vg::http::Response;

// Says back whatever it was sent.
Response Echo(const Request& request) {
  std::string echo = request.path;
  for (const auto& [name, value] : request.query) absl::StrAppend(&echo, name, "=", value, ";");
  for (const auto& [name, value] : request.headers) {
    if (name != absl::AsciiStrToLower(name)) std::abort();
    absl::StrAppend(&echo, name, ":", value, ";");
  }
  return {.headers = {{"X-Echo", echo}}};
}

struct Servers {
  Servers() {
    vg::log::SetSink([](std::string_view) {});
    if (!report.Call(&vg::report::Stub::ComposeEdition, vg::report::ComposeRequest()).ok() ||
        !report.Call(&vg::report::Stub::PublishEdition, vg::report::PublishRequest()).ok()) {
      std::abort();
    }
  }
  vg::report::TestServer report;
  std::unique_ptr<vg::http::Server> echo = *vg::http::Server::Start({}, {{"/", &Echo}});
};

// Every line of the head is one that our servers begin so. What civetweb does not understand it
// answers itself, without our headers.
void CheckHead(std::string_view answer) {
  static const auto& known = *new std::set<std::string_view>{"allow",
                                                             "cache-control",
                                                             "connection",
                                                             "content-type",
                                                             "content-length",
                                                             "content-security-policy",
                                                             "cross-origin-opener-policy",
                                                             "cross-origin-resource-policy",
                                                             "permissions-policy",
                                                             "etag",
                                                             "location",
                                                             "referrer-policy",
                                                             "retry-after",
                                                             "www-authenticate",
                                                             "x-content-type-options",
                                                             "x-frame-options",
                                                             "x-echo"};
  std::string_view head = answer.substr(0, answer.find("\r\n\r\n"));
  if (!head.starts_with("HTTP/1.1 ") ||
      head.find("X-Content-Type-Options: nosniff") == std::string_view::npos)
    return;
  head.remove_prefix(head.find("\r\n"));
  while (!head.empty()) {
    head.remove_prefix(2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size());
    const std::string name = absl::AsciiStrToLower(vg::Av(line.substr(0, line.find(':'))));
    if (line.find('\n') != std::string_view::npos || !known.contains(name)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Servers& servers = *new Servers;
  if (size < 1) return 0;
  std::string sent(reinterpret_cast<const char*>(data) + 1, size - 1);
  // Lines of an example end as HTTP has it.
  if (data[0] % 2 == 0) sent = absl::StrReplaceAll(sent, {{"\n", "\r\n"}});
  vg::http::Connection connection(data[0] % 4 < 2 ? servers.report.http_port()
                                                  : servers.echo->port());
  CheckHead(connection.Send(sent));
  return 0;
}
