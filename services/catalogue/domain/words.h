// Words of texts, in the forms in which they are compared.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_WORDS_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_WORDS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/numeric/format.h"

struct sb_stemmer;

namespace vg::catalogue {

// Without case and diacritics, ligatures written out: "Één" and "een" are the same. What is no
// UTF-8 is left out.
std::string Fold(std::string_view text);

// A run of letters and digits of a text.
struct Word {
  std::string folded;
  // Where it is: the first character (code point) and the one after the last, and the same in
  // bytes.
  size_t begin = 0;
  size_t end = 0;
  size_t begin_byte = 0;
  size_t end_byte = 0;
};

// The words of `text`, in order. What is no UTF-8 parts words, one character per byte.
std::vector<Word> WordsOf(std::string_view text);

// Whether `folded` is a word that says little: articles, pronouns, and single letters.
bool IsStopWord(std::string_view folded, Language language);

// Brings words back to their stem by the Snowball algorithm of a language. Dutch stems also lose
// the second of two equal consonants at their end, end in f and s for v and z, and have a long
// vowel twice where it is their only one: "lees" and "lezen" become "lees", "les" and "lessen"
// "les". Not thread-safe.
class Stemmer {
 public:
  explicit Stemmer(Language language);

  std::string Stem(std::string_view folded) const;

 private:
  struct Delete {
    void operator()(sb_stemmer* stemmer) const;
  };

  const Language language_;
  std::unique_ptr<sb_stemmer, Delete> stemmer_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_WORDS_H_
