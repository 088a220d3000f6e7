#include "services/funding/storage/ledger_store.h"

#include <map>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/storage/ledger_auditor.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'630'000'000);

Balance BalanceOf(std::string recipient, Purpose purpose, int64_t cents) {
  return {{std::move(recipient), purpose, Currency::Eur()}, cents};
}

class LedgerStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kSchema})); }

  absl::StatusOr<std::vector<int64_t>> Post(std::vector<Entry> entries, absl::Time now = kNow) {
    return store_.Append(kBook, entries, now);
  }
  std::vector<Balance> All(const Moment& moment = {}) {
    auto balances = store_.Balances(kBook, moment, std::nullopt, std::nullopt, 1000);
    EXPECT_OK(balances);
    return *std::move(balances);
  }
  // What somebody with a console may do to the tables.
  void Tamper(const std::string& sql) {
    ASSERT_OK(database_->Write(
        [&](sql::Transaction& transaction) { return transaction.Execute(sql).status(); }));
  }
  // A budget and three grants.
  void PostSome() {
    ASSERT_OK(Post({BudgetOf(10'000), GrantOf("16SW01", 100), GrantOf("16SW02", 200),
                    GrantOf("16SW03", 300)}));
  }
  Verification Verified() {
    auto result = store_.Verify(kBook);
    EXPECT_OK(result);
    return result.ok() ? *std::move(result) : Verification();
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  LedgerStore store_{*database_};
};

TEST_P(LedgerStoreTest, NumbersEntriesInOrderAndGivesThemBack) {
  EXPECT_THAT(Post({BudgetOf(1000), GrantOf("16SW03", 400)}), IsOkAndHolds(ElementsAre(1, 2)));
  EXPECT_THAT(Post({GrantOf("16SW04", 100)}, kNow + absl::Seconds(1)),
              IsOkAndHolds(ElementsAre(3)));
  ASSERT_OK_AND_ASSIGN(const auto entries, store_.Entries(kBook, {}, 0, 10));
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_EQ(entries[0].entry, BudgetOf(1000));
  EXPECT_EQ(entries[1].entry, GrantOf("16SW03", 400));
  EXPECT_EQ(entries[1].recorded, kNow);
  EXPECT_EQ(entries[2].number, 3);
  EXPECT_EQ(entries[2].recorded, kNow + absl::Seconds(1));
  ASSERT_OK_AND_ASSIGN(const auto one, store_.FindEntry(kBook, GrantOf("16SW03", 400).id));
  EXPECT_EQ(one, entries[1]);
  EXPECT_THAT(store_.FindEntry(kBook, "none"), IsOkAndHolds(std::nullopt));
}

TEST_P(LedgerStoreTest, TheSameEntryAgainIsAcknowledgedAgain) {
  ASSERT_OK(Post({BudgetOf(1000), GrantOf("16SW03", 400)}));
  EXPECT_THAT(Post({GrantOf("16SW03", 400), GrantOf("16SW04", 1), GrantOf("16SW04", 1)},
                   kNow + absl::Hours(1)),
              IsOkAndHolds(ElementsAre(2, 3, 3)));
  EXPECT_THAT(store_.Entries(kBook, {}, 0, 10), IsOkAndHolds(SizeIs(3)));
}

TEST_P(LedgerStoreTest, OtherContentUnderAnIdIsAConflictAndLeavesNothing) {
  ASSERT_OK(Post({BudgetOf(1000), GrantOf("16SW03", 400)}));
  EXPECT_THAT(Post({GrantOf("16SW04", 1), GrantOf("16SW03", 401)}), HasReason("ENTRY_ID_REUSED"));
  EXPECT_THAT(Post({GrantOf("16SW05", 1), GrantOf("16SW05", 2)}), HasReason("ENTRY_ID_REUSED"));
  EXPECT_THAT(store_.Entries(kBook, {}, 0, 10), IsOkAndHolds(SizeIs(2)));
  EXPECT_EQ(Verified().fault, "");
}

TEST_P(LedgerStoreTest, RefusesWhatIsOutOfBalance) {
  Entry entry = GrantOf("16SW03", 400);
  entry.postings[0].amount.cents = -399;
  EXPECT_THAT(Post({BudgetOf(1000), entry}), HasReason("UNBALANCED"));
  EXPECT_THAT(store_.Books(), IsOkAndHolds(IsEmpty()));
}

TEST_P(LedgerStoreTest, KeepsBooksApart) {
  ASSERT_OK(Post({BudgetOf(1000)}));
  ASSERT_OK(store_.Append("npo-schools/2022-2023", std::vector<Entry>{BudgetOf(5)}, kNow));
  EXPECT_THAT(store_.Books(),
              IsOkAndHolds(ElementsAre(Field(&Book::name, kBook),
                                       Field(&Book::name, "npo-schools/2022-2023"))));
  EXPECT_THAT(All(), ElementsAre(BalanceOf("", Purpose::kAppropriation, -1000),
                                 BalanceOf("", Purpose::kAvailable, 1000)));
}

TEST_P(LedgerStoreTest, TellsBalancesByWhatCountsAndByWhatWasKnown) {
  // The grant counts from September and is known in October; its reversal counts from September too
  // and is known in December.
  const Entry grant = GrantOf("16SW03", 400, absl::CivilDay(2021, 9, 1));
  const absl::Time october = absl::FromUnixSeconds(1'633'046'400);
  const absl::Time december = october + absl::Hours(24 * 61);
  ASSERT_OK(Post({BudgetOf(1000)}));
  ASSERT_OK(Post({grant}, october));
  ASSERT_OK(Post({MirrorOf(grant, absl::CivilDay(2021, 9, 1), "ada", "wrong", "x")}, december));

  const auto committed = [&](Moment moment) -> int64_t {
    for (const Balance& balance : All(moment)) {
      if (balance.account.purpose == Purpose::kCommitted) return balance.cents;
    }
    return -1;
  };
  EXPECT_EQ(committed({}), 0);
  EXPECT_EQ(committed({.recorded = december - absl::Seconds(1)}), 400);
  EXPECT_EQ(committed({.recorded = october - absl::Seconds(1)}), -1);
  EXPECT_EQ(committed({.effective = absl::CivilDay(2021, 8, 31)}), -1);
  EXPECT_EQ(committed({.effective = absl::CivilDay(2021, 9, 1), .recorded = october}), 400);
  ASSERT_OK_AND_ASSIGN(const auto totals, store_.Totals(kBook, {.recorded = october}));
  EXPECT_THAT(totals, ElementsAre(BalanceOf("", Purpose::kAppropriation, -1000),
                                  BalanceOf("", Purpose::kAvailable, 600),
                                  BalanceOf("", Purpose::kCommitted, 400)));
}

TEST_P(LedgerStoreTest, RecordedTimeNeverGoesBack) {
  ASSERT_OK(Post({BudgetOf(1000)}));
  ASSERT_OK(Post({GrantOf("16SW03", 1)}, kNow - absl::Hours(1)));
  ASSERT_OK_AND_ASSIGN(const auto entries, store_.Entries(kBook, {}, 1, 10));
  EXPECT_EQ(entries[0].recorded, kNow);
}

TEST_P(LedgerStoreTest, PagesBalancesByAccount) {
  PostSome();
  ASSERT_OK_AND_ASSIGN(const auto page, store_.Balances(kBook, {}, std::nullopt, std::nullopt, 3));
  EXPECT_THAT(page, ElementsAre(BalanceOf("", Purpose::kAppropriation, -10'000),
                                BalanceOf("", Purpose::kAvailable, 9400),
                                BalanceOf("16SW01", Purpose::kCommitted, 100)));
  EXPECT_THAT(store_.Balances(kBook, {}, std::nullopt, page.back().account, 10),
              IsOkAndHolds(ElementsAre(BalanceOf("16SW02", Purpose::kCommitted, 200),
                                       BalanceOf("16SW03", Purpose::kCommitted, 300))));
  EXPECT_THAT(store_.Balances(kBook, {}, "16SW02", std::nullopt, 10),
              IsOkAndHolds(ElementsAre(BalanceOf("16SW02", Purpose::kCommitted, 200))));
  EXPECT_THAT(store_.Balances(kBook, {}, "", page.front().account, 10),
              IsOkAndHolds(ElementsAre(BalanceOf("", Purpose::kAvailable, 9400))));
}

TEST_P(LedgerStoreTest, PagesOfAnySizeAreTheWholeAtAnyMoment) {
  ASSERT_OK(Post({BudgetOf(1'000'000)}));
  // Every other one counts from October, and every third was also paid something.
  for (int i = 0; i < 12; ++i) {
    const std::string code = absl::StrCat("16SW", 10 + i);
    const absl::CivilDay day(2021, i % 2 == 0 ? 10 : 9, 1);
    std::vector<Entry> entries = {GrantOf(code, 100 + i, day)};
    if (i % 3 == 0) {
      Entry& paid = entries.emplace_back(entries.front());
      paid.id = absl::StrCat("paid:", code);
      paid.postings = {{code, Purpose::kCommitted, Money{-5}, "payment/1"},
                       {code, Purpose::kPaid, Money{5}, "payment/1"}};
    }
    ASSERT_OK(Post(entries));
  }
  for (const Moment& moment : {Moment{}, Moment{.effective = absl::CivilDay(2021, 9, 30)}}) {
    for (size_t size = 1; size <= 5; ++size) {
      std::vector<Balance> paged;
      std::optional<Account> after;
      for (;;) {
        ASSERT_OK_AND_ASSIGN(const auto page,
                             store_.Balances(kBook, moment, std::nullopt, after, size));
        paged.insert(paged.end(), page.begin(), page.end());
        if (page.size() < size) break;
        after = page.back().account;
      }
      EXPECT_EQ(paged, All(moment)) << size;
    }
  }
}

TEST_P(LedgerStoreTest, FiltersEntriesAndPagesThem) {
  PostSome();
  const auto numbers = [&](const EntryFilter& filter, int64_t after, size_t limit) {
    std::vector<int64_t> found;
    auto entries = store_.Entries(kBook, filter, after, limit);
    EXPECT_OK(entries);
    for (const RecordedEntry& entry : *entries) found.push_back(entry.number);
    return found;
  };
  EXPECT_THAT(numbers({}, 1, 2), ElementsAre(2, 3));
  EXPECT_THAT(numbers({.recipient = "16SW02"}, 0, 10), ElementsAre(3));
  EXPECT_THAT(numbers({.recipient = "16SW02"}, 3, 10), IsEmpty());
  EXPECT_THAT(numbers({.source = "runs/r/approvals/a"}, 2, 10), ElementsAre(3, 4));
  EXPECT_THAT(numbers({.kind = EntryKind::kBudget}, 0, 10), ElementsAre(1));
  EXPECT_THAT(numbers({.recipient = "16SW02", .kind = EntryKind::kBudget}, 0, 10), IsEmpty());
}

TEST_P(LedgerStoreTest, VerifiesTheWholeChain) {
  PostSome();
  const Verification result = Verified();
  EXPECT_EQ(result.fault, "");
  EXPECT_EQ(result.entries, 4);
  ASSERT_OK_AND_ASSIGN(const auto books, store_.Books());
  EXPECT_EQ(result.digest, books[0].digest);
  EXPECT_EQ(books[0].entries, 4);
  EXPECT_THAT(store_.UnbalancedCents(), IsOkAndHolds(0));
}

TEST_P(LedgerStoreTest, AnUnknownBookIsEmptyAndWhole) {
  EXPECT_EQ(Verified().entries, 0);
  EXPECT_THAT(All(), IsEmpty());
}

TEST_P(LedgerStoreTest, NamesTheFirstEntryThatWasTamperedWith) {
  const std::pair<const char*, const char*> tampers[] = {
      {"UPDATE ledger_posting SET cents = cents + 1 WHERE number = 3 AND line = 2", "balance"},
      {"UPDATE ledger_posting SET cents = cents * 2 WHERE number = 3", "not what was posted"},
      {"UPDATE ledger_posting SET recipient = '16SW09' WHERE number = 3 AND line = 2",
       "not what was posted"},
      {"UPDATE ledger_posting SET purpose = 'lost' WHERE number = 3 AND line = 2", "account"},
      {"UPDATE ledger_entry SET kind = 'lost' WHERE number = 3", "cannot be read"},
      {"UPDATE ledger_entry SET reason = 'other' WHERE number = 3", "not what was posted"},
      {"UPDATE ledger_entry SET recorded_time = recorded_time - 1 WHERE number = 3", "digest"},
      {"UPDATE ledger_entry SET digest = 'x' WHERE number = 3", "digest"},
      {"DELETE FROM ledger_entry WHERE number = 3", "missing"},
      {"DELETE FROM ledger_posting WHERE number = 3", "postings"},
  };
  for (const auto& [sql, fault] : tampers) {
    SCOPED_TRACE(sql);
    const sql::TestDatabase place(GetParam());
    const auto database = place.Open();
    ASSERT_OK(sql::Migrate(*database, {kSchema}));
    LedgerStore store(*database);
    ASSERT_OK(store.Append(kBook,
                           std::vector<Entry>{BudgetOf(10'000), GrantOf("16SW01", 100),
                                              GrantOf("16SW02", 200), GrantOf("16SW03", 300)},
                           kNow));
    ASSERT_OK(database->Write([&, text = sql](sql::Transaction& transaction) {
      return transaction.Execute(text).status();
    }));
    ASSERT_OK_AND_ASSIGN(const Verification result, store.Verify(kBook));
    EXPECT_EQ(result.broken_entry, 3);
    EXPECT_THAT(result.fault, HasSubstr(fault));
  }
}

TEST_P(LedgerStoreTest, SeesThatTheEndWasCutOff) {
  PostSome();
  Tamper("DELETE FROM ledger_posting WHERE number = 4");
  Tamper("DELETE FROM ledger_entry WHERE number = 4");
  EXPECT_EQ(Verified().broken_entry, 4);
}

TEST_P(LedgerStoreTest, SeesPostingsThatBelongToNoEntry) {
  PostSome();
  Tamper(
      "INSERT INTO ledger_posting (book, number, line, recipient, purpose, currency, cents, "
      "detail) SELECT book, 9, line, recipient, purpose, currency, cents, detail "
      "FROM ledger_posting WHERE number = 4");
  EXPECT_EQ(Verified().broken_entry, 5);
}

TEST_P(LedgerStoreTest, CountsTheCentsThatAreOutOfBalance) {
  PostSome();
  Tamper("UPDATE ledger_posting SET cents = cents + 7 WHERE number = 2 AND line = 1");
  Tamper("UPDATE ledger_posting SET cents = cents - 5 WHERE number = 3 AND line = 1");
  EXPECT_THAT(store_.UnbalancedCents(), IsOkAndHolds(12));
}

TEST_P(LedgerStoreTest, TheAuditorShowsWhatIsOff) {
  PostSome();
  metrics::Registry metrics;
  LedgerAuditor auditor(store_, metrics);
  ASSERT_OK(auditor.Check());
  EXPECT_THAT(metrics.Text(), HasSubstr("voortgang_funding_unbalanced_cents 0"));
  // What is committed is not planned: these grants were posted by hand.
  EXPECT_THAT(metrics.Text(), HasSubstr("voortgang_funding_unplanned_cents 600"));
  Tamper("UPDATE ledger_posting SET cents = cents + 7 WHERE number = 2 AND line = 1");
  ASSERT_OK(auditor.Check());
  EXPECT_THAT(metrics.Text(), HasSubstr("voortgang_funding_unbalanced_cents 7"));
}

TEST_P(LedgerStoreTest, RacersAddEachEntryOnceAndTheChainHolds) {
  constexpr int kRacers = 4;
  constexpr int kEntries = 12;
  ASSERT_OK(Post({BudgetOf(10'000)}));
  std::vector<std::thread> racers;
  for (int racer = 0; racer < kRacers; ++racer) {
    racers.emplace_back([&, racer] {
      const std::unique_ptr<sql::Database> database = place_.Open();
      LedgerStore store(*database);
      // Half of what each posts is what the others post too.
      for (int i = 0; i < kEntries; ++i) {
        const std::string of = i % 2 == 0 ? absl::StrCat("16SW", i) : absl::StrCat(racer, "AB", i);
        EXPECT_OK(store.Append(kBook, std::vector<Entry>{GrantOf(of, 10)}, kNow));
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  const Verification result = Verified();
  EXPECT_EQ(result.fault, "");
  EXPECT_EQ(result.entries, 1 + kEntries / 2 + kRacers * kEntries / 2);
  EXPECT_THAT(store_.UnbalancedCents(), IsOkAndHolds(0));
}

TEST_P(LedgerStoreTest, OneOfTwoContentsUnderAnIdWins) {
  std::vector<std::thread> racers;
  std::vector<absl::Status> answers(4);
  for (int racer = 0; racer < 4; ++racer) {
    racers.emplace_back([&, racer] {
      const std::unique_ptr<sql::Database> database = place_.Open();
      answers[racer] = LedgerStore(*database)
                           .Append(kBook, std::vector<Entry>{GrantOf("16SW03", 10 + racer)}, kNow)
                           .status();
    });
  }
  for (std::thread& racer : racers) racer.join();
  int won = 0;
  for (const absl::Status& answer : answers) {
    if (answer.ok()) {
      ++won;
    } else {
      EXPECT_THAT(answer, HasReason("ENTRY_ID_REUSED"));
    }
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(Verified().entries, 1);
}

TEST_P(LedgerStoreTest, SurvivesAReopen) {
  if (GetParam() == sql::TestBackend::kSqliteMemory) GTEST_SKIP() << "gone with its handles";
  PostSome();
  const Verification before = Verified();
  database_ = place_.Open();
  LedgerStore store(*database_);
  ASSERT_OK_AND_ASSIGN(const Verification after, store.Verify(kBook));
  EXPECT_EQ(after.digest, before.digest);
  EXPECT_THAT(store.Append(kBook, std::vector<Entry>{GrantOf("16SW09", 1)}, kNow),
              IsOkAndHolds(ElementsAre(5)));
}

TEST_P(LedgerStoreTest, AgreesWithAMapOnARandomHistory) {
  std::mt19937 random(20211001);
  std::map<std::pair<std::string, Purpose>, int64_t> model;
  std::vector<Entry> history;
  for (int i = 0; i < 300; ++i) {
    Entry entry;
    if (!history.empty() && random() % 4 == 0) {
      const Entry& earlier = history[random() % history.size()];
      if (!earlier.reverses.empty()) continue;
      entry = MirrorOf(earlier, absl::CivilDay(2022, 1, 1), "ada", "undo", "x");
      if (std::any_of(history.begin(), history.end(),
                      [&](const Entry& other) { return other.id == entry.id; })) {
        continue;
      }
    } else {
      entry = GrantOf(absl::StrCat("16SW", random() % 7), 1 + static_cast<int64_t>(random() % 999));
      entry.id = absl::StrCat("e", i);
    }
    history.push_back(entry);
    for (const Posting& posting : entry.postings) {
      model[{posting.recipient, posting.purpose}] += posting.amount.cents;
    }
    ASSERT_OK(Post({entry}));
  }
  std::map<std::pair<std::string, Purpose>, int64_t> stored;
  for (const Balance& balance : All()) {
    stored[{balance.account.recipient, balance.account.purpose}] = balance.cents;
  }
  EXPECT_EQ(stored, model);
  EXPECT_EQ(Verified().fault, "");
}

INSTANTIATE_TEST_SUITE_P(Backends, LedgerStoreTest, sql::AllBackends(), sql::BackendName);

// The same entries at the same times give the same digest everywhere.
TEST(LedgerDigestTest, IsTheSameOnEveryEngine) {
  std::vector<std::string> digests;
  for (const sql::TestBackend backend :
       {sql::TestBackend::kSqliteFile, sql::TestBackend::kPostgres}) {
    const sql::TestDatabase place(backend);
    const auto database = place.Open();
    ASSERT_OK(sql::Migrate(*database, {kSchema}));
    LedgerStore store(*database);
    ASSERT_OK(
        store.Append(kBook, std::vector<Entry>{BudgetOf(10'000), GrantOf("16SW01", 100)}, kNow));
    ASSERT_OK(store.Append(kBook, std::vector<Entry>{GrantOf("é", 100)}, kNow));
    ASSERT_OK_AND_ASSIGN(const auto books, store.Books());
    digests.push_back(books.at(0).digest);
  }
  EXPECT_EQ(digests[0], digests[1]);
}

}  // namespace
}  // namespace vg::funding
