// A folder of its own for a test.

#ifndef VG_COMMON_TESTING_TEMP_DIR_H_
#define VG_COMMON_TESTING_TEMP_DIR_H_

#include <string>
#include <string_view>

namespace vg {

// A new, empty folder under $TMPDIR (or /tmp), removed with all it holds on destruction. What a
// crashed test left behind is removed by the next test that makes one.
//
// Ends the process if the folder cannot be made.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // The path of `name` in the folder; nothing is made.
  std::string File(std::string_view name) const;
  // Writes `content` to `name` (folders in between are made) and returns its path.
  std::string Write(std::string_view name, std::string_view content) const;

 private:
  std::string path_;
};

// The whole of a file. Ends the process if there is none.
std::string ReadFile(const std::string& path);

}  // namespace vg

#endif  // VG_COMMON_TESTING_TEMP_DIR_H_
