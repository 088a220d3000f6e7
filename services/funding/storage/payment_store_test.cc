#include "services/funding/storage/payment_store.h"

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/storage/difference_store.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/schema.h"
#include "services/funding/storage/statement_store.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'636'000'000);
constexpr char kIban[] = "NL86INGB0002445588";
constexpr absl::CivilDay kDayAfter(2021, 11, 26);  // That of execution.

class PaymentStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override {
    ASSERT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema}));
    const std::vector<Entry> entries = {BudgetOf(100'000), GrantOf("16SW01", 3000),
                                        GrantOf("16SW02", 5000), GrantOf("21AB00", 700)};
    ASSERT_OK(ledger_.Append(kBook, entries, kNow));
    const std::vector<PlannedPayment> payments = {
        PaymentTo("16SW01", 1, 1000, absl::CivilMonth(2021, 10)), PaymentTo("16SW01", 2, 2000),
        PaymentTo("16SW02", 1, 4000), PaymentTo("16SW02", 2, 1000, absl::CivilMonth(2021, 12)),
        PaymentTo("21AB00", 1, 700)};
    ASSERT_OK(database_->Write([&](sql::Transaction& transaction) {
      return InsertPayments(transaction, kBook, payments);
    }));
    Approve("c1", "40740");
  }

  void Approve(const std::string& change, const std::string& code) {
    ASSERT_OK(payees_.Propose({.id = change, .proposed_by = "ada", .propose_time = kNow},
                              {{.code = code,
                                .title = "Stichting",
                                .account = {.iban = "NL91ABNA0417164300"},
                                .country = "NL",
                                .valid_from = absl::CivilDay(2021, 8, 1),
                                .source = "opgave"}}));
    ASSERT_OK(payees_.Decide(change, {.decided_by = "grace", .decide_time = kNow}));
  }
  static BatchDraft Draft(absl::CivilMonth period = absl::CivilMonth(2021, 11)) {
    return {.period = period,
            .execution_date = absl::CivilDay(2021, 11, 25),
            .payer = {"DUO", {.iban = kIban, .bic = "INGBNL2A"}},
            .snapshot = "2020-10-01",
            .now = kNow,
            .actor = "users/pay"};
  }
  // Schools of 16SW belong to a board with an account; those of 21AB to one without.
  static std::string PayeeOf(std::string_view recipient) {
    return recipient.substr(0, 4) == "16SW" ? "40740" : "77494";
  }
  static absl::StatusOr<PaymentBatchRow> Create(PaymentStore& store, const BatchDraft& draft) {
    return store.Create({"CreatePaymentBatch", "", ""}, draft, PayeeOf);
  }
  absl::StatusOr<PaymentBatchRow> Decide(const std::string& batch, BatchState to,
                                         const std::string& who) {
    return store_.Decide(batch, {.to = to, .decided_by = who, .decide_time = kNow});
  }
  absl::Status Authorise(const std::string& batch) {
    return Decide(batch, BatchState::kAuthorised, "users/control").status();
  }
  PaymentBatchRow Exported() {
    const auto created = Create(store_, Draft());
    EXPECT_OK(created);
    EXPECT_OK(Authorise(created->id));
    const auto exported = store_.MarkExported(created->id, kNow, "users/pay");
    EXPECT_OK(exported);
    return *exported;
  }
  std::vector<PaymentLine> LinesOf(const std::string& batch) {
    std::vector<PaymentLine> lines;
    const auto rows = store_.Lines(batch, std::nullopt, 0, 100);
    EXPECT_OK(rows);
    for (const PaymentLineRow& row : *rows) lines.push_back(row.line);
    return lines;
  }
  std::vector<LineState> StatesOf(const std::string& batch) {
    std::vector<LineState> states;
    for (const PaymentLine& line : LinesOf(batch)) states.push_back(line.state);
    return states;
  }
  int64_t TotalOf(Purpose purpose) {
    const auto totals = ledger_.Totals(kBook, {});
    EXPECT_OK(totals);
    for (const Balance& balance : *totals) {
      if (balance.account.purpose == purpose) return balance.cents;
    }
    return 0;
  }
  static BankTransaction DebitOf(const PaymentLine& line, bool credit = false) {
    return {.booking_day = absl::CivilDay(2021, 11, 25),
            .amount = line.due.amount,
            .credit = credit,
            .end_to_end_id = line.end_to_end_id,
            .return_reason = credit ? "AC04" : ""};
  }
  static BankStatement StatementOf(std::vector<BankTransaction> transactions,
                                   std::string id = "s1") {
    BankStatement statement{
        .id = std::move(id), .account = kIban, .last_day = absl::CivilDay(2021, 11, 25)};
    for (BankTransaction& transaction : transactions) {
      transaction.number = static_cast<int>(statement.transactions.size()) + 1;
      statement.transactions.push_back(std::move(transaction));
    }
    return statement;
  }
  absl::StatusOr<std::vector<BankStatementRow>> Reconcile(const BankStatement& statement,
                                                          bool validate_only = false) {
    return statements_.Reconcile({statement}, kNow, "users/bank", validate_only);
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  LedgerStore ledger_{*database_};
  PayeeStore payees_{*database_};
  PaymentStore store_{*database_};
  StatementStore statements_{*database_};
  DifferenceStore differences_{*database_};
};

TEST_P(PaymentStoreTest, OnePersonPreparesABatchAndAnotherAuthorisesIt) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow batch, Create(store_, Draft()));
  EXPECT_EQ(batch.state, BatchState::kPrepared);
  EXPECT_THAT(store_.MarkExported(batch.id, kNow, "users/pay"), HasReason("BATCH_NOT_AUTHORISED"));
  EXPECT_THAT(StatesOf(batch.id), testing::Each(LineState::kCreated));
  EXPECT_THAT(Decide(batch.id, BatchState::kAuthorised, "users/pay"), HasReason("FOUR_EYES"));
  BatchDecision other{.digest = "another", .decided_by = "users/control", .decide_time = kNow};
  EXPECT_THAT(store_.Decide(batch.id, other), HasReason("DIGEST_DIFFERS"));
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow authorised,
                       Decide(batch.id, BatchState::kAuthorised, "users/control"));
  EXPECT_EQ(authorised.decided_by, "users/control");
  // Again, by whomever, it is as it was.
  EXPECT_THAT(Decide(batch.id, BatchState::kAuthorised, "users/other"), IsOkAndHolds(authorised));
  EXPECT_THAT(Decide(batch.id, BatchState::kWithdrawn, "users/other"), HasReason("BATCH_DECIDED"));
  EXPECT_OK(store_.MarkExported(batch.id, kNow, "users/pay"));
}

TEST_P(PaymentStoreTest, AWithdrawnBatchIsPlannedAgainAndNeverExported) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow batch, Create(store_, Draft()));
  const auto lines = LinesOf(batch.id);
  // Who prepared it may take it back.
  ASSERT_OK(Decide(batch.id, BatchState::kWithdrawn, "users/pay"));
  EXPECT_EQ(TotalOf(Purpose::kPayable), 0);
  EXPECT_EQ(TotalOf(Purpose::kCommitted), 8700);
  EXPECT_THAT(StatesOf(batch.id), testing::Each(LineState::kWithdrawn));
  EXPECT_THAT(store_.MarkExported(batch.id, kNow, "a"), HasReason("BATCH_NOT_AUTHORISED"));
  EXPECT_THAT(Decide(batch.id, BatchState::kAuthorised, "users/control"),
              HasReason("BATCH_DECIDED"));
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow second, Create(store_, Draft()));
  EXPECT_EQ(second.id, "2021-11-eur-2");
  EXPECT_EQ(second.total, batch.total);
  EXPECT_NE(LinesOf(second.id)[0].end_to_end_id, lines[0].end_to_end_id);
  // If the bank pays it all the same, people hear of it.
  ASSERT_OK(Reconcile(StatementOf({DebitOf(lines[0])})));
  EXPECT_THAT(differences_.OfStatements({.kind = DifferenceKind::kNotExported}, {}, 10),
              IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ(TotalOf(Purpose::kPaid), 0);
}

TEST_P(PaymentStoreTest, ABatchWhosePaymentsWereChangedGoesNowhere) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow first, Create(store_, Draft()));
  const auto tamper = [&](const std::string& iban) {
    ASSERT_OK(database_->Write([&](sql::Transaction& transaction) {
      return transaction
          .Execute("UPDATE payment_line SET iban = $2 WHERE batch = $1 AND number = 1",
                   {first.id, iban})
          .status();
    }));
  };
  tamper("NL39RABO0300065264");
  EXPECT_THAT(Authorise(first.id), HasReason("BATCH_CHANGED"));
  tamper("NL91ABNA0417164300");
  ASSERT_OK(Authorise(first.id));
  tamper("NL39RABO0300065264");
  EXPECT_THAT(store_.MarkExported(first.id, kNow, "a"), HasReason("BATCH_CHANGED"));
}

TEST_P(PaymentStoreTest, OfTwoDecisionsAtOnceTheFirstCounts) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow batch, Create(store_, Draft()));
  std::atomic<int> authorised = 0, withdrawn = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < 6; ++i) {
    racers.emplace_back([&, i] {
      std::unique_ptr<sql::Database> database = place_.Open();
      const auto to = i % 2 == 0 ? BatchState::kAuthorised : BatchState::kWithdrawn;
      const auto decided = PaymentStore(*database).Decide(
          batch.id, {.to = to, .decided_by = "users/" + std::to_string(i), .decide_time = kNow});
      if (decided.ok()) {
        ++(to == BatchState::kAuthorised ? authorised : withdrawn);
      } else {
        EXPECT_THAT(decided, HasReason("BATCH_DECIDED"));
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(authorised + withdrawn, 3);
  EXPECT_TRUE(authorised == 0 || withdrawn == 0);
  EXPECT_EQ(TotalOf(Purpose::kPayable), withdrawn == 0 ? 7000 : 0);
  EXPECT_EQ(TotalOf(Purpose::kCommitted), withdrawn == 0 ? 1700 : 8700);
}

TEST_P(PaymentStoreTest, ABatchOrdersWhatIsPlannedAndListsWhatIsBlocked) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow batch, Create(store_, Draft()));
  EXPECT_EQ(batch.id, "2021-11-eur-1");
  EXPECT_EQ(batch.total, Money{7000});
  EXPECT_EQ(batch.line_count, 3);
  EXPECT_EQ(batch.blocked_count, 1);
  EXPECT_EQ(batch.plan.payer, Draft().payer);
  EXPECT_EQ(TotalOf(Purpose::kPayable), 7000);
  EXPECT_EQ(TotalOf(Purpose::kCommitted), 1700);
  ASSERT_OK_AND_ASSIGN(const auto blocked, store_.Blocked(batch.id, 0, 10));
  ASSERT_THAT(blocked, SizeIs(1));
  EXPECT_EQ(blocked[0].due.recipient, "21AB00");
  EXPECT_EQ(blocked[0].reason, BlockReason::kNoAccount);
  EXPECT_THAT(store_.Totals(batch.id),
              IsOkAndHolds(ElementsAre(LineTotal{LineState::kCreated, 3, 7000})));
}

TEST_P(PaymentStoreTest, APeriodIsPaidOnce) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow batch, Create(store_, Draft()));
  BatchDraft again = Draft();
  again.now += absl::Hours(1);
  again.execution_date += 1;
  EXPECT_THAT(Create(store_, again), IsOkAndHolds(batch));
  again.payer.account.iban = "NL39RABO0300065264";
  EXPECT_THAT(Create(store_, again), HasReason("PAYER_DIFFERS"));
  EXPECT_EQ(TotalOf(Purpose::kPayable), 7000);
}

TEST_P(PaymentStoreTest, WhatBecomesPayableLaterGoesIntoABatchOfItsOwn) {
  ASSERT_OK(Create(store_, Draft()));
  Approve("c2", "77494");
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow second, Create(store_, Draft()));
  EXPECT_EQ(second.id, "2021-11-eur-2");
  EXPECT_EQ(second.total, Money{700});
  ASSERT_OK_AND_ASSIGN(const auto listed, store_.List("", 10));
  EXPECT_THAT(listed, ElementsAre(Field(&PaymentBatchRow::id, "2021-11-eur-2"),
                                  Field(&PaymentBatchRow::id, "2021-11-eur-1")));
}

TEST_P(PaymentStoreTest, SaysWhyNothingIsPaid) {
  BatchDraft dollars = Draft();
  dollars.currency = Currency::Usd();
  EXPECT_THAT(Create(store_, dollars), HasReason("NOTHING_DUE"));
  EXPECT_THAT(Create(store_, Draft(absl::CivilMonth(2021, 9))), HasReason("NOTHING_DUE"));
  EXPECT_THAT(store_.Create({"CreatePaymentBatch", "", ""}, Draft(),
                            [](std::string_view) { return std::string(); }),
              HasReason("ALL_BLOCKED"));
  EXPECT_EQ(TotalOf(Purpose::kPayable), 0);
}

TEST_P(PaymentStoreTest, PlanningKeepsNothing) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatch plan, store_.Plan(Draft(), PayeeOf));
  EXPECT_EQ(plan.total, Money{7000});
  EXPECT_THAT(store_.List("", 10), IsOkAndHolds(IsEmpty()));
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow batch, Create(store_, Draft()));
  EXPECT_EQ(batch.digest, plan.digest);
}

TEST_P(PaymentStoreTest, RacersPayAPeriodOnce) {
  std::vector<std::thread> racers;
  std::vector<absl::StatusOr<PaymentBatchRow>> answers(4, absl::UnknownError(""));
  for (size_t i = 0; i < 4; ++i) {
    racers.emplace_back([&, i] {
      std::unique_ptr<sql::Database> database = place_.Open();
      PaymentStore store(*database);
      answers[i] = Create(store, Draft());
    });
  }
  for (std::thread& racer : racers) racer.join();
  for (const auto& answer : answers) {
    ASSERT_OK(answer);
    EXPECT_EQ(answer->id, "2021-11-eur-1");
  }
  EXPECT_EQ(TotalOf(Purpose::kPayable), 7000);
}

TEST_P(PaymentStoreTest, ExportingAgainChangesNothing) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow batch, Create(store_, Draft()));
  ASSERT_OK(Authorise(batch.id));
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow first, store_.MarkExported(batch.id, kNow, "a"));
  EXPECT_EQ(first.export_time, kNow);
  EXPECT_THAT(store_.MarkExported(batch.id, kNow + absl::Hours(1), "b"), IsOkAndHolds(first));
  EXPECT_THAT(StatesOf(batch.id), testing::Each(LineState::kExported));
  ASSERT_OK(store_.KeepFileDigest(batch.id, "digest"));
  EXPECT_OK(store_.KeepFileDigest(batch.id, "digest"));
  EXPECT_THAT(store_.KeepFileDigest(batch.id, "other"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(store_.MarkExported("none", kNow, "a"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(PaymentStoreTest, AStatementConfirmsInTheBooks) {
  const PaymentBatchRow batch = Exported();
  const auto lines = LinesOf(batch.id);
  BankTransaction stranger = DebitOf(lines[0]);
  stranger.end_to_end_id = "INVOICE-1";
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       Reconcile(StatementOf({DebitOf(lines[0]), stranger, DebitOf(lines[1])})));
  EXPECT_EQ(rows[0].confirmed, 2);
  EXPECT_EQ(rows[0].differences, 1);
  EXPECT_THAT(StatesOf(batch.id),
              ElementsAre(LineState::kConfirmed, LineState::kConfirmed, LineState::kExported));
  EXPECT_EQ(TotalOf(Purpose::kPaid), 3000);
  EXPECT_EQ(TotalOf(Purpose::kPayable), 4000);
  ASSERT_OK_AND_ASSIGN(const auto differences, differences_.OfStatements({}, {}, 10));
  ASSERT_THAT(differences, SizeIs(1));
  EXPECT_EQ(differences[0].difference.kind, DifferenceKind::kUnknown);
  EXPECT_EQ(differences[0].transaction.end_to_end_id, "INVOICE-1");
  EXPECT_THAT(differences_.OfStatements({.kind = DifferenceKind::kDouble}, {}, 10),
              IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(statements_.LastDay(), IsOkAndHolds(absl::CivilDay(2021, 11, 25)));
}

TEST_P(PaymentStoreTest, TheSameStatementAgainDoesNothing) {
  const PaymentBatchRow batch = Exported();
  const BankStatement statement = StatementOf({DebitOf(LinesOf(batch.id)[0])});
  ASSERT_OK(Reconcile(statement));
  ASSERT_OK_AND_ASSIGN(const auto again, Reconcile(statement));
  EXPECT_TRUE(again[0].repeated);
  EXPECT_EQ(again[0].confirmed, 1);
  EXPECT_EQ(TotalOf(Purpose::kPaid), 1000);
  ASSERT_OK_AND_ASSIGN(const auto entries,
                       ledger_.Entries(kBook, {.kind = EntryKind::kPayment}, 0, 10));
  EXPECT_THAT(entries, SizeIs(1));
  BankStatement other = statement;
  other.transactions[0].amount.cents += 1;
  EXPECT_THAT(Reconcile(other), HasReason("STATEMENT_EXISTS"));
}

TEST_P(PaymentStoreTest, WhatCameBackIsPaidAgainByAnotherBatch) {
  const PaymentBatchRow batch = Exported();
  const auto lines = LinesOf(batch.id);
  ASSERT_OK(Reconcile(StatementOf({DebitOf(lines[0]), DebitOf(lines[1]), DebitOf(lines[2])})));
  ASSERT_OK(Reconcile(StatementOf({DebitOf(lines[2], /*credit=*/true)}, "s2")));
  EXPECT_EQ(TotalOf(Purpose::kPaid), 3000);
  EXPECT_EQ(TotalOf(Purpose::kCommitted), 5700);
  ASSERT_OK_AND_ASSIGN(const auto rows, store_.Lines(batch.id, LineState::kReturned, 0, 10));
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].return_reason, "AC04");
  ASSERT_OK_AND_ASSIGN(const PaymentBatchRow second, Create(store_, Draft()));
  EXPECT_EQ(second.id, "2021-11-eur-2");
  EXPECT_EQ(second.total, lines[2].due.amount);
  EXPECT_NE(LinesOf(second.id)[0].end_to_end_id, lines[2].end_to_end_id);
  EXPECT_EQ(LinesOf(second.id)[0].due.attempt, 2);
}

TEST_P(PaymentStoreTest, AStatementOfAnotherAccountIsRefusedWholly) {
  const PaymentBatchRow batch = Exported();
  BankStatement other = StatementOf({DebitOf(LinesOf(batch.id)[0])}, "s2");
  other.account = "NL39RABO0300065264";
  const BankStatement right = StatementOf({DebitOf(LinesOf(batch.id)[0])});
  EXPECT_THAT(statements_.Reconcile({right, other}, kNow, "a", false),
              HasReason("ACCOUNT_UNKNOWN"));
  EXPECT_EQ(TotalOf(Purpose::kPaid), 0);
  EXPECT_THAT(statements_.List({}, 10), IsOkAndHolds(IsEmpty()));
}

TEST_P(PaymentStoreTest, ValidatingKeepsNothing) {
  const PaymentBatchRow batch = Exported();
  ASSERT_OK_AND_ASSIGN(const auto rows, Reconcile(StatementOf({DebitOf(LinesOf(batch.id)[0])}),
                                                  /*validate_only=*/true));
  EXPECT_EQ(rows[0].confirmed, 1);
  EXPECT_EQ(TotalOf(Purpose::kPaid), 0);
  EXPECT_THAT(statements_.List({}, 10), IsOkAndHolds(IsEmpty()));
}

TEST_P(PaymentStoreTest, TellsWhatTheBankDidNotTell) {
  const PaymentBatchRow batch = Exported();
  ASSERT_OK(Reconcile(StatementOf({DebitOf(LinesOf(batch.id)[0])})));
  EXPECT_THAT(differences_.Missing(kDayAfter, std::nullopt, "", 0, 10), IsOkAndHolds(SizeIs(2)));
  EXPECT_THAT(differences_.Missing(kDayAfter - 1, std::nullopt, "", 0, 10),
              IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(differences_.Missing(kDayAfter, std::nullopt, batch.id, 2, 10),
              IsOkAndHolds(SizeIs(1)));
}

TEST_P(PaymentStoreTest, RacersReconcileAStatementOnce) {
  const PaymentBatchRow batch = Exported();
  const BankStatement statement = StatementOf({DebitOf(LinesOf(batch.id)[0])});
  std::atomic<int> did = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&] {
      std::unique_ptr<sql::Database> database = place_.Open();
      const auto rows = StatementStore(*database).Reconcile({statement}, kNow, "a", false);
      EXPECT_OK(rows);
      if (rows.ok() && !(*rows)[0].repeated) ++did;
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(did, 1);
  EXPECT_EQ(TotalOf(Purpose::kPaid), 1000);
}

// Whatever is paid, confirmed and returned, in any order: lines and books tell the same.
TEST_P(PaymentStoreTest, LinesAndBooksAgreeAfterAnyHistory) {
  std::mt19937 random(20211127);
  int statement = 0;
  for (int round = 0; round < 12; ++round) {
    if (round == 5) Approve("c3", "77494");
    BatchDraft draft = Draft(absl::CivilMonth(2021, random() % 2 == 0 ? 11 : 12));
    const auto made = Create(store_, draft);
    if (made.ok() && made->state == BatchState::kPrepared) {
      const auto to = random() % 4 == 0 ? BatchState::kWithdrawn : BatchState::kAuthorised;
      ASSERT_OK(Decide(made->id, to, "users/control"));
      if (to == BatchState::kAuthorised && random() % 4 != 0) {
        ASSERT_OK(store_.MarkExported(made->id, kNow, "a"));
      }
    }
    std::vector<BankTransaction> transactions;
    ASSERT_OK_AND_ASSIGN(const auto batches, store_.List("", 100));
    for (const PaymentBatchRow& batch : batches) {
      for (const PaymentLine& line : LinesOf(batch.id)) {
        if (random() % 3 == 0) transactions.push_back(DebitOf(line));
        if (random() % 6 == 0) transactions.push_back(DebitOf(line, true));
      }
    }
    if (!batches.empty()) {
      ASSERT_OK(Reconcile(StatementOf(transactions, "r" + std::to_string(++statement))));
    }
    std::map<LineState, int64_t> cents;
    ASSERT_OK_AND_ASSIGN(const auto now, store_.List("", 100));
    for (const PaymentBatchRow& batch : now) {
      ASSERT_OK_AND_ASSIGN(const auto totals, store_.Totals(batch.id));
      int64_t sum = 0;
      for (const LineTotal& total : totals) {
        cents[total.state] += total.cents;
        sum += total.cents;
      }
      EXPECT_EQ(sum, batch.total.cents);
    }
    EXPECT_EQ(TotalOf(Purpose::kPayable), cents[LineState::kCreated] + cents[LineState::kExported]);
    EXPECT_EQ(TotalOf(Purpose::kPaid), cents[LineState::kConfirmed]);
    EXPECT_EQ(TotalOf(Purpose::kCommitted) + TotalOf(Purpose::kPayable) + TotalOf(Purpose::kPaid),
              8700);
  }
  EXPECT_THAT(ledger_.UnbalancedCents(), IsOkAndHolds(0));
}

INSTANTIATE_TEST_SUITE_P(Backends, PaymentStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::funding
