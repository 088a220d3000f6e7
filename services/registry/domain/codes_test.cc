#include "services/registry/domain/codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/registry/domain/fold.h"

namespace vg::registry {
namespace {

using ::testing::Optional;

TEST(ParseBranchCodeTest, ReadsTheFullCodeOfRegisters) {
  EXPECT_THAT(ParseBranchCode("16SW", "16SW03"), Optional(std::string("16SW03")));
  EXPECT_THAT(ParseBranchCode("", "16sw03"), Optional(std::string("16SW03")));
}

TEST(ParseBranchCodeTest, JoinsInstitutionAndSuffixOfCountFiles) {
  EXPECT_THAT(ParseBranchCode("00AP", "00"), Optional(std::string("00AP00")));
  EXPECT_THAT(ParseBranchCode("00AP", "3"), Optional(std::string("00AP03")));
}

TEST(ParseBranchCodeTest, RefusesWhatNamesNoBranch) {
  for (const auto& [institution, branch] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"", "00"},
           {"00AP", ""},
           {"00AP", "000"},
           {"AP00", "00"},
           {"00AP", "16SW03"},  // Another institution's.
           {"", "16SW3"},
           {"", "41646"},
           {"0AP", "00"}}) {
    EXPECT_EQ(ParseBranchCode(institution, branch), std::nullopt) << institution << "|" << branch;
  }
}

TEST(ParseMunicipalityCodeTest, ReadsAllSpellingsAsOneCode) {
  for (const char* text : {"0003", "   3", "3", "GM0003", "gm0003"}) {
    EXPECT_THAT(ParseMunicipalityCode(text), Optional(std::string("GM0003"))) << text;
  }
  for (const char* text : {"", "00003", "Emmen", "GM", "0000", "-3", "36 3"}) {
    EXPECT_EQ(ParseMunicipalityCode(text), std::nullopt) << text;
  }
}

TEST(ParseBoardNumberTest, KeepsFiveDigits) {
  EXPECT_THAT(ParseBoardNumber("40740"), Optional(std::string("40740")));
  EXPECT_THAT(ParseBoardNumber("1234"), Optional(std::string("01234")));
  for (const char* text : {"", "407400", "4074A", "00000"}) {
    EXPECT_EQ(ParseBoardNumber(text), std::nullopt) << text;
  }
}

TEST(ParsePostcodeTest, DropsTheBlank) {
  EXPECT_THAT(ParsePostcode("7822 HG"), Optional(std::string("7822HG")));
  EXPECT_THAT(ParsePostcode("7822hg"), Optional(std::string("7822HG")));
  for (const char* text : {"7822", "0822HG", "7822  HG", "7822-HG", "EMMEN", "78 22HG"}) {
    EXPECT_EQ(ParsePostcode(text), std::nullopt) << text;
  }
}

TEST(CanonicalProvinceTest, WritesOneNameForEveryProvince) {
  for (const char* text : {"Fryslân", "Friesland", "FRYSLÂN", "friesland", "PV21", "21"}) {
    EXPECT_THAT(CanonicalProvince(text), Optional(std::string("Fryslân"))) << text;
  }
  EXPECT_THAT(CanonicalProvince("noord-holland"), Optional(std::string("Noord-Holland")));
  EXPECT_EQ(CanonicalProvince("Holland"), std::nullopt);
  EXPECT_EQ(CanonicalProvince(""), std::nullopt);
}

TEST(ParseSecondaryTypeTest, SortsTheTracksOfDuoIntoTheTypesOfTheFunding) {
  const std::vector<std::pair<std::string, SchoolType>> cases = {
      {"Praktijkonderwijs alle vj", SchoolType::kPro},
      {"VMBO BL lj 3-4", SchoolType::kVboUpper},
      {"VMBO KL lj 3-4", SchoolType::kVboUpper},
      {"HAVO uitbest. aan VAVO", SchoolType::kVavo},
      {"VMBO uitbest. aan VAVO", SchoolType::kVavo},
      {"VWO uitbest. aan VAVO", SchoolType::kVavo},
      {"Brugjaar 1-2", SchoolType::kVo},
      {"HAVO lj 4-5", SchoolType::kVo},
      {"HAVO/VWO lj 3", SchoolType::kVo},
      {"VWO lj 4-6", SchoolType::kVo},
      {"VMBO GL lj 3-4", SchoolType::kVo},
      {"VMBO TL lj 3-4", SchoolType::kVo},
      {"Int. Baccelaureaat", SchoolType::kVo},
      {"Engelse Stroom", SchoolType::kVo},
      {"European Secondary School", SchoolType::kVo},
  };
  for (const auto& [name, type] : cases) {
    EXPECT_THAT(ParseSecondaryType(name), Optional(type)) << name;
  }
  EXPECT_EQ(ParseSecondaryType("Gymnasium"), std::nullopt);
  EXPECT_EQ(ParseSecondaryType(""), std::nullopt);
}

TEST(FoldCaseTest, LowersTheLettersOfDutchAndFrisianNames) {
  EXPECT_EQ(FoldCase("SÚDWEST-FRYSLÂN Ÿ Š 123"), "súdwest-fryslân ÿ š 123");
  EXPECT_EQ(FoldCase("×"), "×");
  EXPECT_EQ(FoldCase(""), "");
}

TEST(AddTest, LetsAHiddenPartHideTheSum) {
  const Count hidden{CountState::kSuppressed, 0};
  const Count missing{CountState::kMissing, 0};
  const Count none{CountState::kNotApplicable, 0};
  EXPECT_EQ(Add(Count::Known(3), Count::Known(4)), Count::Known(7));
  EXPECT_EQ(Add(Count::Known(3), hidden), hidden);
  EXPECT_EQ(Add(hidden, missing), hidden);
  EXPECT_EQ(Add(none, Count::Known(0)), Count::Known(0));
  EXPECT_EQ(Add(Count::Known(3), missing), Count::Known(3));
  EXPECT_EQ(Add(none, none), none);
  EXPECT_EQ(Add(none, missing), missing);
}

}  // namespace
}  // namespace vg::registry
