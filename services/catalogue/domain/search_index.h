// Full-text search over one edition of the menu, in one language.
//
// A word is found where the text has a word of the same stem. It is also found inside a longer
// word, at half the weight, if it has four letters or more and what remains before and after it is
// nothing or at least three letters: Dutch writes compounds as one word. The other way round, a
// word that is found nowhere is taken apart into two words of the edition, if there are such. The
// last word of a query may be the beginning of one, at three quarters of the weight. Stop words
// count only if the query has no others.
//
// Scores are BM25 over the fields together (k1 = 1.2, b = 0.5), in whole numbers throughout, so
// that they are the same on every machine.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_SEARCH_INDEX_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_SEARCH_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"

#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/words.h"

namespace vg::catalogue {

// A text of an intervention that is searched.
struct SearchField {
  std::string name;  // "title", "evidence[EEF].note".
  std::string text;
  int weight = 1;
};

// The fields of the intervention at `place` that have a text: title, summary, category, scopes,
// ratings, notes and sources of evidence, conditions of grants.
std::vector<SearchField> SearchFieldsOf(const MenuEdition& edition, size_t place,
                                        Language language);

// Words of a query beyond these are not looked at.
inline constexpr size_t kMostQueryWords = 20;

struct Match {
  size_t place = 0;   // On the menu.
  int64_t score = 0;  // In thousandths.
};

struct Found {
  std::vector<Match> matches;   // The best first, then by place.
  bool all_words = false;       // Whether they have all words; else they have as many as any.
  std::set<std::string> stems;  // What the words of the query were found as.
};

// Immutable, thread-safe.
class SearchIndex {
 public:
  SearchIndex(const MenuEdition& edition, Language language);

  // The interventions that have most words of `query`, of those at the places that `eligible` lets.
  Found Search(std::string_view query, absl::FunctionRef<bool(size_t place)> eligible) const;

 private:
  // How much an intervention has of a term: the weights of the fields it is in, summed.
  struct Posting {
    size_t place;
    int64_t weight;
  };
  struct Term {
    std::string stem;
    std::vector<Posting> postings;  // By place.
  };
  // Where a word of the query is found: terms, and the quarters of their weight that count.
  using Expansion = std::vector<std::pair<size_t, int64_t>>;

  void Build(const MenuEdition& edition);
  std::vector<Expansion> Expand(std::string_view query) const;
  Expansion ExpandWord(const std::string& folded, const std::string& stem, bool is_last) const;
  std::vector<Expansion> TakeApart(const std::string& folded, const Stemmer& stemmer) const;
  // The term with this stem; terms_.size() if there is none.
  size_t FindTerm(std::string_view stem) const;

  const Language language_;
  std::vector<Term> terms_;                            // By stem.
  std::vector<std::pair<std::string, size_t>> words_;  // Folded, with its term; sorted.
  std::vector<int64_t> lengths_;  // Per place: words, times the weight of their field.
  int64_t mean_length_ = 1;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_SEARCH_INDEX_H_
