// The search indices of an edition, made when they are first asked for.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_SEARCH_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_SEARCH_H_

#include <mutex>
#include <optional>

#include "services/catalogue/domain/search_index.h"

namespace vg::catalogue {

// Borrows the edition. Thread-safe.
class MenuSearch {
 public:
  explicit MenuSearch(const MenuEdition& edition) : edition_(edition) {}

  const SearchIndex& In(Language language) const {
    Lazy& lazy = language == Language::kEnglish ? english_ : dutch_;
    std::call_once(lazy.once, [&] { lazy.index.emplace(edition_, language); });
    return *lazy.index;
  }

 private:
  struct Lazy {
    std::once_flag once;
    std::optional<SearchIndex> index;
  };

  const MenuEdition& edition_;
  mutable Lazy dutch_;
  mutable Lazy english_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_SEARCH_H_
