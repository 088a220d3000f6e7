#include "common/text/cells.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vg {
namespace {

std::string Shape(const CountCell& cell) {
  switch (cell.state) {
    case CellState::kValue:
      return std::to_string(cell.value);
    case CellState::kSuppressed:
      return "suppressed below " + std::to_string(cell.below);
    case CellState::kMissing:
      return "missing";
    case CellState::kNotApplicable:
      return "not applicable";
    case CellState::kMalformed:
      return "malformed";
  }
  return "";
}

std::string Shape(const NumberCell& cell) {
  if (cell.state == CellState::kValue) return cell.value.ToText();
  return Shape(CountCell{.state = cell.state});
}

TEST(CountCellTest, ReadsACountOrTheReasonThatThereIsNone) {
  const struct {
    std::string_view text;
    std::string_view shape;
  } kCases[] = {
      {"0", "0"},
      {"139", "139"},
      {"0012 ", "12"},
      {"<5", "suppressed below 5"},
      {" < 10", "suppressed below 10"},
      {"x", "suppressed below 0"},
      {"", "missing"},
      {" ", "missing"},
      {".", "missing"},
      {"N.v.t.", "not applicable"},
      {"n/a", "not applicable"},
      {"-1", "malformed"},
      {"12,0", "malformed"},
      {"1.234", "malformed"},
      {"<", "malformed"},
      {"twelve", "malformed"},
      {"1234567890123456789", "malformed"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Shape(ParseCountCell(test.text)), test.shape) << "'" << test.text << "'";
  }
}

TEST(CountCellTest, TakesTheTokenOfTheFileForSuppressed) {
  EXPECT_EQ(Shape(ParseCountCell("-1", {.suppressed_token = "-1"})), "suppressed below 0");
}

TEST(NumberCellTest, ReadsDutchAndEnglishDecimalsExactly) {
  const struct {
    std::string_view text;
    DecimalMark mark;
    std::string_view shape;
  } kCases[] = {
      {"9562,58992805755", DecimalMark::kComma, "9562.58992805755"},
      {",0", DecimalMark::kComma, "0"},
      {"-,5", DecimalMark::kComma, "-0.5"},
      {"33.02", DecimalMark::kPoint, "33.02"},
      {"33.02", DecimalMark::kEither, "33.02"},
      {"33,02", DecimalMark::kEither, "33.02"},
      {"33.02", DecimalMark::kComma, "malformed"},
      {"33,02", DecimalMark::kPoint, "malformed"},
      {"1.234,5", DecimalMark::kEither, "malformed"},
      {"1.234,5", DecimalMark::kComma, "malformed"},
      {"5,", DecimalMark::kComma, "malformed"},
      {",", DecimalMark::kComma, "malformed"},
      {"1e5", DecimalMark::kEither, "malformed"},
      {" ", DecimalMark::kEither, "missing"},
      {"<5", DecimalMark::kEither, "suppressed below 0"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Shape(ParseNumberCell(test.text, test.mark)), test.shape) << "'" << test.text << "'";
  }
}

}  // namespace
}  // namespace vg
