// What every engine promises through the seam.

#include "common/sql/database.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"

namespace vg::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr Migration kTables[] = {{1, "tables", R"sql(
CREATE TABLE school (
  id {text} NOT NULL PRIMARY KEY,
  pupils {int},
  digest {bytes},
  note {text}
) {strict};
CREATE TABLE visit (
  school_id {text} NOT NULL REFERENCES school (id),
  number {int} NOT NULL CHECK (number > 0),
  PRIMARY KEY (school_id, number)
) {clustered};
CREATE TABLE doctor (id {int} NOT NULL PRIMARY KEY, on_call {int} NOT NULL) {strict};
CREATE TABLE ticket (id {identity}, name {text} NOT NULL) {strict};
CREATE TABLE medal (place {int} NOT NULL PRIMARY KEY, c1 {text} NOT NULL) {strict};
)sql"}};

constexpr char kInsertSchool[] = "INSERT INTO school (id, pupils) VALUES ($1, $2)";

class DatabaseTest : public testing::TestWithParam<TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(Migrate(*database_, {{"test", kTables}})); }

  absl::Status AddSchool(Database& database, const std::string& id, int64_t pupils = 1) {
    return database.Write([&](Transaction& transaction) {
      return transaction.Execute(kInsertSchool, {id, pupils}).status();
    });
  }
  std::vector<std::string> Schools(Database& database) {
    std::vector<std::string> ids;
    EXPECT_OK(database.Read([&](Transaction& transaction) {
      ids.clear();
      return transaction.Query("SELECT id FROM school ORDER BY id", {},
                               [&](const Row& row) { ids.push_back(row.String(0)); });
    }));
    return ids;
  }
  absl::StatusOr<std::optional<int64_t>> Number(Database& database, std::string_view sql,
                                                std::vector<Value> params = {}) {
    std::optional<int64_t> number;
    RETURN_IF_ERROR(database.Read([&](Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(number, transaction.QueryInt64(sql, params));
      return absl::OkStatus();
    }));
    return number;
  }

  TestDatabase place_{GetParam()};
  std::unique_ptr<Database> database_ = place_.Open();
};

INSTANTIATE_TEST_SUITE_P(Backends, DatabaseTest, AllBackends(), BackendName);

TEST_P(DatabaseTest, KeepsWhatWasCommitted) {
  ASSERT_OK(AddSchool(*database_, "16SW03"));
  EXPECT_THAT(Schools(*database_), ElementsAre("16SW03"));
  EXPECT_THAT(Schools(*place_.Open()), ElementsAre("16SW03"));
}

TEST_P(DatabaseTest, SurvivesAReopen) {
  ASSERT_OK(AddSchool(*database_, "16SW03"));
  database_ = nullptr;
  database_ = place_.Open();
  EXPECT_THAT(Schools(*database_), ElementsAre("16SW03"));
}

TEST_P(DatabaseTest, LeavesNoTraceOfRefusedWork) {
  const absl::Status status = database_->Write([&](Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Execute(kInsertSchool, {"16SW03", 1}).status());
    return absl::NotFoundError("the board is unknown");
  });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, "the board is unknown"));
  EXPECT_THAT(Schools(*database_), ElementsAre());
  EXPECT_OK(AddSchool(*database_, "16SW03"));
}

TEST_P(DatabaseTest, GivesBackEveryTypeAsItWasGiven) {
  const std::string octets("\0\xff\\x\n\t", 6);
  const std::string text = "Sint-Jozef \\ \"tab\t\" \n\r €";
  int visited = 0;
  ASSERT_OK(database_->Write([&](Transaction& transaction) -> absl::Status {
    for (const auto& [id, pupils] : {std::pair<const char*, int64_t>{"a", INT64_MIN},
                                     std::pair<const char*, int64_t>{"b", INT64_MAX}}) {
      RETURN_IF_ERROR(transaction
                          .Execute("INSERT INTO school (id, pupils, digest, note) "
                                   "VALUES ($1, $2, $3, $4)",
                                   {id, pupils, Bytes{octets}, text})
                          .status());
    }
    RETURN_IF_ERROR(transaction
                        .Execute("INSERT INTO school (id, pupils, digest, note) "
                                 "VALUES ($1, $2, $3, $4)",
                                 {"c", std::optional<int64_t>(), nullptr, std::nullopt})
                        .status());
    return transaction.Query("SELECT pupils, digest, note FROM school ORDER BY id", {},
                             [&](const Row& row) {
                               ++visited;
                               if (visited == 3) {
                                 EXPECT_TRUE(row.IsNull(0) && row.IsNull(1) && row.IsNull(2));
                                 EXPECT_EQ(row.OptionalInt64(0), std::nullopt);
                                 EXPECT_EQ(row.OptionalString(2), std::nullopt);
                                 return;
                               }
                               EXPECT_EQ(row.Int64(0), visited == 1 ? INT64_MIN : INT64_MAX);
                               EXPECT_EQ(row.OctetString(1), octets);
                               EXPECT_EQ(row.Text(2), text);
                             });
  }));
  EXPECT_EQ(visited, 3);
}

TEST_P(DatabaseTest, CountsChangedRows) {
  ASSERT_OK(database_->Write([&](Transaction& transaction) -> absl::Status {
    EXPECT_THAT(transaction.Execute(kInsertSchool, {"a", 1}), IsOkAndHolds(1));
    EXPECT_THAT(transaction.Execute(kInsertSchool, {"b", 1}), IsOkAndHolds(1));
    EXPECT_THAT(transaction.Execute("UPDATE school SET pupils = pupils + $1", {2}),
                IsOkAndHolds(2));
    EXPECT_THAT(transaction.Execute("UPDATE school SET pupils = 9 WHERE id = $1", {"z"}),
                IsOkAndHolds(0));
    EXPECT_THAT(
        transaction.Execute("INSERT INTO school (id) VALUES ($1) ON CONFLICT DO NOTHING", {"a"}),
        IsOkAndHolds(0));
    EXPECT_THAT(transaction.Execute("DELETE FROM school"), IsOkAndHolds(2));
    return absl::OkStatus();
  }));
}

TEST_P(DatabaseTest, UsesOneParameterInSeveralPlaces) {
  ASSERT_OK(AddSchool(*database_, "16SW03", 7));
  EXPECT_THAT(
      Number(*database_, "SELECT COUNT(*) FROM school WHERE (id = $2 OR note = $2) AND pupils = $1",
             {7, "16SW03"}),
      IsOkAndHolds(Optional(1)));
}

TEST_P(DatabaseTest, GivesKeysOfItsOwnMaking) {
  ASSERT_OK(database_->Write([&](Transaction& transaction) -> absl::Status {
    for (int64_t i = 1; i <= 3; ++i) {
      EXPECT_THAT(transaction.QueryInt64("INSERT INTO ticket (name) VALUES ($1) RETURNING id",
                                         {absl::StrCat("t", i)}),
                  IsOkAndHolds(Optional(i)));
    }
    return absl::OkStatus();
  }));
}

TEST_P(DatabaseTest, OrdersAndComparesTextByBytes) {
  for (const char* id : {"b", "B", "a", "_", "é", "Z", "1"}) ASSERT_OK(AddSchool(*database_, id));
  EXPECT_THAT(Schools(*database_), ElementsAre("1", "B", "Z", "_", "a", "b", "é"));
  EXPECT_THAT(Number(*database_, "SELECT COUNT(*) FROM school WHERE id LIKE $1", {"B%"}),
              IsOkAndHolds(Optional(1)));
}

TEST_P(DatabaseTest, TellsWhetherThereIsARow) {
  ASSERT_OK(AddSchool(*database_, "a", 3));
  ASSERT_OK(AddSchool(*database_, "b", 4));
  ASSERT_OK(database_->Read([&](Transaction& transaction) -> absl::Status {
    constexpr char kSelect[] = "SELECT pupils FROM school WHERE pupils >= $1 ORDER BY pupils";
    int64_t pupils = 0;
    EXPECT_THAT(transaction.QueryOne(kSelect, {1}, [&](const Row& row) { pupils = row.Int64(0); }),
                IsOkAndHolds(true));
    EXPECT_EQ(pupils, 3);
    EXPECT_THAT(transaction.QueryOne(kSelect, {9}, [](const Row&) {}), IsOkAndHolds(false));
    EXPECT_THAT(
        transaction.QueryOne(kSelect, {1}, [](const Row&) { return absl::DataLossError("odd"); }),
        StatusIs(absl::StatusCode::kDataLoss, "odd"));
    // The visitor's refusal does not spend the transaction.
    EXPECT_THAT(transaction.QueryInt64("SELECT MAX(pupils) FROM school"),
                IsOkAndHolds(Optional(4)));
    EXPECT_THAT(transaction.QueryInt64("SELECT MAX(pupils) FROM school WHERE id = 'z'"),
                IsOkAndHolds(std::nullopt));
    return absl::OkStatus();
  }));
}

TEST_P(DatabaseTest, StreamsALargeResult) {
  constexpr int64_t kRows = 300'000;
  int64_t sum = 0;
  ASSERT_OK(database_->Read([&](Transaction& transaction) {
    sum = 0;
    return transaction.Query(
        "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL "
        "SELECT i + 1 FROM n WHERE i < $1) SELECT i FROM n",
        {kRows}, [&](const Row& row) { sum += row.Int64(0); });
  }));
  EXPECT_EQ(sum, kRows * (kRows + 1) / 2);
}

TEST_P(DatabaseTest, StopsAQueryWhenTheVisitorRefuses) {
  int visited = 0;
  const absl::Status status = database_->Read([&](Transaction& transaction) {
    return transaction.Query("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3", {},
                             [&](const Row&) -> absl::Status {
                               if (++visited == 2) return absl::CancelledError("enough");
                               return absl::OkStatus();
                             });
  });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled, "enough"));
  EXPECT_EQ(visited, 2);
}

TEST_P(DatabaseTest, RunsAStatementWithEachOfManyParameters) {
  ASSERT_OK(AddSchool(*database_, "s700"));
  std::vector<std::vector<Value>> params;
  for (int i = 0; i < 1'200; ++i)
    params.push_back({absl::StrCat("s", i), i % 3 ? Value(i) : Value()});
  std::vector<std::string> added(params.size());
  ASSERT_OK(database_->Write([&](Transaction& transaction) {
    return transaction.QueryEach(
        "INSERT INTO school (id, pupils) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
        params, [&](size_t index, const Row& row) { added[index] = row.String(0); });
  }));
  for (int i = 0; i < 1'200; ++i) {
    EXPECT_EQ(added[i], i == 700 ? "" : absl::StrCat("s", i));
  }
  EXPECT_EQ(Schools(*database_).size(), 1'200u);
}

TEST_P(DatabaseTest, GoesOnAfterOneOfManyParametersFailedInASavepoint) {
  const std::vector<std::vector<Value>> params = {{"a", 1}, {"b", 2}, {"a", 3}, {"c", 4}};
  ASSERT_OK(database_->Write([&](Transaction& transaction) -> absl::Status {
    EXPECT_THAT(transaction.Savepoint([&] {
      return transaction.QueryEach(kInsertSchool, params, [](size_t, const Row&) {});
    }),
                StatusIs(absl::StatusCode::kAlreadyExists));
    return transaction.Execute(kInsertSchool, {"d", 5}).status();
  }));
  EXPECT_THAT(Schools(*database_), ElementsAre("d"));
}

// Gives `rows` one after the other.
auto Source(const std::vector<std::vector<Value>>& rows) {
  // RowSource calls what it refers to as const.
  return
      [&rows, at = std::make_shared<size_t>(0)](std::vector<Value>& row) -> absl::StatusOr<bool> {
        if (*at == rows.size()) return false;
        row = rows[(*at)++];
        return true;
      };
}

TEST_P(DatabaseTest, FindsTheRowOfEachOfManyKeys) {
  std::vector<std::vector<Value>> rows, keys;
  for (int i = 0; i < 12'000; ++i) keys.push_back({absl::StrCat("s", i)});
  for (int i = 0; i < 12'000; i += 2) rows.push_back({absl::StrCat("s", i), i, Bytes{"d"}});
  ASSERT_OK(database_->Write([&](Transaction& transaction) {
    return transaction.Append("school", {"id", "pupils", "digest"}, rows).status();
  }));
  std::vector<int64_t> found(keys.size(), -1);
  ASSERT_OK(database_->Read([&](Transaction& transaction) {
    return transaction.FindEach("school", {"id"}, {"pupils", "digest"}, Source(keys),
                                [&](size_t i, const Row& row) {
                                  EXPECT_EQ(row.Octets(1), "d");
                                  found[i] = row.Int64(0);
                                });
  }));
  for (int i = 0; i < 12'000; ++i) ASSERT_EQ(found[i], i % 2 == 0 ? i : -1);
  EXPECT_THAT(database_->Read([&](Transaction& transaction) {
    return transaction.FindEach("school", {"id"}, {"pupils"}, Source(keys),
                                [](size_t, const Row& row) { row.Text(0); });
  }),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_P(DatabaseTest, MergesNewRowsWithThoseThatAreThere) {
  constexpr char kAdd[] =
      "ON CONFLICT (id) DO UPDATE SET pupils = school.pupils + excluded.pupils "
      "RETURNING id, pupils";
  const auto merge = [&](std::vector<std::vector<Value>> rows) {
    std::vector<std::string> returned;
    EXPECT_OK(database_->Write([&](Transaction& transaction) {
      returned.clear();
      return transaction.Merge(
          "school", {"id", "pupils", "note"}, kAdd, Source(rows),
          [&](const Row& row) { returned.push_back(absl::StrCat(row.String(0), row.Int64(1))); });
    }));
    return returned;
  };
  const Value no_note = std::optional<std::string>();
  EXPECT_THAT(merge({{"a", 1, "x"}, {"b", 2, no_note}}), ElementsAre("a1", "b2"));
  EXPECT_THAT(merge({{"b", 5, "y"}, {"c", 3, no_note}}), ElementsAre("b7", "c3"));
  EXPECT_THAT(merge({}), IsEmpty());
  EXPECT_THAT(Schools(*database_), ElementsAre("a", "b", "c"));
}

TEST_P(DatabaseTest, ARowThatIsRefusedSpendsTheTransactionAlsoInAMerge) {
  const std::vector<std::vector<Value>> rows = {{"a", 1}, {"b", 2}};
  ASSERT_OK(AddSchool(*database_, "b"));
  EXPECT_THAT(database_->Write([&](Transaction& transaction) {
    return transaction.Merge("school", {"id", "pupils"}, "", Source(rows));
  }),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Schools(*database_), ElementsAre("b"));
}

TEST_P(DatabaseTest, RunsWorkAgainThatCallsAFailedStatementALostRace) {
  int attempts = 0;
  ASSERT_OK(AddSchool(*database_, "a"));
  EXPECT_OK(database_->Write([&](Transaction& transaction) -> absl::Status {
    const bool first = ++attempts == 1;
    const absl::Status added = transaction.Execute(kInsertSchool, {first ? "a" : "b", 1}).status();
    return added.ok() ? added : absl::AbortedError("somebody else was first");
  }));
  EXPECT_EQ(attempts, 2);
  EXPECT_THAT(Schools(*database_), ElementsAre("a", "b"));
}

TEST_P(DatabaseTest, AppendsManyRowsFast) {
  constexpr int64_t kRows = 100'000;
  int64_t next = 0;
  ASSERT_OK(database_->Write([&](Transaction& transaction) -> absl::Status {
    next = 0;
    EXPECT_THAT(
        transaction.Append("school", {"id", "pupils", "digest", "note"},
                           [&](std::vector<Value>& row) -> absl::StatusOr<bool> {
                             if (next == kRows) return false;
                             row = {absl::StrCat("s", next), next, Bytes{std::string("\0\\\n", 3)},
                                    next % 2 == 0 ? Value("tab\there \\N \r\n €") : Value(nullptr)};
                             ++next;
                             return true;
                           }),
        IsOkAndHolds(kRows));
    return absl::OkStatus();
  }));
  EXPECT_THAT(Number(*database_, "SELECT COUNT(*) FROM school WHERE digest = $1",
                     {Bytes{std::string("\0\\\n", 3)}}),
              IsOkAndHolds(Optional(kRows)));
  EXPECT_THAT(
      Number(*database_, "SELECT COUNT(*) FROM school WHERE note = $1", {"tab\there \\N \r\n €"}),
      IsOkAndHolds(Optional(kRows / 2)));
  EXPECT_THAT(Number(*database_, "SELECT CAST(SUM(pupils) AS BIGINT) FROM school"),
              IsOkAndHolds(Optional(kRows * (kRows - 1) / 2)));
}

TEST_P(DatabaseTest, AppendsAllRowsOrNone) {
  ASSERT_OK(AddSchool(*database_, "b"));
  bool first = true;
  const std::vector<std::vector<Value>> rows = {{"a", 1}, {"b", 2}, {"c", 3}};
  EXPECT_THAT(database_->Write([&](Transaction& transaction) {
    return transaction.Append("school", {"id", "pupils"}, rows).status();
  }),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(database_->Write([&](Transaction& transaction) {
    return transaction
        .Append("school", {"id", "pupils"},
                [&](std::vector<Value>& row) -> absl::StatusOr<bool> {
                  row = {"d", 4};
                  if (std::exchange(first, false)) return true;
                  return absl::InvalidArgumentError("line 2 is wrong");
                })
        .status();
  }),
              StatusIs(absl::StatusCode::kInvalidArgument, "line 2 is wrong"));
  EXPECT_THAT(Schools(*database_), ElementsAre("b"));
}

TEST_P(DatabaseTest, KnowsItsOwnColumnsFromThoseOfTheRowsItIsGiven) {
  const std::vector<std::vector<Value>> rows = {{3, "bronze"}, {1, "gold"}};
  const std::vector<std::vector<Value>> keys = {{1}, {2}, {3}};
  std::vector<std::string> found;
  ASSERT_OK(database_->Write([&](Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Append("medal", {"place", "c1"}, rows).status());
    found.clear();
    return transaction.FindEach(
        "medal", {"place"}, {"place", "c1"}, Source(keys), [&](size_t i, const Row& row) {
          found.push_back(absl::StrCat(i, ": ", row.Int64(0), " ", row.String(1)));
        });
  }));
  EXPECT_THAT(found, ElementsAre("0: 1 gold", "2: 3 bronze"));
}

TEST_P(DatabaseTest, RefusesRowsWithMoreOrFewerValuesThanColumns) {
  const std::vector<std::vector<Value>> rows = {{"a", 1}, {"b"}};
  EXPECT_THAT(database_->Write([&](Transaction& transaction) {
    return transaction.Append("school", {"id", "pupils"}, rows).status();
  }),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("1 values for 2 columns")));
  EXPECT_THAT(database_->Read([&](Transaction& transaction) {
    return transaction.FindEach("school", {"id"}, {"pupils"}, Source(rows),
                                [](size_t, const Row&) {});
  }),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("2 values for 1 columns")));
  EXPECT_THAT(Schools(*database_), IsEmpty());
}

TEST_P(DatabaseTest, KeepsNothingOfWhatASourceBeganWithThatThrew) {
  int given = 0;
  EXPECT_THROW(database_
                   ->Write([&](Transaction& transaction) {
                     return transaction
                         .Append("school", {"id", "pupils"},
                                 [&](std::vector<Value>& row) -> absl::StatusOr<bool> {
                                   if (++given > 3) throw std::runtime_error("no more");
                                   row = {absl::StrCat("s", given), 1};
                                   return true;
                                 })
                         .status();
                   })
                   .IgnoreError(),
               std::runtime_error);
  EXPECT_THAT(Schools(*database_), IsEmpty());
  ASSERT_OK(AddSchool(*database_, "a"));
}

TEST_P(DatabaseTest, NamesEachFailureByItsCode) {
  ASSERT_OK(AddSchool(*database_, "a"));
  const auto write = [&](std::string_view sql, std::vector<Value> params = {}) {
    return database_->Write(
        [&](Transaction& transaction) { return transaction.Execute(sql, params).status(); });
  };
  constexpr char kVisit[] = "INSERT INTO visit (school_id, number) VALUES ($1, $2)";
  EXPECT_THAT(AddSchool(*database_, "a"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(write(kVisit, {"nobody", 1}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(write(kVisit, {"a", 0}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(write(kVisit, {nullptr, 1}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(write(kVisit, {"\xff", 1}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(write(kVisit, {std::string("a\0b", 3), 1}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(write(kVisit, {"a"}), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(write("INSERT INTO nowhere (a) VALUES ($1)", {1}),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(write("SELEC 1"), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(write("SELECT \"no such column\" FROM school"),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(write("UPDATE school SET pupils = $1", {"many"}),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(Schools(*database_), ElementsAre("a"));
}

TEST_P(DatabaseTest, RefusesToWriteInARead) {
  EXPECT_THAT(database_->Read([&](Transaction& transaction) {
    return transaction.Execute(kInsertSchool, {"a", 1}).status();
  }),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_P(DatabaseTest, FailsAQueryThatReadsAColumnAsSomethingElse) {
  ASSERT_OK(AddSchool(*database_, "a"));
  EXPECT_THAT(database_->Read([](Transaction& transaction) {
    return transaction.Query("SELECT id FROM school", {},
                             [](const Row& row) { EXPECT_EQ(row.Int64(0), 0); });
  }),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("column 0 is not an integer")));
  EXPECT_THAT(database_->Read([](Transaction& transaction) {
    return transaction
        .QueryOne("SELECT note FROM school", {}, [](const Row& row) { EXPECT_EQ(row.Text(0), ""); })
        .status();
  }),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("column 0 is not text")));
}

TEST_P(DatabaseTest, RefusesAStatementWhileRowsAreVisited) {
  EXPECT_THAT(database_->Write([](Transaction& transaction) {
    return transaction.Query("SELECT 1", {}, [&](const Row&) {
      transaction.Execute(kInsertSchool, {"a", 1}).status().IgnoreError();
    });
  }),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("collect them first")));
  EXPECT_THAT(Schools(*database_), ElementsAre());
}

TEST_P(DatabaseTest, SpendsATransactionOnItsFirstError) {
  ASSERT_OK(AddSchool(*database_, "a"));
  const absl::Status status = database_->Write([&](Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Execute(kInsertSchool, {"b", 1}).status());
    EXPECT_THAT(transaction.Execute(kInsertSchool, {"a", 1}),
                StatusIs(absl::StatusCode::kAlreadyExists));
    EXPECT_THAT(transaction.Execute(kInsertSchool, {"c", 1}),
                StatusIs(absl::StatusCode::kAlreadyExists));
    return absl::OkStatus();  // Overlooks the error.
  });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Schools(*database_), ElementsAre("a"));
}

TEST_P(DatabaseTest, LetsWorkNameAFailureInItsOwnWords) {
  ASSERT_OK(AddSchool(*database_, "a"));
  EXPECT_THAT(database_->Write([&](Transaction& transaction) -> absl::Status {
    const auto added = transaction.Execute(kInsertSchool, {"a", 1});
    return added.ok() ? absl::OkStatus() : absl::AlreadyExistsError("school a is there");
  }),
              StatusIs(absl::StatusCode::kAlreadyExists, "school a is there"));
}

TEST_P(DatabaseTest, UndoesOnlyWhatStandsInAFailedSavepoint) {
  ASSERT_OK(database_->Write([&](Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Execute(kInsertSchool, {"a", 1}).status());
    EXPECT_THAT(transaction.Savepoint([&]() -> absl::Status {
      RETURN_IF_ERROR(transaction.Execute(kInsertSchool, {"b", 1}).status());
      return transaction.Execute(kInsertSchool, {"a", 1}).status();
    }),
                StatusIs(absl::StatusCode::kAlreadyExists));
    EXPECT_THAT(transaction.Savepoint([&]() -> absl::Status {
      RETURN_IF_ERROR(transaction.Execute(kInsertSchool, {"c", 1}).status());
      EXPECT_THAT(transaction.Savepoint([&]() -> absl::Status {
        RETURN_IF_ERROR(transaction.Execute(kInsertSchool, {"d", 1}).status());
        return absl::CancelledError("no");
      }),
                  StatusIs(absl::StatusCode::kCancelled));
      return absl::OkStatus();
    }),
                IsOk());
    return transaction.Execute(kInsertSchool, {"e", 1}).status();
  }));
  EXPECT_THAT(Schools(*database_), ElementsAre("a", "c", "e"));
}

TEST_P(DatabaseTest, ReadsOneSnapshotWhileOthersWrite) {
  if (GetParam() == TestBackend::kSqliteMemory) GTEST_SKIP() << "readers and writers take turns";
  ASSERT_OK(AddSchool(*database_, "a"));
  const std::unique_ptr<Database> other = place_.Open();
  ASSERT_OK(database_->Read([&](Transaction& transaction) -> absl::Status {
    EXPECT_THAT(transaction.QueryInt64("SELECT COUNT(*) FROM school"), IsOkAndHolds(Optional(1)));
    EXPECT_OK(AddSchool(*other, "b"));
    EXPECT_THAT(transaction.QueryInt64("SELECT COUNT(*) FROM school"), IsOkAndHolds(Optional(1)));
    return absl::OkStatus();
  }));
  EXPECT_THAT(Schools(*database_), ElementsAre("a", "b"));
}

TEST_P(DatabaseTest, LetsOneOfManyRacersWinAndTellsTheRestWhy) {
  constexpr int kRacers = 6;
  std::vector<std::unique_ptr<Database>> handles;
  for (int i = 0; i < kRacers; ++i) handles.push_back(place_.Open());
  std::atomic<int> won = 0;
  std::atomic<int> told = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < kRacers; ++i) {
    racers.emplace_back([&, i] {
      const absl::Status status = handles[i]->Write([&](Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const auto taken, transaction.QueryInt64("SELECT COUNT(*) FROM school"));
        if (*taken > 0) return absl::ResourceExhaustedError("the only place is taken");
        return transaction.Execute(kInsertSchool, {absl::StrCat("racer", i), 1}).status();
      });
      if (status.ok()) ++won;
      if (absl::IsResourceExhausted(status)) ++told;
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(told, kRacers - 1);
  EXPECT_EQ(Schools(*database_).size(), 1u);
}

TEST_P(DatabaseTest, PreventsWriteSkew) {
  const std::unique_ptr<Database> other = place_.Open();
  for (int round = 0; round < 20; ++round) {
    ASSERT_OK(database_->Write([](Transaction& transaction) {
      return transaction
          .Execute(
              "INSERT INTO doctor (id, on_call) VALUES (1, 1), (2, 1) "
              "ON CONFLICT (id) DO UPDATE SET on_call = 1")
          .status();
    }));
    absl::Notification read[2];
    const auto leave = [&](Database& database, int id) {
      bool first = true;
      EXPECT_OK(database.Write([&](Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const auto on_call,
                         transaction.QueryInt64("SELECT COUNT(*) FROM doctor WHERE on_call = 1"));
        // Both have read before either writes, where the engine lets them.
        if (std::exchange(first, false)) {
          read[id - 1].Notify();
          read[2 - id].WaitForNotificationWithTimeout(absl::Milliseconds(5));
        }
        if (*on_call < 2) return absl::OkStatus();
        return transaction.Execute("UPDATE doctor SET on_call = 0 WHERE id = $1", {id}).status();
      }));
    };
    std::thread racer([&] { leave(*other, 1); });
    leave(*database_, 2);
    racer.join();
    ASSERT_THAT(Number(*database_, "SELECT COUNT(*) FROM doctor WHERE on_call = 1"),
                IsOkAndHolds(Optional(1)));
  }
}

TEST_P(DatabaseTest, LosesNoIncrementOfConcurrentWriters) {
  ASSERT_OK(AddSchool(*database_, "a", 0));
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      const std::unique_ptr<Database> handle = place_.Open({.max_attempts = 1000});
      for (int n = 0; n < kEach; ++n) {
        EXPECT_OK(handle->Write([](Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(const auto pupils, transaction.QueryInt64("SELECT pupils FROM school"));
          return transaction.Execute("UPDATE school SET pupils = $1", {*pupils + 1}).status();
        }));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_THAT(Number(*database_, "SELECT pupils FROM school"),
              IsOkAndHolds(Optional(kWriters * kEach)));
}

TEST_P(DatabaseTest, SharesItsConnectionsAmongMoreCallersThanThereAre) {
  const std::unique_ptr<Database> small = place_.Open({.max_connections = 2});
  std::vector<std::thread> callers;
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&, i] {
      EXPECT_OK(AddSchool(*small, absl::StrCat("s", i)));
      EXPECT_OK(small->Check());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Schools(*small).size(), 12u);
  const PoolStats stats = small->Stats();
  EXPECT_EQ(stats.limit, 2);
  EXPECT_EQ(stats.in_use, 0);
  EXPECT_LE(stats.idle, 2);
  EXPECT_EQ(stats.waiting, 0);
  EXPECT_EQ(stats.writes, 12);
}

TEST_P(DatabaseTest, RefusesACallerWhoWaitedTooLongForAConnection) {
  const std::unique_ptr<Database> small =
      place_.Open({.max_connections = 1, .acquire_timeout = absl::Milliseconds(20)});
  absl::Notification inside;
  absl::Notification leave;
  std::thread holder([&] {
    EXPECT_OK(small->Write([&](Transaction&) {
      inside.Notify();
      leave.WaitForNotification();
      return absl::OkStatus();
    }));
  });
  inside.WaitForNotification();
  EXPECT_THAT(AddSchool(*small, "a"), HasReason("DATABASE_UNAVAILABLE"));
  leave.Notify();
  holder.join();
  EXPECT_OK(AddSchool(*small, "a"));
}

TEST_P(DatabaseTest, TellsAnObserverOfEveryTransaction) {
  std::vector<TransactionEvent> events;
  const std::unique_ptr<Database> observed =
      place_.Open({.on_transaction = [&](const TransactionEvent& e) { events.push_back(e); }});
  ASSERT_OK(AddSchool(*observed, "a"));
  EXPECT_FALSE(AddSchool(*observed, "a").ok());
  ASSERT_OK(observed->Check());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_TRUE(events[0].write);
  EXPECT_EQ(events[1].code, absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(events[2].write);
}

TEST_P(DatabaseTest, KeepsWorkingWithMoreStatementsThanItRemembers) {
  for (int i = 0; i < 700; ++i) {
    ASSERT_THAT(Number(*database_, absl::StrCat("SELECT ", i, " + $1"), {1}),
                IsOkAndHolds(Optional(i + 1)));
  }
}

TEST(DatabaseOpenTest, NamesTheDatabaseWithoutSecrets) {
  ASSERT_OK_AND_ASSIGN(auto memory, Database::Open("sqlite::memory:"));
  EXPECT_EQ(memory->name(), ":memory:");
  EXPECT_EQ(memory->engine(), Engine::kSqlite);
  const auto absent = Database::Open("postgresql://me:secret@127.0.0.1:1/books?connect_timeout=1");
  EXPECT_THAT(absent, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("127.0.0.1/books")));
  EXPECT_THAT(absent.status().ToString(), testing::Not(HasSubstr("secret")));
}

TEST(DatabaseOpenTest, RefusesAUrlItDoesNotKnow) {
  for (const char* url : {"", "sqlite:", "mysql://host/db", "/tmp/file.db"}) {
    EXPECT_THAT(Database::Open(url), StatusIs(absl::StatusCode::kInvalidArgument)) << url;
  }
  EXPECT_THAT(Database::Open("sqlite:/no/such/folder/file.db"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("/no/such/folder/file.db")));
}

TEST(DatabaseOpenTest, KeepsUnnamedMemoryDatabasesApart) {
  ASSERT_OK_AND_ASSIGN(auto one, Database::Open("sqlite::memory:"));
  ASSERT_OK_AND_ASSIGN(auto other, Database::Open("sqlite::memory:"));
  ASSERT_OK(Migrate(*one, {{"test", kTables}}));
  EXPECT_THAT(SchemaVersion(*one, "test"), IsOkAndHolds(1));
  EXPECT_THAT(SchemaVersion(*other, "test"), IsOkAndHolds(0));
}

}  // namespace
}  // namespace vg::sql
