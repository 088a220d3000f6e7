#include "common/testing/free_port.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"

#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace vg {
namespace {

// Below the ports that systems give to outgoing connections (Linux: from 32768), so that no client
// can come in between.
constexpr int kFirst = 20000;
constexpr int kPorts = 12000;

// A lock that this process holds until it ends; the same files as tests/deploy/tools.py.
bool Reserve(int port) {
  const std::string folder = absl::StrCat("/tmp/voortgang-test-ports-", getuid());
  mkdir(folder.c_str(), 0700);
  const int file =
      open(absl::StrCat(folder, "/", port).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return false;
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
  close(file);
  return false;
}

bool Free(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(listener);
  return free;
}

}  // namespace

int FreePort() {
  const int start = static_cast<int>(std::random_device()() % kPorts);
  for (int i = 0; i < kPorts; ++i) {
    const int port = kFirst + (start + i) % kPorts;
    if (Reserve(port) && Free(port)) return port;
  }
  return 0;
}

}  // namespace vg
