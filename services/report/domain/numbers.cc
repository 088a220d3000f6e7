#include "services/report/domain/numbers.h"

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::report {
namespace {

constexpr int64_t kMillion = 1'000'000;
constexpr int64_t kBillion = 1'000'000'000;
constexpr char kNoBreak[] = "\u00a0";  // A number and its word stay on one line.

constexpr const char* kMonths[2][12] = {
    {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
     "oktober", "november", "december"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"}};

std::string WithCurrency(const std::string& number, const std::string& currency,
                         Language language) {
  if (currency != "EUR") return absl::StrCat(currency, kNoBreak, number);
  return language == Language::kDutch ? absl::StrCat("€", kNoBreak, number)
                                      : absl::StrCat("€", number);
}

std::string WholeAmount(const Exact& amount, const std::string& currency, Language language) {
  return WithCurrency(FormatNumber(amount, 0, language), currency, language);
}

std::string AmountInWords(const Exact& amount, const std::string& currency, Language language) {
  const bool dutch = language == Language::kDutch;
  // Compared as it will read, so that 999,960,000 is a billion and not 1,000.0 million.
  if (amount.Abs().Round(-7, Rounding::kHalfAwayFromZero) >= Exact(kBillion)) {
    return absl::StrCat(
        WithCurrency(FormatNumber(amount / Exact(kBillion), 2, language), currency, language),
        kNoBreak, dutch ? "miljard" : "billion");
  }
  if (amount.Abs().Round(-5, Rounding::kHalfAwayFromZero) >= Exact(kMillion)) {
    return absl::StrCat(
        WithCurrency(FormatNumber(amount / Exact(kMillion), 1, language), currency, language),
        kNoBreak, dutch ? "miljoen" : "million");
  }
  return WholeAmount(amount, currency, language);
}

}  // namespace

std::string FormatValue(const Figure& figure, const Cell& cell, Language language) {
  switch (figure.kind) {
    case ValueKind::kMean:
      return FormatNumber(cell.value, 1, language);
    case ValueKind::kAmount:
      return AmountInWords(cell.value, figure.unit, language);
    case ValueKind::kChange: {
      const bool points = figure.unit.empty();
      const std::string number =
          FormatNumber(points ? cell.value * Exact(100) : cell.value, 1, language);
      return absl::StrCat(cell.value.Sign() > 0 ? "+" : "", number, points ? kNoBreak : "",
                          !points                        ? ""
                          : language == Language::kDutch ? "procentpunt"
                                                         : "points");
    }
    default:
      return FormatPercentage(cell.value, 1, language);
  }
}

std::string FormatTableValue(const Figure& figure, const Cell& cell, Language language) {
  if (figure.kind != ValueKind::kAmount) return FormatValue(figure, cell, language);
  return WholeAmount(cell.value, figure.unit, language);
}

std::string FormatInterval(const Figure& figure, const Cell& cell, Language language) {
  Cell end = cell;
  end.value = cell.interval->lower;
  const std::string lower = FormatTableValue(figure, end, language);
  end.value = cell.interval->upper;
  return absl::StrCat(lower, " – ", FormatTableValue(figure, end, language));
}

std::string PlainValue(const Figure& figure, const Cell& cell) {
  if (cell.state != CellState::kShown) return "";
  if (figure.kind == ValueKind::kAmount) {
    return cell.value.ToDecimal(2, Rounding::kHalfAwayFromZero);
  }
  const Exact rounded = cell.value.Round(6, Rounding::kHalfEven);
  return rounded.ToDecimal().value_or("");
}

std::string FormatLongDay(absl::CivilDay day, Language language) {
  return absl::StrCat(day.day(), " ", FormatMonth(day, language));
}

std::string FormatMonth(absl::CivilDay month, Language language) {
  return absl::StrCat(kMonths[language == Language::kDutch ? 0 : 1][month.month() - 1], " ",
                      month.year());
}

}  // namespace vg::report
