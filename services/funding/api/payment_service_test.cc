#include "services/funding/api/payment_service.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/digest/digest.h"
#include "common/grpc/client.h"
#include "common/grpc/test_caller.h"
#include "common/grpc/type_conversions.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/funding/api/test_registry.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/files/test_camt.h"
#include "services/funding/peers/grpc_register.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/schema.h"
#include "voortgang/funding/v1/payment_service.grpc.pb.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::PaymentService::Stub;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Payments alone, on a database that the test fills.
class PaymentModule final : public Module {
 public:
  PaymentModule(sql::Database& database, Platform& platform)
      : payees_(database),
        payments_(database),
        statements_(database),
        differences_(database),
        register_(platform.ClientOf<voortgang::registry::v1::RegistryService>("registry")),
        service_(payees_, payments_, statements_, differences_, register_, platform.clock(),
                 platform.metrics(), platform.Pipeline(v1::PaymentService::service_full_name())) {}

  std::string_view name() const override { return "funding"; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_}; }

 private:
  PayeeStore payees_;
  PaymentStore payments_;
  StatementStore statements_;
  DifferenceStore differences_;
  GrpcRegister register_;
  PaymentService service_;
};

constexpr char kPayees[] =
    "payee,name,iban,bic,valid_from,source\n"
    "40740,Stichting A,NL91ABNA0417164300,,2021-08-01,opgave\n"
    "GM0363,Gemeente Amsterdam,NL69INGB0123456789,INGBNL2A,2021-08-01,opgave\n";

class PaymentServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    snapshot_.AddSchool("16SW01", "De Regenboog", "GM0363").set_board("boards/40740");
    snapshot_.AddSchool("16SW02", "De Springplank", "GM0363").set_board("boards/40740");
    snapshot_.AddSchool("21AB00", "De Kim", "GM0014").set_board("boards/77494");
    auto started = AppServer::Start(
        TestServerOptions(),
        [this](Platform& platform) -> absl::StatusOr<Modules> {
          Modules modules;
          modules.push_back(std::make_unique<FakeRegistryModule>(snapshot_, platform));
          ASSIGN_OR_RETURN(database_,
                           platform.OpenDatabase("funding", {kSchema, requests::kSchema}));
          modules.push_back(std::make_unique<PaymentModule>(*database_, platform));
          return modules;
        },
        clock_);
    ASSERT_OK(started);
    server_ = *std::move(started);
    client_.emplace(server_->Channel());
    const std::vector<Entry> entries = {BudgetOf(1'000'000), GrantOf("16SW01", 250'000),
                                        GrantOf("16SW02", 400'000), GrantOf("21AB00", 100),
                                        GrantOf("GM0363", 50'000)};
    ASSERT_OK(LedgerStore(*database_).Append(kBook, entries, clock_.Now()));
    ASSERT_OK(database_->Write([&](sql::Transaction& transaction) {
      return InsertPayments(transaction, kBook,
                            std::vector<PlannedPayment>{
                                PaymentTo("16SW01", 1, 250'000), PaymentTo("16SW02", 1, 400'000),
                                PaymentTo("21AB00", 1, 100), PaymentTo("GM0363", 1, 50'000)});
    }));
  }

  template <typename Request, typename Response, typename Open>
  absl::StatusOr<Response> Send(const Request& first, const std::string& file, const Open& open,
                                const std::string& caller = "users/ada", size_t piece = 1000) {
    grpc::ClientContext context;
    if (!caller.empty()) rpc::CallAs(context, caller);
    Response response;
    const auto stream = open(&context, &response);
    bool going = stream->Write(first);
    for (size_t at = 0; going && at < file.size(); at += piece) {
      Request request;
      request.set_data(file.substr(at, piece));
      going = stream->Write(request);
    }
    stream->WritesDone();
    if (const absl::Status status = rpc::FromGrpcStatus(stream->Finish()); !status.ok()) {
      return status;
    }
    return response;
  }
  absl::StatusOr<v1::ImportPayeesResponse> Import(const std::string& file, bool skip = false,
                                                  const std::string& caller = "users/ada") {
    v1::ImportPayeesRequest first;
    first.mutable_terms()->set_change_id("payees");
    first.mutable_terms()->set_skip_refused(skip);
    return Send<v1::ImportPayeesRequest, v1::ImportPayeesResponse>(
        first, file,
        [&](auto* context, auto* answer) { return client_->stub().ImportPayees(context, answer); },
        caller, 17);
  }
  absl::StatusOr<v1::PayeeChange> Decide(const std::string& caller) {
    grpc::ClientContext context;
    if (!caller.empty()) rpc::CallAs(context, caller);
    v1::DecidePayeeChangeRequest request;
    request.set_name("payeeChanges/payees");
    request.set_decision(v1::PAYEE_CHANGE_STATE_APPROVED);
    v1::PayeeChange change;
    const absl::Status status =
        rpc::FromGrpcStatus(client_->stub().DecidePayeeChange(&context, request, &change));
    if (!status.ok()) return status;
    return change;
  }
  void ApprovePayees() {
    ASSERT_OK(Import(kPayees));
    ASSERT_OK(Decide("users/grace"));
  }
  static v1::CreatePaymentBatchRequest BatchRequest() {
    v1::CreatePaymentBatchRequest request;
    *request.mutable_period() = rpc::ToProto(absl::CivilDay(2021, 11, 1));
    *request.mutable_execution_date() = rpc::ToProto(absl::CivilDay(2021, 11, 25));
    request.set_currency("EUR");
    request.set_payer_title("Ministerie van OCW");
    request.mutable_payer_account()->set_iban("NL86 INGB 0002 4455 88");
    request.set_snapshot("snapshots/2020-10-01");
    return request;
  }
  absl::StatusOr<v1::CreatePaymentBatchResponse> Create(
      const v1::CreatePaymentBatchRequest& request = BatchRequest(),
      const std::string& caller = "users/ada") {
    return As(caller, &Stub::CreatePaymentBatch, request);
  }
  // Calls `method` as somebody; as nobody if `caller` is empty.
  template <typename Request, typename Response>
  absl::StatusOr<Response> As(const std::string& caller,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    grpc::ClientContext context;
    if (!caller.empty()) rpc::CallAs(context, caller);
    Response response;
    const absl::Status status =
        rpc::FromGrpcStatus((client_->stub().*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }
  absl::StatusOr<v1::PaymentBatch> DecideBatch(const std::string& caller) {
    v1::DecidePaymentBatchRequest request;
    request.set_name("paymentBatches/2021-11-eur-1");
    request.set_decision(v1::PAYMENT_BATCH_STATE_AUTHORISED);
    return As(caller, &Stub::DecidePaymentBatch, request);
  }
  void CreateAndAuthorise() {
    ASSERT_OK(Create());
    ASSERT_OK(DecideBatch("users/grace"));
  }
  struct Exported {
    std::string bytes;
    v1::PaymentFileSummary summary;
  };
  absl::StatusOr<Exported> Export(bool preview = false, bool csv = false) {
    v1::ExportPaymentBatchRequest request;
    request.set_name("paymentBatches/2021-11-eur-1");
    request.set_preview(preview);
    if (csv) request.set_format(v1::PAYMENT_FILE_FORMAT_CSV);
    grpc::ClientContext context;
    const auto stream = client_->stub().ExportPaymentBatch(&context, request);
    Exported exported;
    v1::ExportPaymentBatchResponse response;
    while (stream->Read(&response)) {
      exported.bytes += response.data();
      if (response.has_summary()) exported.summary = response.summary();
    }
    if (const absl::Status status = rpc::FromGrpcStatus(stream->Finish()); !status.ok()) {
      return status;
    }
    return exported;
  }
  std::vector<v1::PaymentLine> Lines() {
    v1::ListPaymentLinesRequest request;
    request.set_parent("paymentBatches/2021-11-eur-1");
    const auto page = client_->Call(&Stub::ListPaymentLines, request);
    EXPECT_OK(page);
    return {page->payment_lines().begin(), page->payment_lines().end()};
  }
  absl::StatusOr<v1::ReconcileStatementResponse> Reconcile(
      const std::string& file, v1::StatementFormat format = v1::STATEMENT_FORMAT_CAMT053) {
    v1::ReconcileStatementRequest first;
    first.mutable_terms()->set_format(format);
    if (format == v1::STATEMENT_FORMAT_CSV) {
      first.mutable_terms()->set_statement("csv-1");
      first.mutable_terms()->set_account("NL86INGB0002445588");
    }
    return Send<v1::ReconcileStatementRequest, v1::ReconcileStatementResponse>(
        first, file,
        [&](auto* context, auto* answer) {
          return client_->stub().ReconcileStatement(context, answer);
        },
        "users/bank", size_t{1} << 20);
  }
  // The statement on which the bank paid the first two payments.
  std::string PaidStatement() {
    const std::vector<v1::PaymentLine> lines = Lines();
    return ToXml({.opening = "10000.00",
                  .closing = "3500.00",
                  .entries = {{.amount = "2500.00", .end_to_end_id = lines[0].end_to_end_id()},
                              {.amount = "4000.00", .end_to_end_id = lines[1].end_to_end_id()}}});
  }
  std::vector<v1::PaymentDifference> Differences(const std::string& day = "") {
    v1::ListPaymentDifferencesRequest request;
    request.set_page_size(1);  // So that pages are walked.
    if (!day.empty()) *request.mutable_date() = rpc::ToProto(*ParseDay(day));
    std::vector<v1::PaymentDifference> all;
    do {
      const auto page = client_->Call(&Stub::ListPaymentDifferences, request);
      EXPECT_OK(page);
      if (!page.ok()) break;
      all.insert(all.end(), page->payment_differences().begin(), page->payment_differences().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  FakeClock clock_;
  FakeSnapshot snapshot_;
  sql::Database* database_ = nullptr;
  std::unique_ptr<AppServer> server_;
  std::optional<rpc::Client<v1::PaymentService>> client_;
};

TEST_F(PaymentServiceTest, TwoPeopleChangeAnAccount) {
  EXPECT_THAT(Import(kPayees, false, ""), HasReason("NAME_REQUIRED"));
  ASSERT_OK_AND_ASSIGN(const auto imported, Import(kPayees));
  EXPECT_EQ(imported.payee_change().account_count(), 2);
  EXPECT_EQ(imported.payee_change().proposer(), "users/ada");
  EXPECT_THAT(Decide("users/ada"), HasReason("FOUR_EYES"));
  EXPECT_THAT(Decide(""), HasReason("NAME_REQUIRED"));
  ASSERT_OK_AND_ASSIGN(const v1::PayeeChange approved, Decide("users/grace"));
  EXPECT_EQ(approved.state(), v1::PAYEE_CHANGE_STATE_APPROVED);
  EXPECT_EQ(approved.decider(), "users/grace");

  v1::ListPayeeAccountsRequest request;
  *request.mutable_date() = rpc::ToProto(absl::CivilDay(2021, 11, 25));
  request.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(auto page, client_->Call(&Stub::ListPayeeAccounts, request));
  EXPECT_EQ(page.payee_accounts(0).payee(), "payees/40740");
  request.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(page, client_->Call(&Stub::ListPayeeAccounts, request));
  EXPECT_EQ(page.payee_accounts(0).account().bic(), "INGBNL2A");
  EXPECT_EQ(page.next_page_token(), "");
  ASSERT_OK_AND_ASSIGN(const auto changes,
                       client_->Call(&Stub::ListPayeeChanges, v1::ListPayeeChangesRequest()));
  EXPECT_THAT(changes.payee_changes(), SizeIs(1));
}

TEST_F(PaymentServiceTest, NamesTheRowsOfPayeesThatItRefuses) {
  const std::string file = std::string(kPayees) + "30156,B,NL91ABNA0417164301,,2021-08-01,opgave\n";
  ASSERT_OK_AND_ASSIGN(const auto refused, Import(file));
  EXPECT_FALSE(refused.has_payee_change());
  ASSERT_THAT(refused.refused_rows(), SizeIs(1));
  EXPECT_EQ(refused.refused_rows(0).line(), 4);
  EXPECT_EQ(refused.refused_rows(0).column(), "iban");
  EXPECT_EQ(refused.refused_rows(0).reason(), "BAD_IBAN");
  ASSERT_OK_AND_ASSIGN(const auto skipped, Import(file, /*skip=*/true));
  EXPECT_EQ(skipped.payee_change().account_count(), 2);
}

TEST_F(PaymentServiceTest, PaysAPeriodOnce) {
  ApprovePayees();
  v1::CreatePaymentBatchRequest look = BatchRequest();
  look.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const auto planned, Create(look));
  EXPECT_EQ(planned.payment_batch().name(), "");
  ASSERT_OK_AND_ASSIGN(const auto created, Create());
  const v1::PaymentBatch& batch = created.payment_batch();
  EXPECT_EQ(batch.name(), "paymentBatches/2021-11-eur-1");
  EXPECT_EQ(batch.digest(), planned.payment_batch().digest());
  EXPECT_EQ(batch.line_count(), 3);
  EXPECT_EQ(batch.total().units(), 7000);
  ASSERT_THAT(created.blocked_payments(), SizeIs(1));
  EXPECT_EQ(created.blocked_payments(0).recipient(), "schools/21AB00");
  EXPECT_EQ(created.blocked_payments(0).reason(), "NO_VALID_ACCOUNT");
  ASSERT_OK_AND_ASSIGN(const auto again, Create());
  EXPECT_EQ(again.payment_batch().SerializeAsString(), batch.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const auto batches,
                       client_->Call(&Stub::ListPaymentBatches, v1::ListPaymentBatchesRequest()));
  EXPECT_THAT(batches.payment_batches(), SizeIs(1));
}

TEST_F(PaymentServiceTest, SaysWhatIsWrongWithARequest) {
  ApprovePayees();
  v1::CreatePaymentBatchRequest request = BatchRequest();
  request.mutable_payer_account()->set_iban("NL86INGB0002445589");
  EXPECT_THAT(Create(request), HasViolation("payer_account.iban"));
  request = BatchRequest();
  request.mutable_period()->set_day(2);
  EXPECT_THAT(Create(request), HasReason("NOT_A_MONTH"));
  request = BatchRequest();
  request.set_snapshot("snapshots/none");
  EXPECT_THAT(Create(request), StatusIs(absl::StatusCode::kNotFound));
  snapshot_.down = true;
  EXPECT_THAT(Create(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(PaymentServiceTest, AFileIsThereForAnAuthorisedBatchAlone) {
  ApprovePayees();
  EXPECT_THAT(Create(BatchRequest(), ""), HasReason("NAME_REQUIRED"));
  ASSERT_OK(Create());
  EXPECT_THAT(Export(), HasReason("BATCH_NOT_AUTHORISED"));
  EXPECT_THAT(Export(/*preview=*/true), HasReason("BATCH_NOT_AUTHORISED"));
  EXPECT_THAT(Export(false, /*csv=*/true), HasReason("BATCH_NOT_AUTHORISED"));
  ASSERT_OK_AND_ASSIGN(const Exported preview, Export(true, /*csv=*/true));
  EXPECT_THAT(preview.bytes, HasSubstr(",NL91ABNA0417164300,"));
  EXPECT_THAT(DecideBatch(""), HasReason("NAME_REQUIRED"));
  EXPECT_THAT(DecideBatch("users/ada"), HasReason("FOUR_EYES"));
  ASSERT_OK_AND_ASSIGN(const v1::PaymentBatch authorised, DecideBatch("users/grace"));
  EXPECT_EQ(authorised.state(), v1::PAYMENT_BATCH_STATE_AUTHORISED);
  EXPECT_EQ(authorised.creator(), "users/ada");
  EXPECT_EQ(authorised.decider(), "users/grace");
  ASSERT_OK_AND_ASSIGN(const v1::PaymentBatch again, DecideBatch("users/bank"));
  EXPECT_EQ(again.decider(), "users/grace");
  EXPECT_OK(Export());
}

TEST_F(PaymentServiceTest, GivesTheSameFileEveryTime) {
  ApprovePayees();
  CreateAndAuthorise();
  ASSERT_OK_AND_ASSIGN(const Exported preview, Export(/*preview=*/true));
  EXPECT_EQ(Lines()[0].state(), v1::PAYMENT_LINE_STATE_CREATED);
  ASSERT_OK_AND_ASSIGN(const Exported first, Export());
  clock_.Advance(absl::Hours(100));
  ASSERT_OK_AND_ASSIGN(const Exported second, Export());
  EXPECT_EQ(first.bytes, second.bytes);
  EXPECT_EQ(first.bytes, preview.bytes);
  EXPECT_EQ(first.summary.sha256(), Sha256Hex(first.bytes));
  EXPECT_EQ(first.summary.file_name(), "2021-11-eur-1.xml");
  EXPECT_THAT(first.bytes, HasSubstr("<CtrlSum>7000.00</CtrlSum>"));
  EXPECT_EQ(Lines()[0].state(), v1::PAYMENT_LINE_STATE_EXPORTED);
  v1::GetPaymentBatchRequest get;
  get.set_name("paymentBatches/2021-11-eur-1");
  ASSERT_OK_AND_ASSIGN(const v1::PaymentBatch batch, client_->Call(&Stub::GetPaymentBatch, get));
  EXPECT_EQ(batch.file_digest(), first.summary.sha256());
  ASSERT_OK_AND_ASSIGN(const Exported csv, Export(false, /*csv=*/true));
  EXPECT_THAT(csv.bytes, HasSubstr(",NL91ABNA0417164300,"));
}

TEST_F(PaymentServiceTest, AStatementConfirmsPaymentsOnce) {
  ApprovePayees();
  CreateAndAuthorise();
  ASSERT_OK(Export());
  ASSERT_OK_AND_ASSIGN(const auto first, Reconcile(PaidStatement()));
  ASSERT_THAT(first.bank_statements(), SizeIs(1));
  EXPECT_EQ(first.bank_statements(0).confirmed_count(), 2);
  EXPECT_EQ(first.bank_statements(0).importer(), "users/bank");
  ASSERT_OK_AND_ASSIGN(const auto again, Reconcile(PaidStatement()));
  EXPECT_TRUE(again.bank_statements(0).repeated_import());
  EXPECT_EQ(Lines()[0].state(), v1::PAYMENT_LINE_STATE_CONFIRMED);
  EXPECT_EQ(Lines()[2].state(), v1::PAYMENT_LINE_STATE_EXPORTED);
  ASSERT_OK_AND_ASSIGN(const auto totals, LedgerStore(*database_).Totals(kBook, {}));
  std::map<Purpose, int64_t> cents;
  for (const Balance& balance : totals) cents[balance.account.purpose] = balance.cents;
  EXPECT_EQ(cents[Purpose::kPaid], 650'000);
  EXPECT_EQ(cents[Purpose::kPayable], 50'000);
}

TEST_F(PaymentServiceTest, ListsWhatPeopleMustLookAt) {
  ApprovePayees();
  CreateAndAuthorise();
  EXPECT_THAT(Differences(), IsEmpty());
  ASSERT_OK(Export());
  const std::string id = Lines()[0].end_to_end_id();
  ASSERT_OK_AND_ASSIGN(
      const auto response,
      Reconcile(absl::StrCat("booking_date,amount,end_to_end_id,counter_name\n"
                             "2021-11-25,-2500.01,",
                             id, ",Stichting A\n2021-11-25,12.00,,=cmd|' /C calc'!A0\n"),
                v1::STATEMENT_FORMAT_CSV));
  EXPECT_THAT(response.differences(), SizeIs(2));
  const std::vector<v1::PaymentDifference> now = Differences();
  ASSERT_THAT(now, SizeIs(2));
  EXPECT_EQ(now[0].kind(), v1::PAYMENT_DIFFERENCE_KIND_WRONG_AMOUNT);
  EXPECT_EQ(now[0].amount().units(), -2500);
  EXPECT_EQ(now[1].kind(), v1::PAYMENT_DIFFERENCE_KIND_UNKNOWN);
  // Five days after the day of execution three payments are missing.
  const std::vector<v1::PaymentDifference> later = Differences("2021-12-01");
  ASSERT_THAT(later, SizeIs(5));
  EXPECT_EQ(later[2].kind(), v1::PAYMENT_DIFFERENCE_KIND_MISSING);
  EXPECT_EQ(later[2].payment_batch(), "paymentBatches/2021-11-eur-1");
  EXPECT_THAT(Differences("2021-11-30"), SizeIs(2));
}

TEST_F(PaymentServiceTest, ADifferenceIsResolvedByOneAndWhatMovesMoneyByTwo) {
  ApprovePayees();
  CreateAndAuthorise();
  ASSERT_OK(Export());
  ASSERT_OK(
      Reconcile("booking_date,amount,counter_name\n2021-11-25,-12.00,Bank\n2021-11-25,-2500.00,A\n",
                v1::STATEMENT_FORMAT_CSV));
  const std::vector<v1::PaymentDifference> open = Differences();
  ASSERT_THAT(open, SizeIs(2));
  EXPECT_EQ(open[0].state(), v1::DIFFERENCE_STATE_OPEN);

  v1::ResolvePaymentDifferenceRequest fee;
  fee.set_name(open[0].name());
  fee.set_kind(v1::DIFFERENCE_RESOLUTION_KIND_FEE);
  fee.set_note("costs of November");
  EXPECT_THAT(As("", &Stub::ResolvePaymentDifference, fee), HasReason("NAME_REQUIRED"));
  ASSERT_OK_AND_ASSIGN(const auto resolved, As("users/ada", &Stub::ResolvePaymentDifference, fee));
  EXPECT_EQ(resolved.state(), v1::DIFFERENCE_STATE_RESOLVED);
  EXPECT_EQ(resolved.resolution().resolver(), "users/ada");

  v1::ResolvePaymentDifferenceRequest paid = fee;
  paid.set_name(open[1].name());
  paid.set_kind(v1::DIFFERENCE_RESOLUTION_KIND_PAID);
  EXPECT_THAT(As("users/ada", &Stub::ResolvePaymentDifference, paid),
              HasViolation("end_to_end_id"));
  paid.set_end_to_end_id(Lines()[0].end_to_end_id());
  ASSERT_OK_AND_ASSIGN(const auto proposed, As("users/ada", &Stub::ResolvePaymentDifference, paid));
  EXPECT_EQ(proposed.state(), v1::DIFFERENCE_STATE_PROPOSED);
  EXPECT_EQ(Lines()[0].state(), v1::PAYMENT_LINE_STATE_EXPORTED);
  v1::DecideDifferenceResolutionRequest confirm;
  confirm.set_name(paid.name());
  EXPECT_THAT(As("users/ada", &Stub::DecideDifferenceResolution, confirm), HasReason("FOUR_EYES"));
  ASSERT_OK_AND_ASSIGN(const auto done,
                       As("users/grace", &Stub::DecideDifferenceResolution, confirm));
  EXPECT_EQ(done.state(), v1::DIFFERENCE_STATE_RESOLVED);
  EXPECT_EQ(done.resolution().confirmer(), "users/grace");
  EXPECT_EQ(Lines()[0].state(), v1::PAYMENT_LINE_STATE_CONFIRMED);

  v1::ListPaymentDifferencesRequest list;
  list.set_state(v1::DIFFERENCE_STATE_OPEN);
  ASSERT_OK_AND_ASSIGN(const auto left, client_->Call(&Stub::ListPaymentDifferences, list));
  EXPECT_THAT(left.payment_differences(), IsEmpty());
  list.set_state(v1::DIFFERENCE_STATE_RESOLVED);
  ASSERT_OK_AND_ASSIGN(const auto closed, client_->Call(&Stub::ListPaymentDifferences, list));
  EXPECT_THAT(closed.payment_differences(), SizeIs(2));
}

TEST_F(PaymentServiceTest, TakesAWholeStatementOrNothing) {
  ApprovePayees();
  CreateAndAuthorise();
  ASSERT_OK(Export());
  std::string wrong = PaidStatement();
  wrong.replace(wrong.find("3500.00"), 7, "3500.01");
  EXPECT_THAT(Reconcile(wrong), HasReason("BALANCE_DIFFERS"));
  EXPECT_THAT(Reconcile(PaidStatement().substr(0, 1500)), HasReason("NOT_XML"));
  EXPECT_THAT(Reconcile("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"),
              HasReason("DOCTYPE_NOT_ALLOWED"));
  EXPECT_THAT(Reconcile(ToXml({.account = "NL39RABO0300065264"})), HasReason("ACCOUNT_UNKNOWN"));
  EXPECT_EQ(Lines()[0].state(), v1::PAYMENT_LINE_STATE_EXPORTED);
  ASSERT_OK_AND_ASSIGN(const auto statements,
                       client_->Call(&Stub::ListBankStatements, v1::ListBankStatementsRequest()));
  EXPECT_THAT(statements.bank_statements(), IsEmpty());
}

TEST_F(PaymentServiceTest, StopsReadingAFileThatIsTooLarge) {
  EXPECT_THAT(Reconcile(std::string(size_t{40} << 20, ' ')), HasReason("FILE_TOO_LARGE"));
}

TEST_F(PaymentServiceTest, WantsTheTermsFirst) {
  grpc::ClientContext context;
  v1::ReconcileStatementResponse response;
  const auto stream = client_->stub().ReconcileStatement(&context, &response);
  v1::ReconcileStatementRequest request;
  request.set_data("<a/>");
  stream->Write(request);
  stream->WritesDone();
  EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()), HasReason("OUT_OF_ORDER"));
}

}  // namespace
}  // namespace vg::funding
