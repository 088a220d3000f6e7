// What counts, per unit and per day, kept in step inside one transaction. Internal to the storage
// of the survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_TALLY_H_
#define VG_SERVICES_SURVEY_STORAGE_TALLY_H_

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

// For whoever holds the head of the feed in the partitions of the units it is about, so that what
// was loaded stays true until the transaction ends. Borrows the names of units.
class Tally {
 public:
  // What one response adds to its unit's state.
  struct UnitChange {
    int complete = 0;
    int partial = 0;
  };
  struct Counters {
    int64_t complete_units = 0;
    int64_t started_units = 0;
    int64_t complete_responses = 0;
    int64_t partial_responses = 0;
    int64_t withdrawn_responses = 0;
  };
  struct UnitRole {
    int64_t wave = 0;
    std::string_view unit;
    Role role = Role::kStaff;
  };
  static constexpr int64_t kNoLimit = std::numeric_limits<int32_t>::max();

  Tally(sql::Transaction& transaction, absl::Time now) : transaction_(transaction), now_(now) {}

  // Reads the states of `units`; those that are known already are left as they are.
  absl::Status Load(std::span<const UnitRole> units);

  // Whether the unit would have at most `most` complete responses after `change`.
  bool HasRoom(const UnitRole& unit, UnitChange change, int64_t most) const;

  // Changes the state of a unit that was loaded.
  void Change(const UnitRole& unit, UnitChange change);

  // Makes a change of the feed the unit's latest first one; tells which one was it before, 0: none.
  int64_t Chain(const UnitRole& unit, int64_t number);

  // The counters in which a response of that day counts.
  Counters& Of(const UnitRole& unit, absl::Time accept_time);

  // Writes everything that changed.
  absl::Status Finish();

 private:
  struct UnitKey {
    int partition;
    int64_t wave;
    std::string_view unit;
    int role;
    auto operator<=>(const UnitKey&) const = default;
  };
  struct State {
    int64_t complete = 0;
    int64_t partial = 0;
    int64_t latest = 0;
    bool changed = false;
  };
  struct CounterKey {
    int partition;
    int64_t wave;
    int role;
    int64_t day;
    auto operator<=>(const CounterKey&) const = default;
  };
  UnitKey KeyOf(const UnitRole& unit) const;

  sql::Transaction& transaction_;
  const absl::Time now_;
  std::map<UnitKey, State> states_;
  std::map<CounterKey, Counters> counters_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_TALLY_H_
