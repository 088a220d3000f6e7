// The standalone suite as a real process, and the command run against it.

#ifndef VG_TESTS_E2E_SUITE_PROCESS_H_
#define VG_TESTS_E2E_SUITE_PROCESS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/testing/child_process.h"
#include "common/testing/temp_dir.h"

namespace vg::e2e {

// Starts voortgang-standalone on free ports with its store in `folder`. Start() may be called again
// after Kill(): the store is what the last process left.
class SuiteProcess {
 public:
  // `folder` outlives this object. `flags` are more of the server's.
  explicit SuiteProcess(const TempDir& folder, std::vector<std::string> flags = {})
      : folder_(folder), flags_(std::move(flags)) {}

  // Returns once it answers. False if it does not within a minute.
  bool Start();
  // The same, on the ports of the last process.
  bool Restart();
  void Kill();      // kill -9
  int Terminate();  // SIGTERM; the exit code.

  const std::string& address() const { return address_; }
  int http_port() const { return http_port_; }
  pid_t pid() const { return process_->pid(); }
  // Of the running process, in bytes.
  int64_t ResidentBytes() const;
  int OpenDescriptors() const;

 private:
  const TempDir& folder_;
  const std::vector<std::string> flags_;
  std::unique_ptr<ChildProcess> process_;
  int port_ = 0;
  std::string address_;
  int http_port_ = 0;
};

// What `voortgang` said, standard error included, and its exit code.
struct CommandResult {
  int exit_code = -1;
  std::string output;
};

// Runs `voortgang --server ADDRESS arguments...` to its end.
CommandResult RunCommand(const std::string& address, const std::vector<std::string>& arguments);
// Starts it and returns at once; its output goes to `output`.
std::unique_ptr<ChildProcess> StartCommand(const std::string& address,
                                           const std::vector<std::string>& arguments,
                                           const std::string& output);

// The status code and body of GET http://127.0.0.1:port/path.
struct HttpAnswer {
  int status = 0;
  std::string headers;
  std::string body;
};
HttpAnswer HttpGet(int port, const std::string& path);
// What the server says to `bytes`, whatever they are. Status 0 if that is no HTTP answer.
HttpAnswer HttpSend(int port, const std::string& bytes);

}  // namespace vg::e2e

#endif  // VG_TESTS_E2E_SUITE_PROCESS_H_
