// Funding's real program, to be killed. For tests only.

#ifndef VG_SERVICES_FUNDING_FUNDING_PROCESS_H_
#define VG_SERVICES_FUNDING_FUNDING_PROCESS_H_

#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include <gtest/gtest.h>

#include "common/grpc/client.h"
#include "common/testing/child_process.h"
#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "voortgang/funding/v1/approval_service.grpc.pb.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vg::funding {

inline int FreePort() {
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(socket_fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(socket_fd);
  return ntohs(address.sin_port);
}

// The real program on a place such as "--data_dir=/folder" or "--database_url=postgresql://...",
// with a file of principals.
class FundingProcess {
 public:
  FundingProcess(const std::string& place, const std::string& principals) : port_(FreePort()) {
    auto process = ChildProcess::Start(
        {ProgramPath("voortgang-funding"), absl::StrCat("--listen=127.0.0.1:", port_),
         "--admin_listen=none", "--http_listen=none", "--peers=registry=127.0.0.1:1",
         "--principals=" + principals, place});
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
    stub_ = voortgang::funding::v1::ApprovalService::NewStub(channel_);
  }

  bool answers() const { return answers_; }
  voortgang::funding::v1::ApprovalService::Stub& approvals() { return *stub_; }
  void Kill() {
    process_->Signal(SIGKILL);
    process_->Wait();
  }

 private:
  const int port_;
  std::unique_ptr<ChildProcess> process_;
  std::shared_ptr<grpc::Channel> channel_;
  bool answers_ = false;
  std::unique_ptr<voortgang::funding::v1::ApprovalService::Stub> stub_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FUNDING_PROCESS_H_
