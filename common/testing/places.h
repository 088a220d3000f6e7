// Where tests find what lies outside their own folder.

#ifndef VG_COMMON_TESTING_PLACES_H_
#define VG_COMMON_TESTING_PLACES_H_

#include <optional>
#include <string>
#include <string_view>

namespace vg {

// A path in the source tree: SourcePath("deploy/examples/menu.yaml").
std::string SourcePath(std::string_view path);

// A program of this build: ProgramPath("voortgang"). Name it in DATA of voortgang_test().
std::string ProgramPath(std::string_view name);

// The folder of real files of DUO and CBS: $VOORTGANG_DATA, else ../shared/data beside the source
// tree. Nothing if there is none: the files are not part of the repository.
std::optional<std::string> SharedData();

}  // namespace vg

// Declares `std::string name` as the folder of real files, or skips the test and says so.
#define SHARED_DATA_OR_SKIP(name)                                                           \
  const std::optional<std::string> name##_found = ::vg::SharedData();                       \
  if (!name##_found) {                                                                      \
    GTEST_SKIP()                                                                            \
        << "SKIPPED: no real files; set VOORTGANG_DATA to the folder of DUO and CBS files"; \
  }                                                                                         \
  const std::string& name = *name##_found

#endif  // VG_COMMON_TESTING_PLACES_H_
