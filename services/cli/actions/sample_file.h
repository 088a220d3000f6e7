// A sample from a CSV file.

#ifndef VG_SERVICES_CLI_ACTIONS_SAMPLE_FILE_H_
#define VG_SERVICES_CLI_ACTIONS_SAMPLE_FILE_H_

#include <string_view>

#include "absl/status/statusor.h"

#include "voortgang/survey/v1/sample.pb.h"

namespace vg::cli {

// What such a file looks like, for --help.
extern const char kSampleFileHelp[];

// INVALID_ARGUMENT for a header without units (MISSING_COLUMN), a column twice (DUPLICATE_COLUMN)
// or a row that cannot be read, with its line. Whether the sample holds together is for the service
// to judge.
absl::StatusOr<voortgang::survey::v1::Sample> ReadSample(std::string_view text,
                                                         voortgang::survey::v1::Role role);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_SAMPLE_FILE_H_
