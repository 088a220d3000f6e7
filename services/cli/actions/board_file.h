// Programmes of many schools from one file, as boards keep them.

#ifndef VG_SERVICES_CLI_ACTIONS_BOARD_FILE_H_
#define VG_SERVICES_CLI_ACTIONS_BOARD_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::cli {

// Columns of such a file, for --help.
extern const char kBoardFileHelp[];

// A CSV file with a row per chosen intervention: what is said of the school stands in its first
// row. Programmes are of `school_year` and chose from `menu_edition` ("menuEditions/2021-spring").
// INVALID_ARGUMENT with line and column for what cannot be read; what it means is for the service
// to judge.
absl::StatusOr<voortgang::catalogue::v1::ImportProgrammesRequest> ReadBoardCsv(
    std::string_view text, const std::string& school_year, const std::string& menu_edition);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_BOARD_FILE_H_
