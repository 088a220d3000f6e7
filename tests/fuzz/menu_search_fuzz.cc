// Any text as a query, in both languages: found or not, but the same twice, the best first, and
// with highlights inside the texts they are of.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "services/catalogue/domain/menu_search.h"
#include "services/catalogue/domain/snippet.h"

namespace {

using vg::Language;
using vg::catalogue::Found;
using vg::catalogue::MenuEdition;

const MenuEdition& Edition() {
  static const MenuEdition* const edition = new MenuEdition{
      .categories = {{"E", {"Inzet van personeel", "Staff"}}},
      .interventions = {
          {.id = "klassenverkleining",
           .category = "E",
           .title = {"Klassenverkleining", "Smaller classes"},
           .summary = {"Minder leerlingen per groep; één leraar.", "Fewer pupils in a class."}},
          {.id = "zomerscholen",
           .category = "E",
           .title = {"Zomer- of lentescholen", "Summer or spring schools"},
           .evidence = {{.scheme = "EEF", .note = {"Ĳsvrij, coördinatie, 학교, ﷺ", ""}}}}}};
  return *edition;
}

size_t CharactersOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

void CheckSnippets(const Found& found, Language language) {
  const vg::catalogue::Stemmer stemmer(language);
  for (const auto& [place, score] : found.matches) {
    for (const auto& field : vg::catalogue::SearchFieldsOf(Edition(), place, language)) {
      const auto snippet = vg::catalogue::SnippetOf(field.text, found.stems, stemmer);
      if (!snippet) continue;
      size_t last = 0;
      for (const auto& [start, end] : snippet->highlights) {
        if (start < last || end <= start || end > CharactersOf(snippet->text)) std::abort();
        last = end;
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const vg::catalogue::MenuSearch* const search = new vg::catalogue::MenuSearch(Edition());
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  const auto everywhere = [](size_t) { return true; };
  for (const Language language : {Language::kDutch, Language::kEnglish}) {
    const Found found = search->In(language).Search(query, everywhere);
    const Found again = search->In(language).Search(query, everywhere);
    if (found.matches.size() != again.matches.size()) std::abort();
    for (size_t i = 0; i < found.matches.size(); ++i) {
      if (found.matches[i].score != again.matches[i].score) std::abort();
      if (i > 0 && found.matches[i].score > found.matches[i - 1].score) std::abort();
    }
    CheckSnippets(found, language);
  }
  return 0;
}
