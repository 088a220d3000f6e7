#include "common/testing/database_copy.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <libpq-fe.h>

namespace vg {
namespace {

// "postgresql://postgres@127.0.0.1:5433/survey" with another database.
std::string Another(const std::string& url, const std::string& database) {
  return url.substr(0, url.rfind('/') + 1) + database;
}

[[noreturn]] void Fail(const std::string& statement, PGconn* connection) {
  std::fprintf(stderr, "%s: %s\n", statement.c_str(), PQerrorMessage(connection));
  std::abort();
}

// To every server, which do it at the same time.
std::vector<PGconn*> Send(const std::vector<std::string>& originals, const std::string& statement) {
  std::vector<PGconn*> connections;
  for (const std::string& original : originals) {
    connections.push_back(PQconnectdb(Another(original, "postgres").c_str()));
    if (PQsendQuery(connections.back(), statement.c_str()) != 1) {
      Fail(statement, connections.back());
    }
  }
  return connections;
}

}  // namespace

std::unique_ptr<DatabaseCopy> DatabaseCopy::Make() {
  static std::atomic<int> count = 0;
  const char* const originals = std::getenv("VOORTGANG_TEST_DATABASES");
  if (originals == nullptr) return nullptr;
  return std::unique_ptr<DatabaseCopy>(new DatabaseCopy(
      absl::StrSplit(originals, ' '), absl::StrCat("test_", getpid(), "_", ++count)));
}

DatabaseCopy::DatabaseCopy(std::vector<std::string> originals, std::string name)
    : originals_(std::move(originals)), name_(std::move(name)) {
  const std::string& first = originals_.front();
  const std::string statement =
      absl::StrCat("CREATE DATABASE ", name_, " TEMPLATE ", first.substr(first.rfind('/') + 1));
  for (PGconn* const connection : Send(originals_, statement)) {
    while (PGresult* const result = PQgetResult(connection)) {
      if (PQresultStatus(result) != PGRES_COMMAND_OK) Fail(statement, connection);
      PQclear(result);
    }
    PQfinish(connection);
  }
}

DatabaseCopy::~DatabaseCopy() {
  // Not waited for: a server may take seconds to let its own workers go. What stays goes with it.
  static std::vector<PGconn*>& dropping = *new std::vector<PGconn*>();
  for (PGconn* const connection :
       Send(originals_, absl::StrCat("DROP DATABASE ", name_, " WITH (FORCE)"))) {
    dropping.push_back(connection);
  }
}

std::string DatabaseCopy::url() const { return Another(originals_.front(), name_); }

}  // namespace vg
