#include "tests/e2e/suite_process.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/client.h"
#include "common/testing/free_port.h"
#include "common/testing/places.h"
#include "common/testing/wait_until.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vg::e2e {
namespace {

class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

}  // namespace

HttpAnswer HttpGet(int port, const std::string& path) {
  return HttpSend(port, absl::StrCat("GET ", path,
                                     " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
}

HttpAnswer HttpSend(int port, const std::string& bytes) {
  HttpAnswer answer;
  const Socket socket;
  const sockaddr_in address = Loopback(port);
  if (connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return answer;
  }
  // A server that has read enough may close before it has all: what it said is still there.
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = send(socket.fd(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;
    sent += static_cast<size_t>(count);
  }
  std::string text;
  char buffer[8192];
  for (ssize_t got; (got = recv(socket.fd(), buffer, sizeof(buffer), 0)) > 0;) {
    text.append(buffer, static_cast<size_t>(got));
  }
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos || text.size() < 12) return answer;
  (void)absl::SimpleAtoi(text.substr(9, 3), &answer.status);
  answer.headers = text.substr(0, end);
  answer.body = text.substr(end + 4);
  return answer;
}

bool SuiteProcess::Start() {
  port_ = FreePort();
  http_port_ = FreePort();
  address_ = absl::StrCat("127.0.0.1:", port_);
  return Restart();
}

bool SuiteProcess::Restart() {
  const int admin = FreePort();
  std::vector<std::string> command = {ProgramPath("voortgang-standalone"),
                                      absl::StrCat("--listen=", address_),
                                      absl::StrCat("--admin_listen=127.0.0.1:", admin),
                                      absl::StrCat("--http_listen=127.0.0.1:", http_port_),
                                      absl::StrCat("--data_dir=", folder_.path())};
  command.insert(command.end(), flags_.begin(), flags_.end());
  auto started = ChildProcess::Start(std::move(command), {.output = folder_.File("server.log")});
  if (!started.ok()) return false;
  process_ = *std::move(started);
  // A channel that is refused waits a second before it tries again.
  const auto listens = [](int port) {
    const Socket socket;
    const sockaddr_in address = Loopback(port);
    return connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  };
  const bool listening =
      WaitUntil([&] { return listens(port_) && listens(http_port_); }, absl::Minutes(1));
  return listening && rpc::MakeChannel(address_)->WaitForConnected(
                          std::chrono::system_clock::now() + std::chrono::seconds(10));
}

void SuiteProcess::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait();
}

int SuiteProcess::Terminate() {
  process_->Signal(SIGTERM);
  return process_->Wait(absl::Minutes(1));
}

int64_t SuiteProcess::ResidentBytes() const {
  std::ifstream statm(absl::StrCat("/proc/", process_->pid(), "/statm"));
  int64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

int SuiteProcess::OpenDescriptors() const {
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(absl::StrCat("/proc/", process_->pid(), "/fd"))) {
    (void)entry;
    ++count;
  }
  return count;
}

std::unique_ptr<ChildProcess> StartCommand(const std::string& address,
                                           const std::vector<std::string>& arguments,
                                           const std::string& output) {
  std::vector<std::string> command = {ProgramPath("voortgang"), "--server", address};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto started = ChildProcess::Start(std::move(command), {.output = output});
  return started.ok() ? *std::move(started) : nullptr;
}

CommandResult RunCommand(const std::string& address, const std::vector<std::string>& arguments) {
  const TempDir folder;
  const std::unique_ptr<ChildProcess> process =
      StartCommand(address, arguments, folder.Write("output", ""));
  CommandResult result;
  if (process == nullptr) return result;
  result.exit_code = process->Wait(absl::Minutes(5));
  result.output = ReadFile(folder.File("output"));
  return result;
}

}  // namespace vg::e2e
