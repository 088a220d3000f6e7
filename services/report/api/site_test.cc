#include "services/report/api/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/report/api/test_server.h"

namespace vg::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kOk[] = "HTTP/1.1 200";
constexpr char kMissing[] = "HTTP/1.1 404";
constexpr char kFound[] = "HTTP/1.1 302";

class SiteTest : public testing::Test {
 protected:
  void SetUp() override { Compose("2022-04"); }
  void Compose(const std::string& id) {
    ASSERT_OK(server_.Call(&Stub::ComposeEdition, ComposeRequest(id)));
  }
  void Publish(const std::string& id = "2022-04") {
    ASSERT_OK(server_.Call(&Stub::PublishEdition, PublishRequest(id)));
  }
  std::string Browse(const std::string& path, const std::string& headers = "",
                     const std::string& method = "GET") {
    return server_.Browse(path, headers, method);
  }

  TestServer server_;
};

TEST_F(SiteTest, HidesDrafts) {
  for (const char* path :
       {"/editions/2022-04/", "/editions/2022-04", "/editions/2022-04/nl/",
        "/editions/2022-04/nl/summary/", "/editions/2022-04/nl/index.html",
        "/editions/2022-04/annex/choices.csv", "/editions/2022-04/manifest.json"}) {
    EXPECT_THAT(Browse(path), StartsWith(kMissing)) << path;
  }
  EXPECT_THAT(Browse("/editions/"), AllOf(StartsWith(kOk), Not(HasSubstr("2022-04/nl"))));
}

TEST_F(SiteTest, LeadsToTheReport) {
  Publish();
  EXPECT_THAT(Browse("/"), AllOf(StartsWith(kFound), HasSubstr("Location: /editions/\r\n")));
  EXPECT_THAT(Browse("/editions"), HasSubstr("Location: /editions/\r\n"));
  EXPECT_THAT(Browse("/editions/2022-04/"), HasSubstr("Location: /editions/2022-04/nl/\r\n"));
  EXPECT_THAT(Browse("/editions/2022-04"), HasSubstr("Location: /editions/2022-04/nl/\r\n"));
  EXPECT_THAT(Browse("/editions/2022-04/en"), HasSubstr("Location: /editions/2022-04/en/\r\n"));
  EXPECT_THAT(Browse("/editions/2022-04/en/summary/"),
              HasSubstr("Location: /editions/2022-04/en/summary.html\r\n"));
  EXPECT_THAT(Browse("/editions/"),
              AllOf(StartsWith(kOk), HasSubstr("href=\"2022-04/nl/\""), HasSubstr("april 2022")));
}

TEST_F(SiteTest, ServesPagesAnnexesAndStyle) {
  Publish();
  EXPECT_THAT(Browse("/editions/2022-04/nl/"),
              AllOf(StartsWith(kOk), HasSubstr("Content-Type: text/html; charset=utf-8"),
                    HasSubstr("Vooral Instructie in kleine groepen (65,0%).")));
  EXPECT_THAT(Browse("/editions/2022-04/en/"), HasSubstr("Mostly Small groups (65.0%)."));
  EXPECT_THAT(Browse("/editions/2022-04/en/summary.html"), HasSubstr("Mostly Small groups"));
  EXPECT_THAT(Browse("/editions/2022-04/annex/consent.csv"),
              AllOf(HasSubstr("Content-Type: text/csv"), HasSubstr("0.612")));
  EXPECT_THAT(Browse("/editions/2022-04/style.css"), HasSubstr("Content-Type: text/css"));
  EXPECT_THAT(Browse("/editions/style.css"), HasSubstr("Content-Type: text/css"));
  EXPECT_THAT(Browse("/editions/2022-04/manifest.json"), HasSubstr("application/json"));
}

TEST_F(SiteTest, SendsSecurityHeadersWithEveryAnswer) {
  Publish();
  for (const char* path : {"/", "/editions/", "/editions/2022-04/nl/", "/editions/none/",
                           "/editions/2022-04/annex/consent.csv"}) {
    EXPECT_THAT(Browse(path),
                AllOf(HasSubstr("Content-Security-Policy: default-src 'none'; style-src 'self';"),
                      Not(HasSubstr("unsafe")), HasSubstr("X-Content-Type-Options: nosniff"),
                      HasSubstr("X-Frame-Options: DENY"), HasSubstr("Referrer-Policy: no-referrer"),
                      HasSubstr("Cross-Origin-Resource-Policy: same-origin")))
        << path;
  }
}

TEST_F(SiteTest, AnswersNotModifiedToWhoHasThePage) {
  Publish();
  for (const std::string path : {"/editions/2022-04/nl/", "/editions/"}) {
    const std::string answer = Browse(path);
    const size_t at = answer.find("ETag: ") + 6;
    const std::string etag = answer.substr(at, answer.find("\r\n", at) - at);
    const std::string again = Browse(path, "If-None-Match: " + etag + "\r\n");
    EXPECT_THAT(again, AllOf(StartsWith("HTTP/1.1 304"), Not(HasSubstr("<html"))));
    EXPECT_THAT(Browse(path, "If-None-Match: \"other\"\r\n"), StartsWith(kOk));
  }
}

TEST_F(SiteTest, SendsNoBodyToHeadAndTakesNothing) {
  Publish();
  EXPECT_THAT(Browse("/editions/2022-04/nl/", "", "HEAD"),
              AllOf(StartsWith(kOk), Not(HasSubstr("<html"))));
  EXPECT_THAT(Browse("/editions/", "Content-Length: 0\r\n", "POST"), StartsWith("HTTP/1.1 405"));
}

TEST_F(SiteTest, KnowsNothingElse) {
  Publish();
  for (const char* path :
       {"/nothing", "/editions/none/", "/editions/2022-04/fr/", "/editions/2022-04/nl/x",
        "/editions/2022-04/annex/", "/editions/2022-04/annex/x.csv",
        "/editions/2022-04/../../etc/passwd", "/editions/2022-04/%2e%2e/secret",
        "/editions/'%20OR%201=1--/", "/editions/%3Cscript%3E/"}) {
    EXPECT_THAT(Browse(path), AllOf(StartsWith(kMissing), Not(HasSubstr("<script")))) << path;
  }
}

TEST_F(SiteTest, EscapesHostileNamesOnTheWire) {
  server_.sources().menus["menuEditions/2021"].interventions["small-groups"] = {
      "<script>alert('x')</script>\"]]>", ""};
  Compose("hostile");
  Publish("hostile");
  EXPECT_THAT(
      Browse("/editions/hostile/nl/"),
      AllOf(HasSubstr("&lt;script&gt;alert("), Not(HasSubstr("<script")), Not(HasSubstr("]]>"))));
}

}  // namespace
}  // namespace vg::report
