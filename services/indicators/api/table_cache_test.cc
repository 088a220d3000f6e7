#include "services/indicators/api/table_cache.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "common/cache/make_cache.h"
#include "common/sql/test_backends.h"
#include "common/testing/fake_clock.h"
#include "common/testing/redis_server.h"
#include "services/indicators/api/contributions.h"
#include "services/indicators/api/test_service.h"

namespace vg::indicators {
namespace {

// A replica: everything of its own but the database and Redis.
struct Replica {
  Replica(const std::string& database_url, const std::string& redis_url, Peers& peers)
      : database(*sql::Database::Open(database_url)),
        indicators(*database),
        sums(*database),
        measures(peers),
        disclosures(*database),
        tables(sums, disclosures, measures, peers, clock),
        // Nothing is kept in the process, so that every hit is Redis'.
        cache(*cache::MakeCache({.memory_bytes = 0, .redis_url = redis_url}, clock)),
        table_cache(tables, *cache) {}

  absl::Status Fold(std::span<const feed::Entry> entries) {
    const auto all = indicators.OnFeed(kResponseFeed);
    RETURN_IF_ERROR(all.status());
    ASSIGN_OR_RETURN(const Contributions read,
                     Contributions::Of(kResponseFeed, entries, *all, measures));
    return sums.Fold(kResponseFeed, entries, std::bind_front(&Contributions::Delta, &read));
  }
  absl::StatusOr<v1::EstimateTable> Ask() {
    v1::QueryEstimatesRequest request;
    request.set_indicator("indicators/execution");
    request.set_wave(kWave);
    request.mutable_estimation()->set_variance_method(v1::VARIANCE_METHOD_JACKKNIFE);
    v1::EstimateTable table;
    ASSIGN_OR_RETURN(const StoredIndicator stored, indicators.Newest("execution"));
    RETURN_IF_ERROR(table_cache.Answer(stored, request, {.audience = "caller/a"}, table));
    return table;
  }

  FakeClock clock;
  std::unique_ptr<sql::Database> database;
  IndicatorStore indicators;
  SumsStore sums;
  Measures measures;
  DisclosureStore disclosures;
  Tables tables;
  std::unique_ptr<cache::Cache> cache;
  TableCache table_cache;
};

class TableCacheTest : public testing::Test {
 protected:
  TableCacheTest() {
    FillPeers(peers_);
    Prepare(one_);
    for (int school = 0; school < 20; ++school) Answer(one_, school, "well");
  }

  // A database with one indicator that is live.
  static void Prepare(Replica& replica) {
    EXPECT_OK(sql::Migrate(*replica.database, {kSchema, feed::kCursorSchema, requests::kSchema}));
    const v1::IndicatorDefinition definition = Example("execution-well");
    const NewIndicator indicator = {"execution", kResponseFeed, definition.SerializeAsString(),
                                    DigestOf(definition)};
    EXPECT_THAT(replica.indicators.Define(indicator, "", absl::UnixEpoch()), IsOk());
    EXPECT_THAT(replica.sums.OpenPass(kResponseFeed), IsOk());
    EXPECT_THAT(replica.sums.ClosePass(kResponseFeed), IsOkAndHolds(true));
  }
  // Submitted, or withdrawn.
  feed::Entry EntryOf(int school, const std::string& execution, bool withdrawn) {
    survey::ResponseChange change;
    survey::Response& response = withdrawn ? *change.mutable_before() : *change.mutable_after();
    response.set_name(absl::StrCat(kWave, "/responses/", school, execution));
    response.set_questionnaire_version(kLeaders);
    response.set_unit(School(school));
    survey::Answer& answer = *response.add_answers();
    answer.set_question("execution");
    answer.set_choice(execution);
    feed::Entry entry;
    entry.partition = feed::PartitionOf(response.unit());
    entry.number = ++heads_[static_cast<size_t>(entry.partition)];
    entry.payload = change.SerializeAsString();
    return entry;
  }
  void Answer(Replica& replica, int school, const std::string& execution, bool withdrawn = false) {
    const std::vector<feed::Entry> entries = {EntryOf(school, execution, withdrawn)};
    EXPECT_OK(replica.Fold(entries));
  }
  static int64_t Records(Replica& replica) {
    const auto table = replica.Ask();
    EXPECT_THAT(table, IsOk());
    return table.ok() ? table->estimates(0).n() : -1;
  }

  FakePeers peers_;
  const TempDir folder_;
  const std::string url_ = "sqlite:" + folder_.path() + "/indicators.db";
  std::unique_ptr<RedisServer> redis_ = *RedisServer::Start();
  Replica one_{url_, redis_->url(), peers_};
  Replica other_{url_, redis_->url(), peers_};
  feed::Cursors heads_{};
};

TEST_F(TableCacheTest, WhatOneReplicaMadeTheOtherFinds) {
  const auto made = one_.Ask();
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(one_.cache->stats().hits, 0);
  const auto found = other_.Ask();
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(other_.cache->stats().hits, 1);
  EXPECT_EQ(made->SerializeAsString(), found->SerializeAsString());
}

TEST_F(TableCacheTest, AnAnswerIsInTheNextTableWhoeverFoldedIt) {
  EXPECT_EQ(Records(one_), 20);
  EXPECT_EQ(Records(other_), 20);
  Answer(other_, 20, "badly");
  EXPECT_EQ(Records(one_), 21);
  EXPECT_EQ(Records(other_), 21);
  // Withdrawn again, the figures are the former ones, and so is the table; how far folding is, is
  // not.
  const int64_t hits = one_.cache->stats().hits;
  Answer(one_, 20, "badly", /*withdrawn=*/true);
  const auto again = one_.Ask();
  EXPECT_EQ(again->estimates(0).n(), 20);
  EXPECT_EQ(again->provenance().folded_change_count(), 22);
  EXPECT_EQ(one_.cache->stats().hits, hits + 1);
}

// The same answers, in whatever order and batches they came, some of them withdrawn on the way,
// over whichever database.
TEST_F(TableCacheTest, TheSameAnswersGiveTheSameBytesInAnyOrder) {
  std::string first;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    sql::TestDatabase place(seed % 2 == 0 ? sql::TestBackend::kPostgres
                                          : sql::TestBackend::kSqliteFile);
    Replica replica(place.url(), "", peers_);
    heads_ = {};
    Prepare(replica);
    std::vector<int> schools(30);
    std::iota(schools.begin(), schools.end(), 0);
    std::shuffle(schools.begin(), schools.end(), random);
    for (const int school : schools) {
      // Somebody asks now and then, so that numbers are given in another order.
      if (random() % 5 == 0) (void)replica.Ask();
      if (random() % 3 == 0) {
        Answer(replica, school, "neither");
        Answer(replica, school, "neither", /*withdrawn=*/true);
      }
      Answer(replica, school, school % 4 == 0 ? "badly" : "well");
    }
    auto table = replica.Ask();
    ASSERT_THAT(table, IsOk());
    table->mutable_provenance()->clear_folded_change_count();
    const std::string bytes = table->SerializeAsString();
    if (first.empty()) first = bytes;
    EXPECT_EQ(bytes, first) << "seed " << seed;
  }
}

// Partitions of the feed are folded side by side, while somebody asks.
TEST_F(TableCacheTest, AnyNumberOfThreadsFoldToTheSameBytes) {
  std::string of_one;
  for (const sql::TestBackend backend :
       {sql::TestBackend::kSqliteFile, sql::TestBackend::kPostgres}) {
    for (const size_t threads : {1u, 2u, 4u}) {
      sql::TestDatabase place(backend);
      Replica replica(place.url(), "", peers_);
      Prepare(replica);
      std::vector<std::vector<feed::Entry>> of_thread(threads);
      heads_ = {};
      for (int school = 0; school < 40; ++school) {
        const std::vector<feed::Entry> entries = {
            EntryOf(school, school % 4 == 0 ? "badly" : "well", /*withdrawn=*/false),
            EntryOf(school, "neither", /*withdrawn=*/false),
            EntryOf(school, "neither", /*withdrawn=*/true)};
        auto& own = of_thread[static_cast<size_t>(entries[0].partition) % threads];
        own.insert(own.end(), entries.begin(), entries.end());
      }
      {
        std::vector<std::jthread> folding;
        for (const std::vector<feed::Entry>& entries : of_thread) {
          folding.emplace_back([&replica, &entries] {
            for (size_t next = 0; next < entries.size(); next += 5) {
              const auto batch =
                  std::span(entries).subspan(next, std::min<size_t>(5, entries.size() - next));
              // Who lost a race too often tries again, as following a feed does.
              absl::Status folded = replica.Fold(batch);
              while (absl::IsAborted(folded) || absl::IsUnavailable(folded)) {
                folded = replica.Fold(batch);
              }
              EXPECT_OK(folded);
            }
          });
        }
        for (int i = 0; i < 5; ++i) (void)replica.Ask();
      }
      const auto table = replica.Ask();
      ASSERT_THAT(table, IsOk());
      EXPECT_EQ(table->estimates(0).n(), 40);
      EXPECT_EQ(table->provenance().folded_change_count(), 120);
      const std::string bytes = table->SerializeAsString() + *replica.sums.Digest();
      if (of_one.empty()) of_one = bytes;
      EXPECT_EQ(bytes, of_one) << threads << " threads";
    }
  }
}

// Answers that come, change and go, in municipalities around the least that is shown: groups come
// up, are hidden and vanish again.
TEST_F(TableCacheTest, ATableThatIsBroughtUpToDateIsTheOneMadeFromScratch) {
  std::vector<Unit> units;
  for (int school = 0; school < 72; ++school) {
    Unit unit;
    unit.name = School(school);
    unit.province = absl::StrCat("province-", school % 3);
    unit.municipality = absl::StrCat("municipalities/", school % 9);
    unit.board = absl::StrCat("boards/", school % 20);
    units.push_back(unit);
  }
  peers_.units["snapshots/s"] = std::make_shared<const SnapshotUnits>(
      SnapshotUnits{"snapshots/s", "digest-of-s", UnitTable(std::move(units))});
  const std::string on =
      "title: {nl: T, en: T}\nresponses: {questionnaires: [questionnaires/school-leaders]}\n";
  const auto prepare = [&](Replica& replica) {
    EXPECT_OK(sql::Migrate(*replica.database, {kSchema, feed::kCursorSchema, requests::kSchema}));
    for (const auto& [id, measure] : std::map<std::string, std::string>{
             {"rounded", "proportion: {condition: execution == 'well'}"},
             {"options", "distribution: {value: execution}"}}) {
      const auto definition = Yaml<v1::IndicatorDefinition>(on + measure);
      EXPECT_THAT(replica.indicators.Define(
                      {id, kResponseFeed, definition.SerializeAsString(), DigestOf(definition)}, "",
                      absl::UnixEpoch()),
                  IsOk());
    }
    const auto rounding =
        Yaml<v1::DisclosurePolicy>("rounding: {base: 3, kind: conventional}").SerializeAsString();
    EXPECT_THAT(replica.disclosures.SetPolicy(
                    {.indicator_id = "rounded", .policy = rounding, .digest = "d"}, ""),
                IsOk());
    Prepare(replica);
  };
  // What was shown before counts, so that the one made from scratch has seen the same.
  const sql::TestDatabase place(sql::TestBackend::kSqliteFile);
  const sql::TestDatabase other_place(sql::TestBackend::kSqliteFile);
  Replica kept(place.url(), "", peers_);
  prepare(kept);
  {
    Replica scratch(other_place.url(), "", peers_);
    prepare(scratch);
  }
  heads_ = {};

  std::vector<v1::QueryEstimatesRequest> requests;
  for (const char* text :
       {"{indicator: indicators/execution, breakdowns: [municipality], estimation: {}}",
        "{indicator: indicators/execution, breakdowns: [municipality], "
        "estimation: {strata: [province], lonely_stratum: adjust}}",
        "{indicator: indicators/execution, breakdowns: [province], estimation: {}, "
        "filter: {provinces: [province-1]}}",
        "{indicator: indicators/options, breakdowns: [municipality], estimation: {}}",
        "{indicator: indicators/options, breakdowns: [province]}",
        "{indicator: indicators/rounded, breakdowns: [municipality]}",
        "{indicator: indicators/execution, breakdowns: [municipality], "
        "filter: {provinces: [province-1, province-2]}}",
        "{indicator: indicators/execution, breakdowns: [province, board]}",
        "{indicator: indicators/execution, breakdowns: [board], estimation: {}}"}) {
    requests.push_back(Yaml<v1::QueryEstimatesRequest>(text));
    requests.back().set_wave(kWave);
  }
  // The bytes of a table, or why there is none.
  const auto answer = [](Replica& replica, const v1::QueryEstimatesRequest& request,
                         const std::string& audience) {
    const auto stored = replica.indicators.Newest(request.indicator().substr(11));
    EXPECT_THAT(stored, IsOk());
    v1::EstimateTable table;
    const absl::Status status =
        replica.table_cache.Answer(*stored, request, {.audience = audience}, table);
    return status.ok() ? table.SerializeAsString() : status.ToString();
  };
  std::mt19937 random(20);
  std::map<int, std::string> answers;
  std::set<int> hidden_groups;
  for (int step = 0; step < 60; ++step) {
    Replica scratch(other_place.url(), "", peers_);
    const auto change = [&](int school, const std::string& execution, bool withdrawn) {
      const feed::Cursors heads = heads_;
      Answer(kept, school, execution, withdrawn);
      heads_ = heads;
      Answer(scratch, school, execution, withdrawn);
    };
    // One, or several between two questions.
    for (unsigned changes = random() % 2 == 0 ? 1 : random() % 6; changes > 0; --changes) {
      const int school = static_cast<int>(random() % 72);
      const auto before = answers.find(school);
      const bool answered = before != answers.end();
      if (answered) {
        change(school, before->second, /*withdrawn=*/true);
        answers.erase(before);
      }
      if (!answered || random() % 4 != 0) {
        answers[school] = random() % 2 == 0 ? "well" : "badly";
        change(school, answers[school], /*withdrawn=*/false);
      }
    }
    for (size_t i = 0; i < requests.size(); ++i) {
      const std::string audience = absl::StrCat("caller/", i);
      const std::string told = answer(kept, requests[i], audience);
      ASSERT_EQ(told, answer(scratch, requests[i], audience)) << "step " << step << ", query " << i;
      v1::EstimateTable table;
      if (table.ParseFromString(told))
        hidden_groups.insert(table.disclosure().hidden_group_count());
    }
  }
  EXPECT_GT(hidden_groups.size(), 3u);
}

TEST_F(TableCacheTest, WithoutRedisAnswersAreTheSame) {
  const auto before = one_.Ask();
  ASSERT_THAT(before, IsOk());
  redis_->Kill();
  Answer(one_, 21, "well");
  EXPECT_EQ(Records(one_), 21);
  EXPECT_EQ(Records(other_), 21);
  ASSERT_OK(redis_->Restart());
  Answer(one_, 22, "badly");
  EXPECT_EQ(Records(one_), 22);
  EXPECT_EQ(Records(other_), 22);
  // Frozen in the middle, it costs time and nothing else.
  redis_->Pause();
  Answer(other_, 23, "badly");
  EXPECT_EQ(Records(one_), 23);
  redis_->Resume();
}

}  // namespace
}  // namespace vg::indicators
