#include "common/text/header.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg {
namespace {

using ::testing::HasSubstr;

enum Wanted : size_t { kBrin, kBranch, kName };

std::vector<Column> Columns() {
  return {{"BRIN NUMMER", {"INSTELLINGSCODE"}},
          {"VESTIGINGSNUMMER", {"VESTIGINGSCODE"}},
          {"VESTIGINGSNAAM", {}, /*required=*/false}};
}

TEST(ColumnIndexTest, FindsBothGenerationsOfNames) {
  const std::vector<std::vector<std::string>> headers = {
      {"PROVINCIE", "BRIN NUMMER", "VESTIGINGSNUMMER "},
      {"PROVINCIE", "BRIN_NUMMER", "Vestigingsnummer"},
      {"PROVINCIE", "INSTELLINGSCODE", "VESTIGINGS-CODE"}};
  for (const auto& header : headers) {
    const auto index = ColumnIndex::Match(header, Columns());
    ASSERT_THAT(index, IsOk());
    EXPECT_EQ(index->position(kBrin), 1);
    EXPECT_EQ(index->position(kBranch), 2);
    EXPECT_FALSE(index->has(kName));
    const std::vector<std::string_view> cells = {"Drenthe", "16AH", "00"};
    EXPECT_EQ(index->Cell(cells, kBrin), "16AH");
    EXPECT_EQ(index->Cell(cells, kName), "");
  }
}

TEST(ColumnIndexTest, SaysWhichColumnsAreMissingAndWhatMayBeMeant) {
  const std::vector<std::string> header = {"BRIN NUMER", "VESTIGINGSCODE"};
  const auto index = ColumnIndex::Match(header, Columns());
  ASSERT_FALSE(index.ok());
  const ErrorDetails details = DetailsOf(index.status());
  ASSERT_EQ(details.violations.size(), 1u);
  EXPECT_EQ(details.violations[0].reason, "MISSING_COLUMN");
  EXPECT_THAT(details.violations[0].sentence, HasSubstr("did you mean 'BRIN NUMER'?"));
}

TEST(ColumnIndexTest, RefusesAColumnThatIsThereTwice) {
  const std::vector<std::string> header = {"BRIN_NUMMER", "VESTIGINGSCODE", "Brin nummer"};
  const auto index = ColumnIndex::Match(header, Columns());
  ASSERT_FALSE(index.ok());
  EXPECT_EQ(DetailsOf(index.status()).violations[0].reason, "DUPLICATE_COLUMN");
}

}  // namespace
}  // namespace vg
