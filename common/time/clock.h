// Time comes in from outside, so that tests can turn the clock.

#ifndef VG_COMMON_TIME_CLOCK_H_
#define VG_COMMON_TIME_CLOCK_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace vg {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

// Reads "2021-10-01" or "20211001" (as DUO writes). INVALID_ARGUMENT for a day that does not exist.
absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text);

// "2021-10-01".
std::string FormatDay(absl::CivilDay day);

// RFC 3339 in UTC, microseconds: "2022-04-14T09:00:00.000000Z". Sorts as text.
std::string FormatTime(absl::Time time);

}  // namespace vg

#endif  // VG_COMMON_TIME_CLOCK_H_
