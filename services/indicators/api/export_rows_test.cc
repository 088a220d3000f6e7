#include "services/indicators/api/export_rows.h"

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/yaml/yaml.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

v1::EstimateTable Table() {
  v1::EstimateTable table;
  EXPECT_OK(ParseYaml(R"(
indicator: indicators/wellbeing
version: 2
digest: d
wave: waves/w1
breakdowns: [province, size]
estimates:
  - {state: published, unweighted_value: {value: "0.125"}, n: 80, unit_count: 9,
     weighted: {value: 0.1, standard_error: 0.02, lower: 0.05, upper: 0.3}}
  - {group: ['Fries, "lân"', "1-99"], category: no, state: suppressed}
  - {group: [Zeeland, ""], state: empty}
)",
                      &table));
  return table;
}

TEST(ExportRowsTest, CsvIsFlatAndLeavesOutWhatIsHidden) {
  EXPECT_EQ(ExportHeader(v1::EXPORT_FORMAT_CSV) + ExportRows(v1::EXPORT_FORMAT_CSV, Table(), "%"),
            "dataElement,period,orgUnit,category,state,value,n,units,estimate,standardError,lower,"
            "upper,unit,version,digest\r\n"
            "wellbeing,w1,all,,published,0.125,80,9,0.1,0.02,0.05,0.3,%,2,d\r\n"
            "wellbeing,w1,\"Fries, \"\"lân\"\"|1-99\",no,suppressed,,,,,,,,%,2,d\r\n"
            "wellbeing,w1,Zeeland|,,empty,,,,,,,,%,2,d\r\n");
}

TEST(ExportRowsTest, NdjsonHasNumbersAsTheyAreAndNothingForWhatIsAbsent) {
  EXPECT_EQ(ExportHeader(v1::EXPORT_FORMAT_NDJSON), "");
  EXPECT_EQ(ExportRows(v1::EXPORT_FORMAT_NDJSON, Table(), "%"),
            "{\"dataElement\":\"wellbeing\",\"period\":\"w1\",\"orgUnit\":\"all\","
            "\"state\":\"published\",\"value\":0.125,\"n\":80,\"units\":9,\"estimate\":0.1,"
            "\"standardError\":0.02,\"lower\":0.05,\"upper\":0.3,\"unit\":\"%\",\"version\":2,"
            "\"digest\":\"d\"}\n"
            "{\"dataElement\":\"wellbeing\",\"period\":\"w1\",\"orgUnit\":\"Fries, "
            "\\\"lân\\\"|1-99\",\"category\":\"no\",\"state\":\"suppressed\",\"unit\":\"%\","
            "\"version\":2,\"digest\":\"d\"}\n"
            "{\"dataElement\":\"wellbeing\",\"period\":\"w1\",\"orgUnit\":\"Zeeland|\","
            "\"state\":\"empty\",\"unit\":\"%\",\"version\":2,\"digest\":\"d\"}\n");
}

TEST(ExportRowsTest, SdmxSaysWhyAValueIsNotThere) {
  EXPECT_EQ(
      ExportHeader(v1::EXPORT_FORMAT_SDMX_CSV) +
          ExportRows(v1::EXPORT_FORMAT_SDMX_CSV, Table(), "%"),
      "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,TIME_PERIOD,BREAKDOWN,GROUP,CATEGORY,OBS_VALUE,"
      "OBS_STATUS,CONF_STATUS,STD_ERR,CI_LOWER,CI_UPPER,N_OBS,UNIT_MEASURE\r\n"
      "dataflow,VOORTGANG:INDICATORS(1.0),I,wellbeing,w1,province|size,_T,_T,0.1,A,F,0.02,0.05,"
      "0.3,80,%\r\n"
      "dataflow,VOORTGANG:INDICATORS(1.0),I,wellbeing,w1,province|size,\"Fries, "
      "\"\"lân\"\"|1-99\",no,,Q,C,,,,,%\r\n"
      "dataflow,VOORTGANG:INDICATORS(1.0),I,wellbeing,w1,province|size,Zeeland|,_T,,M,F,,,,,%\r\n");
}

}  // namespace
}  // namespace vg::indicators
