#include "services/catalogue/domain/search_index.h"

#include <algorithm>
#include <bit>
#include <map>

#include "absl/strings/str_cat.h"

#include "services/catalogue/domain/menu_fields.h"

namespace vg::catalogue {
namespace {

constexpr int kTitleWeight = 8;
constexpr int kSummaryWeight = 3;

// In quarters.
constexpr int64_t kWhole = 4;
constexpr int64_t kPrefix = 3;
constexpr int64_t kInside = 2;

// In bytes, of folded words: letters beyond a to z are longer, which does no harm.
constexpr size_t kShortestInside = 4;
constexpr size_t kShortestRest = 3;
constexpr size_t kShortestPrefix = 2;

// log2(numerator / denominator) in 65536ths, for numerator >= denominator > 0.
int64_t Log2(uint64_t numerator, uint64_t denominator) {
  uint64_t mantissa = (numerator << 31) / denominator;  // 31 bits behind the point.
  const int whole = static_cast<int>(std::bit_width(mantissa)) - 32;
  mantissa >>= whole;
  int64_t log = whole;
  for (int bit = 0; bit < 16; ++bit) {
    mantissa = mantissa * mantissa >> 31;
    const bool above_two = mantissa >> 32 != 0;
    if (above_two) mantissa >>= 1;
    log = log * 2 + (above_two ? 1 : 0);
  }
  return log;
}

// Thousandths of BM25 for a word with `weight` in quarters, in a text of `length`.
int64_t Score(int64_t weight, int64_t length, int64_t mean_length, int64_t inverse_frequency) {
  const int64_t damping = 2400 * (length + mean_length) / mean_length;  // 1000 * 4 * k1 * (…) / 2.
  const int64_t saturated = 2200 * weight * 1000 / (weight * 1000 + damping);
  return saturated * inverse_frequency / 65536;
}

// Whether `part` is in `word` at a place where a compound may be joined.
bool IsInside(std::string_view part, std::string_view word) {
  const auto may_remain = [](size_t letters) { return letters == 0 || letters >= kShortestRest; };
  for (size_t at = word.find(part); at != std::string_view::npos; at = word.find(part, at + 1)) {
    if (may_remain(at) && may_remain(word.size() - at - part.size())) return true;
  }
  return false;
}

// Whether Dutch writes the letter twice where it is long before a consonant.
bool IsDoubled(char vowel) {
  return std::string_view("aeou").find(vowel) != std::string_view::npos;
}

// Whether the Dutch stem is written with its long vowel once, as in "lerar" for "leraren" and
// "leraar". In "lessen" the vowel was short: its consonant is the doubled one.
bool LostItsDoubledVowel(const std::string& folded, const std::string& stem) {
  if (folded == stem || stem.size() < 3) return false;
  const bool short_vowel = folded.size() > stem.size() && folded[stem.size()] == stem.back();
  const char vowel = stem[stem.size() - 2];
  return !short_vowel && IsDoubled(vowel) && stem[stem.size() - 3] != vowel;
}

// The stem with its vowel at the end of a syllable, "lezen" for "lees"; empty if its last vowel is
// not written twice.
std::string Lengthened(const std::string& stem) {
  const size_t size = stem.size();
  if (size < 3 || stem[size - 2] != stem[size - 3] || !IsDoubled(stem[size - 2])) {
    return "";
  }
  const char last = stem.back() == 'f' ? 'v' : stem.back() == 's' ? 'z' : stem.back();
  return stem.substr(0, size - 2) + last + "en";
}

// The forms in which a word stands inside compounds: as written, its stem, and the stem with its
// long vowel written twice ("leraarschap") and once ("voorlezen").
std::vector<std::string> FormsOf(const std::string& folded, const std::string& stem,
                                 Language language) {
  std::vector<std::string> forms = {folded, stem};
  if (language == Language::kDutch) {
    if (LostItsDoubledVowel(folded, stem)) {
      forms.push_back(stem.substr(0, stem.size() - 1) + stem.substr(stem.size() - 2));
    }
    forms.push_back(Lengthened(stem));
  }
  std::erase_if(forms, [](const std::string& form) { return form.size() < kShortestInside; });
  return forms;
}

bool PartsCharacter(std::string_view text, size_t at) {
  return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

}  // namespace

std::vector<SearchField> SearchFieldsOf(const MenuEdition& edition, size_t place,
                                        Language language) {
  const Intervention& intervention = edition.interventions[place];
  std::vector<SearchField> fields;
  const auto add = [&](std::string name, const LocalizedText& text, int weight) {
    const std::string& words = TextIn(language, text);
    if (!words.empty()) fields.push_back({std::move(name), words, weight});
  };
  add("title", intervention.title, kTitleWeight);
  add("summary", intervention.summary, kSummaryWeight);
  for (const Category& category : edition.categories) {
    if (category.id == intervention.category) add("category", category.title, 1);
  }
  for (const Evidence& evidence : intervention.evidence) {
    const std::string path = PathOf(evidence);
    add(path + ".scope", {.nl = evidence.scope}, 1);
    add(path + ".rating", {.nl = evidence.rating}, 1);
    add(path + ".note", evidence.note, 1);
    for (const EvidenceSource& source : evidence.sources) {
      const std::string place = absl::StrCat(path, ".sources[", source.title, "]");
      add(place + ".title", {.nl = source.title}, 1);
      add(place + ".note", source.note, 1);
    }
  }
  for (const GrantEligibility& grant : intervention.grants) {
    add(absl::StrCat(PathOf(grant), ".conditions"), grant.conditions, 1);
  }
  return fields;
}

SearchIndex::SearchIndex(const MenuEdition& edition, Language language) : language_(language) {
  Build(edition);
}

void SearchIndex::Build(const MenuEdition& edition) {
  const Stemmer stemmer(language_);
  std::map<std::string, std::string> stems;              // Of every word.
  std::map<std::string, std::vector<Posting>> postings;  // Of every stem.
  int64_t total = 0;
  for (size_t place = 0; place < edition.interventions.size(); ++place) {
    int64_t length = 0;
    for (const SearchField& field : SearchFieldsOf(edition, place, language_)) {
      for (Word& word : WordsOf(field.text)) {
        const auto [entry, is_new] = stems.try_emplace(std::move(word.folded));
        if (is_new) entry->second = stemmer.Stem(entry->first);
        std::vector<Posting>& places = postings[entry->second];
        if (places.empty() || places.back().place != place) places.push_back({place, 0});
        places.back().weight += field.weight;
        length += field.weight;
      }
    }
    lengths_.push_back(length);
    total += length;
  }
  const auto count = static_cast<int64_t>(std::max<size_t>(lengths_.size(), 1));
  mean_length_ = std::max<int64_t>(total / count, 1);
  for (auto& [stem, places] : postings) terms_.push_back({stem, std::move(places)});
  for (const auto& [word, stem] : stems) words_.emplace_back(word, FindTerm(stem));
}

size_t SearchIndex::FindTerm(std::string_view stem) const {
  const auto found =
      std::lower_bound(terms_.begin(), terms_.end(), stem,
                       [](const Term& term, std::string_view key) { return term.stem < key; });
  if (found == terms_.end() || found->stem != stem) return terms_.size();
  return static_cast<size_t>(found - terms_.begin());
}

SearchIndex::Expansion SearchIndex::ExpandWord(const std::string& folded, const std::string& stem,
                                               bool is_last) const {
  std::map<size_t, int64_t> quarters;
  const auto found = [&](size_t term, int64_t weight) {
    int64_t& best = quarters[term];
    best = std::max(best, weight);
  };
  if (const size_t term = FindTerm(stem); term < terms_.size()) found(term, kWhole);
  if (is_last && folded.size() >= kShortestPrefix) {
    auto word = std::lower_bound(words_.begin(), words_.end(), std::pair(folded, size_t{0}));
    for (; word != words_.end() && word->first.starts_with(folded); ++word) {
      found(word->second, kPrefix);
    }
  }
  for (const std::string& form : FormsOf(folded, stem, language_)) {
    for (const auto& [word, term] : words_) {
      if (IsInside(form, word) || IsInside(form, terms_[term].stem)) found(term, kInside);
    }
  }
  return {quarters.begin(), quarters.end()};
}

std::vector<SearchIndex::Expansion> SearchIndex::TakeApart(const std::string& folded,
                                                           const Stemmer& stemmer) const {
  for (size_t at = folded.size(); at-- > kShortestRest;) {
    if (folded.size() - at < kShortestRest || PartsCharacter(folded, at)) continue;
    const std::string left = folded.substr(0, at);
    const std::string right = folded.substr(at);
    const std::string left_stem = stemmer.Stem(left);
    const std::string right_stem = stemmer.Stem(right);
    if (FindTerm(left_stem) == terms_.size() || FindTerm(right_stem) == terms_.size()) continue;
    return {ExpandWord(left, left_stem, false), ExpandWord(right, right_stem, false)};
  }
  return {{}};
}

std::vector<SearchIndex::Expansion> SearchIndex::Expand(std::string_view query) const {
  std::vector<Word> words = WordsOf(query);
  if (words.size() > kMostQueryWords) words.resize(kMostQueryWords);
  const auto says_little = [&](const Word& word) { return IsStopWord(word.folded, language_); };
  if (!std::all_of(words.begin(), words.end(), says_little)) std::erase_if(words, says_little);

  const Stemmer stemmer(language_);
  std::vector<Expansion> expansions;
  std::set<std::string> seen;
  for (const Word& word : words) {
    const std::string stem = stemmer.Stem(word.folded);
    const bool is_last = &word == &words.back();
    if (!seen.insert(stem).second && !is_last) continue;
    Expansion expansion = ExpandWord(word.folded, stem, is_last);
    if (!expansion.empty()) {
      expansions.push_back(std::move(expansion));
    } else {
      for (Expansion& part : TakeApart(word.folded, stemmer)) expansions.push_back(std::move(part));
    }
  }
  return expansions;
}

Found SearchIndex::Search(std::string_view query,
                          absl::FunctionRef<bool(size_t place)> eligible) const {
  struct Tally {
    size_t words = 0;
    int64_t score = 0;
  };
  const std::vector<Expansion> expansions = Expand(query);
  std::map<size_t, Tally> tallies;
  Found found;
  for (const Expansion& expansion : expansions) {
    std::map<size_t, int64_t> weights;  // In quarters, by place.
    for (const auto& [term, quarters] : expansion) {
      found.stems.insert(terms_[term].stem);
      for (const Posting& posting : terms_[term].postings) {
        weights[posting.place] += quarters * posting.weight;
      }
    }
    if (weights.empty()) continue;
    // 1 + (N - n + 0.5) / (n + 0.5), where n of N have the word.
    const int64_t inverse_frequency = Log2(2 * lengths_.size() + 2, 2 * weights.size() + 1);
    for (const auto& [place, weight] : weights) {
      if (!eligible(place)) continue;
      Tally& tally = tallies[place];
      ++tally.words;
      tally.score += Score(weight, lengths_[place], mean_length_, inverse_frequency);
    }
  }

  size_t most = 0;
  for (const auto& [place, tally] : tallies) most = std::max(most, tally.words);
  for (const auto& [place, tally] : tallies) {
    if (tally.words == most) found.matches.push_back({place, tally.score});
  }
  std::stable_sort(found.matches.begin(), found.matches.end(),
                   [](const Match& a, const Match& b) { return a.score > b.score; });
  found.all_words = most > 0 && most == expansions.size();
  return found;
}

}  // namespace vg::catalogue
