#include "services/catalogue/storage/programme_store.h"

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/feed/feed.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "services/catalogue/storage/schema.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);
const ProgrammeKey kKey = {"16SW03", "2021-2022"};

using Choices = std::vector<CountedChoice>;

ProgrammeChange ChangeTo(const ProgrammeKey& key, int revision, Choices choices,
                         std::string menu = "2021-spring") {
  return {.key = key,
          .menu_edition = std::move(menu),
          .revision = revision,
          .choices = std::move(choices),
          .content = absl::StrCat(revision),
          .kind = "filed",
          .payload = absl::StrCat("payload ", revision)};
}

// The content of these tests is the revision in words.
int RevisionOf(const std::string* content) {
  int revision = 0;
  EXPECT_TRUE(content == nullptr || absl::SimpleAtoi(*content, &revision));
  return revision;
}

class ProgrammeStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  ProgrammeStoreTest() {
    EXPECT_OK(sql::Migrate(*database_, {kSchema, feed::kSchema, requests::kSchema}));
  }

  // Files the next revision of `key`.
  absl::StatusOr<std::string> File(const ProgrammeKey& key, Choices choices,
                                   const requests::Request& request = {},
                                   std::string menu = "2021-spring") {
    return store_.Change(
        key, request, kNow,
        [&](const std::string* content) -> absl::StatusOr<std::optional<ProgrammeChange>> {
          return ChangeTo(key, RevisionOf(content) + 1, choices, menu);
        });
  }

  std::vector<std::string> Keys(const ProgrammeFilter& filter, const ProgrammeKey& after = {},
                                size_t limit = 100) {
    std::vector<std::string> keys;
    const auto programmes = store_.List(filter, after, limit);
    EXPECT_THAT(programmes, IsOk());
    for (const StoredProgramme& programme : *programmes) {
      keys.push_back(programme.key.school + " " + programme.key.school_year);
    }
    return keys;
  }

  std::vector<std::string> Feed() {
    std::vector<std::string> payloads;
    EXPECT_OK(database_->Read([&](sql::Transaction& transaction) -> absl::Status {
      payloads.clear();
      ASSIGN_OR_RETURN(const auto entries, feed::ReadAll(transaction, kProgrammeFeed, {}, 100'000));
      for (const feed::Entry& entry : entries) payloads.push_back(entry.payload);
      return absl::OkStatus();
    }));
    return payloads;
  }

  std::map<std::string, int64_t> Counts(const std::string& year = "2021-2022") {
    std::map<std::string, int64_t> counts;
    const auto found = store_.Count(year);
    EXPECT_THAT(found, IsOk());
    counts["programmes"] = found->programmes;
    for (const ChoiceCount& count : found->choices) {
      counts[absl::StrCat(count.intervention, " ", static_cast<int>(count.status))] =
          count.programmes;
    }
    return counts;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  ProgrammeStore store_{*database_};
};

INSTANTIATE_TEST_SUITE_P(Backends, ProgrammeStoreTest, sql::AllBackends(), sql::BackendName);

TEST_P(ProgrammeStoreTest, KeepsWhatAProgrammeIsAndWas) {
  EXPECT_THAT(store_.Get(kKey), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(File(kKey, {{"feedback", kPlanned}}), IsOkAndHolds("1"));
  EXPECT_THAT(File(kKey, {{"feedback", kRunning}}), IsOkAndHolds("2"));
  EXPECT_THAT(File(kKey, {}), IsOkAndHolds("3"));
  EXPECT_THAT(store_.Get(kKey), IsOkAndHolds("3"));
  ASSERT_OK_AND_ASSIGN(const auto all, store_.Revisions(kKey, 1'000'000, 10));
  ASSERT_OK_AND_ASSIGN(const auto older, store_.Revisions(kKey, 3, 1));
  std::vector<std::string> contents;
  for (const ProgrammeRevision& revision : all) contents.push_back(revision.content);
  EXPECT_THAT(contents, ElementsAre("3", "2", "1"));
  ASSERT_EQ(older.size(), 1u);
  EXPECT_EQ(older[0].revision, 2);
  EXPECT_THAT(Feed(), ElementsAre("payload 1", "payload 2", "payload 3"));
}

TEST_P(ProgrammeStoreTest, LeavesNoTraceOfARefusedChange) {
  ASSERT_OK(File(kKey, {{"feedback", kPlanned}}));
  EXPECT_THAT(
      store_.Change(kKey, {.scope = "s", .request_id = "r", .digest = "d"}, kNow,
                    [](const std::string*) -> absl::StatusOr<std::optional<ProgrammeChange>> {
                      return absl::AbortedError("stale");
                    }),
      StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(store_.Get(kKey), IsOkAndHolds("1"));
  EXPECT_THAT(Feed(), ElementsAre("payload 1"));
}

TEST_P(ProgrammeStoreTest, AnswersARepeatedRequestWithoutAskingAgain) {
  const requests::Request request{.scope = "s", .request_id = "r", .digest = "d"};
  EXPECT_THAT(File(kKey, {}, request), IsOkAndHolds("1"));
  EXPECT_THAT(File(kKey, {}), IsOkAndHolds("2"));
  EXPECT_THAT(File(kKey, {}, request), IsOkAndHolds("1"));
  EXPECT_THAT(store_.Get(kKey), IsOkAndHolds("2"));
  EXPECT_THAT(File(kKey, {}, {.scope = "s", .request_id = "r", .digest = "other"}),
              HasReason("REQUEST_ID_REUSED"));
}

TEST_P(ProgrammeStoreTest, ChangesManyAtOnce) {
  const std::vector<ProgrammeKey> keys = {
      {"31FR00", "2021-2022"}, {"16SW03", "2021-2022"}, {"16SW03", "2022-2023"}};
  const auto file =
      [&](size_t index,
          const std::string* content) -> absl::StatusOr<std::optional<ProgrammeChange>> {
    if (index == 1 && content != nullptr) return std::nullopt;
    return ChangeTo(keys[index], RevisionOf(content) + 1, {{"feedback", kRunning}});
  };
  ASSERT_OK(store_.ChangeMany(keys, kNow, file));
  ASSERT_OK(store_.ChangeMany(keys, kNow, file));
  EXPECT_THAT(store_.Get(keys[0]), IsOkAndHolds("2"));
  EXPECT_THAT(store_.Get(keys[1]), IsOkAndHolds("1"));
  EXPECT_THAT(store_.Get(keys[2]), IsOkAndHolds("2"));
  EXPECT_EQ(Feed().size(), 5u);
}

TEST_P(ProgrammeStoreTest, ChangesAllOrNone) {
  const std::vector<ProgrammeKey> keys = {{"31FR00", "2021-2022"}, {"16SW03", "2021-2022"}};
  EXPECT_THAT(
      store_.ChangeMany(
          keys, kNow,
          [&](size_t index, const std::string*) -> absl::StatusOr<std::optional<ProgrammeChange>> {
            if (index == 0) return absl::InternalError("broken");
            return ChangeTo(keys[index], 1, {});
          }),
      StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(Keys({}), IsEmpty());
  EXPECT_THAT(Feed(), IsEmpty());
}

TEST_P(ProgrammeStoreTest, ListsBySchoolAndYearFromAnyPosition) {
  for (const char* school : {"31FR00", "16SW03", "00AP00"}) {
    for (const char* year : {"2022-2023", "2021-2022"}) {
      const char* const intervention = school[0] == '1' ? "feedback" : "leermiddelen";
      ASSERT_OK(File({school, year}, {{intervention, kRunning}, {"klassenverkleining", kPlanned}}));
    }
  }
  EXPECT_THAT(Keys({}), ElementsAre("00AP00 2021-2022", "00AP00 2022-2023", "16SW03 2021-2022",
                                    "16SW03 2022-2023", "31FR00 2021-2022", "31FR00 2022-2023"));
  EXPECT_THAT(Keys({}, {"00AP00", "2022-2023"}, 2),
              ElementsAre("16SW03 2021-2022", "16SW03 2022-2023"));
  EXPECT_THAT(Keys({.school_year = "2022-2023"}, {"00AP00", "2022-2023"}),
              ElementsAre("16SW03 2022-2023", "31FR00 2022-2023"));
  EXPECT_THAT(Keys({.school = "16SW03"}), ElementsAre("16SW03 2021-2022", "16SW03 2022-2023"));
  EXPECT_THAT(Keys({.school = "16SW03"}, {"16SW03", "2021-2022"}), ElementsAre("16SW03 2022-2023"));
  EXPECT_THAT(Keys({.school = "16SW03", .intervention = "leermiddelen"}), IsEmpty());
  EXPECT_THAT(Keys({.school = "16SW03", .intervention = "feedback"}, {}, 1),
              ElementsAre("16SW03 2021-2022"));
  EXPECT_THAT(Keys({.intervention = "leermiddelen"}, {"00AP00", "2021-2022"}),
              ElementsAre("00AP00 2022-2023", "31FR00 2021-2022", "31FR00 2022-2023"));
  EXPECT_THAT(Keys({.school_year = "2021-2022", .intervention = "klassenverkleining"}, {}, 2),
              ElementsAre("00AP00 2021-2022", "16SW03 2021-2022"));
}

TEST_P(ProgrammeStoreTest, KeepsAQuietChangeAsNoRevisionAndOutOfTheFeed) {
  ASSERT_OK(File(kKey, {{"feedback", kRunning}}));
  ProgrammeChange quiet = ChangeTo(kKey, 1, {});
  quiet.content = "quiet";
  quiet.quiet = true;
  ASSERT_OK(store_.Change(kKey, {}, kNow, [&](const std::string*) { return quiet; }));
  EXPECT_THAT(store_.Get(kKey), IsOkAndHolds("quiet"));
  ASSERT_OK_AND_ASSIGN(const auto revisions, store_.Revisions(kKey, 9, 9));
  EXPECT_EQ(revisions.size(), 1u);
  EXPECT_THAT(Keys({.intervention = "feedback"}), ElementsAre("16SW03 2021-2022"));
  EXPECT_THAT(Feed(), ElementsAre("payload 1"));
}

TEST_P(ProgrammeStoreTest, ListsThoseThatChoseFromAnEdition) {
  ASSERT_OK(File({"16SW03", "2021-2022"}, {{"feedback", kRunning}}));
  ASSERT_OK(File({"16SW04", "2021-2022"}, {{"feedback", kRunning}}, {}, "2021-autumn"));
  for (const char* school : {"", "16SW04"}) {
    for (const char* intervention : {"", "feedback"}) {
      EXPECT_THAT(
          Keys({.school = school, .intervention = intervention, .menu_edition = "2021-autumn"}),
          ElementsAre("16SW04 2021-2022"));
    }
  }
  EXPECT_THAT(Keys({.school = "16SW03", .menu_edition = "2021-autumn"}), IsEmpty());
}

// A random history against a plain map.
TEST_P(ProgrammeStoreTest, CountsExactlyAfterAnyHistory) {
  std::mt19937 random(20220414);
  const auto draw = [&](int below) { return static_cast<int>(random() % below); };
  std::map<std::string, Choices> model;
  for (int step = 0; step < 200; ++step) {
    const std::string school = absl::StrFormat("%02dAA00", draw(30));
    Choices choices;
    for (const char* intervention : {"a", "b", "c", "d"}) {
      if (draw(2) == 1) {
        choices.push_back({intervention, static_cast<ChoiceStatus>(1 + draw(4))});
      }
    }
    ASSERT_OK(File({school, "2021-2022"}, choices));
    model[school] = choices;
  }
  ASSERT_OK(File({"99ZZ00", "2022-2023"}, {{"a", kRunning}}));
  std::map<std::string, int64_t> expected = {{"programmes", static_cast<int64_t>(model.size())}};
  for (const auto& [school, choices] : model) {
    for (const CountedChoice& choice : choices) {
      ++expected[absl::StrCat(choice.intervention, " ", static_cast<int>(choice.status))];
    }
  }
  EXPECT_EQ(Counts(), expected);
}

// The choices of a school year as "school intervention status pupils cents", "-" for what is not
// said.
std::vector<std::string> Words(const YearChoices& year) {
  const auto said = [](int64_t number, int64_t is_said) {
    return is_said == 0 ? std::string("-") : absl::StrCat(number);
  };
  std::vector<std::string> words;
  for (const auto& [school, count] : year.choices) {
    words.push_back(absl::StrCat(
        school, " ", count.intervention, " ", static_cast<int>(count.status), " ",
        said(count.pupils, count.pupils_said), " ", said(count.cents, count.amount_said)));
  }
  return words;
}

TEST_P(ProgrammeStoreTest, AddsUpWhatProgrammesSayOfTheirChoices) {
  ASSERT_OK(File({"00AP00", "2021-2022"}, {{"a", kRunning, 80, 1250050}, {"b", kPlanned}}));
  ASSERT_OK(File({"16SW03", "2021-2022"}, {{"a", kRunning, 20, {}}}));
  ASSERT_OK(File({"16SW03", "2021-2022"}, {{"a", kRunning, 25, {}}}));
  ASSERT_OK(File({"31FR00", "2021-2022"}, {}));
  ASSERT_OK(File({"31FR00", "2022-2023"}, {{"a", kRunning, 1000, 1}}));
  ASSERT_OK_AND_ASSIGN(const auto year, store_.Choices("2021-2022"));
  const auto& [counts, choices] = year;
  EXPECT_EQ(counts.programmes, 3);
  EXPECT_EQ(counts.uncounted, 0);
  ASSERT_EQ(counts.choices.size(), 2u);
  EXPECT_EQ(counts.choices[0].pupils, 105);
  EXPECT_EQ(counts.choices[0].pupils_said, 2);
  EXPECT_EQ(counts.choices[0].cents, 1250050);
  EXPECT_EQ(counts.choices[0].amount_said, 1);
  EXPECT_EQ(counts.choices[1].pupils_said, 0);
  EXPECT_THAT(choices.schools, ElementsAre("00AP00", "16SW03", "31FR00"));
  EXPECT_THAT(Words(choices), testing::UnorderedElementsAre("00AP00 a 2 80 1250050",
                                                            "00AP00 b 1 - -", "16SW03 a 2 25 -"));
}

TEST_P(ProgrammeStoreTest, CountsWhatAnEarlierReleaseKept) {
  ASSERT_OK(File({"00AP00", "2021-2022"}, {{"a", kRunning, 80, 1}, {"b", kPlanned, 7, 1}}));
  ASSERT_OK(File({"16SW03", "2021-2022"}, {{"a", kRunning, 20, 1}}));
  ASSERT_OK(database_->Write([](sql::Transaction& transaction) {
    return transaction
        .Execute(
            "UPDATE programme_choice SET pupils = $1, planned_cents = $1, counted = 0 "
            "WHERE school = '00AP00'",
            {std::optional<int64_t>()})
        .status();
  }));
  ASSERT_OK_AND_ASSIGN(YearCounts counts, store_.Count("2021-2022"));
  EXPECT_EQ(counts.uncounted, 2);
  int read = 0;
  ASSERT_OK(store_.CountAnew(
      [&](const std::string& content) -> absl::StatusOr<std::vector<CountedChoice>> {
        EXPECT_EQ(content, "1");
        ++read;
        return Choices{{"a", kRunning, 80, 1}, {"b", kPlanned, 7, 1}};
      }));
  EXPECT_EQ(read, 1);
  ASSERT_OK_AND_ASSIGN(const auto year, store_.Choices("2021-2022"));
  EXPECT_EQ(year.first.uncounted, 0);
  EXPECT_THAT(Words(year.second), testing::UnorderedElementsAre("00AP00 a 2 80 1", "00AP00 b 1 7 1",
                                                                "16SW03 a 2 20 1"));
}

TEST_P(ProgrammeStoreTest, TellsWhichSchoolsHaveFiled) {
  ASSERT_OK(File({"00AP00", "2021-2022"}, {}));
  ASSERT_OK(File({"16SW03", "2022-2023"}, {}));
  EXPECT_THAT(store_.Filed({"00AP00", "16SW03", "31FR00"}, "2021-2022"),
              IsOkAndHolds(ElementsAre("00AP00")));
  EXPECT_THAT(store_.Filed({}, "2021-2022"), IsOkAndHolds(IsEmpty()));
}

// Single writers and batches from several handles: every change counts once, in order.
TEST_P(ProgrammeStoreTest, LosesNoChangeToARacer) {
  constexpr int kRacers = 4;
  constexpr int kRounds = 15;
  const std::vector<ProgrammeKey> keys = {
      {"00AP00", "2021-2022"}, {"16SW03", "2021-2022"}, {"31FR00", "2021-2022"}};
  std::atomic<int> failures = 0;
  std::vector<std::thread> racers;
  for (int racer = 0; racer < kRacers; ++racer) {
    racers.emplace_back([&, racer] {
      const std::unique_ptr<sql::Database> database = place_.Open();
      ProgrammeStore store(*database);
      for (int round = 0; round < kRounds; ++round) {
        absl::Status status;
        if (racer % 2 == 0) {
          status = store.ChangeMany(
              keys, kNow,
              [&](size_t index,
                  const std::string* content) -> absl::StatusOr<std::optional<ProgrammeChange>> {
                return ChangeTo(keys[index], RevisionOf(content) + 1, {{"a", kRunning}});
              });
        } else {
          for (const ProgrammeKey& key : keys) {
            status.Update(
                store
                    .Change(key, {}, kNow,
                            [&](const std::string* content)
                                -> absl::StatusOr<std::optional<ProgrammeChange>> {
                              return ChangeTo(key, RevisionOf(content) + 1, {{"a", kRunning}});
                            })
                    .status());
          }
        }
        if (!status.ok()) ++failures;
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(failures, 0);
  for (const ProgrammeKey& key : keys) {
    EXPECT_THAT(store_.Get(key), IsOkAndHolds(absl::StrCat(kRacers * kRounds)));
  }
  EXPECT_EQ(Feed().size(), keys.size() * kRacers * kRounds);
  EXPECT_THAT(Counts(), testing::UnorderedElementsAre(testing::Pair("programmes", 3),
                                                      testing::Pair("a 2", 3)));
}

}  // namespace
}  // namespace vg::catalogue
