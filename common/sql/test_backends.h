// The databases on which every contract suite runs. For tests only.
//
//   class StoreTest : public testing::TestWithParam<sql::TestBackend> {
//    protected:
//     sql::TestDatabase place_{GetParam()};
//     std::unique_ptr<sql::Database> database_ = place_.Open();
//   };
//   INSTANTIATE_TEST_SUITE_P(Backends, StoreTest, sql::AllBackends(), sql::BackendName);

#ifndef VG_COMMON_SQL_TEST_BACKENDS_H_
#define VG_COMMON_SQL_TEST_BACKENDS_H_

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "common/testing/database_copy.h"
#include "common/testing/postgres_server.h"
#include "common/testing/temp_dir.h"

namespace vg::sql {

enum class TestBackend { kSqliteMemory, kSqliteFile, kPostgres };

inline auto AllBackends() {
  return testing::Values(TestBackend::kSqliteMemory, TestBackend::kSqliteFile,
                         TestBackend::kPostgres);
}

inline std::string BackendName(const testing::TestParamInfo<TestBackend>& info) {
  switch (info.param) {
    case TestBackend::kSqliteMemory:
      return "SqliteMemory";
    case TestBackend::kSqliteFile:
      return "SqliteFile";
    case TestBackend::kPostgres:
      return "Postgres";
  }
  return "Unknown";
}

// One new, empty database. Each Open gives another handle to it, with connections of its own:
// racers need one each, or our own locks hide a wrong isolation level. PostgreSQL is the server
// shared by the tests of a process, or what VOORTGANG_TEST_DATABASES names, where tables are
// already (DatabaseCopy). Outlives its handles.
class TestDatabase {
 public:
  explicit TestDatabase(TestBackend backend)
      : backend_(backend), copy_(postgres() ? DatabaseCopy::Make() : nullptr), url_(MakeUrl()) {
    // Rows in memory last as long as some handle is open.
    if (backend == TestBackend::kSqliteMemory) keeper_ = Open();
  }

  const std::string& url() const { return url_; }
  bool postgres() const { return backend_ == TestBackend::kPostgres; }

  std::unique_ptr<Database> Open(DatabaseOptions options = {}) const {
    absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(url_, std::move(options));
    if (!database.ok()) {
      std::cerr << "cannot open " << url_ << ": " << database.status() << "\n";
      std::abort();
    }
    return *std::move(database);
  }

 private:
  std::string MakeUrl() const {
    static std::atomic<int> count = 0;
    switch (backend_) {
      case TestBackend::kSqliteMemory:
        return absl::StrCat("sqlite::memory:test-", ++count);
      case TestBackend::kSqliteFile:
        return absl::StrCat("sqlite:", folder_.File("test.db"));
      case TestBackend::kPostgres:
        return copy_ != nullptr ? copy_->url() : PostgresServer::Shared().NewDatabase();
    }
    return "";
  }

  const TestBackend backend_;
  const TempDir folder_;
  const std::unique_ptr<DatabaseCopy> copy_;
  const std::string url_;
  std::unique_ptr<Database> keeper_;
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_TEST_BACKENDS_H_
