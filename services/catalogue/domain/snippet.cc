#include "services/catalogue/domain/snippet.h"

#include <algorithm>

namespace vg::catalogue {
namespace {

constexpr size_t kLongest = 200;  // Characters.
constexpr size_t kLead = 60;      // Of them before the first word found, at most.
constexpr std::string_view kCut = "…";

size_t CharactersOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

}  // namespace

std::optional<Snippet> SnippetOf(std::string_view text, const std::set<std::string>& stems,
                                 const Stemmer& stemmer) {
  const std::vector<Word> words = WordsOf(text);
  const auto is_found = [&](const Word& word) { return stems.contains(stemmer.Stem(word.folded)); };
  const auto hit = std::find_if(words.begin(), words.end(), is_found);
  if (hit == words.end()) return std::nullopt;

  if (CharactersOf(text) <= kLongest) {
    Snippet snippet{.text = std::string(text)};
    for (const Word& word : words) {
      if (is_found(word)) snippet.highlights.emplace_back(word.begin, word.end);
    }
    return snippet;
  }
  const auto first = std::find_if(
      words.begin(), hit, [&](const Word& word) { return word.begin + kLead >= hit->begin; });
  const auto last = std::find_if(
      hit + 1, words.end(), [&](const Word& word) { return word.end - first->begin > kLongest; });
  const size_t end_byte = (last - 1)->end_byte;
  Snippet snippet;
  if (first->begin_byte > 0) snippet.text = kCut;
  const size_t shift = snippet.text.empty() ? 0 : 1;  // The cut mark is one character.
  snippet.text += text.substr(first->begin_byte, end_byte - first->begin_byte);
  if (end_byte < text.size()) snippet.text += kCut;
  for (auto word = hit; word != last; ++word) {
    if (!is_found(*word)) continue;
    snippet.highlights.emplace_back(word->begin - first->begin + shift,
                                    word->end - first->begin + shift);
  }
  return snippet;
}

}  // namespace vg::catalogue
