#include "services/catalogue/storage/touched_programmes.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/feed/feed.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/catalogue/storage/programme_store.h"
#include "services/catalogue/storage/schema.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class TouchedProgrammesTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  TouchedProgrammesTest() {
    EXPECT_OK(sql::Migrate(*database_, {kSchema, feed::kSchema, requests::kSchema}));
  }

  void File(const ProgrammeKey& key, const std::vector<std::string>& interventions,
            const std::string& menu = "2021-spring") {
    ProgrammeChange change{.key = key, .menu_edition = menu, .revision = 1, .kind = "filed"};
    for (const std::string& intervention : interventions) {
      change.choices.push_back({.intervention = intervention, .status = kRunning});
    }
    EXPECT_OK(programmes_.Change(key, {}, absl::FromUnixSeconds(1'650'000'000),
                                 [&](const std::string*) { return std::optional(change); }));
  }

  // "16SW03 2021-2022: a b".
  std::vector<std::string> List(const std::set<std::string>& interventions,
                                const std::string& school_year = "", const ProgrammeKey& after = {},
                                size_t limit = 100) {
    std::vector<std::string> lines;
    const auto listed = touched_.List("2021-spring", interventions, school_year, after, limit);
    EXPECT_THAT(listed, IsOk());
    for (const TouchedProgramme& programme : *listed) {
      std::string line = absl::StrCat(programme.key.school, " ", programme.key.school_year, ":");
      for (const auto& [intervention, status] : programme.choices) {
        absl::StrAppend(&line, " ", intervention);
        EXPECT_EQ(status, kRunning);
      }
      lines.push_back(line);
    }
    return lines;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  ProgrammeStore programmes_{*database_};
  TouchedProgrammes touched_{*database_};
};

INSTANTIATE_TEST_SUITE_P(Backends, TouchedProgrammesTest, sql::AllBackends(), sql::BackendName);

TEST_P(TouchedProgrammesTest, CountsProgrammesOnceAndPerIntervention) {
  File({"00AP00", "2021-2022"}, {"a", "b"});
  File({"00AP00", "2022-2023"}, {"a"});
  File({"16SW03", "2021-2022"}, {"c"});
  File({"31FR00", "2021-2022"}, {"a"}, "2021-autumn");
  const auto both = touched_.Count("2021-spring", {"a", "b", "z"});
  ASSERT_THAT(both, IsOk());
  EXPECT_EQ(both->programmes, 2);
  EXPECT_THAT(both->per_intervention, ElementsAre(Pair("a", 2), Pair("b", 1)));
  const auto none = touched_.Count("2021-spring", {});
  ASSERT_THAT(none, IsOk());
  EXPECT_EQ(none->programmes, 0);
}

TEST_P(TouchedProgrammesTest, ListsProgrammesWithWhatIsTouchedOfThem) {
  File({"31FR00", "2021-2022"}, {"a", "b", "c"});
  File({"00AP00", "2022-2023"}, {"b"});
  File({"00AP00", "2021-2022"}, {});
  File({"16SW03", "2021-2022"}, {"c"});
  File({"16SW04", "2021-2022"}, {"a"}, "2021-autumn");
  EXPECT_THAT(List({"a", "b"}), ElementsAre("00AP00 2022-2023: b", "31FR00 2021-2022: a b"));
  EXPECT_THAT(List({"a", "b"}, "2021-2022"), ElementsAre("31FR00 2021-2022: a b"));
  EXPECT_THAT(List({"b", "c"}, "", {}, 2),
              ElementsAre("00AP00 2022-2023: b", "16SW03 2021-2022: c"));
  EXPECT_THAT(List({"b", "c"}, "", {"16SW03", "2021-2022"}), ElementsAre("31FR00 2021-2022: b c"));
  EXPECT_THAT(List({}), IsEmpty());
}

TEST_P(TouchedProgrammesTest, LooksBeyondManyProgrammesThatAreNotTouched) {
  for (int i = 0; i < 1100; ++i)
    File({absl::StrFormat("%02dAA%02d", i / 100, i % 100), "2021-2022"}, {"b"});
  File({"99ZZ00", "2021-2022"}, {"a"});
  EXPECT_THAT(List({"a"}), ElementsAre("99ZZ00 2021-2022: a"));
}

}  // namespace
}  // namespace vg::catalogue
