#include "services/survey/domain/today.h"

namespace vg::survey {
namespace {

// When summer time begins or ends.
absl::Time Change(absl::civil_year_t year, int month) {
  const absl::CivilDay last_sunday =
      absl::PrevWeekday(absl::CivilDay(year, month + 1, 1), absl::Weekday::sunday);
  return absl::FromCivil(absl::CivilHour(last_sunday) + 1, absl::UTCTimeZone());
}

}  // namespace

absl::CivilDay TodayAt(absl::Time accept_time) {
  const absl::civil_year_t year = absl::ToCivilYear(accept_time, absl::UTCTimeZone()).year();
  const bool summer = accept_time >= Change(year, 3) && accept_time < Change(year, 10);
  return absl::ToCivilDay(accept_time + absl::Hours(summer ? 2 : 1), absl::UTCTimeZone());
}

}  // namespace vg::survey
