// Holding XML against the schemas of ISO 20022. For tests only.

#ifndef VG_SERVICES_FUNDING_FILES_TEST_ISO20022_H_
#define VG_SERVICES_FUNDING_FILES_TEST_ISO20022_H_

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/testing/child_process.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"

namespace vg::funding {

// What xmllint says of `xml` and the schema of `message` ("pain.001.001.09"); empty: it is valid.
// Skips the test, and says so, where there is no schema: they are not part of the repository. Take
// them from iso20022.org, or from the Python packages sepaxml and camt053, which carry them.
inline std::string FaultsBySchema(const std::string& message, const std::string& xml) {
  const char* const folder = std::getenv("VOORTGANG_ISO20022");
  const std::string schema = absl::StrCat(folder == nullptr ? "" : folder, "/", message, ".xsd");
  if (folder == nullptr || !std::filesystem::exists(schema)) {
    [] {
      GTEST_SKIP()
          << "SKIPPED: no schema; set VOORTGANG_ISO20022 to the folder of ISO 20022's .xsd";
    }();
    return "";
  }
  TempDir place;
  const std::string file = place.Write("message.xml", xml);
  const std::string output = place.Write("faults.txt", "");
  const absl::StatusOr<int> code =
      RunProgram({"xmllint", "--nonet", "--noout", "--schema", schema, file}, {.output = output});
  EXPECT_OK(code);
  return code.ok() && *code == 0 ? ""
                                 : absl::StrCat("exit ", code.value_or(-1), ": ", ReadFile(output));
}

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FILES_TEST_ISO20022_H_
