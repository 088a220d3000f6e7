#include "services/survey/storage/tally.h"

#include <vector>

#include "absl/time/time.h"

#include "common/status/status_macros.h"
#include "services/survey/storage/revision.h"

namespace vg::survey {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

constexpr char kPutState[] =
    "ON CONFLICT (partition, wave, unit, role) DO UPDATE SET complete = excluded.complete, "
    "partial = excluded.partial, latest = excluded.latest";
constexpr char kAddToCounter[] =
    "ON CONFLICT (partition, wave, role, day) DO UPDATE SET "
    "complete_units = wave_counter.complete_units + excluded.complete_units, "
    "started_units = wave_counter.started_units + excluded.started_units, "
    "complete_responses = wave_counter.complete_responses + excluded.complete_responses, "
    "partial_responses = wave_counter.partial_responses + excluded.partial_responses, "
    "withdrawn_responses = wave_counter.withdrawn_responses + excluded.withdrawn_responses";

// From 1970, in UTC.
int64_t DayOf(absl::Time time) { return absl::Floor(time - absl::UnixEpoch(), kDay) / kDay; }

}  // namespace

Tally::UnitKey Tally::KeyOf(const UnitRole& unit) const {
  return {PartitionOfUnit(transaction_.engine(), unit.unit), unit.wave, unit.unit,
          static_cast<int>(unit.role)};
}

absl::Status Tally::Load(std::span<const UnitRole> units) {
  std::vector<std::pair<const UnitKey, State>*> asked;
  for (const UnitRole& unit : units) {
    const auto [found, added] = states_.try_emplace(KeyOf(unit));
    if (added) asked.push_back(&*found);
  }
  size_t next = 0;
  return transaction_.FindEach(
      "unit_state", {"partition", "wave", "unit", "role"}, {"complete", "partial", "latest"},
      [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
        if (next == asked.size()) return false;
        const UnitKey& key = asked[next++]->first;
        row.emplace_back(key.partition);
        row.emplace_back(key.wave);
        row.emplace_back(key.unit);
        row.emplace_back(key.role);
        return true;
      },
      [&](size_t i, const sql::Row& row) {
        asked[i]->second = {
            .complete = row.Int64(0), .partial = row.Int64(1), .latest = row.Int64(2)};
      });
}

bool Tally::HasRoom(const UnitRole& unit, UnitChange change, int64_t most) const {
  return states_.at(KeyOf(unit)).complete + change.complete <= most;
}

void Tally::Change(const UnitRole& unit, UnitChange change) {
  State& state = states_.at(KeyOf(unit));
  const bool was_complete = state.complete > 0;
  const bool was_started = state.complete + state.partial > 0;
  state.complete += change.complete;
  state.partial += change.partial;
  state.changed = true;
  const int complete_units = (state.complete > 0 ? 1 : 0) - (was_complete ? 1 : 0);
  const int started_units = (state.complete + state.partial > 0 ? 1 : 0) - (was_started ? 1 : 0);
  if (complete_units == 0 && started_units == 0) return;
  Counters& counters = Of(unit, now_);
  counters.complete_units += complete_units;
  counters.started_units += started_units;
}

int64_t Tally::Chain(const UnitRole& unit, int64_t number) {
  State& state = states_.at(KeyOf(unit));
  state.changed = true;
  return std::exchange(state.latest, number);
}

Tally::Counters& Tally::Of(const UnitRole& unit, absl::Time accept_time) {
  return counters_[{PartitionOfUnit(transaction_.engine(), unit.unit), unit.wave,
                    static_cast<int>(unit.role), DayOf(accept_time)}];
}

absl::Status Tally::Finish() {
  auto state = states_.begin();
  RETURN_IF_ERROR(transaction_.Merge(
      "unit_state", {"partition", "wave", "unit", "role", "complete", "partial", "latest"},
      kPutState, [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
        while (state != states_.end() && !state->second.changed) ++state;
        if (state == states_.end()) return false;
        const auto& [key, put] = *state++;
        row.emplace_back(key.partition);
        row.emplace_back(key.wave);
        row.emplace_back(key.unit);
        row.emplace_back(key.role);
        row.emplace_back(put.complete);
        row.emplace_back(put.partial);
        row.emplace_back(put.latest);
        return true;
      }));
  auto counter = counters_.begin();
  return transaction_.Merge("wave_counter",
                            {"partition", "wave", "role", "day", "complete_units", "started_units",
                             "complete_responses", "partial_responses", "withdrawn_responses"},
                            kAddToCounter,
                            [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                              if (counter == counters_.end()) return false;
                              const auto& [key, added] = *counter++;
                              row = {key.partition,
                                     key.wave,
                                     key.role,
                                     key.day,
                                     added.complete_units,
                                     added.started_units,
                                     added.complete_responses,
                                     added.partial_responses,
                                     added.withdrawn_responses};
                              return true;
                            });
}

}  // namespace vg::survey
