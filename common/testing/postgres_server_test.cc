#include "common/testing/postgres_server.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include "common/testing/status_matchers.h"

namespace vg {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

Connection Connect(const std::string& url) { return {PQconnectdb(url.c_str()), PQfinish}; }

bool Succeeds(const Connection& connection, const std::string& sql) {
  PGresult* result = PQexec(connection.get(), sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  PQclear(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

TEST(PostgresServerTest, GivesEachTestAnEmptyDatabase) {
  const Connection one = Connect(PostgresServer::Shared().NewDatabase());
  const Connection two = Connect(PostgresServer::Shared().NewDatabase());
  EXPECT_TRUE(Succeeds(one, "CREATE TABLE t (a integer)"));
  EXPECT_TRUE(Succeeds(two, "CREATE TABLE t (a integer)"));
}

TEST(PostgresServerTest, KeepsWhatWasCommittedWhenItIsKilled) {
  ASSERT_OK_AND_ASSIGN(const auto server, PostgresServer::Start());
  const std::string url = server->NewDatabase();
  const Connection before = Connect(url);
  ASSERT_TRUE(Succeeds(before, "CREATE TABLE t (a integer)"));
  server->Kill();
  EXPECT_FALSE(Succeeds(before, "SELECT 1"));
  ASSERT_OK(server->Restart());
  EXPECT_TRUE(Succeeds(Connect(url), "SELECT a FROM t"));
}

TEST(PostgresServerTest, AnswersAgainAfterAPause) {
  ASSERT_OK_AND_ASSIGN(const auto server, PostgresServer::Start());
  const Connection connection = Connect(server->NewDatabase());
  server->Pause();
  EXPECT_EQ(PQsendQuery(connection.get(), "SELECT 1"), 1);
  EXPECT_EQ(PQisBusy(connection.get()), 1);
  server->Resume();
  PGresult* result = PQgetResult(connection.get());
  EXPECT_EQ(PQresultStatus(result), PGRES_TUPLES_OK);
  PQclear(result);
}

}  // namespace
}  // namespace vg
