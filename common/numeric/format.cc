#include "common/numeric/format.h"

namespace vg {
namespace {

// `decimal` ("-1402.31") with the marks of `language`.
std::string Group(const std::string& decimal, Language language) {
  const char group = language == Language::kDutch ? '.' : ',';
  const char mark = language == Language::kDutch ? ',' : '.';
  const size_t start = decimal.starts_with('-') ? 1 : 0;
  const size_t point = std::min(decimal.find('.'), decimal.size());
  std::string text = decimal.substr(0, start);
  for (size_t i = start; i < point; ++i) {
    if (i > start && (point - i) % 3 == 0) text += group;
    text += decimal[i];
  }
  if (point < decimal.size()) text += mark + decimal.substr(point + 1);
  return text;
}

}  // namespace

std::string FormatCount(int64_t value, Language language) {
  return Group(std::to_string(value), language);
}

std::string FormatNumber(const Exact& value, int places, Language language) {
  return Group(value.ToDecimal(places, Rounding::kHalfAwayFromZero), language);
}

std::string FormatPercentage(const Exact& fraction, int places, Language language) {
  return FormatNumber(fraction * 100, places, language) + "%";
}

}  // namespace vg
