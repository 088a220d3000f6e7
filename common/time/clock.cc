#include "common/time/clock.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg {

absl::Time SystemClock::Now() const { return absl::Now(); }

absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text) {
  std::string digits(text);
  const bool dashed = digits.size() == 10 && digits[4] == '-' && digits[7] == '-';
  if (dashed) digits = digits.substr(0, 4) + digits.substr(5, 2) + digits.substr(8, 2);
  int number = 0;
  const bool all_digits = digits.size() == 8 && std::all_of(digits.begin(), digits.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
  if (all_digits && absl::SimpleAtoi(digits, &number)) {
    const int year = number / 10000, month = number / 100 % 100, day = number % 100;
    const absl::CivilDay civil(year, month, day);
    // CivilDay normalises 30 February to 2 March; only a day that stays itself exists.
    if (year > 0 && civil.year() == year && civil.month() == month && civil.day() == day) {
      return civil;
    }
  }
  return Error(absl::StatusCode::kInvalidArgument, "IMPOSSIBLE_DATE",
               absl::StrCat("'", std::string(text), "' is not a day; write it as 2021-10-01"));
}

std::string FormatDay(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

std::string FormatTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

}  // namespace vg
