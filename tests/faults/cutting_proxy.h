// What stands between two processes and breaks their connections.

#ifndef VG_TESTS_FAULTS_CUTTING_PROXY_H_
#define VG_TESTS_FAULTS_CUTTING_PROXY_H_

#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"

#include "common/testing/child_process.h"
#include "common/testing/temp_dir.h"

namespace vg::faults {

// Carries connections from places to others, each "127.0.0.1:4001" or the path of a Unix socket;
// see cutting_proxy.py. Not thread-safe.
class CuttingProxy {
 public:
  // Accepts connections when it returns.
  explicit CuttingProxy(const std::map<std::string, std::string>& routes);

  // From now on every connection is cut after a random time, and data are late now and then.
  void Cut();
  // No longer. What it did: "312 carried, 120 cut, 4012 delayed".
  std::string Stop();
  // From now on all that comes back is held up for this long.
  void BeLate(absl::Duration late);

 private:
  // What the process says next, once it got `signal`.
  std::string SaysAfter(int signal);

  const TempDir folder_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace vg::faults

#endif  // VG_TESTS_FAULTS_CUTTING_PROXY_H_
