// A real program that serves a gRPC service, to be killed. For tests that link vg::grpc.

#ifndef VG_COMMON_TESTING_SERVICE_PROCESS_H_
#define VG_COMMON_TESTING_SERVICE_PROCESS_H_

#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include <gtest/gtest.h>

#include "common/testing/child_process.h"
#include "common/testing/free_port.h"
#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"

namespace vg {

// `program` ("voortgang-survey") on a port of its own, with `flags` such as "--data_dir=/folder".
// The services above it are out of reach.
template <typename Service>
class ServiceProcess {
 public:
  ServiceProcess(const std::string& program, const std::vector<std::string>& flags)
      : port_(FreePort()) {
    std::vector<std::string> command = {
        ProgramPath(program), absl::StrCat("--listen=127.0.0.1:", port_), "--admin_listen=none",
        "--http_listen=none", "--peers=registry=127.0.0.1:1"};
    command.insert(command.end(), flags.begin(), flags.end());
    auto process = ChildProcess::Start(command);
    EXPECT_OK(process);
    process_ = *std::move(process);
    // Looks again soon: it is not there yet.
    grpc::ChannelArguments arguments;
    for (const char* const backoff :
         {GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
          GRPC_ARG_MAX_RECONNECT_BACKOFF_MS}) {
      arguments.SetInt(backoff, 20);
    }
    channel_ = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port_),
                                         grpc::InsecureChannelCredentials(), arguments);
    answers_ =
        channel_->WaitForConnected(absl::ToChronoTime(SystemClock().Now() + absl::Seconds(20)));
    stub_ = Service::NewStub(channel_);
  }

  bool answers() const { return answers_; }
  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }
  typename Service::Stub& stub() { return *stub_; }
  pid_t pid() const { return process_->pid(); }
  void Kill() {
    process_->Signal(SIGKILL);
    process_->Wait();
  }

 private:
  const int port_;
  std::unique_ptr<ChildProcess> process_;
  std::shared_ptr<grpc::Channel> channel_;
  bool answers_ = false;
  std::unique_ptr<typename Service::Stub> stub_;
};

}  // namespace vg

#endif  // VG_COMMON_TESTING_SERVICE_PROCESS_H_
