// A database of every earlier version of every service is brought up to date, with what is in it.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <gmock/gmock.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/catalogue/storage/schema.h"
#include "services/funding/storage/schema.h"
#include "services/indicators/storage/schema.h"
#include "services/registry/storage/schema.h"
#include "services/report/storage/schema.h"
#include "services/survey/storage/schema.h"

namespace vg::sql {
namespace {

using ::testing::Combine;
using ::testing::Values;

// Tables with the names and types of their columns.
using Tables = std::map<std::string, std::vector<std::pair<std::string, std::string>>>;

constexpr char kSqliteColumns[] =
    "SELECT m.name, p.name, p.type FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS p "
    "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'schema_migration' "
    "ORDER BY m.name, p.cid";
constexpr char kPostgresColumns[] =
    "SELECT table_name, column_name, upper(data_type) FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name <> 'schema_migration' "
    "ORDER BY table_name, ordinal_position";

class SchemaVersionsTest : public testing::TestWithParam<std::tuple<TestBackend, Schema>> {
 protected:
  bool postgres() const { return place_->postgres(); }

  Tables ReadTables() {
    Tables tables;
    EXPECT_OK(database_->Read([&](Transaction& transaction) {
      tables.clear();
      return transaction.Query(postgres() ? kPostgresColumns : kSqliteColumns, {},
                               [&](const Row& row) {
                                 tables[row.String(0)].emplace_back(row.String(1), row.String(2));
                               });
    }));
    return tables;
  }

  // One row, whose numbers are 7 and whose texts are 'x', so that rows refer to each other.
  absl::Status Insert(const std::string& table,
                      const std::vector<std::pair<std::string, std::string>>& columns) {
    std::vector<std::string> names, values;
    for (const auto& [name, type] : columns) {
      names.push_back(absl::StrCat("\"", name, "\""));
      const bool bytes = type == "BLOB" || type == "BYTEA";
      values.push_back(type == "TEXT" ? "'x'" : !bytes ? "7" : postgres() ? "'\\x00'" : "x'00'");
    }
    return database_->Write([&](Transaction& transaction) {
      return transaction.ExecuteScript(absl::StrCat("INSERT INTO ", table, " (",
                                                    absl::StrJoin(names, ", "), ") VALUES (",
                                                    absl::StrJoin(values, ", "), ")"));
    });
  }

  // A row in every table whose constraints allow such a row; their names.
  std::set<std::string> Fill() {
    const Tables tables = ReadTables();
    std::set<std::string> filled;
    // What others refer to comes first, in whichever order that is.
    for (size_t before = tables.size() + 1; before != filled.size();) {
      before = filled.size();
      for (const auto& [table, columns] : tables) {
        if (filled.count(table) == 0 && Insert(table, columns).ok()) filled.insert(table);
      }
    }
    return filled;
  }

  int64_t Count(const std::string& table) {
    int64_t count = -1;
    EXPECT_OK(database_->Read([&](Transaction& transaction) {
      return transaction.Query("SELECT COUNT(*) FROM " + table, {},
                               [&](const Row& row) { count = row.Int(0); });
    }));
    return count;
  }

  void StartAfresh() {
    database_.reset();
    place_ = std::make_unique<TestDatabase>(std::get<0>(GetParam()));
    database_ = place_->Open();
  }

  std::unique_ptr<TestDatabase> place_ = std::make_unique<TestDatabase>(std::get<0>(GetParam()));
  std::unique_ptr<Database> database_ = place_->Open();
};

TEST_P(SchemaVersionsTest, AreBroughtUpToDateWithWhatIsInThem) {
  const Schema& schema = std::get<1>(GetParam());
  ASSERT_OK(Migrate(*database_, {schema}));
  const Tables newest = ReadTables();
  for (size_t version = 1; version <= schema.migrations.size(); ++version) {
    SCOPED_TRACE(absl::StrCat(std::string(schema.component), " version ", version));
    StartAfresh();
    ASSERT_OK(Migrate(*database_, {{schema.component, schema.migrations.first(version)}}));
    const std::set<std::string> filled = Fill();
    EXPECT_GT(2 * filled.size(), ReadTables().size()) << "hardly a table could be filled";
    ASSERT_OK(Migrate(*database_, {schema}));
    EXPECT_OK(CheckSchema(*database_, {schema}));
    EXPECT_EQ(ReadTables(), newest);
    for (const std::string& table : filled) {
      EXPECT_TRUE(newest.count(table) == 0 || Count(table) >= 1) << table;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Services, SchemaVersionsTest,
                         Combine(Values(TestBackend::kSqliteFile, TestBackend::kPostgres),
                                 Values(catalogue::kSchema, funding::kSchema, indicators::kSchema,
                                        registry::kSchema, report::kSchema, survey::kSchema)),
                         [](const auto& info) {
                           return absl::StrCat(std::string(std::get<1>(info.param).component), "_",
                                               std::get<0>(info.param) == TestBackend::kPostgres
                                                   ? "Postgres"
                                                   : "Sqlite");
                         });

}  // namespace
}  // namespace vg::sql
