#include "services/cli/commands/funding.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/policy_suite.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/run_text.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::FundingService::Stub;

struct PublishArguments {
  std::string file, id;
  bool dry_run = false;
};

absl::Status Publish(Session& session, const PublishArguments& arguments) {
  v1::PublishSchemeRequest request;
  request.set_scheme_id(arguments.id.empty() ? IdOf(arguments.file) : arguments.id);
  request.set_validate_only(arguments.dry_run);
  Document document;
  RETURN_IF_ERROR(document.Read(arguments.file, request.mutable_content()));
  ASSIGN_OR_RETURN(const v1::SchemeVersion version, document.Send("content", [&] {
    return session.ClientOf<v1::FundingService>().Call(&Stub::PublishScheme, request);
  }));
  if (session.json) {
    session.PrintJson(version);
  } else if (arguments.dry_run) {
    session.Print(absl::StrCat(arguments.file, " can be published.\n"));
  } else {
    session.Print(absl::StrCat("Published ", version.name(), "; digest ",
                               version.digest().substr(0, 12), "\n"));
  }
  return absl::OkStatus();
}

void PrintRun(Session& session, const v1::Run& run) {
  if (session.json) {
    session.PrintJson(run);
    return;
  }
  session.Print(RunTable(run));
  session.Print(RunNotes(run));
}

struct AllocateArguments {
  std::string run, scheme, snapshot, supersedes;
  bool dry_run = false;
};

absl::Status Allocate(Session& session, const AllocateArguments& arguments) {
  v1::AllocateRequest request;
  request.set_run_id(arguments.run);
  request.set_scheme_version(
      arguments.scheme.find("/versions/") == std::string::npos
          ? absl::StrCat(Named("schemes/", arguments.scheme), "/versions/latest")
          : Named("schemes/", arguments.scheme));
  request.set_snapshot(Named("snapshots/", arguments.snapshot));
  request.set_validate_only(arguments.dry_run);
  if (!arguments.supersedes.empty()) request.set_supersedes(Named("runs/", arguments.supersedes));
  ASSIGN_OR_RETURN(const v1::Run run, session.ClientOf<v1::FundingService>().Call(
                                          &Stub::Allocate, request, absl::Minutes(2)));
  PrintRun(session, run);
  return absl::OkStatus();
}

absl::Status Runs(Session& session) {
  const auto funding = session.ClientOf<v1::FundingService>();
  Table table({{"Run"},
               {"Scheme"},
               {"Snapshot"},
               {"State"},
               {"Recipients", Align::kRight},
               {"Total", Align::kRight}});
  RETURN_IF_ERROR(ForEachPage<v1::ListRunsResponse>(
      [&](const std::string& token) {
        v1::ListRunsRequest request;
        request.set_page_token(token);
        return funding.Call(&Stub::ListRuns, request);
      },
      [&](const v1::ListRunsResponse& page) {
        for (const v1::Run& run : page.runs()) {
          if (session.json) {
            session.PrintJson(run);
          } else {
            table.Add({run.name(), run.scheme_version(), run.snapshot(), EnumText(run.state()),
                       Number(run.determined_count()), Amount(run.total())});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct AllocationsArguments {
  std::string run;
  bool undetermined = false;
  int limit = 50;
};

absl::Status Allocations(Session& session, const AllocationsArguments& arguments) {
  const auto funding = session.ClientOf<v1::FundingService>();
  Table table({{"Recipient"}, {"Name"}, {"Amount", Align::kRight}, {"Why not"}});
  int shown = 0;
  RETURN_IF_ERROR(ForEachPage<v1::ListAllocationsResponse>(
      [&](const std::string& token) {
        v1::ListAllocationsRequest request;
        request.set_parent(Named("runs/", arguments.run));
        request.set_undetermined_only(arguments.undetermined);
        request.set_page_size(arguments.limit > 0 ? std::min(arguments.limit, 1000) : 1000);
        request.set_page_token(token);
        return funding.Call(&Stub::ListAllocations, request);
      },
      [&](const v1::ListAllocationsResponse& page) {
        for (const v1::Allocation& allocation : page.allocations()) {
          if (arguments.limit > 0 && shown == arguments.limit) return false;
          ++shown;
          if (session.json) {
            session.PrintJson(allocation);
          } else {
            table.Add({allocation.recipient(), allocation.title(), Amount(allocation.amount()),
                       allocation.undetermined_reason()});
          }
        }
        return arguments.limit == 0 || shown < arguments.limit;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

// What the files expect of their schemes; an error if one is not as expected.
absl::Status Test(Session& session, const std::vector<std::string>& files) {
  size_t passed = 0;
  size_t failed = 0;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const PolicyReport report, RunPolicySuite(file));
    session.Print(session.json ? PolicyJson(report) : PolicyText(report));
    for (const PolicyOutcome& outcome : report.outcomes) ++(outcome.passed() ? passed : failed);
  }
  if (!session.json) session.Print(absl::StrCat(passed, " passed, ", failed, " failed\n"));
  if (failed == 0) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "POLICY_TEST_FAILED",
               absl::StrCat(failed, " of ", passed + failed, " tests failed"));
}

}  // namespace

void AddFundingCommands(CLI::App& app, Session& session) {
  CLI::App* funding = app.add_subcommand("funding", "Schemes, runs, amounts and approvals");
  funding->require_subcommand(1);

  auto publish_arguments = std::make_shared<PublishArguments>();
  CLI::App* publish = funding->add_subcommand("publish", "Publish a scheme from YAML");
  publish->add_option("file", publish_arguments->file, "The scheme")->required();
  publish->add_option("--id", publish_arguments->id, "Its id; by default the file's name");
  publish->add_flag("--dry-run", publish_arguments->dry_run, "Check it, publish nothing");
  session.OnRun(publish,
                [&session, publish_arguments] { return Publish(session, *publish_arguments); });

  auto tests = std::make_shared<std::vector<std::string>>();
  CLI::App* test = funding->add_subcommand(
      "test",
      "Compare what schemes give with what is expected of them, without a server.\n\n"
      "A test file names its scheme and has tests, each a population and what it should get:\n\n"
      "  scheme: ../npo-schools-2021-2022.yaml\n"
      "  tests:\n"
      "    - name: A primary school of 250 pupils with score 100\n"
      "      recipients:\n"
      "        - sector: primary\n"
      "          pupils: {bo: 250}\n"
      "          score: 100\n"
      "          expect: {amount: 200406.00, components: {bo: 175290.00, score_bo: 25116.00}}\n\n"
      "Only what is said is compared; examples are in deploy/examples/schemes/tests.");
  test->add_option("files", *tests, "Test files")->required();
  session.OnRun(test, [&session, tests] { return Test(session, *tests); });

  auto allocate_arguments = std::make_shared<AllocateArguments>();
  CLI::App* allocate = funding->add_subcommand("allocate", "Apply a scheme to a snapshot");
  allocate->add_option("run", allocate_arguments->run, "The run's id")->required();
  allocate
      ->add_option("--scheme", allocate_arguments->scheme,
                   "The scheme's id; its newest version unless …/versions/N")
      ->required();
  allocate->add_option("--snapshot", allocate_arguments->snapshot, "The snapshot's id")->required();
  allocate->add_option("--supersedes", allocate_arguments->supersedes,
                       "The provisional run that this one takes the place of");
  allocate->add_flag("--dry-run", allocate_arguments->dry_run, "Compute, store nothing");
  session.OnRun(allocate,
                [&session, allocate_arguments] { return Allocate(session, *allocate_arguments); });

  CLI::App* runs = funding->add_subcommand("runs", "List runs");
  session.OnRun(runs, [&session] { return Runs(session); });

  auto allocations_arguments = std::make_shared<AllocationsArguments>();
  CLI::App* allocations = funding->add_subcommand("allocations", "List the amounts of a run");
  allocations->add_option("run", allocations_arguments->run, "The run's id")->required();
  allocations->add_flag("--undetermined", allocations_arguments->undetermined,
                        "Only those that could not be determined");
  allocations->add_option("--limit", allocations_arguments->limit, "The most to show; 0 for all")
      ->capture_default_str();
  session.OnRun(allocations, [&session, allocations_arguments] {
    return Allocations(session, *allocations_arguments);
  });

  AddFundingAnalysisCommands(*funding, session);
  AddFundingApprovalCommands(*funding, session);
}

}  // namespace vg::cli
