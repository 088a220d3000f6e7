#include "services/registry/domain/importer.h"

#include <random>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/registry/domain/codes.h"

namespace vg::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::CivilDay kCountDate(2020, 10, 1);

constexpr char kBranchHeader[] =
    "PROVINCIE;BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;POSTCODE;"
    "PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;RMC-REGIO NAAM\r\n";
constexpr char kEenspan[] =
    "Drenthe;10249;16AH;16AH00;'t Eenspan;7822 HG;EMMEN;0114;EMMEN;Openbaar;Drenthe\r\n";
constexpr char kWegwijzer[] =
    "Friesland;40740;16SW;16SW03;De Wegwijzer;8601 AB;SNEEK;1900;S\xFA"
    "dwest;Rooms-Katholiek; \r\n";
constexpr char kPupilHeader[] =
    "PEILDATUM;BRIN_NUMMER;VESTIGINGSNUMMER;INSTELLINGSNAAM_VESTIGING;POSTCODE_VESTIGING;"
    "PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;PROVINCIE;SOORT_PO;DENOMINATIE_VESTIGING;"
    "BEVOEGD_GEZAG_NUMMER;AFSTAND;LEERLINGEN\n";
constexpr char kSecondaryHeader[] =
    "BRIN NUMMER;VESTIGINGSNUMMER;INSTELLINGSNAAM VESTIGING;ONDERWIJSTYPE VO EN LEER- OF "
    "VERBLIJFSJAAR;ELEMENTCODE;LEER- OF VERBLIJFSJAAR 1 - MAN;LEER- OF VERBLIJFSJAAR 1 - VROUW;"
    "LEER- OF VERBLIJFSJAAR 2 - MAN;LEER- OF VERBLIJFSJAAR 2 - VROUW;LEER- OF VERBLIJFSJAAR 3 - "
    "MAN;LEER- OF VERBLIJFSJAAR 3 - VROUW;LEER- OF VERBLIJFSJAAR 4 - MAN;LEER- OF VERBLIJFSJAAR 4 "
    "- VROUW;LEER- OF VERBLIJFSJAAR 5 - MAN;LEER- OF VERBLIJFSJAAR 5 - VROUW;LEER- OF "
    "VERBLIJFSJAAR 6 - MAN;LEER- OF VERBLIJFSJAAR 6 - VROUW\n";
constexpr char kMunicipalities[] =
    "Gemeentecode,GemeentecodeGM,Gemeentenaam,Provinciecode,ProvinciecodePV,Provincienaam\n"
    "0114,GM0114,Emmen,22,PV22,Drenthe\n"
    "1900,GM1900,Súdwest-Fryslân,21,PV21,Fryslân\n";
constexpr char kPlainHeader[] = "school,title,sector,municipality,board,province,bo,so,vo,pro\n";

struct File {
  std::string name;
  std::string bytes;
  SourceKind kind = SourceKind::kUnknown;
};

ImportOutcome Import(const std::vector<File>& files, std::vector<RefusalCode> allowed = {},
                     size_t piece = 1 << 20) {
  Importer importer(
      {.snapshot_id = "s", .count_date = kCountDate, .allowed_refusals = std::move(allowed)});
  for (const File& file : files) {
    importer.BeginFile(file.name, file.kind);
    for (size_t at = 0; at < file.bytes.size(); at += piece) {
      importer.Feed(std::string_view(file.bytes).substr(at, piece));
    }
  }
  return std::move(importer).Finish();
}

File Register(std::string rows) { return {"register.csv", kBranchHeader + std::move(rows)}; }
File Pupils(std::string rows) { return {"pupils.csv", kPupilHeader + std::move(rows)}; }
File Secondary(std::string rows) { return {"vo.csv", kSecondaryHeader + std::move(rows)}; }
File Plain(std::string rows) { return {"plain.csv", kPlainHeader + std::move(rows)}; }
File Municipalities() { return {"municipalities.csv", kMunicipalities}; }

std::string PupilRow(std::string_view institution, std::string_view suffix, std::string_view type,
                     std::string_view count, std::string_view date = "20201001") {
  return absl::StrCat(std::string(date), ";", std::string(institution), ";", std::string(suffix),
                      ";De Brug;7822HG;EMMEN;114;Emmen;Drenthe;", std::string(type),
                      ";Openbaar;10249;9562,58992805755;", std::string(count), "\n");
}

std::string SecondaryRow(std::string_view branch, std::string_view type, std::string_view cells,
                         std::string_view element = "0001") {
  return absl::StrCat(std::string(branch.substr(0, 4)), ";", std::string(branch.substr(4)),
                      ";School;", std::string(type), ";", std::string(element), ";",
                      std::string(cells), "\n");
}

std::vector<std::string> Codes(const ImportOutcome& outcome) {
  std::vector<std::string> codes;
  for (const Refusal& refusal : outcome.refusals.kept()) {
    codes.push_back(absl::StrCat(std::string(RuleOf(refusal.code).name), "@", refusal.line, " ",
                                 refusal.column));
  }
  return codes;
}

const School* Find(const ImportOutcome& outcome, std::string_view code) {
  for (const School& school : outcome.content.schools) {
    if (school.code == code) return &school;
  }
  return nullptr;
}

TEST(ImporterTest, ReadsARegisterInWindows1252) {
  const ImportOutcome outcome =
      Import({Register(absl::StrCat(kEenspan, kWegwijzer)), Municipalities()});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  const School* school = Find(outcome, "16AH00");
  ASSERT_NE(school, nullptr);
  EXPECT_EQ(school->title, "'t Eenspan");
  EXPECT_EQ(school->sector, Sector::kPrimary);
  EXPECT_EQ(school->board, "10249");
  EXPECT_EQ(school->municipality, "GM0114");
  EXPECT_EQ(school->province, "Drenthe");
  EXPECT_EQ(school->postcode, "7822HG");
  EXPECT_EQ(school->denomination, "Openbaar");
  EXPECT_THAT(school->attributes, ElementsAre(Attribute{"rmc_region", "Drenthe"}));
  EXPECT_EQ(Find(outcome, "16SW03")->province, "Fryslân");
  EXPECT_THAT(Find(outcome, "16SW03")->attributes, IsEmpty());
  EXPECT_EQ(outcome.snapshot.totals,
            (Totals{.schools = 2, .boards = 2, .municipalities = 2, .uncounted_schools = 2}));
  EXPECT_EQ(outcome.snapshot.title, "1 October 2020");
  EXPECT_EQ(outcome.snapshot.sources[0].kind, SourceKind::kDuoPrimaryBranches);
  EXPECT_EQ(outcome.snapshot.sources[1].kind, SourceKind::kCbsMunicipalities);
}

TEST(ImporterTest, ReadsTheNewerColumnNamesAndAHeaderWithATrailingBlank) {
  const ImportOutcome outcome = Import(
      {{"new.csv",
        "PROVINCIE;BEVOEGD_GEZAG_NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;POSTCODE;"
        "PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE \nDrenthe;10249;16AH;16AH00;School;"
        "7822 HG;EMMEN;114;EMMEN;Openbaar\n"}});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_EQ(Find(outcome, "16AH00")->denomination, "Openbaar");
}

TEST(ImporterTest, GivesTheSameDigestHoweverTheBytesArriveAndInWhicheverOrderTheFiles) {
  const std::vector<File> files = {Register(absl::StrCat(kEenspan, kWegwijzer)), Municipalities(),
                                   Pupils(PupilRow("16AH", "00", "Bo", "231"))};
  const std::string digest = Import(files).snapshot.digest;
  EXPECT_THAT(digest, SizeIs(64));
  EXPECT_EQ(Import(files, {}, 1).snapshot.digest, digest);
  EXPECT_EQ(Import({files[2], files[1], files[0]}, {}, 7).snapshot.digest, digest);
}

TEST(ImporterTest, KeepsTheDigestOfAKnownContent) {
  // A change of this figure is a change of the canonical form: every stored digest would be wrong.
  EXPECT_EQ(Import({Register(kEenspan)}).snapshot.digest,
            "c228b54606195cb28d5ab8e7d7f8f0a9a2b4f966562d69f7a2498a46bc05b0f9");
}

TEST(ImporterTest, CountsPupilsByBranchAndType) {
  const ImportOutcome outcome =
      Import({Register(kEenspan),
              Pupils(PupilRow("16AH", "00", "Bo", "231") + PupilRow("01AA", "00", "Sbo", "80") +
                     PupilRow("01AB", "01", "So", "40") + PupilRow("01AB", "01", "Vso", "<5"))});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_THAT(Find(outcome, "16AH00")->pupil_counts,
              ElementsAre(PupilCount{SchoolType::kBo, Count::Known(231)}));
  EXPECT_EQ(Find(outcome, "01AA00")->sector, Sector::kPrimary);
  const School* special = Find(outcome, "01AB01");
  EXPECT_EQ(special->sector, Sector::kSpecial);
  EXPECT_EQ(special->board, "10249");
  EXPECT_THAT(special->pupil_counts,
              ElementsAre(PupilCount{SchoolType::kSo, Count::Known(40)},
                          PupilCount{SchoolType::kVso, {CountState::kSuppressed, 0}}));
  EXPECT_EQ(outcome.snapshot.totals.pupils, 351);
  EXPECT_EQ(outcome.snapshot.totals.suppressed, 1);
}

TEST(ImporterTest, IntroducesPrimarySchoolsOnlyWhereNoRegisterOfThemTakesPart) {
  const File pupils = Pupils(PupilRow("16AH", "00", "Bo", "231"));
  EXPECT_NE(Find(Import({pupils}), "16AH00"), nullptr);
  const ImportOutcome refused = Import({pupils, Register(kWegwijzer)});
  EXPECT_TRUE(refused.stopped);
  EXPECT_THAT(Codes(refused), ElementsAre("SCHOOL_NOT_IN_REGISTER@2 "));
  const ImportOutcome allowed =
      Import({pupils, Register(kWegwijzer)}, {RefusalCode::kSchoolNotInRegister});
  EXPECT_FALSE(allowed.stopped);
  EXPECT_EQ(allowed.snapshot.sources[0].refused_count, 1);
  EXPECT_EQ(Find(allowed, "16AH00"), nullptr);
}

TEST(ImporterTest, SumsSecondaryPupilsOverYearsAndTracks) {
  const ImportOutcome outcome =
      Import({Plain("16AA00,College,secondary,114,,Drenthe,,,,\n"
                    "16AB00,Lyceum,secondary,114,,Drenthe,,,,\n"),
              Secondary(SecondaryRow("16AA00", "Brugjaar 1-2", "89;105;83;134;0;0;0;0;0;0;0;0") +
                        SecondaryRow("16AA00", "HAVO lj 4-5", "0;0;0;0;0;0;0;7;1;9;0;0") +
                        SecondaryRow("16AA00", "VMBO BL lj 3-4", "0;0;0;0;5;6;0;0;0;0;0;0") +
                        SecondaryRow("16AB00", "VWO lj 4-6", "0;0;0;0;0;0;<5;6;0;0;0;0"))});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_THAT(Find(outcome, "16AA00")->pupil_counts,
              ElementsAre(PupilCount{SchoolType::kVo, Count::Known(428)},
                          PupilCount{SchoolType::kVboUpper, Count::Known(11)}));
  EXPECT_THAT(Find(outcome, "16AB00")->pupil_counts,
              ElementsAre(PupilCount{SchoolType::kVo, {CountState::kSuppressed, 0}}));
}

TEST(ImporterTest, RemembersTheLinesThatEachFactWasReadFrom) {
  const ImportOutcome outcome = Import(
      {Register(absl::StrCat(kEenspan, kWegwijzer)), Municipalities(),
       Secondary(absl::StrCat(SecondaryRow("16SW03", "HAVO lj 4", "1;2;3;4;5;6;7;8;9;10;11;12"),
                              SecondaryRow("16SW03", "HAVO lj 5", "1;2;3;4;5;6;7;8;9;10;11;12"),
                              SecondaryRow("16AH00", "HAVO lj 4", "1;2;3;4;5;6;7;8;9;10;11;12"),
                              SecondaryRow("16SW03", "VWO lj 6", "1;2;3;4;5;6;7;8;9;10;11;12")))});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_EQ(Find(outcome, "16SW03")->fact_sources, "r@0:3 5@2:2-3,5");
  EXPECT_EQ(Find(outcome, "16AH00")->fact_sources, "r@0:2 5@2:4");
  EXPECT_EQ(outcome.content.municipalities.front().fact_sources, "r@1:2");
}

TEST(ImporterTest, RefusesSecondaryBranchesThatAreNotInARegisterAndUnknownTypes) {
  const ImportOutcome outcome =
      Import({Plain("16AA00,College,secondary,114,,Drenthe,,,,\n"),
              Secondary(SecondaryRow("02FC00", "HAVO lj 4-5", "0;0;0;0;0;0;1;7;1;9;0;0") +
                        SecondaryRow("16AA00", "Gymnasium", "0;0;0;0;0;0;1;7;1;9;0;0") +
                        SecondaryRow("16AA00", "VWO lj 4-6", "0;0;0;0;0;0;1;7;1;9;0;0") +
                        SecondaryRow("16AA00", "VWO lj 4-6", "0;0;0;0;0;0;1;7;1;9;0;0"))});
  EXPECT_THAT(Codes(outcome),
              ElementsAre("SCHOOL_NOT_IN_REGISTER@2 ",
                          "UNKNOWN_SCHOOL_TYPE@3 ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR",
                          "DUPLICATE_KEY@5 "));
}

TEST(ImporterTest, ReadsScoresWithADecimalCommaAndBlanks) {
  const ImportOutcome outcome =
      Import({Register(absl::StrCat(kEenspan, kWegwijzer)),
              {"scores.csv", "vestiging;achterstandsscore\n16AH00;,52\n16SW03; \n"}});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_EQ(Find(outcome, "16AH00")->disadvantage_score->ToText(), "0.52");
  EXPECT_FALSE(Find(outcome, "16SW03")->disadvantage_score.has_value());
}

TEST(ImporterTest, RefusesScoresThatAreNoneOrOfNobody) {
  const ImportOutcome outcome = Import(
      {Register(kEenspan),
       {"scores.csv",
        "vestiging;achterstandsscore\n16AH00;1.234,5\n16AH00;-3\n16XX00;1\n16AH00;1\n16AH00;2\n"}});
  EXPECT_THAT(Codes(outcome),
              ElementsAre("BAD_SCORE@2 achterstandsscore", "BAD_SCORE@3 achterstandsscore",
                          "SCHOOL_NOT_IN_REGISTER@4 ", "DUPLICATE_KEY@6 "));
  EXPECT_TRUE(outcome.stopped);
  EXPECT_THAT(outcome.content.schools, IsEmpty());
}

TEST(ImporterTest, KeysMunicipalitiesOnTheNumberAndTakesOtherNamesForAliases) {
  const ImportOutcome outcome = Import(
      {Register(kEenspan),
       {"m.csv", absl::StrCat(kMunicipalities, "0518,GM0518,'s-Gravenhage,28,PV28,Zuid-Holland\n",
                              "0518,GM0518,Den Haag,28,PV28,Zuid-Holland\n")},
       {"kern.csv",
        "GM_CODE,GM_NAAM,H2O,AANT_INW\nGM0114,Emmen,NEE,\"107000\"\n"
        "GM0518,Den Haag,NEE,\"548320\"\nGM0518,Den Haag,JA,\"0\"\n"}});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  const Municipality& hague = outcome.content.municipalities[1];
  EXPECT_EQ(hague.code, "GM0518");
  EXPECT_EQ(hague.title, "'s-Gravenhage");
  EXPECT_EQ(hague.population, 548320);
  EXPECT_EQ(hague.province, "Zuid-Holland");
  EXPECT_THAT(outcome.content.municipalities, SizeIs(3));
}

TEST(ImporterTest, RefusesASecondRowOfAMunicipality) {
  const ImportOutcome outcome =
      Import({Register(kEenspan),
              {"m.csv", absl::StrCat(kMunicipalities, "0114,GM0114,Emmen,22,PV22,Drenthe\n",
                                     "0114,GM0114,Emmen-Zuid,22,PV22,Utrecht\n")}});
  EXPECT_THAT(Codes(outcome),
              ElementsAre("DUPLICATE_KEY@4 GemeentecodeGM", "CONFLICTING_ROW@5 Provincienaam"));
}

TEST(ImporterTest, TakesAProvinceFromTheSchoolsWhereTheMunicipalitiesTellNone) {
  const ImportOutcome outcome =
      Import({Register(kEenspan), {"kern.csv", "GM_CODE,GM_NAAM,AANT_INW\nGM0114,Emmen,107000\n"}});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_EQ(outcome.content.municipalities[0].province, "Drenthe");
}

TEST(ImporterTest, RefusesASchoolInAMunicipalityThatTheFileDoesNotHave) {
  const ImportOutcome outcome =
      Import({Register(kEenspan), {"m.csv", "municipality,title\nGM0001,Elsewhere\n"}});
  EXPECT_THAT(Codes(outcome), ElementsAre("UNKNOWN_MUNICIPALITY@2 ", "NO_SCHOOLS@0 "));
}

TEST(ImporterTest, ReadsPlainMunicipalitiesWithNegativeScores) {
  const ImportOutcome outcome =
      Import({Register(kEenspan),
              {"m.csv",
               "municipality;title;province;population;disadvantage_score\n"
               "114;Emmen;Drenthe;107000;-12,5\n"}});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_EQ(outcome.content.municipalities[0].disadvantage_score->ToText(), "-12.5");
}

TEST(ImporterTest, KeepsAttributesOfMunicipalitiesFromPlainFilesAndKeyFigures) {
  const ImportOutcome outcome =
      Import({Register(kEenspan),
              {"plain.csv",
               "municipality;title;province;attribute_Region;attribute_urbanity\n"
               "114;Emmen;Drenthe;Zuidoost;4\n"},
              {"key.csv",
               "GM_CODE,GM_NAAM,H2O,OAD,STED,AANT_INW,AANTAL_HH\n"
               "GM0114,Emmen,NEE,\"812\",\"5\",\"107024\",-99997\n"}});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  // What the first file says stays; what CBS does not give is not there.
  EXPECT_THAT(outcome.content.municipalities[0].attributes,
              ElementsAre(Attribute{"address_density", "812"}, Attribute{"region", "Zuidoost"},
                          Attribute{"urbanity", "4"}));
  // A part of the content like any other.
  Content content = outcome.content;
  content.municipalities[0].attributes[1].value = "Noord";
  EXPECT_NE(DigestOf(content, absl::CivilDay(2020, 10, 1), false),
            DigestOf(outcome.content, absl::CivilDay(2020, 10, 1), false));
}

TEST(ImporterTest, TellsZeroSuppressedMissingAndNotApplicableApart) {
  const ImportOutcome outcome =
      Import({Plain("16AA00,A,primary,114,40740,Drenthe,0,x,-,N.v.t.\n")});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_THAT(Find(outcome, "16AA00")->pupil_counts,
              ElementsAre(PupilCount{SchoolType::kBo, Count::Known(0)},
                          PupilCount{SchoolType::kSo, {CountState::kSuppressed, 0}},
                          PupilCount{SchoolType::kVo, {CountState::kMissing, 0}},
                          PupilCount{SchoolType::kPro, {CountState::kNotApplicable, 0}}));
}

TEST(ImporterTest, RefusesEveryKindOfBadCellWithItsOwnCode) {
  const ImportOutcome outcome =
      Import({Plain("16AA0,A,primary,114,,Drenthe,,,,\n"
                    "16AA00,A,prime,114,,Drenthe,,,,\n"
                    "16AA00,A,primary,Emmen,,Drenthe,,,,\n"
                    "16AA00,A,primary,114,ten,Drenthe,,,,\n"
                    "16AA00,A,primary,114,,Mordor,,,,\n"
                    "16AA00,,primary,114,,Drenthe,,,,\n"
                    "16AA00,A,primary,114,,Drenthe,-5,,,\n"
                    "16AA00,A,primary,114,,Drenthe,1.5,,,\n"
                    "16AA00,A,primary,114,,Drenthe,100001,,,\n"
                    "16AA00,A,primary,114,,Drenthe,,,\n"
                    "16AA00,A,primary,114,,Drenthe,7,,,\n"
                    "16AA00,B,primary,114,,Drenthe,8,,,\n")});
  EXPECT_THAT(Codes(outcome),
              ElementsAre("BAD_BRANCH_CODE@2 school", "UNKNOWN_SECTOR@3 sector",
                          "BAD_MUNICIPALITY_CODE@4 municipality", "BAD_BOARD_NUMBER@5 board",
                          "UNKNOWN_PROVINCE@6 province", "MISSING_VALUE@7 title",
                          "NEGATIVE_COUNT@8 bo", "BAD_COUNT@9 bo", "BAD_COUNT@10 bo",
                          "WRONG_CELL_COUNT@11 ", "DUPLICATE_KEY@13 "));
  EXPECT_EQ(outcome.refusals.kept()[4].value, "Mordor");
  EXPECT_EQ(outcome.snapshot.sources[0].refused_count, 11);
  EXPECT_EQ(outcome.snapshot.sources[0].row_count, 12);
}

TEST(ImporterTest, RefusesDaysThatDoNotExist) {
  const ImportOutcome outcome = Import({Pupils(PupilRow("01AA", "00", "Sbo", "80", "20200231"))});
  EXPECT_THAT(Codes(outcome), ElementsAre("IMPOSSIBLE_DATE@2 PEILDATUM", "NO_SCHOOLS@0 "));
}

TEST(ImporterTest, SaysOnceThatAFileCountsOnAnotherDayAndKeepsItsRowsIfThatIsAllowed) {
  const File pupils = Pupils(PupilRow("01AA", "00", "Sbo", "80", "20191001") +
                             PupilRow("01AB", "00", "Sbo", "81", "20191001"));
  const ImportOutcome stopped = Import({pupils});
  EXPECT_TRUE(stopped.stopped);
  EXPECT_THAT(Codes(stopped), ElementsAre("COUNT_DATE_DIFFERS@2 PEILDATUM"));
  const ImportOutcome allowed = Import({pupils}, {RefusalCode::kCountDateDiffers});
  EXPECT_FALSE(allowed.stopped);
  EXPECT_EQ(allowed.snapshot.totals.pupils, 161);
  EXPECT_EQ(allowed.snapshot.sources[0].refused_count, 0);
}

TEST(ImporterTest, RefusesRowsThatIntroduceOneSchoolTwiceInTwoWays) {
  std::string other = PupilRow("01AB", "01", "Vso", "35");
  other.replace(other.find("10249"), 5, "20137");
  const ImportOutcome outcome = Import({Pupils(PupilRow("01AB", "01", "So", "40") + other)});
  EXPECT_THAT(Codes(outcome), ElementsAre("CONFLICTING_ROW@3 "));
}

TEST(ImporterTest, SaysOfAFileWithAnotherSeparatorThatItIsTheSeparator) {
  std::string rows;
  for (int i = 10; i < 40; ++i) rows += PupilRow("01AA", std::to_string(i), "Sbo", "80");
  File pupils = Pupils(rows);
  std::replace(pupils.bytes.begin(), pupils.bytes.end(), ';', ',');
  EXPECT_THAT(Codes(Import({pupils})), ElementsAre("WRONG_SEPARATOR@0 "));
  std::replace(pupils.bytes.begin(), pupils.bytes.end(), ',', ':');
  EXPECT_THAT(Codes(Import({pupils})), ElementsAre("WRONG_SEPARATOR@1 "));
}

TEST(ImporterTest, SaysOfAFileWithShiftedColumnsThatTheyAreShifted) {
  std::string rows;
  for (int i = 10; i < 40; ++i) {
    // The cell of the province is lost and an empty one has come at the end.
    rows += absl::StrCat("10249;16AH;16AH", i, ";School;7822 HG;EMMEN;0114;EMMEN;Openbaar;;\r\n");
  }
  const ImportOutcome outcome = Import({Register(rows)});
  ASSERT_THAT(outcome.refusals.kept(), SizeIs(1));
  EXPECT_EQ(outcome.refusals.kept()[0].code, RefusalCode::kColumnsShifted);
  EXPECT_THAT(outcome.refusals.kept()[0].sentence, HasSubstr("30 of 30 rows"));
}

TEST(ImporterTest, KeepsTheRowsOfAFileInWhichAFewAreWrong) {
  std::string rows;
  for (int i = 10; i < 40; ++i) {
    rows += absl::StrCat("Drenthe;10249;16AH;16AH", i, ";School;", i < 14 ? "7822" : "7822 HG",
                         ";EMMEN;0114;EMMEN;Openbaar;\r\n");
  }
  const ImportOutcome outcome = Import({Register(rows)}, {RefusalCode::kBadPostcode});
  EXPECT_FALSE(outcome.stopped);
  EXPECT_EQ(outcome.snapshot.totals.schools, 26);
  EXPECT_EQ(outcome.snapshot.sources[0].refused_count, 4);
}

TEST(ImporterTest, RefusesFilesThatCannotBeReadAsWhatTheyAre) {
  const auto code_of = [](File file) {
    const ImportOutcome outcome = Import({Register(kEenspan), std::move(file)});
    EXPECT_TRUE(outcome.stopped);
    return Codes(outcome);
  };
  EXPECT_THAT(code_of({"a", ""}), ElementsAre("EMPTY_FILE@0 "));
  EXPECT_THAT(code_of({"a", kPlainHeader}), ElementsAre("EMPTY_FILE@0 "));
  EXPECT_THAT(code_of({"a", "a,b\n1,2\n"}), ElementsAre("UNKNOWN_LAYOUT@1 "));
  EXPECT_THAT(code_of({"a", "school,sector,municipality\n1,2,3\n"}),
              ElementsAre("MISSING_COLUMN@1 title"));
  EXPECT_THAT(code_of({"a", "school,title,sector,municipality,BO,bo\n1,2,3,4,5,6\n"}),
              ElementsAre("DUPLICATE_COLUMN@1 bo"));
  EXPECT_THAT(code_of({"a", kMunicipalities, SourceKind::kCbsSchoolScores}),
              ElementsAre("KIND_DIFFERS@1 "));
  EXPECT_THAT(code_of({"a", std::string("\xFF\xFEs\0c\0", 6)}),
              ElementsAre("UNSUPPORTED_ENCODING@0 "));
  EXPECT_THAT(code_of({"a", absl::StrCat(kPlainHeader, "16AA00,\"A\n")}),
              ElementsAre("UNTERMINATED_QUOTE@2 "));
  EXPECT_THAT(code_of(Register(kEenspan)), ElementsAre("DUPLICATE_FILE@0 "));
}

TEST(ImporterTest, NeverLetsAFileFaultPass) {
  const ImportOutcome outcome =
      Import({Register(kEenspan), {"a", "x,y\n1,2\n"}}, {RefusalCode::kUnknownLayout});
  EXPECT_TRUE(outcome.stopped);
}

TEST(ImporterTest, ReadsAttributesOfPlainSchools) {
  const ImportOutcome outcome = Import({{"p.csv",
                                         "school;title;sector;municipality;province;attribute_zone;"
                                         "attribute_size\n16AA00;A;special;114;Drenthe;north;\n"}});
  ASSERT_FALSE(outcome.stopped) << ::testing::PrintToString(Codes(outcome));
  EXPECT_THAT(Find(outcome, "16AA00")->attributes, ElementsAre(Attribute{"zone", "north"}));
}

TEST(ImporterTest, KeepsTenThousandRefusalsAndCountsAll) {
  std::string rows;
  for (int i = 0; i < 20000; ++i) rows += "16AA00,A,primary,114,,Drenthe,1,,,\n";
  const ImportOutcome outcome = Import({Plain(rows)});
  EXPECT_THAT(outcome.refusals.kept(), SizeIs(RefusalReport::kMaxKept));
  EXPECT_EQ(outcome.refusals.total(), 19999);
}

TEST(ImporterTest, MakesAnOrderlyOutcomeOfFilesThatWereDamagedAtRandom) {
  const std::vector<File> files = {
      Register(absl::StrCat(kEenspan, kWegwijzer)),
      Municipalities(),
      Pupils(PupilRow("16AH", "00", "Bo", "231") + PupilRow("01AB", "01", "Vso", "<5")),
      Secondary(SecondaryRow("16AH00", "HAVO lj 4-5", "0;0;0;0;0;0;0;7;1;9;0;0")),
      Plain("20AA00,Sint Jan,special,363,20137,Noord-Holland,,x,,\n"),
      {"scores.csv", "vestiging;achterstandsscore\n16AH00;1,52\n"}};
  std::vector<RefusalCode> allowed;
  for (const RefusalRule& rule : RefusalRules()) allowed.push_back(rule.code);
  constexpr std::string_view kNasty("\0\xFF\"\n\r;,'-<9\xC3\x81", 14);
  std::mt19937 random(20211001);
  for (int round = 0; round < 2000; ++round) {
    std::vector<File> damaged = files;
    for (int hit = 0; hit < 4; ++hit) {
      std::string& bytes = damaged[random() % damaged.size()].bytes;
      if (bytes.empty()) continue;
      const size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0:
          bytes.resize(at);
          break;
        case 1:
          bytes.erase(at, random() % 20);
          break;
        case 2:
          bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 80));
          break;
        default:
          bytes[at] = kNasty[random() % kNasty.size()];
      }
    }
    const ImportOutcome outcome = Import(damaged, allowed, 1 + random() % 300);
    for (size_t i = 0; i < outcome.content.schools.size(); ++i) {
      const School& school = outcome.content.schools[i];
      ASSERT_EQ(ParseBranchCode("", school.code), school.code);
      ASSERT_FALSE(school.province.empty());
      ASSERT_EQ(school.title.find('\0'), std::string::npos);
      if (i > 0) {
        ASSERT_LT(outcome.content.schools[i - 1].code, school.code);
      }
    }
    for (const Refusal& refusal : outcome.refusals.kept()) {
      ASSERT_FALSE(refusal.sentence.empty());
      ASSERT_EQ(refusal.value.find('\0'), std::string::npos);
      ASSERT_EQ(refusal.column.find('\0'), std::string::npos);
    }
  }
}

TEST(RefusalTest, CutsLongCellsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "é";
  EXPECT_EQ(CutValue(text).size(), 200u);
  EXPECT_EQ(CutValue("a\nb"), "a b");
}

TEST(RefusalTest, FindsCodesByName) {
  for (const RefusalRule& rule : RefusalRules()) {
    EXPECT_EQ(RefusalCodeNamed(rule.name), rule.code);
    EXPECT_FALSE(rule.hint.empty());
  }
  EXPECT_EQ(RefusalCodeNamed("NONSENSE"), std::nullopt);
}

}  // namespace
}  // namespace vg::registry
