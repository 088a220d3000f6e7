#include "common/testing/free_port.h"

#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

namespace vg {

int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool found = bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
                     getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(listener);
  return found ? ntohs(address.sin_port) : 0;
}

}  // namespace vg
