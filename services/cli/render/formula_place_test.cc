#include "services/cli/render/formula_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::cli {
namespace {

using testing::FieldsAre;

constexpr char kDocument[] =
    "title: x\n"
    "plain: rate * pupil.bo\n"
    "double: \"rate \\\"x\\\" * pupil.bo\"\n"
    "single: 'sector == ''a'' && b'\n"
    "literal: |\n"
    "    rate *\n"
    "      pupil.bo\n"
    "folded: >\n"
    "  rate *\n"
    "  pupil.bo\n"
    "accent: \"é + pupil.bo\"\n";

TEST(FormulaPlaceTest, FindsAPlaceInPlainAndQuotedTexts) {
  EXPECT_THAT(PlaceInText(kDocument, {2, 8}, 1, 8), FieldsAre(2, 15));
  EXPECT_THAT(PlaceInText(kDocument, {3, 9}, 1, 12), FieldsAre(3, 23));
  EXPECT_THAT(PlaceInText(kDocument, {4, 9}, 1, 18), FieldsAre(4, 29));
  EXPECT_THAT(PlaceInText(kDocument, {11, 9}, 1, 5), FieldsAre(11, 14));
}

TEST(FormulaPlaceTest, FindsAPlaceInBlocks) {
  EXPECT_THAT(PlaceInText(kDocument, {5, 10}, 2, 3), FieldsAre(7, 7));
  EXPECT_THAT(PlaceInText(kDocument, {8, 9}, 1, 8), FieldsAre(10, 3));
}

TEST(FormulaPlaceTest, TellsAViolationWhereItIsInTheFile) {
  FieldViolation violation{"components[0].formula", "UNKNOWN_NAME",
                           "at line 1, column 8 of the formula: 'pupil.bo' is not known here"};
  YamlSource::Position place;
  EXPECT_TRUE(PlaceInDocument(kDocument, {2, 8}, violation, place));
  EXPECT_EQ(violation.sentence, "line 2, column 15: 'pupil.bo' is not known here");
  FieldViolation rule{"filter", "UNKNOWN_NAME", "line 1, column 8: 'pupil.bo' is not known here"};
  EXPECT_TRUE(PlaceInDocument(kDocument, {2, 8}, rule, place));
  EXPECT_EQ(rule.sentence, "line 2, column 15: 'pupil.bo' is not known here");
  FieldViolation other{"school_year", "BAD_YEAR", "must be two years"};
  EXPECT_FALSE(PlaceInDocument(kDocument, {2, 8}, other, place));
  EXPECT_EQ(other.sentence, "must be two years");
}

}  // namespace
}  // namespace vg::cli
