#include "services/cli/commands/accountability.h"

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/send_file.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/accountability_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::AccountabilityService::Stub;

struct RulesArguments {
  std::string file, grant;
  bool dry_run = false;
};

absl::Status PublishRules(Session& session, const RulesArguments& arguments) {
  v1::PublishAccountabilityRulesRequest request;
  request.set_grant(arguments.grant.empty() ? IdOf(arguments.file) : arguments.grant);
  request.set_validate_only(arguments.dry_run);
  Document document;
  RETURN_IF_ERROR(document.Read(arguments.file, request.mutable_content()));
  ASSIGN_OR_RETURN(const v1::AccountabilityRulesVersion version, document.Send("content", [&] {
    return session.ClientOf<v1::AccountabilityService>().Call(&Stub::PublishAccountabilityRules,
                                                              request);
  }));
  if (session.json) {
    session.PrintJson(version);
  } else if (arguments.dry_run) {
    session.Print(absl::StrCat(arguments.file, " can be published.\n"));
  } else {
    session.Print(absl::StrCat("Published ", version.name(), "\n"));
  }
  return absl::OkStatus();
}

struct ImportArguments {
  std::string file, grant, snapshot, holder;
  bool skip_refused = false, dry_run = false;
};

void PrintSubmission(Session& session, const v1::SubmitSpendingResponse& response, bool dry_run) {
  if (!response.findings().empty()) {
    Table table({{"Line", Align::kRight},
                 {"Recipient"},
                 {"Column"},
                 {""},
                 {"Reason"},
                 {"What is said of it"}});
    for (const v1::SpendingFinding& finding : response.findings()) {
      table.Add({Number(finding.line()), finding.recipient(), finding.column(),
                 finding.refused() ? "refused" : "warning", finding.reason(), finding.sentence()});
    }
    session.Print(table);
  }
  session.Print(absl::StrCat(Number(response.accepted_count()),
                             dry_run ? " reports can be" : " reports were", " taken, ",
                             Number(response.refused_count()), " refused.\n"));
  for (const std::string& missing : response.unreported()) {
    session.Print(absl::StrCat("No report: ", missing, "\n"));
  }
}

absl::Status Import(Session& session, const ImportArguments& arguments) {
  v1::SubmitSpendingRequest first;
  v1::SubmitSpendingTerms& terms = *first.mutable_terms();
  terms.set_grant(arguments.grant);
  terms.set_snapshot(Named("snapshots/", arguments.snapshot));
  if (!arguments.holder.empty()) terms.set_holder(HolderOrRecipient(arguments.holder));
  terms.set_skip_refused(arguments.skip_refused);
  terms.set_validate_only(arguments.dry_run);
  const auto accountability = session.ClientOf<v1::AccountabilityService>();
  ASSIGN_OR_RETURN(const auto response,
                   (SendFile<v1::SubmitSpendingRequest, v1::SubmitSpendingResponse>(
                       arguments.file, first, [&](auto* context, auto* answer) {
                         return accountability.stub().SubmitSpending(context, answer);
                       })));
  if (session.json) {
    session.PrintJson(response);
  } else {
    PrintSubmission(session, response, arguments.dry_run);
  }
  if (response.refused_count() > 0 && !arguments.skip_refused) {
    return Error(absl::StatusCode::kInvalidArgument, "REPORTS_REFUSED",
                 "nothing was kept: correct the reports above, or leave them out with "
                 "--skip-refused");
  }
  return absl::OkStatus();
}

// "given 2021-10-04"
std::string ConsentText(const v1::CouncilConsent& consent) {
  if (consent.state() == v1::COUNCIL_CONSENT_STATE_UNSPECIFIED) return "";
  return absl::StrCat(EnumText(consent.state()),
                      consent.has_date() ? " " + Day(consent.date()) : "");
}

struct ReportsArguments {
  std::string grant, recipient;
  int year = 0;
  bool all = false;
};

absl::Status Reports(Session& session, const ReportsArguments& arguments) {
  v1::ListSpendingReportsRequest request;
  request.set_grant(arguments.grant);
  if (!arguments.recipient.empty()) request.set_recipient(HolderOrRecipient(arguments.recipient));
  request.set_year(arguments.year);
  request.set_all_versions(arguments.all);
  request.set_page_size(1000);
  const auto accountability = session.ClientOf<v1::AccountabilityService>();
  Table table({{"Recipient"},
               {"Year", Align::kRight},
               {"Version", Align::kRight},
               {"Spent", Align::kRight},
               {"By category"},
               {"Hired %", Align::kRight},
               {"Reserved", Align::kRight},
               {"MR"},
               {"GMR"},
               {"Sent by"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListSpendingReportsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return accountability.Call(&Stub::ListSpendingReports, request);
      },
      [&](const v1::ListSpendingReportsResponse& page) {
        for (const v1::SpendingReport& report : page.spending_reports()) {
          if (session.json) {
            session.PrintJson(report);
            continue;
          }
          std::string parts;
          for (const v1::CategorySpending& part : report.spending()) {
            absl::StrAppend(&parts, parts.empty() ? "" : ", ", EnumText(part.category()), " ",
                            Amount(part.amount()));
          }
          table.Add({report.recipient(), absl::StrCat(report.year()), Number(report.version()),
                     Amount(report.total()), parts, PercentageText(report.hired_percentage()),
                     Amount(report.reserved()), ConsentText(report.mr_consent()),
                     ConsentText(report.gmr_consent()), report.submitter()});
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

}  // namespace

std::string HolderOrRecipient(const std::string& code) {
  if (absl::StrContains(code, "/")) return code;
  if (absl::StartsWith(code, "GM")) return "municipalities/" + code;
  return (code.size() == 5 ? "boards/" : "schools/") + code;
}

void AddAccountabilityCommands(CLI::App& app, Session& session) {
  CLI::App* accountability =
      app.add_subcommand("accountability", "What was spent, what is left, and what is paid back");
  accountability->require_subcommand(1);

  auto rules = std::make_shared<RulesArguments>();
  CLI::App* publish = accountability->add_subcommand(
      "rules", "Publish from YAML when a grant may be spent and what statements of it tell");
  publish->add_option("file", rules->file, "The rules")->required();
  publish->add_option("--grant", rules->grant, "The grant; by default the file's name");
  publish->add_flag("--dry-run", rules->dry_run, "Check them, publish nothing");
  session.OnRun(publish, [&session, rules] { return PublishRules(session, *rules); });

  auto import = std::make_shared<ImportArguments>();
  CLI::App* submit = accountability->add_subcommand(
      "import", "Take reports of spending from a CSV file; repeating is safe");
  submit->footer(
      "Columns: recipient, year; a to f (schools) or amount (municipalities); hired, reserved,\n"
      "above_school_level, mr_consent, mr_consent_date, gmr_consent, gmr_consent_date (given,\n"
      "requested, partly or refused), scan (yes or no), teachers, parents, pupils, version.\n"
      "A correction is the next version of a year; nothing is overwritten.");
  submit->add_option("file", import->file, "The file")->required();
  submit->add_option("--grant", import->grant, "Such as npo-schools")->required();
  submit->add_option("--snapshot", import->snapshot, "Says which board each school belongs to")
      ->required();
  submit->add_option("--holder", import->holder,
                     "A board or municipality: only its recipients are taken, and those without a "
                     "report are listed");
  submit->add_flag("--skip-refused", import->skip_refused, "Take the right ones all the same");
  submit->add_flag("--dry-run", import->dry_run, "Check everything, keep nothing");
  session.OnRun(submit, [&session, import] { return Import(session, *import); });

  auto wanted = std::make_shared<ReportsArguments>();
  CLI::App* reports = accountability->add_subcommand("reports", "List reports of spending");
  reports->add_option("--grant", wanted->grant, "Such as npo-schools")->required();
  reports->add_option("--recipient", wanted->recipient, "Only of this school or municipality");
  reports->add_option("--year", wanted->year, "Only of this year");
  reports->add_flag("--all-versions", wanted->all, "Also those that were corrected");
  session.OnRun(reports, [&session, wanted] { return Reports(session, *wanted); });

  AddStandingCommands(*accountability, session);
  AddCarryOverCommands(*accountability, session);
  AddRecoveryCommands(*accountability, session);
}

}  // namespace vg::cli
