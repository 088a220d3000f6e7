#include "services/survey/storage/tally.h"

#include "absl/time/civil_time.h"

#include "common/status/status_macros.h"
#include "services/survey/storage/response_rows.h"

namespace vg::survey {
namespace {

constexpr char kChangeUnit[] =
    "INSERT INTO unit_state (partition, wave, unit, role, complete, partial) "
    "VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (partition, wave, unit, role) DO UPDATE "
    "SET complete = unit_state.complete + $5, partial = unit_state.partial + $6 "
    "WHERE unit_state.complete + $5 <= $7 "
    "RETURNING complete, partial";
constexpr char kAddToCounter[] =
    "INSERT INTO wave_counter (partition, wave, role, day, complete_units, started_units, "
    "complete_responses, partial_responses, withdrawn_responses) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
    "ON CONFLICT (partition, wave, role, day) DO UPDATE SET "
    "complete_units = wave_counter.complete_units + $5, "
    "started_units = wave_counter.started_units + $6, "
    "complete_responses = wave_counter.complete_responses + $7, "
    "partial_responses = wave_counter.partial_responses + $8, "
    "withdrawn_responses = wave_counter.withdrawn_responses + $9";

int64_t DayOf(absl::Time time) {
  return absl::ToCivilDay(time, absl::UTCTimeZone()) - absl::CivilDay(1970, 1, 1);
}

}  // namespace

absl::StatusOr<bool> Tally::ChangeUnit(int64_t wave, std::string_view unit, Role role,
                                       UnitChange change, int64_t most) {
  const UnitEvent event = {
      .wave = wave, .unit = unit, .role = role, .change = change, .most = most};
  ASSIGN_OR_RETURN(const std::vector<bool> changed, ChangeUnits({&event, 1}));
  return changed.front();
}

absl::StatusOr<std::vector<bool>> Tally::ChangeUnits(std::span<const UnitEvent> events) {
  std::vector<std::vector<sql::Value>> params;
  params.reserve(events.size());
  for (const UnitEvent& event : events) {
    params.push_back({PartitionOfUnit(event.unit), event.wave, event.unit,
                      static_cast<int>(event.role), event.change.complete, event.change.partial,
                      event.most});
  }
  std::vector<bool> changed(events.size());
  RETURN_IF_ERROR(transaction_.QueryEach(kChangeUnit, params, [&](size_t i, const sql::Row& row) {
    changed[i] = true;
    Note(events[i], row.Int64(0), row.Int64(1));
  }));
  return changed;
}

void Tally::Note(const UnitEvent& event, int64_t complete, int64_t partial) {
  const int64_t complete_before = complete - event.change.complete;
  const int64_t all = complete + partial;
  const int64_t all_before = complete_before + partial - event.change.partial;
  const int complete_units = (complete > 0 ? 1 : 0) - (complete_before > 0 ? 1 : 0);
  const int started_units = (all > 0 ? 1 : 0) - (all_before > 0 ? 1 : 0);
  if (complete_units == 0 && started_units == 0) return;
  Counters& counters = Of(event.wave, event.unit, event.role, now_);
  counters.complete_units += complete_units;
  counters.started_units += started_units;
}

Tally::Counters& Tally::Of(int64_t wave, std::string_view unit, Role role, absl::Time accept_time) {
  return counters_[{PartitionOfUnit(unit), wave, static_cast<int>(role), DayOf(accept_time)}];
}

absl::Status Tally::Finish() {
  std::vector<std::vector<sql::Value>> params;
  for (const auto& [key, counters] : counters_) {
    params.push_back({key.partition, key.wave, key.role, key.day, counters.complete_units,
                      counters.started_units, counters.complete_responses,
                      counters.partial_responses, counters.withdrawn_responses});
  }
  return transaction_.QueryEach(kAddToCounter, params, [](size_t, const sql::Row&) {});
}

}  // namespace vg::survey
