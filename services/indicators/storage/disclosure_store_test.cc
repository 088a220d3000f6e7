#include "services/indicators/storage/disclosure_store.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/feed/cursor_store.h"
#include "common/requests/request_log.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/indicators/storage/schema.h"

namespace vg::indicators {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);

class DisclosureStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  DisclosureStoreTest() {
    EXPECT_OK(sql::Migrate(*database_, {kSchema, feed::kCursorSchema, requests::kSchema}));
  }

  static StoredPolicy Policy(const std::string& digest) {
    return {.indicator_id = "i",
            .policy = "bytes of " + digest,
            .digest = digest,
            .set_time = kNow,
            .set_by = "users/a"};
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  DisclosureStore store_{*database_};
};

TEST_P(DisclosureStoreTest, NumbersVersionsAndAnswersTheSamePolicyWithItsVersion) {
  EXPECT_EQ(store_.FindPolicy("i")->has_value(), false);
  EXPECT_EQ(store_.SetPolicy(Policy("a"), "")->version, 1);
  EXPECT_EQ(store_.SetPolicy(Policy("a"), "")->version, 1);
  EXPECT_EQ(store_.SetPolicy(Policy("b"), "")->version, 2);
  ASSERT_OK_AND_ASSIGN(const auto newest, store_.FindPolicy("i"));
  EXPECT_EQ(newest->policy, "bytes of b");
  EXPECT_EQ(newest->set_by, "users/a");
  EXPECT_EQ(newest->set_time, kNow);
  ASSERT_OK_AND_ASSIGN(const auto first, store_.FindPolicy("i", 1));
  EXPECT_EQ(first->digest, "a");
  EXPECT_EQ(store_.FindPolicy("i", 3)->has_value(), false);
  EXPECT_EQ(store_.FindPolicy("j")->has_value(), false);
}

TEST_P(DisclosureStoreTest, ARepeatedRequestHasItsAnswerAndAnotherUnderItsIdNone) {
  EXPECT_EQ(store_.SetPolicy(Policy("a"), "r1")->version, 1);
  EXPECT_EQ(store_.SetPolicy(Policy("b"), "r2")->version, 2);
  EXPECT_EQ(store_.SetPolicy(Policy("a"), "r1")->version, 1);
  EXPECT_THAT(store_.SetPolicy(Policy("c"), "r1"), HasReason("REQUEST_ID_REUSED"));
}

TEST_P(DisclosureStoreTest, TheSecretStaysTheSame) {
  ASSERT_OK_AND_ASSIGN(const std::string secret, store_.Secret());
  EXPECT_EQ(secret.size(), 32u);
  EXPECT_EQ(*DisclosureStore(*database_).Secret(), secret);
}

TEST_P(DisclosureStoreTest, RemembersTheNewestOfEachTableByAudienceIndicatorAndWave) {
  const auto remember = [&](const std::string& audience, const std::vector<AnsweredTable>& tables) {
    return store_.Remember(audience, 1, "w", *store_.Answered(audience, 1, "w"), tables, kNow);
  };
  EXPECT_THAT(remember("public", {{"d1", "asked", "first"}, {"d2", "asked", "second"}}),
              IsOkAndHolds(true));
  EXPECT_THAT(remember("public", {{"d1", "asked", "third"}}), IsOkAndHolds(true));
  EXPECT_THAT(remember("caller/a", {{"d3", "asked", "fourth"}}), IsOkAndHolds(true));
  EXPECT_THAT(
      *store_.Answered("public", 1, "w"),
      ElementsAre(AnsweredTable{"d1", "asked", "third"}, AnsweredTable{"d2", "asked", "second"}));
  EXPECT_THAT(*store_.Answered("public", 2, "w"), IsEmpty());
  EXPECT_THAT(*store_.Answered("public", 1, ""), IsEmpty());
  EXPECT_THAT(*store_.Answered("caller/a", 1, "w"), SizeIs(1));
}

TEST_P(DisclosureStoreTest, RemembersNothingThatWasDecidedWithoutWhatIsThere) {
  EXPECT_THAT(store_.Remember("public", 1, "w", {}, {{"d1", "asked", "one"}}, kNow),
              IsOkAndHolds(true));
  EXPECT_THAT(store_.Remember("public", 1, "w", {}, {{"d2", "asked", "other"}}, kNow),
              IsOkAndHolds(false));
  EXPECT_THAT(*store_.Answered("public", 1, "w"), ElementsAre(AnsweredTable{"d1", "asked", "one"}));
}

INSTANTIATE_TEST_SUITE_P(Backends, DisclosureStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::indicators
