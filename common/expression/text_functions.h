// What functions of the language make of texts.

#ifndef VG_COMMON_EXPRESSION_TEXT_FUNCTIONS_H_
#define VG_COMMON_EXPRESSION_TEXT_FUNCTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vg::expression {

// In code points.
size_t Characters(std::string_view text);

// The characters from `from` (the first is 0) up to and without `to`, as far as there are any.
std::string_view Substring(std::string_view text, int64_t from, int64_t to);

// The days from 1970-01-01 to "2022-01-17"; nothing for a text that is no day of the calendar
// written so.
std::optional<int64_t> DayNumber(std::string_view day);
// The day of that number; nothing before the year 1 and after 9999.
std::optional<std::string> DayText(int64_t number);

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_TEXT_FUNCTIONS_H_
