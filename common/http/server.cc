#include "common/http/server.h"

#include <civetweb.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/concurrency/executor.h"
#include "common/digest/digest.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vg::http {
namespace {

constexpr char kRequestTimeoutMs[] = "10000";
// A connection that stays open holds a thread, so it may not be silent for long.
constexpr char kKeepAliveMs[] = "500";
constexpr size_t kEtagDigits = 32;

const std::vector<std::pair<std::string, std::string>>& SecurityHeaders() {
  static const auto& headers = *new std::vector<std::pair<std::string, std::string>>{
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src "
       "'self'; "
       "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"Cache-Control", "no-store"},
  };
  return headers;
}

bool SameName(const std::string& a, const std::string& b) {
  return absl::AsciiStrToLower(a) == absl::AsciiStrToLower(b);
}

bool Has(const Response& response, const std::string& name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return SameName(header.first, name); });
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string DecodeForm(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::map<std::string, std::string> ParseQuery(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    query[DecodeForm(pair.substr(0, equals))] =
        equals == std::string_view::npos ? "" : DecodeForm(pair.substr(equals + 1));
  }
  return query;
}

Request RequestFrom(const mg_request_info& info) {
  Request request;
  request.method = info.request_method;
  request.path = info.local_uri == nullptr ? "" : info.local_uri;
  if (info.query_string != nullptr) request.query = ParseQuery(info.query_string);
  for (int i = 0; i < info.num_headers; ++i) {
    request.headers[absl::AsciiStrToLower(info.http_headers[i].name)] = info.http_headers[i].value;
  }
  return request;
}

// "127.0.0.1:0" as civetweb wants it: an address or nothing, and a port.
absl::StatusOr<std::string> ListenSpec(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  const std::string port = colon == std::string::npos ? "" : listen.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) {
    return InvalidField("http_listen", "ADDRESS_INVALID",
                        "must be host:port such as 127.0.0.1:8080, is \"" + listen + "\"");
  }
  std::string host = listen.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  return host.empty() ? port : host + ":" + port;
}

// Connects to a port of this machine and hangs up.
void Knock(int port) {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Nobody there is as good as somebody: either way there is nobody left to wake.
  (void)connect(file, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  close(file);
}

// Whether the connection is to end after this request.
bool Closes(const mg_request_info& info, const Request& request) {
  const std::string wish = absl::AsciiStrToLower(request.Header("connection"));
  if (std::string_view(info.http_version) == "1.1") return wish == "close";
  return wish != "keep-alive";
}

// Without line ends, which would begin headers of a stranger's: a handler may repeat what it got.
std::string HeaderValue(std::string_view text) {
  std::string value;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppendFormat(&value, "%%%02X", byte);
    } else {
      value += c;
    }
  }
  return value;
}

void Send(mg_connection* connection, const Request& request, const Response& response) {
  std::string head = absl::StrCat("HTTP/1.1 ", response.status, " ",
                                  mg_get_response_code_text(connection, response.status), "\r\n");
  for (const auto& [name, value] : response.headers) {
    absl::StrAppend(&head, name, ": ", HeaderValue(value), "\r\n");
  }
  for (const auto& [name, value] : SecurityHeaders()) {
    if (!Has(response, name)) absl::StrAppend(&head, name, ": ", value, "\r\n");
  }
  if (response.status != 304) {
    absl::StrAppend(&head, "Content-Type: ", response.content_type,
                    "\r\nContent-Length: ", response.body.size(), "\r\n");
  }
  head += Closes(*mg_get_request_info(connection), request) ? "Connection: close\r\n\r\n"
                                                            : "Connection: keep-alive\r\n\r\n";
  if (request.method != "HEAD" && response.status != 304) head += response.body;
  mg_write(connection, head.data(), head.size());
}

}  // namespace

std::string Request::Query(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

std::string Request::Header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? "" : found->second;
}

Response WithEtag(const Request& request, Response response, std::string_view cache_control) {
  const std::string etag = "\"" + Sha256Hex(response.body).substr(0, kEtagDigits) + "\"";
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control", std::string(cache_control));
  const std::string known = request.Header("if-none-match");
  if (known == "*" || known.find(etag) != std::string::npos) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

Response Html(std::string body) {
  return {.content_type = "text/html; charset=utf-8", .body = std::move(body)};
}

Response Json(std::string body) {
  return {.content_type = "application/json", .body = std::move(body)};
}

Response NotFound() { return {.status = 404, .body = "There is nothing here.\n"}; }

class Server::Impl {
 public:
  Impl(std::vector<Route> routes, int threads)
      : routes_(std::move(routes)),
        handlers_({.name = "http", .threads = threads, .queue_depth = threads}) {
    std::stable_sort(routes_.begin(), routes_.end(),
                     [](const Route& a, const Route& b) { return a.path.size() > b.path.size(); });
    mg_init_library(0);
  }
  ~Impl() {
    if (context_ != nullptr) {
      // civetweb looks whether it should stop when somebody connects, or else every two seconds.
      const std::jthread knocking([this](std::stop_token stopped) {
        while (!stopped.stop_requested()) {
          Knock(port_);
          absl::SleepFor(absl::Milliseconds(2));
        }
      });
      mg_stop(context_);
    }
    mg_exit_library();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  absl::Status Listen(const Options& options) {
    auto spec = ListenSpec(options.listen);
    if (!spec.ok()) return spec.status();
    const std::string threads = std::to_string(options.threads);
    const char* settings[] = {"listening_ports",
                              spec->c_str(),
                              "num_threads",
                              threads.c_str(),
                              "request_timeout_ms",
                              kRequestTimeoutMs,
                              "enable_directory_listing",
                              "no",
                              "enable_keep_alive",
                              "yes",
                              "keep_alive_timeout_ms",
                              kKeepAliveMs,
                              "tcp_nodelay",
                              "1",
                              nullptr};
    mg_callbacks callbacks{};
    callbacks.begin_request = &Impl::Serve;
    callbacks.log_message = &Impl::Log;
    context_ = mg_start(&callbacks, this, settings);
    mg_server_port port{};
    if (context_ == nullptr || mg_get_server_ports(context_, 1, &port) < 1) {
      return Error(absl::StatusCode::kUnavailable, "ADDRESS_TAKEN",
                   "cannot listen on " + options.listen + "; is another server using it?");
    }
    port_ = port.port;
    return absl::OkStatus();
  }

  int port() const { return port_; }

 private:
  static int Serve(mg_connection* connection) {
    const mg_request_info& info = *mg_get_request_info(connection);
    const Request request = RequestFrom(info);
    const Response response = static_cast<Impl*>(info.user_data)->AnswerOnOwnThread(request);
    Send(connection, request, response);
    return response.status;
  }

  static int Log(const mg_connection*, const char* message) {
    LOG(WARNING) << "http: " << message;
    return 1;
  }

  // civetweb's threads have stacks of 100 kB, of which little is left.
  Response AnswerOnOwnThread(const Request& request) {
    Response response;
    absl::Notification answered;
    const bool taken = handlers_.TrySubmit([&] {
      response = Answer(request);
      answered.Notify();
    });
    if (!taken) return {.status = 503, .body = "The server is busy; try again in a moment.\n"};
    answered.WaitForNotification();
    return response;
  }

  Response Answer(const Request& request) const {
    if (request.method != "GET" && request.method != "HEAD") {
      return {.status = 405, .body = "Only GET and HEAD.\n", .headers = {{"Allow", "GET, HEAD"}}};
    }
    for (const Route& route : routes_) {
      const bool below =
          route.path.back() == '/' && request.path.compare(0, route.path.size(), route.path) == 0;
      if (!below && request.path != route.path) continue;
      try {
        return route.handler(request);
      } catch (const std::exception& error) {
        LOG(ERROR) << "http: " << request.path << ": " << error.what();
        return {.status = 500, .body = "The server failed; its log says why.\n"};
      }
    }
    return NotFound();
  }

  std::vector<Route> routes_;  // Longest path first.
  BoundedExecutor handlers_;   // As many threads as civetweb has, so that none waits.
  mg_context* context_ = nullptr;
  int port_ = 0;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options,
                                                      std::vector<Route> routes) {
  auto impl = std::make_unique<Impl>(std::move(routes), options.threads);
  if (absl::Status status = impl->Listen(options); !status.ok()) return status;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() = default;

int Server::port() const { return impl_->port(); }

}  // namespace vg::http
