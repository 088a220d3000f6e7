#include "common/http/server.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/http/test_client.h"
#include "common/log/log.h"
#include "common/testing/status_matchers.h"

namespace vg::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::unique_ptr<Server> Serve(std::vector<Route> routes) {
  auto server = Server::Start({.listen = "127.0.0.1:0", .threads = 2}, std::move(routes));
  EXPECT_THAT(server, IsOk());
  return *std::move(server);
}

Handler Say(const std::string& text) {
  return [text](const Request&) { return Response{.body = text}; };
}

TEST(HttpServerTest, AnswersAtTheLongestPathThatFits) {
  const auto server = Serve({{"/", Say("root")},
                             {"/editions/", Say("an edition")},
                             {"/editions/latest", Say("the latest")}});
  EXPECT_GT(server->port(), 0);
  EXPECT_THAT(Ask(server->port(), "/editions/latest"), EndsWith("\r\n\r\nthe latest"));
  EXPECT_THAT(Ask(server->port(), "/editions/2022-04/annex.csv"), EndsWith("\r\n\r\nan edition"));
  EXPECT_THAT(Ask(server->port(), "/other"), EndsWith("\r\n\r\nroot"));
}

TEST(HttpServerTest, SaysNotFoundForAPathThatNobodyServes) {
  const auto server = Serve({{"/metrics", Say("numbers")}});
  EXPECT_THAT(Ask(server->port(), "/metrics/more"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Ask(server->port(), "/"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Ask(server->port(), "/../../etc/passwd"), Not(HasSubstr("root:")));
}

TEST(HttpServerTest, GivesHandlersQueryAndHeaders) {
  const auto server =
      Serve({{"/", [](const Request& request) {
                return Response{.body = request.Query("a") + "|" + request.Query("b") + "|" +
                                        request.Header("accept-language")};
              }}});
  EXPECT_THAT(Ask(server->port(), "/?a=1%202+3&b", "GET", "Accept-Language: nl\r\n"),
              EndsWith("\r\n\r\n1 2 3||nl"));
}

TEST(HttpServerTest, SendsSecurityHeadersUnlessTheHandlerHasItsOwn) {
  const auto server = Serve({{"/", [](const Request&) {
                                return Response{.headers = {{"X-Frame-Options", "SAMEORIGIN"}}};
                              }}});
  const std::string answer = Ask(server->port(), "/");
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Security-Policy: default-src 'none'"));
  EXPECT_THAT(answer, HasSubstr("X-Frame-Options: SAMEORIGIN\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("DENY")));
}

TEST(HttpServerTest, AnswersHeadWithoutABodyAndNothingElseAtAll) {
  const auto server = Serve({{"/", Say("hello")}});
  EXPECT_THAT(Ask(server->port(), "/", "HEAD"), HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(Ask(server->port(), "/", "HEAD"), EndsWith("\r\n\r\n"));
  EXPECT_THAT(Ask(server->port(), "/", "POST", "Content-Length: 0\r\n"),
              StartsWith("HTTP/1.1 405 "));
}

TEST(HttpServerTest, SendsABodyOnceToAClientThatKeepsIt) {
  const auto server = Serve({{"/", [](const Request& request) {
                                return WithEtag(request, Html("<p>report</p>"), "max-age=60");
                              }}});
  const std::string first = Ask(server->port(), "/");
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(first, HasSubstr("Cache-Control: max-age=60\r\n"));
  const size_t begin = first.find("ETag: ") + 6;
  const std::string etag = first.substr(begin, first.find("\r\n", begin) - begin);
  const std::string second = Ask(server->port(), "/", "GET", "If-None-Match: " + etag + "\r\n");
  EXPECT_THAT(second, StartsWith("HTTP/1.1 304 "));
  EXPECT_THAT(second, EndsWith("\r\n\r\n"));
}

TEST(HttpServerTest, AnswersOneRequestAfterAnotherOnAConnectionThatStaysOpen) {
  const auto server =
      Serve({{"/", [](const Request& request) { return Response{.body = "at " + request.path}; }}});
  Connection connection(server->port());
  EXPECT_THAT(connection.Ask("/one", "at /one"), HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(connection.Ask("/two", "at /two"), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServerTest, ClosesAConnectionWhoseClientSaysSo) {
  const auto server = Serve({{"/", Say("hello")}});
  EXPECT_THAT(Ask(server->port(), "/"), HasSubstr("Connection: close\r\n"));
}

TEST(HttpServerTest, LetsNobodyWriteHeadersIntoAnAnswer) {
  const auto server = Serve({{"/", [](const Request& request) {
                                return Response{.headers = {{"Location", request.path}}};
                              }}});
  const std::string answer = Ask(server->port(), "/a%0d%0aSet-Cookie:%20b=c%7f");
  EXPECT_THAT(answer, HasSubstr("Location: /a%0D%0ASet-Cookie: b=c%7F\r\n"));
}

TEST(HttpServerTest, ServesOthersWhileEveryThreadHoldsASilentConnection) {
  const auto server = Serve({{"/", Say("hello")}});
  Connection first(server->port());
  Connection second(server->port());
  EXPECT_THAT(first.Ask("/", "hello"), EndsWith("hello"));
  EXPECT_THAT(second.Ask("/", "hello"), EndsWith("hello"));
  EXPECT_THAT(Ask(server->port(), "/"), EndsWith("hello"));
}

TEST(HttpServerTest, SurvivesAHandlerThatFails) {
  log::SetSink([](std::string_view) {});
  const auto server =
      Serve({{"/", [](const Request&) -> Response { throw std::runtime_error("secret"); }}});
  EXPECT_THAT(Ask(server->port(), "/"), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(Ask(server->port(), "/"), Not(HasSubstr("secret")));
  log::SetSink(nullptr);
}

TEST(HttpServerTest, GivesHandlersAStackOfUsualSize) {
  const auto server = Serve({{"/", [](const Request&) {
                                volatile char large[1 << 20];
                                for (size_t i = 0; i < sizeof(large); i += 512) large[i] = 'x';
                                return Response{.body = std::string(1, large[512])};
                              }}});
  EXPECT_THAT(Ask(server->port(), "/"), EndsWith("x"));
}

TEST(HttpServerTest, SaysThatAnAddressIsTakenOrWrong) {
  log::SetSink([](std::string_view) {});
  const auto first = Serve({});
  EXPECT_THAT(Server::Start({.listen = "127.0.0.1:" + std::to_string(first->port())}, {}).status(),
              HasReason("ADDRESS_TAKEN"));
  EXPECT_THAT(Server::Start({.listen = "127.0.0.1"}, {}).status(), HasReason("ADDRESS_INVALID"));
  log::SetSink(nullptr);
}

}  // namespace
}  // namespace vg::http
