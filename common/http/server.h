// Small web pages beside gRPC: the report, /metrics, /healthz.

#ifndef VG_COMMON_HTTP_SERVER_H_
#define VG_COMMON_HTTP_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::http {

struct Request {
  std::string method;                        // GET or HEAD; anything else never reaches a handler.
  std::string path;                          // Decoded, "/editions/2022-04".
  std::map<std::string, std::string> query;  // Decoded; the last one of a name.
  std::map<std::string, std::string> headers;  // Names in lower case.

  // The value of a query parameter or header; empty if there is none.
  std::string Query(const std::string& name) const;
  std::string Header(const std::string& lower_case_name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;  // Not sent for HEAD.
  // Control characters in values are sent percent-encoded.
  std::vector<std::pair<std::string, std::string>> headers;
};

// Runs on one of the server's threads; may block. Thread-safe.
using Handler = std::function<Response(const Request&)>;

// A handler and the path it serves. A path that ends in "/" serves everything below it as well; the
// longest path that fits wins.
struct Route {
  std::string path;
  Handler handler;
};

// `response`, or 304 without a body if the request's If-None-Match already holds its etag, which is
// made of the body. `cache_control` is sent with both.
Response WithEtag(const Request& request, Response response,
                  std::string_view cache_control = "no-cache");

Response Html(std::string body);
Response Json(std::string body);
Response NotFound();

// An HTTP/1.1 server of its own threads. Every response carries security headers: no sniffing, no
// framing, no referrer, and a content security policy that allows styles and images of the page
// itself and no script; a handler's header of the same name wins. Thread-safe.
class Server {
 public:
  struct Options {
    std::string listen = "127.0.0.1:0";  // host:port; port 0 takes a free one.
    int threads = 4;
  };

  // Serves `routes` until destroyed. INVALID_ARGUMENT, UNAVAILABLE if the address cannot be had.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options,
                                                       std::vector<Route> routes);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace vg::http

#endif  // VG_COMMON_HTTP_SERVER_H_
