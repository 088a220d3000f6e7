// The main job end to end: real processes, real files, the real command.

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/digest/digest.h"
#include "common/testing/places.h"
#include "common/testing/wait_until.h"
#include "tests/e2e/suite_process.h"

namespace vg::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> DemoArguments(const TempDir& folder) {
  return {"demo", "--folder", folder.File("out"), "--examples", SourcePath("deploy/examples")};
}

// Two people: what one allocates, the other approves.
std::string Principals(const TempDir& folder) {
  folder.Write("programme.token", "vgt_programme");
  folder.Write("controller.token", "vgt_controller");
  return folder.Write(
      "principals.yaml",
      absl::StrCat("principals:\n  - {name: users/programme, roles: [editor, respondent, approver, "
                   "treasurer, analyst], token_sha256: ",
                   Sha256Hex("vgt_programme"),
                   "}\n  - {name: users/controller, roles: [approver], token_sha256: ",
                   Sha256Hex("vgt_controller"), "}\n"));
}

// Files of the report by name, with the digests that the edition's manifest gives them.
std::string Manifest(const TempDir& folder) {
  return ReadFile(folder.File("out/report/manifest.json"));
}

TEST(DemoTest, GoesFromRegistersToThePublishedReportAndAgain) {
  const TempDir folder;
  SuiteProcess suite(folder, {"--principals=" + Principals(folder)});
  ASSERT_TRUE(suite.Start());
  std::vector<std::string> arguments = DemoArguments(folder);
  arguments.insert(arguments.end(), {"--token-file", folder.File("programme.token"),
                                     "--approver-token-file", folder.File("controller.token")});

  const CommandResult first = RunCommand(suite.address(), arguments);
  ASSERT_EQ(first.exit_code, 0) << first.output;
  for (const char* line :
       {"Registers", "Menu", "Programmes", "Funding", "grants/npo-schools/books/2021-2022: ",
        "entries, balanced", "confirmed by the bank", "schools accounted for 2021", "(2021-autumn)",
        "Survey", "Indicators", "Report", "How one amount came about", "/editions/2022-04/nl/"}) {
    EXPECT_THAT(first.output, HasSubstr(line));
  }
  const std::string manifest = Manifest(folder);

  // A national programme is held in less than 150 MB. (Sanitizers take more.)
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(suite.ResidentBytes(), int64_t{150} << 20);
#endif

  // The page is served, and what it links to is there.
  const HttpAnswer page = HttpGet(suite.http_port(), "/editions/2022-04/nl/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Tweede voortgangsrapportage"));
  EXPECT_THAT(page.headers, HasSubstr("Content-Security-Policy"));
  EXPECT_EQ(HttpGet(suite.http_port(), "/editions/2022-04/en/").status, 200);
  EXPECT_EQ(HttpGet(suite.http_port(), "/editions/2022-04/annex/headline.csv").status, 200);
  EXPECT_EQ(HttpGet(suite.http_port(), "/editions/none/nl/").status, 404);
  EXPECT_THAT(HttpGet(suite.http_port(), "/metrics").body, HasSubstr("grpc_server_handled_total"));

  // What it says of money and of changes are figures, not blanks.
  const std::string money = ReadFile(folder.File("out/report/annex/ledger-schools.csv"));
  EXPECT_THAT(money, Not(HasSubstr(",0.00,")));
  const std::string spent = ReadFile(folder.File("out/report/annex/spending-schools.csv"));
  for (const char* category : {",A,", ",B,", ",C,", ",D,", ",E,", ",F,"}) {
    EXPECT_THAT(spent, HasSubstr(category));
  }
  EXPECT_THAT(ReadFile(folder.File("out/report/annex/support-change.csv")), HasSubstr(",shown,"));
  // Its hidden cells come with a certificate.
  EXPECT_THAT(ReadFile(folder.File("out/report/study/school_leader/protection.csv")),
              AllOf(HasSubstr(",yes"), Not(HasSubstr(",no\r"))));

  // On paper, where there is a program that prints.
  const CommandResult printed = RunCommand(
      suite.address(), {"report", "pdf", "2022-04", folder.File("pdf"), "--language", "nl",
                        "--document", "summary", "--token-file", folder.File("programme.token")});
  if (printed.output.find("NO_PDF_PRINTER") != std::string::npos) {
    std::cerr << "SKIPPED: printing, for neither Chromium nor WeasyPrint is installed\n";
  } else {
    ASSERT_EQ(printed.exit_code, 0) << printed.output;
    const std::string pdf = ReadFile(folder.File("pdf/nl-summary.pdf"));
    for (const char* part : {"/StructTreeRoot", "/MarkInfo", "/Lang (nl)", "/Title"}) {
      EXPECT_THAT(pdf, HasSubstr(part));
    }
  }

  // Everything may be repeated: the same files with the same digests.
  const CommandResult again = RunCommand(suite.address(), arguments);
  ASSERT_EQ(again.exit_code, 0) << again.output;
  EXPECT_EQ(Manifest(folder), manifest);

  // The money: looked at, and taken back by somebody else than who released it.
  const auto call = [&](std::vector<std::string> command, const char* who = "programme.token") {
    command.insert(command.end(), {"--token-file", folder.File(who)});
    return RunCommand(suite.address(), command);
  };
  const char* const kBook = "npo-schools/2021-2022";
  EXPECT_THAT(call({"ledger", "books"}).output, HasSubstr("committed"));
  EXPECT_THAT(call({"ledger", "entries", kBook, "--limit", "1"}).output, HasSubstr("allocation"));
  EXPECT_THAT(call({"ledger", "balance", kBook, "--totals"}).output, HasSubstr("committed"));
  EXPECT_THAT(call({"funding", "check", "npo-schools-2021-2022"}).output,
              HasSubstr("are approved already"));
  // What was paid stays paid.
  EXPECT_THAT(call({"funding", "reverse", "npo-schools-2021-2022/demo", "--reason", "a mistake"},
                   "controller.token")
                  .output,
              HasSubstr("PAYMENTS_MADE"));
  const std::vector<std::string> reverse = {
      "funding", "reverse", "npo-municipalities-2021-2022/demo", "--reason", "a mistake"};
  const CommandResult refused = call(reverse);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("another person has to"));
  const CommandResult reversed = call(reverse, "controller.token");
  EXPECT_EQ(reversed.exit_code, 0) << reversed.output;
  EXPECT_THAT(reversed.output, HasSubstr("is reversed"));
  EXPECT_THAT(call({"ledger", "verify", kBook}).output, HasSubstr("is whole"));
  EXPECT_THAT(call({"funding", "history", "npo-municipalities-2021-2022"}).output,
              HasSubstr("users/controller"));
  EXPECT_EQ(suite.Terminate(), 0);
}

TEST(DemoTest, AKillInTheMiddleOfTheStreamChangesNoFigure) {
  const TempDir undisturbed, disturbed;
  {
    SuiteProcess suite(undisturbed);
    ASSERT_TRUE(suite.Start());
    ASSERT_EQ(RunCommand(suite.address(), DemoArguments(undisturbed)).exit_code, 0);
  }
  SuiteProcess suite(disturbed);
  ASSERT_TRUE(suite.Start());
  const std::string output = disturbed.Write("demo.txt", "");
  const auto demo = StartCommand(suite.address(), DemoArguments(disturbed), output);
  ASSERT_NE(demo, nullptr);
  // The stream of responses runs after funding: kill while it does, when some are in and some are
  // not.
  ASSERT_TRUE(WaitUntil(
      [&] {
        return RunCommand(suite.address(),
                          {"--output", "json", "survey", "progress", "2022-winter"})
                   .output.find("completeResponses") != std::string::npos;
      },
      absl::Minutes(3)));
  ASSERT_TRUE(demo->Running()) << ReadFile(output);
  suite.Kill();
  EXPECT_NE(demo->Wait(absl::Minutes(1)), 0);
  EXPECT_THAT(ReadFile(output), Not(HasSubstr("Survey ")));

  ASSERT_TRUE(suite.Start());
  const CommandResult again = RunCommand(suite.address(), DemoArguments(disturbed));
  ASSERT_EQ(again.exit_code, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("stay a draft"));  // A server that runs open knows no names.
  EXPECT_EQ(Manifest(disturbed), Manifest(undisturbed));
}

TEST(DemoTest, RunsOnTheRealRegisters) {
  SHARED_DATA_OR_SKIP(data);
  const TempDir folder;
  SuiteProcess suite(folder);
  ASSERT_TRUE(suite.Start());
  std::vector<std::string> arguments = DemoArguments(folder);
  arguments.insert(arguments.end(), {"--data", data});
  const CommandResult result = RunCommand(suite.address(), arguments);
  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("2020-10-01"));
  EXPECT_THAT(result.output, HasSubstr("2021-10-01"));
}

}  // namespace
}  // namespace vg::e2e
