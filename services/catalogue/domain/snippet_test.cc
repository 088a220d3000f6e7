#include "services/catalogue/domain/snippet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Pair;
using ::testing::StartsWith;

class SnippetTest : public testing::Test {
 protected:
  std::optional<Snippet> Of(std::string_view text, const std::set<std::string>& stems) {
    return SnippetOf(text, stems, stemmer_);
  }

  Stemmer stemmer_{Language::kDutch};
};

TEST_F(SnippetTest, ShowsAShortTextWholeWithEveryWordFound) {
  const auto snippet = Of("Eén begeleider en één leerling.", {"leerling", "begeleider"});
  ASSERT_TRUE(snippet);
  EXPECT_EQ(snippet->text, "Eén begeleider en één leerling.");
  EXPECT_THAT(snippet->highlights, ElementsAre(Pair(4, 14), Pair(22, 30)));
}

TEST_F(SnippetTest, HasNothingToShowWhereNothingWasFound) {
  EXPECT_FALSE(Of("Eén begeleider.", {"leerling"}));
  EXPECT_FALSE(Of("", {"leerling"}));
}

TEST_F(SnippetTest, CutsALongTextBetweenWordsAroundTheFirstWordFound) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "één twee ";
  text += "leerling ";
  for (int i = 0; i < 40; ++i) text += "drie vier ";
  const auto snippet = Of(text, {"leerling"});
  ASSERT_TRUE(snippet);
  EXPECT_THAT(snippet->text, StartsWith("…"));
  EXPECT_THAT(snippet->text, EndsWith("…"));
  ASSERT_EQ(snippet->highlights.size(), 1u);
  const std::vector<Word> words = WordsOf(snippet->text);
  const auto found = std::find_if(words.begin(), words.end(),
                                  [](const Word& word) { return word.folded == "leerling"; });
  ASSERT_NE(found, words.end());
  EXPECT_THAT(snippet->highlights, ElementsAre(Pair(found->begin, found->end)));
  EXPECT_LE(words.back().end, 202u);
}

TEST_F(SnippetTest, KeepsALongWordWhole) {
  const std::string word(300, 'x');
  const auto snippet = Of("a b " + word + " c", {word});
  ASSERT_TRUE(snippet);
  EXPECT_THAT(snippet->text, testing::HasSubstr(word));
}

}  // namespace
}  // namespace vg::catalogue
