// What recipients have of a grant, read from its books.

#ifndef VG_SERVICES_FUNDING_STORAGE_POSITIONS_H_
#define VG_SERVICES_FUNDING_STORAGE_POSITIONS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

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

// By recipient, counting postings up to and on `day`; only of one recipient if `only` is not empty.
// What is reserved is what the last report of a year until then says.
absl::StatusOr<std::map<std::string, FundPosition>> ReadPositions(sql::Transaction& transaction,
                                                                  const GrantId& grant,
                                                                  absl::CivilDay day,
                                                                  std::string_view only);

// What one recipient has in one book, whatever the day.
struct BookPosition {
  std::string book;
  int64_t paid = 0;  // And not accounted for.
  std::array<int64_t, kCategories> spent = {};

  int64_t spent_total() const;
};
// By book; those in which the recipient has no posting are left out.
absl::StatusOr<std::vector<BookPosition>> ReadBooks(sql::Transaction& transaction,
                                                    const GrantId& grant,
                                                    std::string_view recipient);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_POSITIONS_H_
