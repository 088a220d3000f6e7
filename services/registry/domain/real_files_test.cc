// The files as DUO and CBS published them: every oddity that a made-up file would not think of.

#include <algorithm>
#include <fstream>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "services/registry/domain/importer.h"

namespace vg::registry {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

void Send(const std::string& path, Importer& importer) {
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path;
  importer.BeginFile(path.substr(path.rfind('/') + 1), SourceKind::kUnknown);
  std::string piece(256 << 10, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
    importer.Feed(std::string_view(piece).substr(0, static_cast<size_t>(file.gcount())));
  }
}

const School* Find(const ImportOutcome& outcome, std::string_view code) {
  for (const School& school : outcome.content.schools) {
    if (school.code == code) return &school;
  }
  return nullptr;
}

TEST(RealFilesTest, ImportsTheRegistersOfDecember2020WithTheCountsOf2019) {
  SHARED_DATA_OR_SKIP(data);
  Importer importer({.snapshot_id = "s",
                     .count_date = absl::CivilDay(2019, 10, 1),
                     .allowed_refusals = {RefusalCode::kSchoolNotInRegister}});
  for (const char* file :
       {"duo/leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv", "cbs/gemeenten-2020.csv",
        "duo/vestigingen-bo-2020-12.csv", "duo/leerlingen-po-per-vestiging-2019.csv",
        "duo/vestigingen-vo-2020-12.csv", "cbs/achterstandsscores-2019.csv"}) {
    Send(absl::StrCat(data, "/", file), importer);
  }
  const ImportOutcome outcome = std::move(importer).Finish();
  ASSERT_FALSE(outcome.stopped);

  // 52 primary branches with counts and 52 with scores are in no register, and 105 rows of 11
  // secondary branches.
  EXPECT_THAT(outcome.refusals.by_code(),
              UnorderedElementsAre(Pair(RefusalCode::kSchoolNotInRegister, 52 + 105 + 52)));
  const std::vector<SourceFile>& sources = outcome.snapshot.sources;
  EXPECT_EQ(sources[0].kind, SourceKind::kDuoSecondaryPupils);
  EXPECT_EQ(sources[0].refused_count, 105);
  EXPECT_EQ(sources[0].row_count, 24243);
  EXPECT_EQ(sources[1].kind, SourceKind::kCbsMunicipalities);
  EXPECT_EQ(sources[1].refused_count, 0);
  EXPECT_EQ(sources[2].kind, SourceKind::kDuoPrimaryBranches);
  EXPECT_EQ(sources[2].row_count, 6268);
  EXPECT_EQ(sources[3].kind, SourceKind::kDuoPrimaryPupils);
  EXPECT_EQ(sources[3].refused_count, 52);
  EXPECT_EQ(sources[4].kind, SourceKind::kDuoSecondaryBranches);
  EXPECT_EQ(sources[5].kind, SourceKind::kCbsSchoolScores);
  EXPECT_EQ(sources[5].refused_count, 52);

  // 6,268 primary, 1,619 secondary, and 276 + 566 special branches that only the counts know.
  const Totals& totals = outcome.snapshot.totals;
  EXPECT_EQ(totals.schools, 6268 + 1619 + 276 + 206 + 196 + 164);
  EXPECT_EQ(totals.municipalities, 355);
  EXPECT_EQ(totals.suppressed, 0);
  EXPECT_EQ(totals.uncounted_schools, 25 + (1619 - 1439));

  int64_t by_type[kSchoolTypes + 1] = {};
  Exact scores;
  for (const School& school : outcome.content.schools) {
    for (const PupilCount& entry : school.pupil_counts) {
      by_type[static_cast<int>(entry.type)] += entry.count.value;
    }
    if (school.disadvantage_score.has_value()) scores += *school.disadvantage_score;
  }
  EXPECT_EQ(by_type[static_cast<int>(SchoolType::kSbo)], 35733);
  EXPECT_EQ(by_type[static_cast<int>(SchoolType::kSo)], 32069);
  EXPECT_EQ(by_type[static_cast<int>(SchoolType::kVso)], 37753);
  EXPECT_LT(scores, *Exact::FromDecimal("561736.12"));

  EXPECT_EQ(Find(outcome, "00AR00")->title, "Basisschool \"De Maasparel\"");
  EXPECT_EQ(Find(outcome, "00AO00")->sector, Sector::kSpecial);
  EXPECT_EQ(Find(outcome, "18BR00")->structure, "PRO");
  bool found_apostrophe = false;
  for (const School& school : outcome.content.schools) {
    found_apostrophe |= school.title.find("’t Kompas") != std::string::npos;
  }
  EXPECT_TRUE(found_apostrophe);
}

TEST(RealFilesTest, CountsEveryPupilOfTheCountFilesWhenNoRegisterTakesPart) {
  SHARED_DATA_OR_SKIP(data);
  Importer importer({.snapshot_id = "s", .count_date = absl::CivilDay(2019, 10, 1)});
  Send(absl::StrCat(data, "/duo/leerlingen-po-per-vestiging-2019.csv"), importer);
  Send(absl::StrCat(data, "/cbs/achterstandsscores-2019.csv"), importer);
  const ImportOutcome outcome = std::move(importer).Finish();
  ASSERT_FALSE(outcome.stopped);
  EXPECT_EQ(outcome.snapshot.totals.pupils, 1396457 + 35733 + 32069 + 37753);
  Exact scores;
  int64_t zeros = 0;
  for (const School& school : outcome.content.schools) {
    if (!school.disadvantage_score.has_value()) continue;
    scores += *school.disadvantage_score;
    zeros += school.disadvantage_score->IsZero() ? 1 : 0;
  }
  EXPECT_EQ(scores.ToText(), "561736.12");
  EXPECT_EQ(zeros, 3740);
}

TEST(RealFilesTest, ReadsPopulationsAndProvincesOfMunicipalitiesFromTwoFiles) {
  SHARED_DATA_OR_SKIP(data);
  Importer importer({.snapshot_id = "s", .count_date = absl::CivilDay(2021, 10, 1)});
  Send(absl::StrCat(data, "/cbs/gemeenten-kerncijfers-2021.csv"), importer);
  Send(absl::StrCat(data, "/cbs/gemeenten-2020.csv"), importer);
  Send(absl::StrCat(data, "/duo/vestigingen-bo-2021-10.csv"), importer);
  const ImportOutcome outcome = std::move(importer).Finish();
  ASSERT_FALSE(outcome.stopped);
  EXPECT_EQ(outcome.snapshot.totals.schools, 6215);
  EXPECT_EQ(outcome.snapshot.totals.municipalities, 356);
  int64_t population = 0;
  for (const Municipality& municipality : outcome.content.municipalities) {
    population += municipality.population.value_or(0);
    EXPECT_FALSE(municipality.province.empty()) << municipality.code;
    EXPECT_EQ(municipality.title.find("\xEF\xBF\xBD"), std::string::npos) << municipality.title;
  }
  EXPECT_EQ(population, 17475415);
  const auto groningen =
      std::ranges::find(outcome.content.municipalities, "GM0014", &Municipality::code);
  ASSERT_NE(groningen, outcome.content.municipalities.end());
  EXPECT_THAT(groningen->attributes,
              testing::ElementsAre(Attribute{"address_density", "3312"},
                                   Attribute{"households", "136508"}, Attribute{"urbanity", "1"}));
}

TEST(RealFilesTest, SeesThatAFileWasSavedWithCommas) {
  SHARED_DATA_OR_SKIP(data);
  std::ifstream file(absl::StrCat(data, "/duo/leerlingen-po-per-vestiging-2019.csv"),
                     std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::replace(bytes.begin(), bytes.end(), ';', ',');
  Importer importer({.snapshot_id = "s", .count_date = absl::CivilDay(2019, 10, 1)});
  importer.BeginFile("commas.csv", SourceKind::kUnknown);
  importer.Feed(bytes);
  const ImportOutcome outcome = std::move(importer).Finish();
  EXPECT_TRUE(outcome.stopped);
  EXPECT_THAT(outcome.refusals.by_code(),
              UnorderedElementsAre(Pair(RefusalCode::kWrongSeparator, 1)));
}

}  // namespace
}  // namespace vg::registry
