// The first instalment goes to the boards by the bank, and schools account for what they did with
// it.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/send_file.h"
#include "services/cli/demo/steps.h"
#include "services/cli/render/values.h"
#include "services/cli/synthetic/money.h"
#include "services/cli/synthetic/random.h"
#include "voortgang/funding/v1/accountability_service.grpc.pb.h"
#include "voortgang/funding/v1/payment_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace funding = voortgang::funding::v1;
using Payments = funding::PaymentService::Stub;
using Accountability = funding::AccountabilityService::Stub;

constexpr absl::Duration kPatience = absl::Minutes(5);
constexpr char kGrant[] = "npo-schools";
constexpr char kPayer[] = "NL86INGB0002445588";
constexpr int kYear = 2021;
constexpr int kKnownPerMille = 125;  // Boards that are paid in the first batch.

google::type::Date Day(int month, int day) {
  google::type::Date date;
  date.set_year(kYear);
  date.set_month(month);
  date.set_day(day);
  return date;
}

// Proposes accounts of the boards that have told theirs, which somebody else approves.
absl::Status RegisterPayees(const Story& story,
                            const rpc::Client<funding::PaymentService>& treasurer,
                            const rpc::Client<funding::PaymentService>& approver) {
  ASSIGN_OR_RETURN(std::vector<std::string> boards, BoardsOf(story));
  std::erase_if(boards, [&story](const std::string& board) {
    return !synthetic::Random(story.options.seed, board, "account known").Chance(kKnownPerMille);
  });
  const std::string path = absl::StrCat(story.options.folder, "/payees.csv");
  RETURN_IF_ERROR(WriteFile(path, synthetic::PayeeFile(boards, "2021-08-01")));
  funding::ImportPayeesRequest first;
  first.mutable_terms()->set_change_id("demo");
  ASSIGN_OR_RETURN(const auto imported,
                   (SendFile<funding::ImportPayeesRequest, funding::ImportPayeesResponse>(
                       path, first, [&](auto* context, auto* response) {
                         return treasurer.stub().ImportPayees(context, response);
                       })));
  if (imported.payee_change().state() == funding::PAYEE_CHANGE_STATE_APPROVED) {
    return absl::OkStatus();
  }
  funding::DecidePayeeChangeRequest decide;
  decide.set_name(imported.payee_change().name());
  decide.set_decision(funding::PAYEE_CHANGE_STATE_APPROVED);
  return approver.Call(&Payments::DecidePayeeChange, decide, kPatience).status();
}

// The bank's file, as it would be sent to it.
absl::Status Export(const Story& story, const rpc::Client<funding::PaymentService>& treasurer,
                    const std::string& batch) {
  funding::ExportPaymentBatchRequest request;
  request.set_name(batch);
  const auto context = rpc::NewClientContext(kPatience);
  const auto stream = treasurer.stub().ExportPaymentBatch(context.get(), request);
  std::string file;
  for (funding::ExportPaymentBatchResponse piece; stream->Read(&piece);) file += piece.data();
  RETURN_IF_ERROR(rpc::FromGrpcStatus(stream->Finish()));
  return WriteFile(absl::StrCat(story.options.folder, "/payments.xml"), file);
}

// The bank says that it paid all of the batch.
absl::Status Confirm(const Story& story, const rpc::Client<funding::PaymentService>& treasurer,
                     const funding::PaymentBatch& batch) {
  const std::string path = absl::StrCat(story.options.folder, "/statement.csv");
  RETURN_IF_ERROR(WriteFile(
      path, absl::StrFormat("booking_date,amount,instruction_id\n2021-09-24,-%d.%02d,%s\n",
                            batch.total().units(), batch.total().nanos() / 10'000'000,
                            IdOf(batch.name()))));
  funding::ReconcileStatementRequest first;
  first.mutable_terms()->set_format(funding::STATEMENT_FORMAT_CSV);
  first.mutable_terms()->set_statement("demo");
  first.mutable_terms()->set_account(kPayer);
  return SendFile<funding::ReconcileStatementRequest, funding::ReconcileStatementResponse>(
             path, first,
             [&](auto* context, auto* response) {
               return treasurer.stub().ReconcileStatement(context, response);
             })
      .status();
}

// Schools with the whole euros that they received.
absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> Received(
    const rpc::Client<funding::AccountabilityService>& accountability) {
  std::vector<std::pair<std::string, int64_t>> received;
  RETURN_IF_ERROR(ForEachPage<funding::ListFundPositionsResponse>(
      [&](const std::string& token) {
        funding::ListFundPositionsRequest request;
        request.set_grant(kGrant);
        request.set_page_size(1000);
        request.set_page_token(token);
        return accountability.Call(&Accountability::ListFundPositions, request, kPatience);
      },
      [&](const funding::ListFundPositionsResponse& page) {
        for (const funding::FundPosition& position : page.fund_positions()) {
          received.emplace_back(position.recipient(), position.received().units());
        }
        return true;
      }));
  return received;
}

}  // namespace

absl::StatusOr<std::string> PayMoney(Story& story) {
  if (story.options.approver_token_file.empty()) {
    return "nothing is granted yet";
  }
  const auto treasurer = story.session.ClientOf<funding::PaymentService>();
  ASSIGN_OR_RETURN(const auto channel, ChannelAs(story.session, story.options.approver_token_file));
  const rpc::Client<funding::PaymentService> approver(channel);
  RETURN_IF_ERROR(RegisterPayees(story, treasurer, approver));
  funding::CreatePaymentBatchRequest create;
  *create.mutable_period() = Day(9, 1);
  *create.mutable_execution_date() = Day(9, 24);
  create.set_currency("EUR");
  create.set_payer_title("Ministerie van OCW");
  create.mutable_payer_account()->set_iban(kPayer);
  create.set_snapshot(story.last_snapshot);
  ASSIGN_OR_RETURN(const funding::CreatePaymentBatchResponse made,
                   treasurer.Call(&Payments::CreatePaymentBatch, create, kPatience));
  const funding::PaymentBatch& batch = made.payment_batch();
  funding::DecidePaymentBatchRequest decide;
  decide.set_name(batch.name());
  decide.set_digest(batch.digest());
  decide.set_decision(funding::PAYMENT_BATCH_STATE_AUTHORISED);
  RETURN_IF_ERROR(approver.Call(&Payments::DecidePaymentBatch, decide, kPatience).status());
  RETURN_IF_ERROR(Export(story, treasurer, batch.name()));
  RETURN_IF_ERROR(Confirm(story, treasurer, batch));
  return absl::StrCat(Amount(batch.total()), " in ", Number(batch.line_count()),
                      " payments of September 2021, confirmed by the bank");
}

absl::StatusOr<std::string> AccountForMoney(Story& story) {
  const auto accountability = story.session.ClientOf<funding::AccountabilityService>();
  for (const std::string& path : Documents(story.options, "accountability")) {
    funding::PublishAccountabilityRulesRequest publish;
    publish.set_grant(IdOf(path));
    RETURN_IF_ERROR(Document().Read(path, publish.mutable_content()));
    RETURN_IF_ERROR(
        accountability.Call(&Accountability::PublishAccountabilityRules, publish).status());
  }
  if (story.options.approver_token_file.empty()) return "nothing is paid yet";
  ASSIGN_OR_RETURN(const auto received, Received(accountability));
  const std::string path = absl::StrCat(story.options.folder, "/spending.csv");
  RETURN_IF_ERROR(WriteFile(path, synthetic::SpendingFile(story.options.seed, kYear, received)));
  funding::SubmitSpendingRequest first;
  first.mutable_terms()->set_grant(kGrant);
  first.mutable_terms()->set_snapshot(story.first_snapshot);
  ASSIGN_OR_RETURN(const auto submitted,
                   (SendFile<funding::SubmitSpendingRequest, funding::SubmitSpendingResponse>(
                       path, first, [&](auto* context, auto* response) {
                         return accountability.stub().SubmitSpending(context, response);
                       })));
  if (submitted.refused_count() > 0) {
    const funding::SpendingFinding& found = submitted.findings(0);
    return Error(absl::StatusCode::kInvalidArgument, found.reason(),
                 absl::StrCat(submitted.refused_count(), " reports were refused, such as ",
                              found.recipient(), ": ", found.sentence()));
  }
  return absl::StrCat(Number(submitted.accepted_count()), " schools accounted for ", kYear);
}

}  // namespace vg::cli
