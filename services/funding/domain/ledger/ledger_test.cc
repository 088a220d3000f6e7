#include "services/funding/domain/ledger/ledger.h"

#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/ledger/test_entries.h"

namespace vg::funding {
namespace {

using testing::HasSubstr;

TEST(LedgerTest, KnowsEveryPurposeAndKindByItsName) {
  std::set<std::string_view> names;
  for (const Purpose purpose : kPurposes) {
    EXPECT_EQ(PurposeNamed(NameOf(purpose)), purpose);
    EXPECT_TRUE(names.insert(NameOf(purpose)).second);
  }
  EXPECT_EQ(PurposeNamed("lost"), std::nullopt);
  for (const EntryKind kind : {EntryKind::kBudget, EntryKind::kReversal, EntryKind::kRepayment}) {
    EXPECT_EQ(KindNamed(NameOf(kind)), kind);
  }
  EXPECT_EQ(KindNamed("lost"), std::nullopt);
}

TEST(LedgerTest, AcceptsABalancedEntry) {
  EXPECT_OK(CheckEntry(BudgetOf(100)));
  EXPECT_OK(CheckEntry(GrantOf("16SW03", 100)));
}

TEST(LedgerTest, RefusesAnEntryThatDoesNotAddUpAndSaysByHowMuch) {
  Entry entry = GrantOf("16SW03", 100);
  entry.postings[1].amount.cents = 101;
  EXPECT_THAT(CheckEntry(entry), HasReason("UNBALANCED"));
  EXPECT_THAT(std::string(CheckEntry(entry).message()), HasSubstr("EUR 0.01"));
}

TEST(LedgerTest, BalancesEachCurrencyByItself) {
  Entry entry = GrantOf("16SW03", 100);
  entry.postings[1].amount.currency = Currency::Usd();
  EXPECT_THAT(CheckEntry(entry), HasReason("UNBALANCED"));
  const Entry euros = GrantOf("16SW03", 100);
  entry.postings[0].amount.currency = Currency::Usd();
  entry.postings.insert(entry.postings.end(), euros.postings.begin(), euros.postings.end());
  EXPECT_OK(CheckEntry(entry));
}

TEST(LedgerTest, RefusesPostingsThatMeanNothing) {
  Entry entry = GrantOf("16SW03", 100);
  entry.postings.push_back({"16SW03", Purpose::kPaid, Money{0}, ""});
  EXPECT_THAT(CheckEntry(entry), HasReason("BAD_ENTRY"));
  EXPECT_THAT(CheckEntry(GrantOf("", 100)), HasReason("BAD_ENTRY"));
  entry = GrantOf("16SW03", 100);
  entry.postings[0].recipient = "16SW03";
  EXPECT_THAT(CheckEntry(entry), HasReason("BAD_ENTRY"));
  entry = GrantOf("16SW03", 100);
  entry.postings.pop_back();
  EXPECT_THAT(CheckEntry(entry), HasReason("BAD_ENTRY"));
  entry = GrantOf("16SW03", 100);
  entry.actor.clear();
  EXPECT_THAT(CheckEntry(entry), HasReason("BAD_ENTRY"));
  entry = GrantOf("16SW03", 100);
  entry.id.clear();
  EXPECT_THAT(CheckEntry(entry), HasReason("BAD_ENTRY"));
}

TEST(LedgerTest, RefusesSumsThatDoNotFit) {
  Entry entry = GrantOf("16SW03", 100);
  entry.postings[0].amount.cents = std::numeric_limits<int64_t>::max();
  entry.postings[1].amount.cents = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(CheckEntry(entry), HasReason("MONEY_OVERFLOW"));
  entry.postings[1].amount.cents = std::numeric_limits<int64_t>::min();
  EXPECT_THAT(CheckEntry(entry), HasReason("BAD_ENTRY"));
}

TEST(LedgerTest, AnyChangeOfAnEntryChangesItsDigest) {
  const Entry entry = GrantOf("16SW03", 100);
  std::set<std::string> digests = {ContentDigest(entry)};
  EXPECT_FALSE(digests.insert(ContentDigest(GrantOf("16SW03", 100))).second);
  const auto changed = [&](auto change) {
    Entry other = entry;
    change(other);
    EXPECT_TRUE(digests.insert(ContentDigest(other)).second);
  };
  changed([](Entry& e) { e.id += "x"; });
  changed([](Entry& e) { e.kind = EntryKind::kCorrection; });
  changed([](Entry& e) { e.effective += 1; });
  changed([](Entry& e) { e.actor += "x"; });
  changed([](Entry& e) { e.reason += "x"; });
  changed([](Entry& e) { e.source += "x"; });
  changed([](Entry& e) { e.reverses += "x"; });
  changed([](Entry& e) { e.postings[1].recipient = "16SW04"; });
  changed([](Entry& e) { e.postings[1].purpose = Purpose::kPaid; });
  changed([](Entry& e) { e.postings[1].amount.cents += 1; });
  changed([](Entry& e) { e.postings[1].amount.currency = Currency::Usd(); });
  changed([](Entry& e) { e.postings[1].detail += "x"; });
  changed([](Entry& e) { std::swap(e.postings[0], e.postings[1]); });
}

// printf 'D27:voortgang.funding.ledger.v1T0:T21:npo-schools/2021-2022I1:1I1:0T1:c' | sha256sum
TEST(LedgerTest, TheChainIsWhatAStrangerComputes) {
  const std::string content = "c";
  EXPECT_EQ(ChainDigest("", kBook, 1, absl::UnixEpoch(), content),
            "52fe0b55c163f466aaa723b28fc39826e37aa904f783c0ce7487d04acc7b2943");
  EXPECT_NE(ChainDigest("b", kBook, 1, absl::UnixEpoch(), content),
            ChainDigest("", kBook, 1, absl::UnixEpoch(), content));
}

TEST(LedgerTest, AMirrorTakesEveryPostingBackAndIsLinked) {
  const Entry entry = GrantOf("16SW03", 100);
  const Entry mirror =
      MirrorOf(entry, absl::CivilDay(2022, 1, 1), "ada", "a mistake", "runs/r/approvals/a");
  EXPECT_OK(CheckEntry(mirror));
  EXPECT_EQ(mirror.reverses, entry.id);
  EXPECT_NE(mirror.id, entry.id);
  ASSERT_EQ(mirror.postings.size(), entry.postings.size());
  for (size_t i = 0; i < entry.postings.size(); ++i) {
    EXPECT_EQ(mirror.postings[i].amount.cents, -entry.postings[i].amount.cents);
    EXPECT_EQ(mirror.postings[i].recipient, entry.postings[i].recipient);
    EXPECT_EQ(mirror.postings[i].purpose, entry.postings[i].purpose);
  }
}

}  // namespace
}  // namespace vg::funding
