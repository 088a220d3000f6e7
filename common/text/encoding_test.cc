#include "common/text/encoding.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vg {
namespace {

TEST(EncodingTest, TellsUtf8FromWhatOnlyLooksLikeIt) {
  for (const std::string_view good : {"", "abc", "Fryslân", "€", "\xF0\x9F\x8F\xAB"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const std::string_view bad : {"\x92", "Frysl\xE2n", "\xC0\xAF", "\xED\xA0\x80",
                                     "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad)) << testing::PrintToString(bad);
  }
}

TEST(EncodingTest, SeesTheFirstByteThatIsNotAscii) {
  EXPECT_TRUE(IsAscii("0123456789abcdef"));
  EXPECT_FALSE(IsAscii("0123456789abcde\xE9"));
  EXPECT_FALSE(
      IsAscii("01\xE9"
              "3456789abcde"));
}

TEST(EncodingTest, ReadsWindows1252) {
  std::string utf8;
  EXPECT_TRUE(
      AppendWindows1252("\x91t Bo\xEBtje \x80 5\x96"
                        "6",
                        utf8));
  EXPECT_EQ(utf8, "‘t Boëtje € 5–6");
  size_t bad = 0;
  EXPECT_FALSE(AppendWindows1252("ab\x81", utf8, &bad));
  EXPECT_EQ(bad, 2u);
}

TEST(EncodingTest, TrimsBlanksOfEveryKindAtTheEndsOnly) {
  EXPECT_EQ(Trim(" \t\u00A0 De Bron \u00A0"), "De Bron");
  EXPECT_EQ(Trim(" \u00A0"), "");
}

TEST(NearestTest, FindsTheNameThatWasMeant) {
  const std::vector<std::string> names = {"pupils", "score", "sector", "bo"};
  EXPECT_EQ(Nearest("pupil", names), "pupils");
  EXPECT_EQ(Nearest("PUPLIS", names), "pupils");
  EXPECT_EQ(Nearest("scroe", names), "score");
  EXPECT_EQ(Nearest("municipality", names), "");
  EXPECT_EQ(EditDistance("kitten", "sitting", 5), 3);
  EXPECT_EQ(EditDistance("a", "abcdefgh", 2), 3);
}

}  // namespace
}  // namespace vg
