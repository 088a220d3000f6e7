// What counts, per unit and per day, kept in step inside one transaction. Internal to the storage
// of the survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_TALLY_H_
#define VG_SERVICES_SURVEY_STORAGE_TALLY_H_

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

// The states of units change at once; the counters are gathered and written by Finish, in ascending
// order of partition, so that writers meet locks in one order.
class Tally {
 public:
  // What one response adds to its unit's state.
  struct UnitChange {
    int complete = 0;
    int partial = 0;
    UnitChange operator-() const { return {-complete, -partial}; }
  };
  struct Counters {
    int64_t complete_units = 0;
    int64_t started_units = 0;
    int64_t complete_responses = 0;
    int64_t partial_responses = 0;
    int64_t withdrawn_responses = 0;
  };
  static constexpr int64_t kNoLimit = std::numeric_limits<int32_t>::max();

  Tally(sql::Transaction& transaction, absl::Time now) : transaction_(transaction), now_(now) {}

  // Changes the unit's state and keeps its row locked until the transaction ends. False, and
  // nothing changed, if the unit would then have more complete responses than `most`.
  absl::StatusOr<bool> ChangeUnit(int64_t wave, std::string_view unit, Role role, UnitChange change,
                                  int64_t most = kNoLimit);

  struct UnitEvent {
    int64_t wave = 0;
    std::string_view unit;
    Role role = Role::kStaff;
    UnitChange change;
    int64_t most = kNoLimit;
  };
  // The same for each, one after the other, in one trip to the database.
  absl::StatusOr<std::vector<bool>> ChangeUnits(std::span<const UnitEvent> events);

  // The counters in which a response of that day counts.
  Counters& Of(int64_t wave, std::string_view unit, Role role, absl::Time accept_time);

  absl::Status Finish();

 private:
  // Counts what `event` did to a unit whose state it is now.
  void Note(const UnitEvent& event, int64_t complete, int64_t partial);

  struct Key {
    int partition;
    int64_t wave;
    int role;
    int64_t day;
    auto operator<=>(const Key&) const = default;
  };

  sql::Transaction& transaction_;
  const absl::Time now_;
  std::map<Key, Counters> counters_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_TALLY_H_
