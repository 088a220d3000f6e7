#include "services/funding/storage/spending_posting.h"

#include <utility>

namespace vg::funding {

void PostSpending(const Entry& head, const std::string& recipient, Currency currency,
                  const std::array<int64_t, kCategories>& spent, std::vector<BookPosition>& books,
                  EntriesByBook& entries) {
  std::vector<BookFunds> funds;
  funds.reserve(books.size());
  for (const BookPosition& book : books) {
    funds.push_back({book.book, book.paid + book.spent_total()});
  }
  const std::vector<BookSpending> parts = Attribute(spent, funds);
  for (size_t i = 0; i < books.size(); ++i) {
    BookPosition& book = books[i];
    Entry entry = head;
    int64_t moved = 0;
    for (size_t category = 0; category < kCategories; ++category) {
      const int64_t change = parts[i].cents[category] - book.spent[category];
      if (change == 0) continue;
      moved += change;
      entry.postings.push_back({recipient,
                                Purpose::kSpent,
                                {change, currency},
                                std::string(NameOf(static_cast<Category>(category)))});
    }
    if (entry.postings.empty()) continue;
    if (moved != 0) entry.postings.push_back({recipient, Purpose::kPaid, {-moved, currency}, ""});
    book.paid -= moved;
    book.spent = parts[i].cents;
    entries[book.book].push_back(std::move(entry));
  }
}

}  // namespace vg::funding
