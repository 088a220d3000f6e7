#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/funding.h"
#include "services/cli/render/minute.h"
#include "services/cli/render/progress_bar.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/approval_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::ApprovalService::Stub;

constexpr absl::Duration kPatience = absl::Minutes(5);
// Recipients between two looks at the progress bar.
constexpr int kStep = 1000;

// Which recipients, and what they are compared with.
struct Selection {
  std::string run, sector, province, board, previous;
  std::vector<std::string> recipients;
  int outlier_percent = 25;
};

void AddSelection(CLI::App& command, Selection& selection) {
  command.add_option("run", selection.run, "The run's id")->required();
  command.add_option("--sector", selection.sector, "Only schools of a sector")
      ->check(CLI::IsMember({"primary", "secondary", "special"}));
  command.add_option("--province", selection.province, "Only recipients in a province");
  command.add_option("--board", selection.board, "Only schools of a board, such as 40740");
  command
      .add_option("--recipients", selection.recipients,
                  "Only these, such as schools/16SW03,schools/16SW04")
      ->delimiter(',');
  command
      .add_option("--outliers", selection.outlier_percent,
                  "Per cent more or less than last year that count as an outlier")
      ->capture_default_str();
  command.add_option("--previous-run", selection.previous,
                     "The run of last year; by default the newest of the grant and year before");
}

template <typename Request>
void Fill(const Selection& selection, Request& request) {
  request.set_name(Named("runs/", selection.run));
  v1::RecipientFilter& filter = *request.mutable_filter();
  if (!selection.sector.empty()) {
    filter.set_sector(static_cast<voortgang::type::v1::Sector>(
        EnumValue(voortgang::type::v1::Sector_descriptor(), selection.sector)));
  }
  filter.set_province(selection.province);
  if (!selection.board.empty()) filter.set_board(Named("boards/", selection.board));
  for (const std::string& recipient : selection.recipients) filter.add_recipients(recipient);
  request.set_outlier_percent(selection.outlier_percent);
  if (!selection.previous.empty()) request.set_previous_run(Named("runs/", selection.previous));
}

// "runs/a/approvals/1" of "a/1".
std::string ApprovalName(const std::string& text) {
  if (text.starts_with("runs/")) return text;
  const size_t slash = text.find('/');
  if (slash == std::string::npos) return absl::StrCat("runs/", text, "/approvals/1");
  return absl::StrCat("runs/", text.substr(0, slash), "/approvals/", text.substr(slash + 1));
}

absl::Status CheckRun(Session& session, const Selection& selection, bool findings) {
  v1::CheckRunRequest request;
  Fill(selection, request);
  ASSIGN_OR_RETURN(const v1::CheckRunResponse report, session.ClientOf<v1::ApprovalService>().Call(
                                                          &Stub::CheckRun, request, kPatience));
  if (session.json) {
    session.PrintJson(report);
    return absl::OkStatus();
  }
  Table table({{"Check"}, {"State"}, {"Found"}});
  int failed = 0;
  for (const v1::Check& check : report.checks()) {
    table.Add({check.name(), EnumText(check.state()), check.sentence()});
    failed += check.state() == v1::CHECK_STATE_FAILED ? 1 : 0;
  }
  session.Print(table);
  for (const v1::Check& check : report.checks()) {
    if (!findings || check.findings().empty()) continue;
    Table found({{check.name()}, {"Found"}});
    for (const v1::CheckFinding& finding : check.findings()) {
      found.Add({finding.recipient(), finding.sentence()});
    }
    session.Print("\n");
    session.Print(found);
  }
  session.Print(absl::StrCat(
      "\n", Amount(report.total()), " for ", Number(report.recipient_count()),
      " recipients would be approved",
      report.approved_count() == 0
          ? ""
          : absl::StrCat("; ", Number(report.approved_count()), " are approved already"),
      ".\n"));
  if (failed > 0) {
    session.Print(absl::StrCat(
        failed, failed == 1 ? " check" : " checks",
        " failed: put right what they found, or waive them by name when approving (--waive).\n"));
  }
  return absl::OkStatus();
}

void PrintApproval(Session& session, const v1::Approval& approval) {
  if (session.json) {
    session.PrintJson(approval);
    return;
  }
  session.Print(absl::StrCat(approval.name(), " is ", EnumText(approval.state()), ": ",
                             Amount(approval.total()), " for ", Number(approval.recipient_count()),
                             " recipients, in ", approval.book(), "\n"));
  const std::pair<const char*, const std::string*> people[] = {
      {"made by", &approval.creator()},
      {"approved by", &approval.approver()},
      {"released by", &approval.releaser()},
      {"reversed by", &approval.reverser()}};
  for (const auto& [did, who] : people) {
    if (!who->empty()) session.Print(absl::StrCat("  ", did, " ", *who, "\n"));
  }
  for (const v1::Waiver& waiver : approval.waivers()) {
    session.Print(absl::StrCat("  waived ", waiver.check(), ": ", waiver.reason(), "\n"));
  }
}

struct ApproveArguments {
  Selection selection;
  std::string id = "1", reason;
  std::vector<std::string> waivers;  // "CHECK=reason"
};

absl::Status Approve(Session& session, const ApproveArguments& arguments) {
  v1::ApproveRunRequest request;
  Fill(arguments.selection, request);
  request.set_approval_id(arguments.id);
  request.set_reason(arguments.reason);
  for (const std::string& text : arguments.waivers) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return InvalidField("--waive", "MALFORMED",
                          absl::StrCat("must be CHECK=reason, such as \"OUTLIERS=new schools\"; it "
                                       "is '",
                                       text, "'"));
    }
    v1::Waiver& waiver = *request.add_waivers();
    waiver.set_check(text.substr(0, equals));
    waiver.set_reason(text.substr(equals + 1));
  }
  ASSIGN_OR_RETURN(const v1::Approval approval, session.ClientOf<v1::ApprovalService>().Call(
                                                    &Stub::ApproveRun, request, kPatience));
  PrintApproval(session, approval);
  return absl::OkStatus();
}

// Calls `step` until the approval is no longer in `under_way`, and shows how far it is.
absl::Status Finish(Session& session, const std::string& label, v1::ApprovalState under_way,
                    const std::function<absl::StatusOr<v1::Approval>()>& step) {
  v1::Approval approval;
  {
    ProgressBar bar(label);
    do {
      ASSIGN_OR_RETURN(approval, step());
      bar.Update(approval.done_count(), approval.recipient_count());
    } while (approval.state() == under_way);
  }
  PrintApproval(session, approval);
  return absl::OkStatus();
}

struct ReleaseArguments {
  std::string approval, reason, effective, first_month;
  bool claim_overpaid = false;
};

absl::Status Release(Session& session, const ReleaseArguments& arguments) {
  v1::ReleaseApprovalRequest request;
  request.set_name(ApprovalName(arguments.approval));
  request.set_reason(arguments.reason);
  request.set_claim_overpaid(arguments.claim_overpaid);
  request.set_max_recipients(kStep);
  if (!arguments.effective.empty() &&
      !ParseDate(arguments.effective, request.mutable_effective_date())) {
    return InvalidField("--effective", "DATE_INVALID", "must be a day such as 2021-09-01");
  }
  if (!arguments.first_month.empty() &&
      !ParseDate(arguments.first_month + "-01", request.mutable_first_month())) {
    return InvalidField("--first-month", "DATE_INVALID", "must be a month such as 2021-11");
  }
  const auto client = session.ClientOf<v1::ApprovalService>();
  return Finish(session, "Releasing", v1::APPROVAL_STATE_RELEASING,
                [&] { return client.Call(&Stub::ReleaseApproval, request, kPatience); });
}

absl::Status Reverse(Session& session, const std::string& approval, const std::string& reason) {
  v1::ReverseApprovalRequest request;
  request.set_name(ApprovalName(approval));
  request.set_reason(reason);
  request.set_max_recipients(kStep);
  const auto client = session.ClientOf<v1::ApprovalService>();
  return Finish(session, "Reversing", v1::APPROVAL_STATE_REVERSING,
                [&] { return client.Call(&Stub::ReverseApproval, request, kPatience); });
}

absl::Status Approvals(Session& session, const std::string& run) {
  const auto client = session.ClientOf<v1::ApprovalService>();
  Table table({{"Approval"},
               {"State"},
               {"Recipients", Align::kRight},
               {"Total", Align::kRight},
               {"Approved by"},
               {"Released by"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListApprovalsResponse>(
      [&](const std::string& token) {
        v1::ListApprovalsRequest request;
        request.set_parent(run.empty() ? "runs/-" : Named("runs/", run));
        request.set_page_token(token);
        return client.Call(&Stub::ListApprovals, request);
      },
      [&](const v1::ListApprovalsResponse& page) {
        for (const v1::Approval& approval : page.approvals()) {
          if (session.json) {
            session.PrintJson(approval);
          } else {
            table.Add({approval.name(), EnumText(approval.state()),
                       Number(approval.recipient_count()), Amount(approval.total()),
                       approval.approver(), approval.releaser()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status History(Session& session, const std::string& run) {
  const auto client = session.ClientOf<v1::ApprovalService>();
  Table table({{"When"}, {"Approval"}, {"What"}, {"Who"}, {"Why"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListApprovalEventsResponse>(
      [&](const std::string& token) {
        v1::ListApprovalEventsRequest request;
        request.set_parent(Named("runs/", run));
        request.set_page_token(token);
        return client.Call(&Stub::ListApprovalEvents, request);
      },
      [&](const v1::ListApprovalEventsResponse& page) {
        for (const v1::ApprovalEvent& event : page.events()) {
          if (session.json) {
            session.PrintJson(event);
          } else {
            table.Add({Minute(event.time()), event.approval(), EnumText(event.kind()),
                       event.actor(), event.reason()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

}  // namespace

void AddFundingApprovalCommands(CLI::App& funding, Session& session) {
  auto selection = std::make_shared<Selection>();
  auto findings = std::make_shared<bool>(false);
  CLI::App* check = funding.add_subcommand("check", "What stands in the way of approving a run");
  AddSelection(*check, *selection);
  check->add_flag("--findings", *findings, "List what was found, the first hundred of each check");
  session.OnRun(
      check, [&session, selection, findings] { return CheckRun(session, *selection, *findings); });

  auto approving = std::make_shared<ApproveArguments>();
  CLI::App* approve = funding.add_subcommand(
      "approve",
      "Approve a run, or a batch of its recipients.\n"
      "Who approves is not who made the run, and who releases is not who approved:\n"
      "each calls with a token of their own (--token-file).");
  AddSelection(*approve, approving->selection);
  approve->add_option("--id", approving->id, "The approval's id; repeating with it is safe")
      ->capture_default_str();
  approve->add_option("--reason", approving->reason, "Why it is right to pay");
  approve->add_option("--waive", approving->waivers,
                      "A check that may fail, and why: \"PROVISIONAL_COUNTS=validated in May\"");
  session.OnRun(approve, [&session, approving] { return Approve(session, *approving); });

  auto releasing = std::make_shared<ReleaseArguments>();
  CLI::App* release =
      funding.add_subcommand("release",
                             "Post an approval in the ledger and plan its payments.\n"
                             "Interrupted, it goes on where it was when it is called again.");
  release->add_option("approval", releasing->approval, "RUN/APPROVAL, or RUN for its approval 1")
      ->required();
  release->add_option("--reason", releasing->reason, "Why");
  release->add_option("--effective", releasing->effective,
                      "The day on which it counts, such as 2021-09-01; by default today");
  release->add_option("--first-month", releasing->first_month,
                      "Pay nothing before this month, such as 2021-11, and what is late in it");
  release->add_flag("--claim-overpaid", releasing->claim_overpaid,
                    "Claim back what was paid too much; else it is settled with what comes later");
  session.OnRun(release, [&session, releasing] { return Release(session, *releasing); });

  auto reversed = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  CLI::App* reverse = funding.add_subcommand(
      "reverse",
      "Undo an approval: every posting gets its mirror, nothing is deleted.\n"
      "Before its release it is just withdrawn; once payments are ordered it is too late.");
  reverse->add_option("approval", *reversed, "RUN/APPROVAL, or RUN for its approval 1")->required();
  reverse->add_option("--reason", *reason, "Why")->required();
  session.OnRun(reverse,
                [&session, reversed, reason] { return Reverse(session, *reversed, *reason); });

  auto of_run = std::make_shared<std::string>();
  CLI::App* approvals = funding.add_subcommand("approvals", "List approvals");
  approvals->add_option("run", *of_run, "Of one run only");
  session.OnRun(approvals, [&session, of_run] { return Approvals(session, *of_run); });

  auto run = std::make_shared<std::string>();
  CLI::App* history = funding.add_subcommand(
      "history", "What happened to a run's approvals: when, by whom and why");
  history->add_option("run", *run, "The run's id")->required();
  session.OnRun(history, [&session, run] { return History(session, *run); });
}

}  // namespace vg::cli
