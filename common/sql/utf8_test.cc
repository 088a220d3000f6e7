#include "common/sql/utf8.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace vg::sql {
namespace {

TEST(Utf8Test, TakesWellFormedText) {
  for (const std::string_view text :
       {"", "abc", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "Sint-Jozef €"}) {
    EXPECT_TRUE(IsStorableText(text)) << text;
  }
}

TEST(Utf8Test, RefusesWhatPostgresqlWouldRefuse) {
  for (const std::string& text :
       {std::string("\0", 1), std::string("\x80"), std::string("\xc1\xbf"), std::string("\xc3"),
        std::string("\xe0\x9f\xbf"), std::string("\xed\xa0\x80"), std::string("\xf0\x8f\xbf\xbf"),
        std::string("\xf4\x90\x80\x80"), std::string("\xf5\x80\x80\x80"), std::string("\xff"),
        std::string("\xe2\x82"), std::string("\xe2\x28\xa1")}) {
    EXPECT_FALSE(IsStorableText(text)) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace vg::sql
