// What recipients have of a grant, read from its books.

#ifndef VG_SERVICES_FUNDING_STORAGE_POSITIONS_H_
#define VG_SERVICES_FUNDING_STORAGE_POSITIONS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/sql/transaction.h"
#include "services/funding/domain/accountability/rules.h"

namespace vg::funding {

// Which grant, in which currency.
struct GrantId {
  std::string grant;
  Currency currency;
};

// Codes of recipients, which are letters and digits: both ends and all between.
inline constexpr char kFirstRecipient[] = "!";
inline constexpr char kLastRecipient[] = "~";
struct RecipientRange {
  std::string first = kFirstRecipient;
  std::string last = kLastRecipient;
};

// By name, which is by school year.
absl::StatusOr<std::vector<std::string>> BooksOf(sql::Transaction& transaction,
                                                 std::string_view grant);

// Adds to `positions` those of `range`, counting postings up to and on `day`. What is reserved is
// what the last report of a year until then says.
absl::Status ReadPositions(sql::Transaction& transaction, const GrantId& grant, absl::CivilDay day,
                           const RecipientRange& range,
                           std::map<std::string, FundPosition>& positions);
// The sum over all recipients.
absl::StatusOr<FundPosition> ReadTotal(sql::Transaction& transaction, const GrantId& grant,
                                       absl::CivilDay day);
// Those with a posting in a book of the grant, after `after`.
absl::StatusOr<std::vector<std::string>> RecipientsAfter(sql::Transaction& transaction,
                                                         const GrantId& grant,
                                                         std::string_view after, size_t limit);

// What one recipient has in one book, whatever the day.
struct BookPosition {
  std::string book;
  int64_t paid = 0;  // And not accounted for.
  std::array<int64_t, kCategories> spent = {};

  int64_t spent_total() const;
};
// Visits the recipients of `range` that have a posting in `book`, by code.
absl::Status ReadBook(sql::Transaction& transaction, const std::string& book, Currency currency,
                      const RecipientRange& range,
                      absl::FunctionRef<void(const std::string&, const BookPosition&)> visit);

// What a recipient was paid too much, in one book and under one detail.
struct Overpaid {
  std::string recipient;
  std::string detail;
  int64_t cents = 0;  // Above zero: neither settled nor claimed.
};
// Visits them by recipient and detail.
absl::Status ReadOverpaid(sql::Transaction& transaction, std::string_view book, Currency currency,
                          absl::FunctionRef<void(const Overpaid&)> visit);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_POSITIONS_H_
