// Databases that were prepared outside of the test, such as those of a cluster of several servers.

#ifndef VG_COMMON_TESTING_DATABASE_COPY_H_
#define VG_COMMON_TESTING_DATABASE_COPY_H_

#include <memory>
#include <string>
#include <vector>

namespace vg {

// A copy of the databases whose URLs the variable VOORTGANG_TEST_DATABASES lists, separated by
// spaces: one on the server of each, all of the same new name. Nobody may be connected to what is
// copied. Ends the process if that cannot be done. Destruction drops the copies, if it can.
class DatabaseCopy {
 public:
  // Null where the variable is not set.
  static std::unique_ptr<DatabaseCopy> Make();
  ~DatabaseCopy();
  DatabaseCopy(const DatabaseCopy&) = delete;
  DatabaseCopy& operator=(const DatabaseCopy&) = delete;

  // That of the copy of the first: a cluster's coordinator.
  std::string url() const;

 private:
  DatabaseCopy(std::vector<std::string> originals, std::string name);

  const std::vector<std::string> originals_;
  const std::string name_;
};

}  // namespace vg

#endif  // VG_COMMON_TESTING_DATABASE_COPY_H_
