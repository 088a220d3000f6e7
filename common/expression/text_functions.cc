#include "common/expression/text_functions.h"

#include <algorithm>

#include "absl/time/civil_time.h"

#include "common/time/clock.h"

namespace vg::expression {
namespace {

constexpr absl::CivilDay kZero(1970, 1, 1);
constexpr absl::CivilDay kFirst(1, 1, 1);
constexpr absl::CivilDay kLast(9999, 12, 31);

bool StartsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), StartsCharacter));
}

std::string_view Substring(std::string_view text, int64_t from, int64_t to) {
  size_t begin = text.size();
  size_t end = text.size();
  int64_t character = -1;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!StartsCharacter(text[i])) continue;
    if (++character >= from) begin = std::min(begin, i);
    if (character >= to) {
      end = i;
      break;
    }
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

std::optional<int64_t> DayNumber(std::string_view day) {
  if (day.size() != 10) return std::nullopt;
  const absl::StatusOr<absl::CivilDay> parsed = ParseDay(day);
  if (!parsed.ok()) return std::nullopt;
  return *parsed - kZero;
}

std::optional<std::string> DayText(int64_t number) {
  if (number < kFirst - kZero || number > kLast - kZero) return std::nullopt;
  return FormatDay(kZero + number);
}

}  // namespace vg::expression
