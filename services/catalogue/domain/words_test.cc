#include "services/catalogue/domain/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Folded(std::string_view text) {
  std::vector<std::string> folded;
  for (const Word& word : WordsOf(text)) folded.push_back(word.folded);
  return folded;
}

TEST(WordsTest, FoldsCaseDiacriticsAndLigatures) {
  EXPECT_EQ(Fold("Één CAFÉ"), "een cafe");
  EXPECT_EQ(Fold("coördinatie, reünie"), "coordinatie, reunie");
  EXPECT_EQ(Fold("e\xCC\x81"
                 "e\xCC\x81n"),
            "een")
      << "accents that are characters of their own";
  EXPECT_EQ(Fold("Ĳsland"), "ijsland");
  EXPECT_EQ(Fold("straße"), "strasse");
}

TEST(WordsTest, PartsWordsAtEverythingButLettersAndDigits) {
  EXPECT_THAT(Folded("Zomer- of lentescholen (NT2), programma’s!"),
              ElementsAre("zomer", "of", "lentescholen", "nt2", "programma", "s"));
  EXPECT_THAT(Folded(" \t—/ "), IsEmpty());
  EXPECT_THAT(Folded("a\xFFz\xC3"), ElementsAre("a", "z"));
}

TEST(WordsTest, TellsWhereWordsAreInCharactersAndBytes) {
  const std::vector<Word> words = WordsOf("Één à één");
  ASSERT_EQ(words.size(), 3u);
  EXPECT_EQ(words[2].begin, 6u);
  EXPECT_EQ(words[2].end, 9u);
  EXPECT_EQ(words[2].begin_byte, 9u);
  EXPECT_EQ(words[2].end_byte, 14u);
}

TEST(WordsTest, StemsDutchAndEnglish) {
  const Stemmer dutch(Language::kDutch);
  EXPECT_EQ(dutch.Stem("scholen"), "schol");
  EXPECT_EQ(dutch.Stem("school"), "schol");
  EXPECT_EQ(dutch.Stem("verkleining"), dutch.Stem("verkleinen"));
  EXPECT_EQ(dutch.Stem("leerlingen"), dutch.Stem("leerling"));
  EXPECT_EQ(dutch.Stem("klassen"), dutch.Stem("klas"));
  EXPECT_EQ(dutch.Stem("interventies"), dutch.Stem("interventie"));
  const Stemmer english(Language::kEnglish);
  EXPECT_EQ(english.Stem("instructors"), english.Stem("instructor"));
  EXPECT_EQ(english.Stem("tutoring"), "tutor");
}

TEST(WordsTest, KnowsStopWordsOfEachLanguage) {
  EXPECT_TRUE(IsStopWord("een", Language::kDutch));
  EXPECT_TRUE(IsStopWord("the", Language::kEnglish));
  EXPECT_FALSE(IsStopWord("the", Language::kDutch));
  EXPECT_TRUE(IsStopWord("s", Language::kDutch));
  EXPECT_FALSE(IsStopWord("2", Language::kDutch));
  EXPECT_FALSE(IsStopWord("school", Language::kDutch));
}

}  // namespace
}  // namespace vg::catalogue
