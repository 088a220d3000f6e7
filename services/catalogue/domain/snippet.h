// The piece of a text in which the words of a query were found.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_SNIPPET_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_SNIPPET_H_

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/catalogue/domain/words.h"

namespace vg::catalogue {

struct Snippet {
  std::string text;
  // The first character (code point) of each word found, and the one after its last.
  std::vector<std::pair<size_t, size_t>> highlights;
};

// `text`, or a piece of about 200 characters, cut between words with "…" where it is cut, with the
// words whose stem is one of `stems`; nothing if there is none.
std::optional<Snippet> SnippetOf(std::string_view text, const std::set<std::string>& stems,
                                 const Stemmer& stemmer);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_SNIPPET_H_
