// What recipients have of a grant and reported of it, read for many of them at once.

#ifndef VG_SERVICES_FUNDING_STORAGE_STANDINGS_H_
#define VG_SERVICES_FUNDING_STORAGE_STANDINGS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/funding/storage/accountability_store.h"
#include "services/funding/storage/positions.h"

namespace vg::funding {

struct FundStanding {
  std::map<int, SpendingReport> reports;  // The last version of each year.
  std::vector<BookPosition> books;        // Those in which it has a posting, by name.
  std::map<int, int64_t> received;  // In cents, until the end of each year that was asked for.
};

// Of the recipients of `range`; who has no posting and no report is left out.
absl::StatusOr<std::map<std::string, FundStanding>> ReadStandings(sql::Transaction& transaction,
                                                                  const GrantId& grant,
                                                                  const RecipientRange& range,
                                                                  const std::set<int>& years);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_STANDINGS_H_
