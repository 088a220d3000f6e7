// What the books must be changed by so that they say what was spent.

#ifndef VG_SERVICES_FUNDING_STORAGE_SPENDING_POSTING_H_
#define VG_SERVICES_FUNDING_STORAGE_SPENDING_POSTING_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/storage/positions.h"

namespace vg::funding {

using EntriesByBook = std::map<std::string, std::vector<Entry>>;

// Adds to `entries` the differences between what `books` of `recipient` say was spent and what
// should be in them if it spent `spent` over all years, oldest money first, and changes `books` to
// that. Each entry is `head` with postings; a book that stays as it is gets none.
void PostSpending(const Entry& head, const std::string& recipient, Currency currency,
                  const std::array<int64_t, kCategories>& spent, std::vector<BookPosition>& books,
                  EntriesByBook& entries);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_SPENDING_POSTING_H_
