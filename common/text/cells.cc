#include "common/text/cells.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "common/text/encoding.h"

namespace vg {
namespace {

constexpr size_t kMaxCountDigits = 18;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

int64_t ParseDigits(std::string_view digits) {
  int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// The bound of "<5" or "< 5"; 0 for a suppression that names none.
std::optional<int64_t> Suppressed(std::string_view text, const CellOptions& options) {
  if (!options.suppressed_token.empty() && text == options.suppressed_token) return 0;
  if (EqualsIgnoringCase(text, "x")) return 0;
  if (!text.starts_with('<')) return std::nullopt;
  const std::string_view bound = Trim(text.substr(1));
  if (!AllDigits(bound) || bound.size() > kMaxCountDigits) return std::nullopt;
  return ParseDigits(bound);
}

// Why there is no number, if `text` says so.
std::optional<CellState> NoNumber(std::string_view text) {
  if (text.empty() || text == "." || text == "-") return CellState::kMissing;
  for (const std::string_view token : {"n.v.t.", "n.v.t", "nvt", "n/a"}) {
    if (EqualsIgnoringCase(text, token)) return CellState::kNotApplicable;
  }
  return std::nullopt;
}

}  // namespace

CountCell ParseCountCell(std::string_view text, const CellOptions& options) {
  const std::string_view cell = Trim(text);
  if (const auto below = Suppressed(cell, options)) {
    return {.state = CellState::kSuppressed, .below = *below};
  }
  if (AllDigits(cell)) {
    const std::string_view digits = cell.substr(std::min(cell.find_first_not_of('0'), cell.size()));
    if (digits.size() > kMaxCountDigits) return {.state = CellState::kMalformed};
    return {.state = CellState::kValue, .value = ParseDigits(digits)};
  }
  return {.state = NoNumber(cell).value_or(CellState::kMalformed)};
}

NumberCell ParseNumberCell(std::string_view text, DecimalMark mark, const CellOptions& options) {
  const std::string_view cell = Trim(text);
  if (Suppressed(cell, options)) return {.state = CellState::kSuppressed};
  if (const auto state = NoNumber(cell)) return {.state = *state};

  const std::string_view marks = mark == DecimalMark::kComma   ? ","
                                 : mark == DecimalMark::kPoint ? "."
                                                               : ".,";
  std::string_view rest = cell;
  std::string decimal;
  if (rest.starts_with('-')) {
    decimal = "-";
    rest.remove_prefix(1);
  }
  const size_t at = rest.find_first_of(marks);
  const std::string_view whole = rest.substr(0, at);
  const std::string_view fraction =
      at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  decimal += whole.empty() ? "0" : whole;
  if (!fraction.empty()) decimal.append(".").append(fraction);
  const bool digits = whole.empty() ? !fraction.empty() : AllDigits(whole);
  const bool complete = at == std::string_view::npos || !fraction.empty();
  absl::StatusOr<Exact> value = Exact::FromDecimal(decimal);
  if (!digits || !complete || !value.ok()) return {.state = CellState::kMalformed};
  return {.state = CellState::kValue, .value = *std::move(value)};
}

}  // namespace vg
