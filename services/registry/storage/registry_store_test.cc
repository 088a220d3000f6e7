#include "services/registry/storage/registry_store.h"

#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "services/registry/storage/row_codec.h"
#include "services/registry/storage/schema.h"

namespace vg::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);

constexpr char kSchools[] =
    "school,title,sector,municipality,board,province,denomination,structure,place,postcode,bo,so,"
    "vso,vo,disadvantage_score,attribute_zone\n"
    "01AA00,De Brug,primary,114,10249,Drenthe,Openbaar,,EMMEN,7822HG,231,,,,33.02,north\n"
    "01AB00,Ichthus 100%_x,primary,1900,20137,Friesland,\"Samenwerking PC, RK\",,SNEEK,,12,,,,,\n"
    "16SW03,Lyceum Élan,secondary,114,,Drenthe,,HAVO/VWO,EMMEN,,,,,900,,\n"
    "20AA00,Sint Jan,special,363,20137,Noord-Holland,,,AMSTERDAM,,,x,0,,,\n"
    "16SW04,Bad Row,special,Nowhere,20137,Noord-Holland,,,AMSTERDAM,,,x,0,,,\n";

ImportOutcome Outcome(std::string id = "s1", std::string_view schools = kSchools,
                      absl::CivilDay date = absl::CivilDay(2020, 10, 1)) {
  Importer importer({.snapshot_id = std::move(id),
                     .count_date = date,
                     .allowed_refusals = {RefusalCode::kBadMunicipalityCode}});
  importer.BeginFile("schools.csv", SourceKind::kUnknown);
  importer.Feed(schools);
  ImportOutcome outcome = std::move(importer).Finish();
  EXPECT_FALSE(outcome.stopped);
  return outcome;
}

class RegistryStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema})); }

  std::vector<std::string> Codes(const SchoolFilter& filter, std::string_view after = "",
                                 size_t limit = 100) {
    const auto schools = store_.ListSchools("s1", filter, after, limit);
    EXPECT_OK(schools);
    std::vector<std::string> codes;
    for (const School& school : *schools) codes.push_back(school.code);
    if (after.empty() && limit == 100) {
      EXPECT_THAT(store_.CountSchools("s1", filter),
                  IsOkAndHolds(static_cast<int64_t>(codes.size())));
    }
    return codes;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  RegistryStore store_{*database_};
};

INSTANTIATE_TEST_SUITE_P(Backends, RegistryStoreTest, sql::AllBackends(), sql::BackendName);

TEST_P(RegistryStoreTest, GivesBackWhatWasImported) {
  const ImportOutcome outcome = Outcome();
  ASSERT_OK_AND_ASSIGN(const RegistryStore::Saved saved, store_.Save(outcome, "", "", kNow));
  EXPECT_TRUE(saved.added);
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store_.GetSnapshot("s1"));
  EXPECT_EQ(snapshot.digest, outcome.snapshot.digest);
  EXPECT_EQ(snapshot.title, "1 October 2020");
  EXPECT_EQ(snapshot.count_date, absl::CivilDay(2020, 10, 1));
  EXPECT_EQ(snapshot.import_time, kNow);
  EXPECT_EQ(snapshot.sources, outcome.snapshot.sources);
  EXPECT_EQ(snapshot.totals, outcome.snapshot.totals);
  EXPECT_THAT(store_.ListSchools("s1", {}, "", 100), IsOkAndHolds(Eq(outcome.content.schools)));
  EXPECT_THAT(store_.ListBoards("s1", "", 100), IsOkAndHolds(Eq(outcome.content.boards)));
  EXPECT_THAT(store_.ListMunicipalities("s1", {}, "", 100),
              IsOkAndHolds(Eq(outcome.content.municipalities)));
  EXPECT_THAT(store_.GetSchool("s1", "20AA00"), IsOkAndHolds(Eq(outcome.content.schools[3])));
  EXPECT_THAT(store_.GetBoard("s1", "20137"), IsOkAndHolds(Eq(outcome.content.boards[1])));
  EXPECT_THAT(store_.GetMunicipality("s1", "GM1900"),
              IsOkAndHolds(Field(&Municipality::province, "Fryslân")));
}

TEST_P(RegistryStoreTest, SaysWhatIsNotThere) {
  ASSERT_OK(store_.Save(Outcome(), "", "", kNow));
  constexpr auto kNotFound = absl::StatusCode::kNotFound;
  EXPECT_THAT(store_.GetSnapshot("s2"), StatusIs(kNotFound));
  EXPECT_THAT(store_.GetSchool("s2", "01AA00"), StatusIs(kNotFound));
  EXPECT_THAT(store_.GetSchool("s1", "99ZZ00"), StatusIs(kNotFound));
  EXPECT_THAT(store_.GetBoard("s1", "99999"), StatusIs(kNotFound));
  EXPECT_THAT(store_.GetMunicipality("s1", "GM9999"), StatusIs(kNotFound));
  EXPECT_THAT(store_.ListSchools("s2", {}, "", 1), StatusIs(kNotFound));
  EXPECT_THAT(store_.CountSchools("s2", {}), StatusIs(kNotFound));
  EXPECT_THAT(store_.ListBoards("s2", "", 1), StatusIs(kNotFound));
  EXPECT_THAT(store_.ListMunicipalities("s2", {}, "", 1), StatusIs(kNotFound));
  EXPECT_THAT(store_.ListRefusals("s2", 0, 1), StatusIs(kNotFound));
  EXPECT_THAT(store_.ReadFacts("s2"), StatusIs(kNotFound));
}

TEST_P(RegistryStoreTest, FindsSchoolsByEveryFilter) {
  ASSERT_OK(store_.Save(Outcome(), "", "", kNow));
  EXPECT_THAT(Codes({}), ElementsAre("01AA00", "01AB00", "16SW03", "20AA00"));
  EXPECT_THAT(Codes({.sectors = {Sector::kPrimary, Sector::kSpecial}}),
              ElementsAre("01AA00", "01AB00", "20AA00"));
  EXPECT_THAT(Codes({.municipalities = {"GM0114", "GM0363", "GM0001"}}),
              ElementsAre("01AA00", "16SW03", "20AA00"));
  EXPECT_THAT(Codes({.boards = {"20137"}}), ElementsAre("01AB00", "20AA00"));
  EXPECT_THAT(Codes({.sectors = {Sector::kPrimary}, .boards = {"20137"}}), ElementsAre("01AB00"));
  EXPECT_THAT(Codes({.provinces = {"Fryslân"}}), ElementsAre("01AB00"));
  EXPECT_THAT(Codes({.denominations = {"Samenwerking PC, RK"}}), ElementsAre("01AB00"));
  EXPECT_THAT(Codes({.school_types = {SchoolType::kSo, SchoolType::kVo}}),
              ElementsAre("16SW03", "20AA00"));
  EXPECT_THAT(Codes({.school_types = {SchoolType::kVso}}), IsEmpty()) << "zero pupils are none";
  EXPECT_THAT(Codes({.schools = {"20AA00", "01AA00", "99ZZ00"}}), ElementsAre("01AA00", "20AA00"));
}

TEST_P(RegistryStoreTest, FindsTextInTitleAndPlaceWhateverItsCase) {
  ASSERT_OK(store_.Save(Outcome(), "", "", kNow));
  EXPECT_THAT(Codes({.text = "élan"}), ElementsAre("16SW03"));
  EXPECT_THAT(Codes({.text = "Emm"}), ElementsAre("01AA00", "16SW03"));
  EXPECT_THAT(Codes({.text = "100%_"}), ElementsAre("01AB00"));
  EXPECT_THAT(Codes({.text = "%"}), ElementsAre("01AB00"));
  EXPECT_THAT(Codes({.text = "\\"}), IsEmpty());
  EXPECT_THAT(Codes({.text = "'; DROP TABLE school; --"}), IsEmpty());
}

TEST_P(RegistryStoreTest, PagesByCode) {
  ASSERT_OK(store_.Save(Outcome(), "", "", kNow));
  EXPECT_THAT(Codes({}, "", 2), ElementsAre("01AA00", "01AB00"));
  EXPECT_THAT(Codes({}, "01AB00", 2), ElementsAre("16SW03", "20AA00"));
  EXPECT_THAT(Codes({}, "20AA00", 2), IsEmpty());
}

TEST_P(RegistryStoreTest, ListsMunicipalitiesOfProvinces) {
  ASSERT_OK(store_.Save(Outcome(), "", "", kNow));
  EXPECT_THAT(store_.ListMunicipalities("s1", {"Drenthe", "Fryslân"}, "GM0114", 10),
              IsOkAndHolds(ElementsAre(Field(&Municipality::code, "GM1900"))));
}

TEST_P(RegistryStoreTest, KeepsTheRowsThatWereLeftOut) {
  ASSERT_OK(store_.Save(Outcome(), "", "", kNow));
  ASSERT_OK_AND_ASSIGN(const auto refusals, store_.ListRefusals("s1", 0, 10));
  ASSERT_THAT(refusals, SizeIs(1));
  EXPECT_EQ(refusals[0].file_name, "schools.csv");
  EXPECT_EQ(refusals[0].refusal.code, RefusalCode::kBadMunicipalityCode);
  EXPECT_EQ(refusals[0].refusal.line, 6);
  EXPECT_EQ(refusals[0].refusal.value, "Nowhere");
  EXPECT_THAT(store_.ListRefusals("s1", 1, 10), IsOkAndHolds(IsEmpty()));
}

TEST_P(RegistryStoreTest, AnswersTheSameContentAgainAndRefusesOther) {
  ASSERT_OK(store_.Save(Outcome(), "", "", kNow));
  ASSERT_OK_AND_ASSIGN(const RegistryStore::Saved again,
                       store_.Save(Outcome(), "", "", kNow + absl::Hours(1)));
  EXPECT_FALSE(again.added);
  EXPECT_EQ(again.snapshot.import_time, kNow);
  EXPECT_THAT(store_.Save(Outcome("s1", kSchools, absl::CivilDay(2021, 10, 1)), "", "", kNow),
              HasReason("SNAPSHOT_EXISTS"));
  EXPECT_THAT(store_.GetSnapshot("s1"),
              IsOkAndHolds(Field(&Snapshot::count_date, absl::CivilDay(2020, 10, 1))));
}

TEST_P(RegistryStoreTest, HonoursRequestIds) {
  ASSERT_OK(store_.Save(Outcome(), "r1", "d1", kNow));
  ASSERT_OK_AND_ASSIGN(const auto again, store_.Save(Outcome(), "r1", "d1", kNow));
  EXPECT_FALSE(again.added);
  EXPECT_THAT(store_.Save(Outcome("s2"), "r1", "d2", kNow), HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(store_.GetSnapshot("s2"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(RegistryStoreTest, LeavesNothingBehindWhenAnImportCannotBeStored) {
  ImportOutcome outcome = Outcome();
  outcome.content.schools.push_back(outcome.content.schools.back());  // The key is taken.
  EXPECT_THAT(store_.Save(outcome, "r1", "d1", kNow), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(store_.GetSnapshot("s1"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(store_.Save(Outcome(), "r1", "d1", kNow));
  EXPECT_THAT(Codes({}), SizeIs(4));
}

TEST_P(RegistryStoreTest, LetsOneOfManyRacersAddAndAnswersTheOthers) {
  constexpr int kRacers = 4;
  std::vector<absl::StatusOr<RegistryStore::Saved>> saved(kRacers, absl::UnknownError(""));
  {
    std::vector<std::jthread> racers;
    for (int i = 0; i < kRacers; ++i) {
      racers.emplace_back([&, i] {
        const auto handle = place_.Open();
        saved[static_cast<size_t>(i)] = RegistryStore(*handle).Save(Outcome(), "", "", kNow);
      });
    }
  }
  int added = 0;
  for (const auto& result : saved) {
    ASSERT_OK(result);
    added += result->added ? 1 : 0;
  }
  EXPECT_EQ(added, 1);
  EXPECT_THAT(Codes({}), SizeIs(4));
}

TEST_P(RegistryStoreTest, ListsSnapshotsNewestFirstAndPagesWhileOthersAreAdded) {
  ASSERT_OK(store_.Save(Outcome("b", kSchools, absl::CivilDay(2020, 10, 1)), "", "", kNow));
  ASSERT_OK(store_.Save(Outcome("a", kSchools, absl::CivilDay(2020, 10, 1)), "", "", kNow));
  ASSERT_OK(store_.Save(Outcome("c", kSchools, absl::CivilDay(2019, 10, 1)), "", "", kNow));
  const auto page = [&](std::string_view date, std::string_view id) {
    std::vector<std::string> ids;
    const auto snapshots = store_.ListSnapshots(date, id, 2);
    EXPECT_OK(snapshots);
    for (const Snapshot& snapshot : *snapshots) {
      ids.push_back(snapshot.id);
      EXPECT_THAT(snapshot.sources, SizeIs(1));
    }
    return ids;
  };
  EXPECT_THAT(page("", ""), ElementsAre("a", "b"));
  ASSERT_OK(store_.Save(Outcome("d", kSchools, absl::CivilDay(2021, 10, 1)), "", "", kNow));
  EXPECT_THAT(page("2020-10-01", "b"), ElementsAre("c"));
  EXPECT_THAT(page("", ""), ElementsAre("d", "a"));
}

TEST_P(RegistryStoreTest, ReadsWhatAComparisonNeeds) {
  const ImportOutcome outcome = Outcome();
  ASSERT_OK(store_.Save(outcome, "", "", kNow));
  ASSERT_OK_AND_ASSIGN(const auto facts, store_.ReadFacts("s1"));
  ASSERT_THAT(facts, SizeIs(4));
  EXPECT_EQ(facts[3].code, "20AA00");
  EXPECT_EQ(facts[3].sector, Sector::kSpecial);
  EXPECT_EQ(facts[3].pupil_counts, outcome.content.schools[3].pupil_counts);
}

TEST_P(RegistryStoreTest, SurvivesAReopen) {
  if (GetParam() == sql::TestBackend::kSqliteMemory) GTEST_SKIP() << "memory does not last";
  ASSERT_OK(store_.Save(Outcome(), "", "", kNow));
  const auto handle = place_.Open();
  EXPECT_THAT(RegistryStore(*handle).CountSchools("s1", {}), IsOkAndHolds(4));
}

TEST_P(RegistryStoreTest, StoresANationInOneTransaction) {
  std::string rows = "school,title,sector,municipality,board,province,bo\n";
  for (int i = 0; i < 9000; ++i) {
    absl::StrAppend(
        &rows,
        absl::StrFormat("%02d%c%c%02d,School number %d,primary,%d,%d,Drenthe,%d\n", i / 100 % 100,
                        'A' + i / 10000, 'A', i % 100, i, i % 345 + 1, 10000 + i % 1100, i % 700));
  }
  const ImportOutcome outcome = Outcome("s1", rows);
  const absl::Time start = absl::Now();
  ASSERT_OK(store_.Save(outcome, "", "", kNow));
  RecordProperty("milliseconds", static_cast<int>(absl::ToInt64Milliseconds(absl::Now() - start)));
  EXPECT_THAT(store_.CountSchools("s1", {}), IsOkAndHolds(9000));
}

TEST(RowCodecTest, GivesBackCountsOfEveryState) {
  const std::vector<PupilCount> counts = {{SchoolType::kBo, Count::Known(231)},
                                          {SchoolType::kSo, {CountState::kSuppressed, 0}},
                                          {SchoolType::kVo, {CountState::kMissing, 0}},
                                          {SchoolType::kVavo, {CountState::kNotApplicable, 0}}};
  EXPECT_EQ(EncodeCounts(counts), "1=231 3=s 5=m 8=n");
  EXPECT_THAT(DecodeCounts("1=231 3=s 5=m 8=n"), IsOkAndHolds(Eq(counts)));
  EXPECT_THAT(DecodeCounts(""), IsOkAndHolds(IsEmpty()));
  for (const char* damaged : {"1", "9=1", "1=", "x=1", "1=q"}) {
    EXPECT_THAT(DecodeCounts(damaged), StatusIs(absl::StatusCode::kInternal)) << damaged;
  }
}

TEST(RowCodecTest, GivesBackAttributes) {
  const std::vector<Attribute> attributes = {{"a", "x = y; z"}, {"b", ""}};
  EXPECT_THAT(DecodeAttributes(EncodeAttributes(attributes)), IsOkAndHolds(Eq(attributes)));
}

}  // namespace
}  // namespace vg::registry
