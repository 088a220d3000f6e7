#include "common/app/flags.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/log/log.h"

namespace vg {
namespace {

ServerOptions Parse(std::vector<std::string> words, ServerOptions defaults = {}) {
  std::vector<char*> argv;
  words.insert(words.begin(), "program");
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ServerOptions options = ParseServerFlags(static_cast<int>(words.size()), argv.data(),
                                           "voortgang-test", std::move(defaults));
  log::SetService("");
  return options;
}

TEST(ParseServerFlagsTest, KeepsTheDefaultsOfTheProgram) {
  const ServerOptions options = Parse({}, {.data_dir = "here"});
  EXPECT_EQ(options.program, "voortgang-test");
  EXPECT_EQ(options.data_dir, "here");
  EXPECT_EQ(options.listen, "127.0.0.1:50051");
}

TEST(ParseServerFlagsTest, ReadsFlagsWithDashesOrUnderscores) {
  const ServerOptions options =
      Parse({"--listen=0.0.0.0:1", "--admin_listen", "127.0.0.1:2", "--http-listen=none",
             "--drain-delay=5s", "--unary-threads=9", "--peers=registry=a:1,survey=dns:///b:2",
             "--peers=registry=c:3"});
  EXPECT_EQ(options.listen, "0.0.0.0:1");
  EXPECT_EQ(options.admin_listen, "127.0.0.1:2");
  EXPECT_EQ(options.http_listen, "");
  EXPECT_EQ(options.drain_delay, absl::Seconds(5));
  EXPECT_EQ(options.unary_threads, 9);
  EXPECT_EQ(options.peers.at("registry"), "a:1,c:3");
  EXPECT_EQ(options.peers.at("survey"), "dns:///b:2");
}

TEST(ParseServerFlagsTest, ReadsWhatToDoAboutTables) {
  EXPECT_EQ(Parse({}).migrations, Migrations::kApply);
  EXPECT_EQ(Parse({"--migrations=check"}).migrations, Migrations::kCheck);
  EXPECT_EQ(Parse({"--migrations=only"}).migrations, Migrations::kOnly);
}

TEST(ParseServerFlagsTest, ReadsTheEnvironmentWhereNoFlagSpeaks) {
  setenv("VOORTGANG_DATABASE_URL", "postgresql://db/{service}", 1);
  setenv("VOORTGANG_DATA_DIR", "there", 1);
  const ServerOptions options = Parse({"--data-dir=here"});
  unsetenv("VOORTGANG_DATABASE_URL");
  unsetenv("VOORTGANG_DATA_DIR");
  EXPECT_EQ(options.database_url, "postgresql://db/{service}");
  EXPECT_EQ(options.data_dir, "here");
}

TEST(ParseServerFlagsDeathTest, ExitsWithTwoAndSaysWhatWouldBeRight) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(Parse({"--drain-delay=soon"}), testing::ExitedWithCode(2), "such as 20s");
  EXPECT_EXIT(Parse({"--peers=registry"}), testing::ExitedWithCode(2), "name=host:port");
  EXPECT_EXIT(Parse({"--unary-threads=0"}), testing::ExitedWithCode(2), "at least 1");
  EXPECT_EXIT(Parse({"--log-severity=loud"}), testing::ExitedWithCode(2), "info, warning or error");
  EXPECT_EXIT(Parse({"--nonsense"}), testing::ExitedWithCode(2), "nonsense");
  EXPECT_EXIT(Parse({"--help"}), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace vg
