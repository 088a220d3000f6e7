#include "services/report/domain/rich_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Read(const RichText& text) {
  std::vector<std::string> read;
  for (const RichText& paragraph : Paragraphs(text)) read.push_back(PlainText(paragraph));
  return read;
}

TEST(RichTextTest, PartsParagraphsAtEmptyLinesAndJoinsLinesByABlank) {
  EXPECT_THAT(Read({{"One\ntwo.\n\nThree.\n \n\nFour", ""}}),
              ElementsAre("One two.", "Three.", "Four"));
  EXPECT_THAT(Read({}), IsEmpty());
  EXPECT_THAT(Read({{"\n\n", ""}}), IsEmpty());
}

TEST(RichTextTest, KeepsFiguresInTheirParagraph) {
  EXPECT_THAT(Read({{"Of ", ""}, {"61%", "a"}, {" more.\n\n", ""}, {"12", "b"}, {"\nless", ""}}),
              ElementsAre("Of 61% more.", "12 less"));
}

TEST(RichTextTest, DoesNotPartAtLineEndsThatCameInWithAName) {
  EXPECT_THAT(Read({{"A\n\nB", "a"}}), ElementsAre("A\n\nB"));
}

}  // namespace
}  // namespace vg::report
