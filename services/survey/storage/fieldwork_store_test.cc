#include "services/survey/storage/fieldwork_store.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <random>
#include <span>
#include <thread>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>

#include "common/status/status_macros.h"
#include "services/survey/storage/extension_store.h"
#include "services/survey/storage/invitation_store.h"
#include "services/survey/storage/invitation_use.h"
#include "services/survey/storage/test_store.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kSchool[] = "schools/16SW01";
constexpr char kOtherSchool[] = "schools/16SW02";

class FieldworkStoreTest : public SurveyStoreTest {
 protected:
  void SetUp() override {
    SurveyStoreTest::SetUp();
    OpenTestWave();
  }

  static Finding Found(std::string unit, Disposition disposition, int hour, std::string note = "") {
    return {std::move(unit), Role::kStaff, disposition, kNoon + absl::Hours(hour), std::move(note)};
  }
  absl::StatusOr<int64_t> Record(const std::vector<Finding>& findings) {
    return fieldwork_.Record(wave_.number, findings, kNoon);
  }
  UnitFieldwork Read(const std::string& unit) {
    auto read = fieldwork_.Read(wave_.number, Role::kStaff, true);
    EXPECT_OK(read);
    return (*read)[unit];
  }

  FieldworkStore fieldwork_{*database_};
};

TEST_P(FieldworkStoreTest, KeepsTheHistoryOfAUnitAndGoesByTheLastFinding) {
  EXPECT_THAT(Record({Found(kSchool, Disposition::kNotReached, 1, "no answer"),
                      Found(kSchool, Disposition::kReached, 2)}),
              IsOkAndHolds(2));
  EXPECT_EQ(Read(kSchool).disposition(), Disposition::kReached);
  EXPECT_EQ(Read(kSchool).find_time, kNoon + absl::Hours(2));
  EXPECT_EQ(Read(kOtherSchool).disposition(), Disposition::kUnknown);
  // What is told late was still earlier.
  EXPECT_THAT(Record({Found(kSchool, Disposition::kRefused, 0)}), IsOkAndHolds(1));
  EXPECT_EQ(Read(kSchool).disposition(), Disposition::kReached);
  ASSERT_OK_AND_ASSIGN(const auto history, fieldwork_.Findings(wave_.number, kSchool, 10));
  ASSERT_THAT(history, SizeIs(3));
  EXPECT_EQ(history[0].disposition, Disposition::kRefused);
  EXPECT_EQ(history[1].note, "no answer");
  ASSERT_OK_AND_ASSIGN(const auto last, fieldwork_.Findings(wave_.number, kSchool, 1));
  ASSERT_THAT(last, SizeIs(1));
  EXPECT_EQ(last[0].disposition, Disposition::kReached);
}

TEST_P(FieldworkStoreTest, RecordsTheSameFindingOnce) {
  const std::vector<Finding> findings = {Found(kSchool, Disposition::kRefused, 1)};
  EXPECT_THAT(Record(findings), IsOkAndHolds(1));
  EXPECT_THAT(Record(findings), IsOkAndHolds(0));
  EXPECT_THAT(fieldwork_.Findings(wave_.number, kSchool, 10), IsOkAndHolds(SizeIs(1)));
}

TEST_P(FieldworkStoreTest, ComesToTheSameInWhateverOrderFindingsCome) {
  std::vector<Finding> findings;
  for (int hour = 0; hour < 3; ++hour) {
    for (const Disposition disposition :
         {Disposition::kNotReached, Disposition::kReached, Disposition::kRefused}) {
      findings.push_back(Found(absl::StrCat("schools/16SW0", 1 + hour % 2), disposition, hour));
    }
  }
  std::mt19937 random(7);
  for (int64_t wave = 100; wave < 110; ++wave) {
    std::shuffle(findings.begin(), findings.end(), random);
    for (const Finding& finding : findings) {
      ASSERT_OK(fieldwork_.Record(wave, std::span(&finding, 1), kNoon));
    }
    ASSERT_OK_AND_ASSIGN(auto read, fieldwork_.Read(wave, Role::kStaff, false));
    EXPECT_EQ(read[kSchool].find_time, kNoon + absl::Hours(2));
    EXPECT_EQ(read[kSchool].found, Disposition::kRefused);
    EXPECT_EQ(read[kOtherSchool].find_time, kNoon + absl::Hours(1));
  }
}

TEST_P(FieldworkStoreTest, CountsRemindersOnceEach) {
  const std::vector<std::string> both = {kSchool, kOtherSchool};
  EXPECT_THAT(fieldwork_.Remind(wave_.number, Role::kStaff, both, kNoon), IsOkAndHolds(2));
  EXPECT_THAT(fieldwork_.Remind(wave_.number, Role::kStaff, both, kNoon), IsOkAndHolds(0));
  EXPECT_THAT(
      fieldwork_.Remind(wave_.number, Role::kStaff, {both.data(), 1}, kNoon + absl::Hours(48)),
      IsOkAndHolds(1));
  EXPECT_EQ(Read(kSchool).reminders, 2);
  EXPECT_EQ(Read(kSchool).last_reminder, kNoon + absl::Hours(48));
  EXPECT_EQ(Read(kOtherSchool).reminders, 1);
}

class InvitationStoreTest : public FieldworkStoreTest {
 protected:
  absl::StatusOr<std::vector<Invitation>> Create(const std::vector<InvitationKey>& keys,
                                                 InvitationStore::Plan plan = {}) {
    return invitations_.Create(wave_.wave, wave_.number, keys, plan, kNoon);
  }
  std::string Token(const InvitationKey& key) {
    const auto secret = invitations_.Secret(wave_.number);
    EXPECT_OK(secret);
    return TokenOf(key, *secret);
  }
  absl::Status Use(const std::string& token, const std::string& response,
                   const std::string& unit = kSchool, Role role = Role::kStaff) {
    return UseIn(*database_, token, response, unit, role);
  }
  absl::Status UseIn(sql::Database& database, const std::string& token, const std::string& response,
                     const std::string& unit, Role role = Role::kStaff) {
    absl::Status refusal;
    const std::string hash = TokenHash(token);
    const absl::Status done = database.Write(
        [&](sql::Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(const InvitationVerdict verdict,
                           UseInvitation(transaction, {.wave = wave_.number,
                                                       .role = role,
                                                       .unit = unit,
                                                       .response = response,
                                                       .token_hash = hash}));
          refusal = verdict.refusal;
          return absl::OkStatus();
        },
        sql::Isolation::kReadCommitted);
    return done.ok() ? refusal : done;
  }
  absl::Status Return(const std::string& response) {
    return database_->Write([&](sql::Transaction& transaction) {
      return ReturnInvitation(transaction, wave_.number, response);
    });
  }
  int64_t Uses(const InvitationKey& key) {
    const auto listed = invitations_.List(wave_.number, {.role = key.role, .unit = key.unit});
    EXPECT_OK(listed);
    for (const Invitation& invitation : *listed) {
      if (invitation.key == key) return invitation.uses;
    }
    return -1;
  }

  const InvitationKey key_ = {Role::kStaff, kSchool, 1};
  InvitationStore invitations_{*database_};
};

TEST_P(InvitationStoreTest, AnswersTheSameInvitationsAgain) {
  const std::vector<InvitationKey> keys = {key_, {Role::kStaff, kOtherSchool, 1}};
  ASSERT_OK(Create({key_}));
  const std::string token = Token(key_);
  ASSERT_OK(Use(token, "r"));
  ASSERT_OK_AND_ASSIGN(const auto both, Create(keys));
  ASSERT_THAT(both, SizeIs(2));
  EXPECT_EQ(both[0].uses, 1);
  EXPECT_EQ(both[1].uses, 0);
  EXPECT_EQ(Token(key_), token);
  EXPECT_THAT(Create(keys, {InvitationKind::kGroup, 0}), HasReason("INVITATION_EXISTS"));
}

TEST_P(InvitationStoreTest, LetsOneResponseInAndThatAgain) {
  ASSERT_OK(Create({key_}));
  EXPECT_OK(Use(Token(key_), "r"));
  EXPECT_OK(Use(Token(key_), "r"));
  EXPECT_EQ(Uses(key_), 1);
  EXPECT_THAT(Use(Token(key_), "other"), HasReason("INVITATION_USED"));
}

TEST_P(InvitationStoreTest, LetsAGroupInUpToItsLimit) {
  ASSERT_OK(Create({key_}, {InvitationKind::kGroup, 2}));
  EXPECT_OK(Use(Token(key_), "a"));
  EXPECT_OK(Use(Token(key_), "b"));
  EXPECT_THAT(Use(Token(key_), "c"), HasReason("INVITATION_USED"));
  const InvitationKey open = {Role::kStaff, kSchool, 2};
  ASSERT_OK(Create({open}, {InvitationKind::kGroup, 0}));
  for (int i = 0; i < 20; ++i) EXPECT_OK(Use(Token(open), absl::StrCat("d", i)));
  EXPECT_EQ(Uses(open), 20);
}

TEST_P(InvitationStoreTest, TellsWhichUnitsHaveRoomForMore) {
  ASSERT_OK(Create({key_, {Role::kStaff, kSchool, 2}, {Role::kStaff, kOtherSchool, 1}}));
  ASSERT_OK(Create({{Role::kStaff, "schools/16SW03", 1}}, {InvitationKind::kGroup, 0}));
  ASSERT_OK(Create({{Role::kSchoolLeader, "schools/16SW04", 1}}));
  ASSERT_OK(Use(Token(key_), "a"));
  ASSERT_OK(Use(Token({Role::kStaff, "schools/16SW03", 1}), "b", "schools/16SW03"));
  ASSERT_OK(
      invitations_.Revoke(wave_.number, {Role::kStaff, kOtherSchool, 1}, "leaked", kNoon).status());
  EXPECT_THAT(invitations_.Room(wave_.number, Role::kStaff, ""),
              IsOkAndHolds(UnorderedElementsAre(Pair(kSchool, true), Pair(kOtherSchool, false),
                                                Pair("schools/16SW03", true))));
  ASSERT_OK(Use(Token({Role::kStaff, kSchool, 2}), "c"));
  EXPECT_THAT(invitations_.Room(wave_.number, Role::kStaff, ""),
              IsOkAndHolds(::testing::Contains(Pair(kSchool, false))));
  EXPECT_THAT(invitations_.Room(wave_.number, Role::kStaff, kOtherSchool),
              IsOkAndHolds(UnorderedElementsAre(Pair("schools/16SW03", true))));
}

TEST_P(InvitationStoreTest, RefusesTokensOfNobodyAndOfOthers) {
  ASSERT_OK(Create({key_}));
  EXPECT_THAT(Use("", "r"), HasReason("INVITATION_REQUIRED"));
  EXPECT_THAT(Use("guess", "r"), HasReason("INVITATION_UNKNOWN"));
  EXPECT_THAT(Use(Token({Role::kStaff, kSchool, 2}), "r"), HasReason("INVITATION_UNKNOWN"));
  EXPECT_THAT(Use(Token(key_), "r", kOtherSchool), HasReason("INVITATION_OF_OTHER_UNIT"));
  EXPECT_THAT(Use(Token(key_), "r", kSchool, Role::kSchoolLeader),
              HasReason("INVITATION_OF_OTHER_UNIT"));
  EXPECT_EQ(Uses(key_), 0);
}

TEST_P(InvitationStoreTest, TakesAnInvitationBackButNotTheResponseItLetIn) {
  ASSERT_OK(Create({key_}, {InvitationKind::kGroup, 0}));
  ASSERT_OK(Use(Token(key_), "a"));
  ASSERT_OK_AND_ASSIGN(const auto revoked, invitations_.Revoke(wave_.number, key_, "lost", kNoon));
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->revoke_reason, "lost");
  EXPECT_OK(Use(Token(key_), "a"));
  EXPECT_THAT(Use(Token(key_), "b"), HasReason("INVITATION_REVOKED"));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       invitations_.Revoke(wave_.number, key_, "again", kNoon + absl::Hours(1)));
  EXPECT_EQ(again->revoke_reason, "lost");
  EXPECT_EQ(again->revoke_time, kNoon);
  ASSERT_OK_AND_ASSIGN(const auto nobody,
                       invitations_.Revoke(wave_.number, {Role::kBoard, "boards/1", 1}, "", kNoon));
  EXPECT_FALSE(nobody);
  EXPECT_THAT(invitations_.Usable(wave_.number, Role::kStaff, kSchool, kSchool),
              IsOkAndHolds(SizeIs(0)));
}

TEST_P(InvitationStoreTest, GivesTheUseOfAWithdrawnResponseBack) {
  ASSERT_OK(Create({key_}));
  ASSERT_OK(Use(Token(key_), "a"));
  EXPECT_OK(Return("a"));
  EXPECT_OK(Return("a"));
  EXPECT_OK(Return("never"));
  EXPECT_EQ(Uses(key_), 0);
  EXPECT_OK(Use(Token(key_), "b"));
}

TEST_P(InvitationStoreTest, LetsOneOfManyRacersIn) {
  ASSERT_OK(Create({key_}));
  const std::string token = Token(key_);
  std::atomic<int> in = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&, i] {
      const absl::Status used = Use(token, absl::StrCat("r", i));
      if (used.ok()) {
        ++in;
      } else {
        EXPECT_THAT(used, HasReason("INVITATION_USED"));
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(in, 1);
  EXPECT_EQ(Uses(key_), 1);
}

TEST_P(InvitationStoreTest, TellsWhoLosesARaceForAnIdThatItIsTaken) {
  const InvitationKey other = {Role::kStaff, kOtherSchool, 1};
  ASSERT_OK(Create({key_, other}, {InvitationKind::kGroup, 0}));
  constexpr int kIds = 50;
  std::array<int, 2> in = {};
  std::barrier start(2);
  std::vector<std::thread> racers;
  for (const size_t racer : {0u, 1u}) {
    racers.emplace_back([&, racer] {
      const auto database = place_.Open();
      const std::string token = Token(racer == 0 ? key_ : other);
      for (int i = 0; i < kIds; ++i) {
        start.arrive_and_wait();
        const absl::Status used =
            UseIn(*database, token, absl::StrCat("r", i), racer == 0 ? kSchool : kOtherSchool);
        if (used.ok()) {
          ++in[racer];
        } else {
          EXPECT_THAT(used, HasReason("INVITATION_USED"));
        }
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(in[0] + in[1], kIds);
}

TEST_P(InvitationStoreTest, ListsByRoleUnitAndNumber) {
  ASSERT_OK(Create({{Role::kStaff, kOtherSchool, 1},
                    {Role::kStaff, kSchool, 10},
                    {Role::kStaff, kSchool, 9},
                    {Role::kSchoolLeader, kSchool, 1}}));
  std::vector<std::string> ids;
  InvitationStore::ListOptions options{.limit = 1};
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const auto page, invitations_.List(wave_.number, options));
    if (page.empty()) break;
    ids.push_back(page[0].key.id());
    options.after = page[0].key;
  }
  EXPECT_THAT(ids, ElementsAre("school-leader-16SW01-1", "staff-16SW01-9", "staff-16SW01-10",
                               "staff-16SW02-1"));
  EXPECT_THAT(invitations_.List(wave_.number, {.unit = kSchool}), IsOkAndHolds(SizeIs(3)));
  EXPECT_THAT(invitations_.List(wave_.number, {.role = Role::kSchoolLeader}),
              IsOkAndHolds(SizeIs(1)));
}

class ExtensionStoreTest : public FieldworkStoreTest {
 protected:
  static Extension TheExtension() {
    return {.id = "flood",
            .role = Role::kStaff,
            .units = {kSchool, kOtherSchool},
            .where = {{"province", "Limburg"}},
            .until = kNoon + absl::Hours(24 * 60),
            .reason = "Flood",
            .grantor = "Ministry",
            .grant_time = kNoon};
  }
  ExtensionStore extensions_{*database_};
};

TEST_P(ExtensionStoreTest, KeepsAnExtensionAndAnswersItAgain) {
  ASSERT_OK(extensions_.Grant(wave_.wave, wave_.number, TheExtension()));
  Extension again = TheExtension();
  again.grant_time += absl::Hours(1);
  ASSERT_OK_AND_ASSIGN(const Extension granted, extensions_.Grant(wave_.wave, wave_.number, again));
  EXPECT_EQ(granted.grant_time, kNoon);
  EXPECT_TRUE(SameExtension(granted, TheExtension()));
  again.until += absl::Hours(1);
  EXPECT_THAT(extensions_.Grant(wave_.wave, wave_.number, again), HasReason("EXTENSION_EXISTS"));
  again.id = "other";
  ASSERT_OK(extensions_.Grant(wave_.wave, wave_.number, again));
  ASSERT_OK_AND_ASSIGN(const StoredWave stored, waves_.Get("w"));
  EXPECT_EQ(stored.extensions, 2);
  ASSERT_OK_AND_ASSIGN(const auto listed, waves_.Extensions(wave_.number));
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_TRUE(SameExtension(listed[0], TheExtension()));
  EXPECT_THAT(extensions_.List(wave_.number, "flood", 10), IsOkAndHolds(SizeIs(1)));
}

TEST_P(ExtensionStoreTest, RevokesOnceAndSaysThatSomethingChanged) {
  ASSERT_OK_AND_ASSIGN(const auto none, extensions_.Revoke(wave_.number, "flood", "", kNoon));
  EXPECT_FALSE(none.has_value());
  ASSERT_OK(extensions_.Grant(wave_.wave, wave_.number, TheExtension()));
  ASSERT_OK_AND_ASSIGN(const auto revoked,
                       extensions_.Revoke(wave_.number, "flood", "a typing error", kNoon));
  ASSERT_TRUE(revoked.has_value());
  EXPECT_EQ(revoked->revoke_time, kNoon);
  EXPECT_EQ(revoked->revoke_reason, "a typing error");
  EXPECT_TRUE(SameExtension(*revoked, TheExtension()));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       extensions_.Revoke(wave_.number, "flood", "no", kNoon + absl::Hours(1)));
  EXPECT_EQ(again->revoke_time, kNoon);
  EXPECT_EQ(again->revoke_reason, "a typing error");
  ASSERT_OK_AND_ASSIGN(const StoredWave stored, waves_.Get("w"));
  EXPECT_EQ(stored.extensions, 1);
  EXPECT_EQ(stored.extension_changes, 2);
  ASSERT_OK_AND_ASSIGN(const Extension granted,
                       extensions_.Grant(wave_.wave, wave_.number, TheExtension()));
  EXPECT_EQ(granted.revoke_time, kNoon);
  ASSERT_OK_AND_ASSIGN(const auto listed, waves_.Extensions(wave_.number));
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0].revoke_time, kNoon);
}

INSTANTIATE_TEST_SUITE_P(Backends, FieldworkStoreTest, sql::AllBackends(), sql::BackendName);
INSTANTIATE_TEST_SUITE_P(Backends, InvitationStoreTest, sql::AllBackends(), sql::BackendName);
INSTANTIATE_TEST_SUITE_P(Backends, ExtensionStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::survey
