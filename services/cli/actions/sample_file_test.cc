#include "services/cli/actions/sample_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;

TEST(SampleFileTest, ReadsStrataStagesWeightsAndAttributes) {
  ASSERT_OK_AND_ASSIGN(const v1::Sample sample,
                       ReadSample("unit;stratum;cluster;population;population_2;weight;panel\n"
                                  "schools/16SW03;1;boards/1;5;2;5.25;a\n"
                                  "schools/16SW04;2;boards/2;7;4;10;\n",
                                  v1::ROLE_STAFF));
  EXPECT_EQ(sample.role(), v1::ROLE_STAFF);
  ASSERT_EQ(sample.units_size(), 2);
  const v1::SampleUnit& unit = sample.units(0);
  EXPECT_EQ(unit.unit(), "schools/16SW03");
  EXPECT_EQ(unit.stratum(), "1");
  ASSERT_EQ(unit.stages_size(), 2);
  EXPECT_EQ(unit.stages(0).cluster(), "boards/1");
  EXPECT_EQ(unit.stages(0).population_size(), 5);
  EXPECT_EQ(unit.stages(1).cluster(), "");
  EXPECT_EQ(unit.stages(1).population_size(), 2);
  EXPECT_EQ(unit.weight().value(), "5.25");
  EXPECT_EQ(unit.attributes().at("panel"), "a");
  EXPECT_TRUE(sample.units(1).attributes().empty());
}

TEST(SampleFileTest, ReadsAPlainListOfUnits) {
  ASSERT_OK_AND_ASSIGN(const v1::Sample sample,
                       ReadSample("unit\nschools/A\nschools/B\n", v1::ROLE_STAFF));
  ASSERT_EQ(sample.units_size(), 2);
  EXPECT_EQ(sample.units(0).stages_size(), 0);
  EXPECT_FALSE(sample.units(0).has_weight());
}

TEST(SampleFileTest, RefusesWhatItCannotRead) {
  EXPECT_THAT(ReadSample("school,weight\nA,1\n", v1::ROLE_STAFF), HasReason("MISSING_COLUMN"));
  EXPECT_THAT(ReadSample("unit,cluster,cluster_1\nA,b,c\n", v1::ROLE_STAFF),
              HasReason("DUPLICATE_COLUMN"));
  EXPECT_THAT(ReadSample("unit,population\nA,many\n", v1::ROLE_STAFF),
              HasReason("MALFORMED_NUMBER"));
}

}  // namespace
}  // namespace vg::cli
