#include "services/funding/domain/payments/sepa_text.h"

#include <gtest/gtest.h>

namespace vg::funding {
namespace {

TEST(SepaTextTest, LeavesWhatBanksTake) {
  const std::string all =
      "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 a/b-?:().,'+";
  EXPECT_EQ(SepaText(all, 140), all);
}

TEST(SepaTextTest, WritesLettersWithoutTheirMarks) {
  EXPECT_EQ(SepaText("Stichting Fryslân, Café Señor Brûlée ÄÖÜ äöü", 140),
            "Stichting Fryslan, Cafe Senor Brulee AOU aou");
  EXPECT_EQ(SepaText("Straße Æble Ørsted Łódź Ĳburg ĳs Þór", 140),
            "Strase AEble Orsted Lodz IJburg ijs THor");
  EXPECT_EQ(SepaText("e\u0301e\u0301n", 140), "een");  // With combining accents.
}

TEST(SepaTextTest, HasStandInsForSigns) {
  EXPECT_EQ(SepaText("Boor & Zn. \"De Brug\" [po] – `t 'Veld'; a_b €5", 140),
            "Boor + Zn. 'De Brug' (po) - 't 'Veld', a-b EUR5");
}

TEST(SepaTextTest, WritesAFullStopForAllElse) {
  EXPECT_EQ(SepaText("学校 x = 1 @ 5%*", 140), ".. x . 1 . 5..");
  EXPECT_EQ(SepaText("a\xFF\x00z", 140), "a.");
  EXPECT_EQ(SepaText(std::string_view("a\xFF\0z", 4), 140), "a..z");
}

TEST(SepaTextTest, LeavesNothingThatXmlWouldReadAsMarkup) {
  EXPECT_EQ(SepaText("<script>&amp;</script>]]>", 140), "(script)+amp,(/script))))");
}

TEST(SepaTextTest, HasNoSlashAtItsEndsAndNoTwoTogether) {
  EXPECT_EQ(SepaText("//a//b/ ", 140), "a/b");
  EXPECT_EQ(SepaText("  a \t\n b  ", 140), "a b");
}

TEST(SepaTextTest, IsAsShortAsItMustBe) {
  EXPECT_EQ(SepaText("Stichting Onderwijs", 9), "Stichting");
  EXPECT_EQ(SepaText("Stichting Onderwijs", 10), "Stichting");
  EXPECT_EQ(SepaText("", 10), "");
}

}  // namespace
}  // namespace vg::funding
