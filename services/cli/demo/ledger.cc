#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/auth/watched_file.h"
#include "common/grpc/client.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/demo/steps.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/approval_service.grpc.pb.h"
#include "voortgang/funding/v1/ledger_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace funding = voortgang::funding::v1;
using Approvals = funding::ApprovalService::Stub;
using Ledger = funding::LedgerService::Stub;

constexpr absl::Duration kPatience = absl::Minutes(5);
constexpr char kId[] = "demo";

// The approval of `run` by whom `client` speaks for; what a made-up country cannot have right is
// waived.
absl::StatusOr<funding::Approval> Approve(const rpc::Client<funding::ApprovalService>& client,
                                          const std::string& run) {
  funding::GetApprovalRequest get;
  get.set_name(absl::StrCat(run, "/approvals/", kId));
  absl::StatusOr<funding::Approval> present = client.Call(&Approvals::GetApproval, get);
  if (present.ok() || !absl::IsNotFound(present.status())) return present;
  funding::CheckRunRequest check;
  check.set_name(run);
  ASSIGN_OR_RETURN(const funding::CheckRunResponse report,
                   client.Call(&Approvals::CheckRun, check, kPatience));
  funding::ApproveRunRequest approve;
  approve.set_name(run);
  approve.set_approval_id(kId);
  approve.set_reason("to show how it goes");
  for (const funding::Check& found : report.checks()) {
    if (found.state() != funding::CHECK_STATE_FAILED) continue;
    funding::Waiver& waiver = *approve.add_waivers();
    waiver.set_check(found.name());
    waiver.set_reason("a demonstration");
  }
  return client.Call(&Approvals::ApproveRun, approve, kPatience);
}

// By how many cents `book` does not add up.
int64_t Off(const funding::LedgerBook& book) {
  int64_t off = 0;
  for (const funding::LedgerBalance& total : book.totals()) {
    off += total.amount().units() * 100 + total.amount().nanos() / 10'000'000;
  }
  return off;
}

// What the ledger says of itself.
absl::StatusOr<std::string> Books(Session& session) {
  const auto client = session.ClientOf<funding::LedgerService>();
  ASSIGN_OR_RETURN(const funding::ListBooksResponse response,
                   client.Call(&Ledger::ListBooks, funding::ListBooksRequest()));
  std::string said;
  for (const funding::LedgerBook& book : response.books()) {
    funding::VerifyLedgerRequest verify;
    verify.set_name(book.name());
    ASSIGN_OR_RETURN(const funding::VerifyLedgerResponse found,
                     client.Call(&Ledger::VerifyLedger, verify, kPatience));
    if (!found.sound()) {
      return Error(
          absl::StatusCode::kDataLoss, "LEDGER_BROKEN",
          absl::StrCat("entry ", found.broken_entry(), " of ", book.name(), ": ", found.fault()));
    }
    const int64_t off = Off(book);
    absl::StrAppend(&said, said.empty() ? "" : "; ", book.name(), ": ", Number(book.entry_count()),
                    " entries, ", off == 0 ? "balanced" : absl::StrCat("off by ", off, " cents"));
  }
  return said;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelAs(const Session& session,
                                                         const std::string& token_file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(token_file));
  ASSIGN_OR_RETURN(const std::string token, auth::TokenIn(text));
  rpc::ChannelOptions options;
  options.token = [token] { return token; };
  if (!session.tls.authority.empty()) {
    ASSIGN_OR_RETURN(options.credentials, rpc::MakeChannelCredentials(session.tls));
  }
  return rpc::MakeChannel(session.AddressOf(funding::ApprovalService::service_full_name()), options);
}

absl::StatusOr<std::string> ReleaseMoney(Story& story) {
  if (story.options.approver_token_file.empty()) {
    return "the amounts stay a draft: who approves needs a name (--approver-token-file)";
  }
  ASSIGN_OR_RETURN(const auto channel, ChannelAs(story.session, story.options.approver_token_file));
  const rpc::Client<funding::ApprovalService> approver(channel);
  const auto treasurer = story.session.ClientOf<funding::ApprovalService>();
  for (const std::string& run : story.runs) {
    ASSIGN_OR_RETURN(const funding::Approval approval, Approve(approver, run));
    funding::ReleaseApprovalRequest release;
    release.set_name(approval.name());
    release.set_reason("to show how it goes");
    RETURN_IF_ERROR(treasurer.Call(&Approvals::ReleaseApproval, release, kPatience).status());
  }
  return Books(story.session);
}

}  // namespace vg::cli
