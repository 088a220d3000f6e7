// How much room the quotas of waves have, inside one transaction. Internal to the storage of the
// survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_QUOTA_ROOM_H_
#define VG_SERVICES_SURVEY_STORAGE_QUOTA_ROOM_H_

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/survey/storage/response.h"

namespace vg::survey {

// Whoever takes room or gives it back first locks the quotas of that wave, all of them by one row,
// and holds them until the transaction ends; so what was read stays true, and no order of quotas
// can make writers wait for each other. Waves are locked in ascending order, and before any unit.
class QuotaRoom {
 public:
  explicit QuotaRoom(sql::Transaction& transaction) : transaction_(transaction) {}

  // Once per wave and transaction is enough; more does no harm.
  absl::Status Lock(int64_t wave);

  // For rehearsals: counts as taken what is not in the database. After Lock.
  void Assume(int64_t wave, std::string_view quota, int64_t taken);

  // The first of `claims` that has no room; null if there is room in all of them.
  const QuotaClaim* FindFull(int64_t wave, std::span<const QuotaClaim> claims) const;

  // Adds `count` (-1: gives room back) to all of `claims`.
  void Add(int64_t wave, std::span<const QuotaClaim> claims, int count);

  absl::Status Finish();

 private:
  struct Count {
    int64_t taken = 0;
    int64_t change = 0;  // Of which not yet in the database.
    int64_t limit = 0;
  };

  sql::Transaction& transaction_;
  std::map<std::pair<int64_t, std::string>, Count> counts_;
  std::set<int64_t> locked_;
};

// Notes that a quota had no room for a response. The first time is kept.
absl::Status NoteTurnedAway(sql::Transaction& transaction, int64_t wave,
                            const StoredResponse& response, std::string_view quota, absl::Time now);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_QUOTA_ROOM_H_
