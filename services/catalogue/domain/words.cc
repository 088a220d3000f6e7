#include "services/catalogue/domain/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "libstemmer.h"
#include "utf8proc.h"

namespace vg::catalogue {
namespace {

// No character of Unicode falls apart into more.
constexpr size_t kMostParts = 32;

constexpr auto kFolding =
    static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                   UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);

constexpr auto kDutchStopWords = std::to_array<std::string_view>(
    {"aan",   "al",     "alle",  "als",  "ander", "andere", "bij",  "bijvoorbeeld", "daar",
     "dan",   "dat",    "de",    "deze", "die",   "dit",    "door", "dus",          "een",
     "elk",   "elkaar", "en",    "er",   "haar",  "had",    "heb",  "hebben",       "heeft",
     "hem",   "het",    "hier",  "hij",  "hoe",   "hun",    "iets", "ik",           "in",
     "is",    "ja",     "je",    "kan",  "maar",  "me",     "met",  "mij",          "mijn",
     "na",    "naar",   "niet",  "nog",  "nu",    "of",     "om",   "ons",          "onze",
     "ook",   "op",     "over",  "te",   "tot",   "u",      "uit",  "uw",           "van",
     "voor",  "want",   "waren", "was",  "wat",   "we",     "werd", "wie",          "wij",
     "wordt", "worden", "ze",    "zelf", "zich",  "zij",    "zijn", "zo",           "zonder",
     "zou"});
constexpr auto kEnglishStopWords = std::to_array<std::string_view>(
    {"a",     "about", "all",   "an",    "and",   "any",  "are",  "as",   "at",   "be",   "been",
     "but",   "by",    "can",   "do",    "each",  "for",  "from", "had",  "has",  "have", "he",
     "her",   "his",   "how",   "if",    "in",    "into", "is",   "it",   "its",  "no",   "not",
     "of",    "on",    "or",    "other", "our",   "she",  "so",   "such", "than", "that", "the",
     "their", "them",  "then",  "there", "these", "they", "this", "to",   "was",  "we",   "were",
     "what",  "when",  "which", "who",   "will",  "with", "you",  "your"});

// A character of a text; `point` is negative for a byte that begins none.
struct Character {
  utf8proc_int32_t point = -1;
  size_t bytes = 1;
};

Character CharacterAt(std::string_view text, size_t at) {
  utf8proc_int32_t point = -1;
  const utf8proc_ssize_t bytes =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                       static_cast<utf8proc_ssize_t>(text.size() - at), &point);
  if (bytes <= 0) return {};
  return {.point = point, .bytes = static_cast<size_t>(bytes)};
}

void FoldInto(utf8proc_int32_t point, std::string& folded) {
  std::array<utf8proc_int32_t, kMostParts> parts;
  int boundary = 0;
  const utf8proc_ssize_t count =
      utf8proc_decompose_char(point, parts.data(), parts.size(), kFolding, &boundary);
  if (count < 0 || static_cast<size_t>(count) > parts.size()) return;
  for (const utf8proc_int32_t part : std::span(parts).first(static_cast<size_t>(count))) {
    std::array<utf8proc_uint8_t, 4> bytes;
    const utf8proc_ssize_t size = utf8proc_encode_char(part, bytes.data());
    folded.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(size));
  }
}

bool IsPartOfWord(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

// No Dutch word does, but Snowball leaves "klass" of "klassen".
bool EndsInDoubledConsonant(std::string_view stem) {
  if (stem.size() < 3 || stem[stem.size() - 2] != stem.back()) return false;
  return std::string_view("bcdfgklmnprstz").find(stem.back()) != std::string_view::npos;
}

constexpr bool IsVowel(char letter) {
  return std::string_view("aeiouy").find(letter) != std::string_view::npos;
}

bool EndsInConsonantAndS(std::string_view stem) {
  if (stem.size() < 4 || stem.back() != 's') return false;
  const char before = stem[stem.size() - 2];
  return 'a' <= before && before <= 'z' && !IsVowel(before) && before != 'j';
}

// "sociaal": Snowball writes a long vowel once only after a consonant.
bool EndsInTwoVowelsAfterAVowel(std::string_view stem) {
  if (stem.size() < 4 || IsVowel(stem.back())) return false;
  const std::string_view vowels = stem.substr(stem.size() - 4, 3);
  return IsVowel(vowels[0]) && IsVowel(vowels[1]) && vowels[1] == vowels[2];
}

// Nouns with a short vowel that is long in the plural: "dag" and "dagen" are one word all the same.
constexpr auto kLengthened = std::to_array<std::string_view>(
    {"bad", "blad", "dag", "dak", "dal", "gat", "glas", "graf", "hof", "hol", "lot", "pad", "schot",
     "slag", "slot", "spel", "staf", "vat", "weg"});

// Whether the Dutch word has a long vowel that is written once in its stem: the only vowel, which
// the word writes twice ("lees") or at the end of a syllable ("le-zen"). Vowels of longer words are
// left as they are, for spelling does not tell those of "leraren" from those of "middelen".
bool HasLongVowel(std::string_view folded, std::string_view stem) {
  if (stem.size() < 3 || !folded.starts_with(stem.substr(0, stem.size() - 1))) return false;
  const size_t at = stem.size() - 2;
  if (std::string_view("aeou").find(stem[at]) == std::string_view::npos) return false;
  if (std::string_view("bdfgklmnprstvz").find(stem.back()) == std::string_view::npos) return false;
  if (std::any_of(stem.begin(), stem.begin() + static_cast<ptrdiff_t>(at), IsVowel)) return false;
  if (folded.substr(at + 1, 1) == stem.substr(at, 1)) return true;
  const bool has_stem = folded.starts_with(stem);
  return has_stem && (folded.substr(stem.size()) == "en" || folded.substr(stem.size()) == "e");
}

// "interventies", which Snowball leaves apart from "interventie".
bool EndsInPluralOfIe(std::string_view folded) {
  return folded.size() > 5 && folded.ends_with("ies");
}

// Joins what Snowball leaves apart and spelling alone parts: "les" and "lessen", "brief" and
// "brieven", "huis" and "huizen", "sociaal" and "sociale", and "toets", of which it takes the s,
// and "toetsen". "lees" and "lezen" become "lees", and so are not taken for "les".
std::string DutchStem(std::string_view folded, std::string_view snowball) {
  if (EndsInDoubledConsonant(snowball)) return std::string(snowball.substr(0, snowball.size() - 1));
  std::string stem(snowball);
  if (EndsInTwoVowelsAfterAVowel(stem)) stem.erase(stem.size() - 2, 1);
  const bool is_long = HasLongVowel(folded, stem);
  if (stem.size() > 2 && stem.back() == 'v') stem.back() = 'f';
  if (stem.size() > 2 && stem.back() == 'z') stem.back() = 's';
  const bool is_lengthened =
      std::find(kLengthened.begin(), kLengthened.end(), stem) != kLengthened.end();
  if (EndsInConsonantAndS(stem)) stem.pop_back();
  if (is_long && !is_lengthened) stem.insert(stem.end() - 1, stem[stem.size() - 2]);
  return stem;
}

}  // namespace

std::string Fold(std::string_view text) {
  std::string folded;
  for (size_t at = 0; at < text.size();) {
    const Character character = CharacterAt(text, at);
    if (character.point >= 0) FoldInto(character.point, folded);
    at += character.bytes;
  }
  return folded;
}

std::vector<Word> WordsOf(std::string_view text) {
  std::vector<Word> words;
  bool inside = false;
  size_t place = 0;
  for (size_t at = 0; at < text.size(); ++place) {
    const Character character = CharacterAt(text, at);
    const bool part = character.point >= 0 && IsPartOfWord(character.point);
    if (part) {
      if (!inside) words.push_back({.begin = place, .begin_byte = at});
      FoldInto(character.point, words.back().folded);
      words.back().end = place + 1;
      words.back().end_byte = at + character.bytes;
    }
    inside = part;
    at += character.bytes;
  }
  std::erase_if(words, [](const Word& word) { return word.folded.empty(); });
  return words;
}

bool IsStopWord(std::string_view folded, Language language) {
  if (folded.size() == 1 && (folded[0] < '0' || folded[0] > '9')) return true;
  const std::span<const std::string_view> stop_words =
      language == Language::kDutch ? std::span<const std::string_view>(kDutchStopWords)
                                   : std::span<const std::string_view>(kEnglishStopWords);
  return std::find(stop_words.begin(), stop_words.end(), folded) != stop_words.end();
}

Stemmer::Stemmer(Language language)
    : language_(language),
      stemmer_(sb_stemmer_new(language == Language::kDutch ? "dutch" : "english", "UTF_8")) {}

void Stemmer::Delete::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

std::string Stemmer::Stem(std::string_view folded) const {
  if (stemmer_ == nullptr) return std::string(folded);
  if (language_ == Language::kDutch && EndsInPluralOfIe(folded)) folded.remove_suffix(1);
  const sb_symbol* const stem =
      sb_stemmer_stem(stemmer_.get(), reinterpret_cast<const sb_symbol*>(folded.data()),
                      static_cast<int>(folded.size()));
  if (stem == nullptr) return std::string(folded);
  std::string_view result(reinterpret_cast<const char*>(stem),
                          static_cast<size_t>(sb_stemmer_length(stemmer_.get())));
  return language_ == Language::kDutch ? DutchStem(folded, result) : std::string(result);
}

}  // namespace vg::catalogue
