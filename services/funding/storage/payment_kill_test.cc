// A payer that is killed at any moment: what it does again ends as if it had never been killed.

#include <signal.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "common/sql/migrations.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/payment_store.h"
#include "services/funding/storage/schema.h"
#include "services/funding/storage/statement_store.h"
#include <sys/wait.h>

namespace vg::funding {
namespace {

constexpr int kSchools = 20;
constexpr int kMonths = 12;
constexpr int64_t kCents = 1000;
constexpr char kIban[] = "NL86INGB0002445588";
const absl::Time kNow = absl::FromUnixSeconds(1'636'000'000);

std::string School(int i) { return absl::StrCat("16SW", 10 + i); }

// A year of payments to schools of one board, whose account is approved.
absl::Status Fill(sql::Database& database) {
  std::vector<Entry> entries = {BudgetOf(10 * kSchools * kMonths * kCents)};
  std::vector<PlannedPayment> payments;
  for (int school = 0; school < kSchools; ++school) {
    entries.push_back(GrantOf(School(school), kMonths * kCents));
    for (int month = 1; month <= kMonths; ++month) {
      payments.push_back(PaymentTo(School(school), month, kCents, absl::CivilMonth(2021, month)));
    }
  }
  absl::Status status = LedgerStore(database).Append(kBook, entries, kNow).status();
  if (!status.ok()) return status;
  status = database.Write(
      [&](sql::Transaction& transaction) { return InsertPayments(transaction, kBook, payments); });
  if (!status.ok()) return status;
  PayeeStore payees(database);
  status = payees
               .Propose({.id = "c", .proposed_by = "ada", .propose_time = kNow},
                        {{.code = "40740",
                          .title = "Stichting",
                          .account = {.iban = "NL91ABNA0417164300"},
                          .country = "NL",
                          .valid_from = absl::CivilDay(2020, 1, 1),
                          .source = "opgave"}})
               .status();
  if (!status.ok()) return status;
  return payees.Decide("c", {.decided_by = "grace", .decide_time = kNow}).status();
}

// Pays a month: the batch, its export, and the statement on which the bank paid all of it.
absl::Status PayMonth(sql::Database& database, int month) {
  PaymentStore payments(database);
  const BatchDraft draft{.period = absl::CivilMonth(2021, month),
                         .execution_date = absl::CivilDay(2021, month, 25),
                         .payer = {"OCW", {.iban = kIban}},
                         .snapshot = "s",
                         .now = kNow,
                         .actor = "users/pay"};
  const auto batch = payments.Create({"CreatePaymentBatch", "", ""}, draft,
                                     [](std::string_view) { return std::string("40740"); });
  if (!batch.ok()) return batch.status();
  const auto authorised =
      payments.Decide(batch->id, {.decided_by = "users/control", .decide_time = kNow});
  if (!authorised.ok()) return authorised.status();
  const auto exported = payments.MarkExported(batch->id, kNow, "users/pay");
  if (!exported.ok()) return exported.status();
  const auto lines = payments.Lines(batch->id, std::nullopt, 0, 1000);
  if (!lines.ok()) return lines.status();
  BankStatement statement{.id = absl::StrCat("s", month),
                          .account = kIban,
                          .last_day = absl::CivilDay(2021, month, 25)};
  for (const PaymentLineRow& row : *lines) {
    statement.transactions.push_back({.number = row.line.number,
                                      .booking_day = absl::CivilDay(2021, month, 25),
                                      .amount = row.line.due.amount,
                                      .end_to_end_id = row.line.end_to_end_id});
  }
  return StatementStore(database).Reconcile({statement}, kNow, "users/bank", false).status();
}

// Pays month after month from the first, as somebody who does not know how far it came.
[[noreturn]] void PayAll(const std::string& url, int done) {
  auto database = sql::Database::Open(url);
  if (!database.ok()) _exit(2);
  for (int month = 1; month <= kMonths; ++month) {
    if (!PayMonth(**database, month).ok()) _exit(3);
    if (write(done, &month, sizeof month) != sizeof month) _exit(4);
  }
  _exit(0);
}

TEST(PaymentKillTest, EveryPaymentIsMadeOnceHoweverOftenThePayerIsKilled) {
  const TempDir folder;
  const std::string url = absl::StrCat("sqlite:", folder.File("killed.db"));
  {
    ASSERT_OK_AND_ASSIGN(const auto database, sql::Database::Open(url));
    ASSERT_OK(sql::Migrate(*database, {kSchema, requests::kSchema}));
    ASSERT_OK(Fill(*database));
  }
  std::mt19937 random(20211125);
  for (int round = 0; round < 6; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(pipe_ends[0]);
      PayAll(url, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    // Each round gets a little further, and is killed somewhere within the next month.
    int month = 0;
    for (int seen = 0; seen <= 2 * round && read(pipe_ends[0], &month, sizeof month) > 0; ++seen) {
    }
    LetPass(absl::Microseconds(random() % 20'000));
    kill(child, SIGKILL);
    close(pipe_ends[0]);
    int how = 0;
    ASSERT_EQ(waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFSIGNALED(how) || WEXITSTATUS(how) == 0) << how;
  }
  ASSERT_OK_AND_ASSIGN(const auto database, sql::Database::Open(url));
  for (int month = 1; month <= kMonths; ++month) ASSERT_OK(PayMonth(*database, month));

  ASSERT_OK_AND_ASSIGN(const auto batches, PaymentStore(*database).List("", 100));
  EXPECT_EQ(batches.size(), static_cast<size_t>(kMonths));
  LedgerStore ledger(*database);
  std::map<Purpose, int64_t> cents;
  ASSERT_OK_AND_ASSIGN(const auto totals, ledger.Totals(kBook, {}));
  for (const Balance& balance : totals) cents[balance.account.purpose] = balance.cents;
  EXPECT_EQ(cents[Purpose::kPaid], kSchools * kMonths * kCents);
  EXPECT_EQ(cents[Purpose::kPayable], 0);
  EXPECT_EQ(cents[Purpose::kCommitted], 0);
  ASSERT_OK_AND_ASSIGN(const auto entries,
                       ledger.Entries(kBook, {.kind = EntryKind::kPayment}, 0, 10'000));
  EXPECT_EQ(entries.size(), static_cast<size_t>(kSchools * kMonths));
  ASSERT_OK_AND_ASSIGN(const Verification verification, ledger.Verify(kBook));
  EXPECT_EQ(verification.fault, "");
}

}  // namespace
}  // namespace vg::funding
