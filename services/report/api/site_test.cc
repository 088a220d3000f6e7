#include "services/report/api/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/grpc/type_conversions.h"
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

  static std::string EtagOf(const std::string& answer) {
    const size_t at = answer.find("ETag: ") + 6;
    return answer.substr(at, answer.find("\r\n", at) - at);
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

TEST_F(SiteTest, HidesAnEmbargoedEditionUntilItsTime) {
  v1::PublishEditionRequest request = PublishRequest();
  *request.mutable_embargo_time() = rpc::ToProto(server_.clock().Now() + absl::Hours(1));
  ASSERT_OK(server_.Call(&Stub::PublishEdition, request));
  for (const char* path : {"/editions/2022-04/nl/", "/editions/2022-04/annex/choices.json",
                           "/editions/2022-04/manifest.json"}) {
    EXPECT_THAT(Browse(path), StartsWith(kMissing)) << path;
  }
  EXPECT_THAT(Browse("/editions/"), Not(HasSubstr("2022-04/nl")));
  server_.clock().Advance(absl::Hours(1));
  EXPECT_THAT(Browse("/editions/2022-04/nl/"), StartsWith(kOk));
  EXPECT_THAT(Browse("/editions/"), HasSubstr("2022-04/nl"));
}

TEST_F(SiteTest, KeepsARevisedEditionWhereItWasAndSaysWhatReplacesItAndWhy) {
  Publish();
  const std::string before = Browse("/editions/2022-04/nl/");
  v1::ComposeEditionRequest revision = ComposeRequest("2022-04-r1");
  revision.mutable_plan()->set_revises("editions/2022-04");
  revision.mutable_plan()->mutable_revision_reason()->set_nl("Fout <b>in</b> respons.");
  revision.mutable_plan()->mutable_revision_reason()->set_en("An error in the response.");
  ASSERT_OK(server_.Call(&Stub::ComposeEdition, revision));
  Publish("2022-04-r1");
  server_.clock().Advance(absl::Seconds(10));
  const std::string revised = Browse("/editions/2022-04/nl/");
  EXPECT_THAT(revised, AllOf(HasSubstr("href=\"/editions/2022-04-r1/nl/\""),
                             HasSubstr("Fout &lt;b&gt;in&lt;/b&gt; respons.")));
  EXPECT_THAT(Browse("/editions/2022-04/en/"), HasSubstr("An error in the response."));
  EXPECT_NE(EtagOf(revised), EtagOf(before));
  EXPECT_THAT(Browse("/editions/2022-04-r1/nl/"), Not(HasSubstr("class=\"revised\"")));
  EXPECT_THAT(Browse("/editions/"),
              AllOf(HasSubstr("2022-04-r1/nl"), Not(HasSubstr("2022-04/nl"))));
}

TEST_F(SiteTest, HoldsTwoPublishedEditionsAgainstEachOther) {
  Publish();
  for (const char* table : {"indicators/consent", "indicators/consent by sector"}) {
    server_.sources().estimates[table].rows[0].cell = Share(650, 180);
  }
  Compose("2022-11");
  EXPECT_THAT(Browse("/editions/2022-11/nl/compare/2022-04/"), StartsWith(kMissing));
  Publish("2022-11");
  EXPECT_THAT(Browse("/editions/2022-11/nl/compare/2022-04/"),
              AllOf(StartsWith(kOk), HasSubstr("61,2%"), HasSubstr("65,0%"),
                    HasSubstr("+3,8\u00a0procentpunt"), Not(HasSubstr("miljoen"))));
  EXPECT_THAT(Browse("/editions/2022-11/en/compare/2022-04"), HasSubstr("+3.8\u00a0points"));
  EXPECT_THAT(Browse("/editions/2022-11/nl/compare/none/"), StartsWith(kMissing));
}

TEST_F(SiteTest, ShowsStaffHowAWaveGoesAndNobodyElse) {
  WaveFacts& wave = server_.sources().waves["waves/winter"];
  wave.title = {"Tweede <meting>", "Second wave"};
  wave.roles[0].by_day = {{absl::CivilDay(2022, 1, 17), 40}, {absl::CivilDay(2022, 1, 18), 10}};
  IndicatorFacts& indicator = server_.sources().indicators["indicators/hours"];
  indicator = {.title = {"Uren", "Hours"},
               .unit = "hours",
               .mean = true,
               .questionnaires = {"questionnaires/boards"}};
  server_.sources().estimates["indicators/hours"] = {.respondents = "board",
                                                     .rows = {{{}, "", Share(4200, 10)}}};
  const std::string page = "/staff/waves/winter/nl/";
  EXPECT_THAT(Browse(page), AllOf(StartsWith("HTTP/1.1 401"), HasSubstr("WWW-Authenticate: Basic"),
                                  Not(HasSubstr("meting"))));
  EXPECT_THAT(Browse(page, "Authorization: Bearer wrong\r\n"), StartsWith("HTTP/1.1 401"));
  for (const std::string scheme : {"Bearer s3cret", "Basic am9obmRvZTpzM2NyZXQ="}) {
    const std::string shown = Browse(page, "Authorization: " + scheme + "\r\n");
    EXPECT_THAT(shown, AllOf(StartsWith(kOk), HasSubstr("Tweede &lt;meting&gt;"),
                             HasSubstr("25,0%"), HasSubstr("17 januari 2022"), HasSubstr("4,2"),
                             HasSubstr("Cache-Control: no-store")));
  }
  EXPECT_THAT(Browse("/staff/waves/none/nl/", "Authorization: Bearer s3cret\r\n"),
              StartsWith(kMissing));
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
                    HasSubstr("Instructie in kleine groepen (65,0%)")));
  EXPECT_THAT(
      Browse("/editions/2022-04/en/report.html"),
      HasSubstr("Mostly <a class=\"figure-link\" href=\"figures/choices.html\">Small groups"));
  EXPECT_THAT(Browse("/editions/2022-04/en/summary.html"), HasSubstr("Mostly "));
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
    const std::string etag = EtagOf(answer);
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
