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
  EXPECT_EQ(dutch.Stem("verkleining"), "verklein");
  const Stemmer english(Language::kEnglish);
  EXPECT_EQ(english.Stem("instructors"), english.Stem("instructor"));
  EXPECT_EQ(english.Stem("tutoring"), "tutor");
}

TEST(WordsTest, BringsFormsOfADutchWordTogether) {
  const Stemmer dutch(Language::kDutch);
  const std::vector<std::vector<std::string>> words = {
      {"school", "scholen"},
      {"klas", "klassen"},
      {"groep", "groepen"},
      {"brief", "brieven"},
      {"huis", "huizen"},
      {"les", "lessen"},
      {"lees", "lezen"},
      {"taal", "talen"},
      {"getal", "getallen"},
      {"doel", "doelen"},
      {"ouder", "ouders"},
      {"leraar", "leraren"},
      {"leerling", "leerlingen"},
      {"interventie", "interventies"},
      {"middel", "middelen"},
      {"mentor", "mentoren"},
      {"toets", "toetsen"},
      {"kans", "kansen"},
      {"grens", "grenzen"},
      {"prijs", "prijzen"},
      {"schrijf", "schrijven"},
      {"leer", "leren"},
      {"leef", "leven"},
      {"hoog", "hoge"},
      {"dag", "dagen"},
      {"speel", "spel", "spelen"},
      {"sociaal", "sociale"},
      {"individueel", "individuele"},
      {"vaardigheid", "vaardigheden"},
      {"verkleinen", "verkleining"},
  };
  for (const std::vector<std::string>& forms : words) {
    for (const std::string& form : forms) {
      EXPECT_EQ(dutch.Stem(form), dutch.Stem(forms[0])) << form;
    }
  }
}

TEST(WordsTest, KeepsDutchWordsApartThatDifferInTheLengthOfTheirVowel) {
  const Stemmer dutch(Language::kDutch);
  const std::vector<std::pair<std::string, std::string>> words = {
      {"lees", "les"},     {"lezen", "lessen"}, {"maan", "man"},
      {"manen", "mannen"}, {"bomen", "bommen"}, {"taken", "takken"},
  };
  for (const auto& [long_vowel, short_vowel] : words) {
    EXPECT_NE(dutch.Stem(long_vowel), dutch.Stem(short_vowel)) << long_vowel;
  }
}

TEST(WordsTest, StemsWhatIsHardlyAWord) {
  const Stemmer dutch(Language::kDutch);
  for (const char* word :
       {"", "v", "z", "en", "zen", "ezen", "een", "eee", "aaaa", "nt2", "v\xC3"}) {
    EXPECT_LE(dutch.Stem(word).size(), std::string_view(word).size() + 1) << word;
  }
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
