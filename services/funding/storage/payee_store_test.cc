#include "services/funding/storage/payee_store.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Optional;

const absl::Time kNow = absl::FromUnixSeconds(1'636'000'000);
constexpr absl::CivilDay kDay(2021, 11, 25);

Payee AccountOf(std::string code, std::string iban = "NL91ABNA0417164300") {
  return {.code = std::move(code),
          .title = "Stichting A",
          .account = {.iban = std::move(iban), .bic = "ABNANL2A"},
          .country = "NL",
          .valid_from = absl::CivilDay(2021, 8, 1),
          .source = "opgave"};
}

class PayeeStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kSchema})); }

  static PayeeChange Draft(std::string id, std::string digest = "d") {
    return {.id = std::move(id),
            .digest = std::move(digest),
            .proposed_by = "users/ada",
            .propose_time = kNow};
  }
  static ChangeDecision Approval(std::string by = "users/grace", int second = 1) {
    return {.to = ChangeState::kApproved,
            .decided_by = std::move(by),
            .decide_time = kNow + absl::Seconds(second)};
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  PayeeStore store_{*database_};
};

TEST_P(PayeeStoreTest, AnAccountHoldsOnceSomebodyElseApprovedIt) {
  ASSERT_OK(store_.Propose(Draft("c"), {AccountOf("40740"), AccountOf("GM0363")}));
  EXPECT_THAT(store_.AccountsOn(kDay, "", "", 10), IsOkAndHolds(IsEmpty()));
  const auto own = store_.Decide("c", Approval("users/ada"));
  EXPECT_THAT(own, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(own, HasReason("FOUR_EYES"));
  ASSERT_OK_AND_ASSIGN(const PayeeChange approved, store_.Decide("c", Approval()));
  EXPECT_EQ(approved.state, ChangeState::kApproved);
  EXPECT_EQ(approved.account_count, 2);
  EXPECT_THAT(store_.AccountsOn(kDay, "", "", 10),
              IsOkAndHolds(ElementsAre(AccountOf("40740"), AccountOf("GM0363"))));
  EXPECT_THAT(store_.AccountsOn(kDay, "40740", "", 10),
              IsOkAndHolds(ElementsAre(AccountOf("GM0363"))));
  EXPECT_THAT(store_.AccountsOn(kDay, "", "40740", 10),
              IsOkAndHolds(ElementsAre(AccountOf("40740"))));
  EXPECT_THAT(store_.AccountsOn(absl::CivilDay(2021, 7, 31), "", "", 10), IsOkAndHolds(IsEmpty()));
}

TEST_P(PayeeStoreTest, WhoProposedMayWithdraw) {
  ASSERT_OK(store_.Propose(Draft("c"), {AccountOf("40740")}));
  ChangeDecision decision = Approval("users/ada");
  decision.to = ChangeState::kRejected;
  decision.reason = "typing error";
  ASSERT_OK(store_.Decide("c", decision));
  EXPECT_THAT(store_.Decide("c", Approval()), HasReason("CHANGE_DECIDED"));
  EXPECT_THAT(store_.AccountsOn(kDay, "", "", 10), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store_.Find("c"),
              IsOkAndHolds(Optional(Field(&PayeeChange::reason, "typing error"))));
}

TEST_P(PayeeStoreTest, ProposingAndApprovingAgainChangesNothing) {
  ASSERT_OK_AND_ASSIGN(const PayeeChange first, store_.Propose(Draft("c"), {AccountOf("40740")}));
  PayeeChange later = Draft("c");
  later.propose_time += absl::Hours(1);
  EXPECT_THAT(store_.Propose(later, {AccountOf("40740")}), IsOkAndHolds(first));
  EXPECT_THAT(store_.Propose(Draft("c", "other"), {}), HasReason("CHANGE_EXISTS"));
  ASSERT_OK_AND_ASSIGN(const PayeeChange approved, store_.Decide("c", Approval()));
  EXPECT_THAT(store_.Decide("c", Approval("users/grace", 60)), IsOkAndHolds(approved));
  EXPECT_THAT(store_.Decide("none", Approval()), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(PayeeStoreTest, TheLastApprovalOfADayCounts) {
  ASSERT_OK(store_.Propose(Draft("a"), {AccountOf("40740", "NL69INGB0123456789")}));
  ASSERT_OK(store_.Propose(Draft("b"), {AccountOf("40740", "NL39RABO0300065264")}));
  ASSERT_OK(store_.Decide("b", Approval("users/grace", 1)));
  ASSERT_OK(store_.Decide("a", Approval("users/grace", 2)));
  EXPECT_THAT(store_.AccountsOn(kDay, "", "", 10),
              IsOkAndHolds(ElementsAre(AccountOf("40740", "NL69INGB0123456789"))));
}

TEST_P(PayeeStoreTest, ListsChangesNewestFirstAndTheirAccounts) {
  ASSERT_OK(store_.Propose(Draft("a"), {AccountOf("40740"), AccountOf("30156")}));
  PayeeChange later = Draft("b");
  later.propose_time += absl::Seconds(1);
  ASSERT_OK(store_.Propose(later, {AccountOf("GM0363")}));
  ASSERT_OK_AND_ASSIGN(const auto changes, store_.List(absl::InfiniteFuture(), "", 10));
  EXPECT_THAT(changes, ElementsAre(Field(&PayeeChange::id, "b"), Field(&PayeeChange::id, "a")));
  ASSERT_OK_AND_ASSIGN(const auto rest, store_.List(changes[0].propose_time, "b", 10));
  EXPECT_THAT(rest, ElementsAre(Field(&PayeeChange::id, "a")));
  EXPECT_THAT(store_.Accounts("a", 1, 10), IsOkAndHolds(ElementsAre(AccountOf("30156"))));
}

TEST_P(PayeeStoreTest, OneOfTwoDecidersWins) {
  ASSERT_OK(store_.Propose(Draft("c"), {AccountOf("40740")}));
  std::atomic<int> won = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&, i] {
      std::unique_ptr<sql::Database> database = place_.Open();
      ChangeDecision decision = Approval("users/racer" + std::to_string(i));
      if (i % 2 == 0) decision.to = ChangeState::kRejected;
      const auto decided = PayeeStore(*database).Decide("c", decision);
      if (decided.ok()) {
        ++won;
      } else {
        EXPECT_THAT(decided, HasReason("CHANGE_DECIDED"));
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(won, 1);
}

INSTANTIATE_TEST_SUITE_P(Backends, PayeeStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::funding
