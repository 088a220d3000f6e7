#include "common/grpc/corks.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace vg::rpc {
namespace {

// Looking takes a microsecond for each open file, so those who come and go are not looked for each
// time.
constexpr absl::Duration kBetweenLooks = absl::Seconds(1);

std::string NameOf(const in_addr& address, in_port_t port) {
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &address, text, sizeof(text));
  return absl::StrCat("ipv4:", text, ":", ntohs(port));
}

std::string NameOf(const in6_addr& address, in_port_t port) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr mapped = {};
    std::copy_n(address.s6_addr + 12, 4, reinterpret_cast<uint8_t*>(&mapped.s_addr));
    return NameOf(mapped, port);
  }
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &address, text, sizeof(text));
  return absl::StrCat("ipv6:%5B", text, "%5D:", ntohs(port));  // Brackets as a URI has them.
}

// Who is at the other end, as gRPC names it. Empty if `file` is no connected socket of TCP.
std::string PeerOf(int file) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  if (getpeername(file, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "";
  if (address.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    return NameOf(four.sin_addr, four.sin_port);
  }
  if (address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    return NameOf(six.sin6_addr, six.sin6_port);
  }
  return "";
}

void SetCork(int socket, int on) {
  setsockopt(socket, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));  // In vain if it is gone.
}

}  // namespace

void Corks::Hold(std::vector<std::string_view> peers) {
  std::sort(peers.begin(), peers.end());
  for (auto at = peers.begin(); at != peers.end();) {
    const auto next = std::upper_bound(at, peers.end(), *at);
    if (next - at > 1) {
      if (const int socket = SocketTo(*at); socket >= 0) {
        SetCork(socket, 1);
        held_.push_back(socket);
      }
    }
    at = next;
  }
}

void Corks::Release() {
  for (const int socket : held_) SetCork(socket, 0);
  held_.clear();
}

int Corks::SocketTo(std::string_view peer) {
  const auto find = [&] {
    const auto found = sockets_.find(Av(peer));
    return found != sockets_.end() && PeerOf(found->second) == peer ? found->second : -1;
  };
  if (!peer.starts_with("ipv4:") && !peer.starts_with("ipv6:")) return -1;
  const int known = find();
  if (known >= 0 || (looked_ && looked_->Elapsed() < kBetweenLooks)) return known;
  looked_.emplace();
  Look();
  return find();
}

void Corks::Look() {
  sockets_.clear();
  std::error_code failed;
  for (std::filesystem::directory_iterator file("/proc/self/fd", failed), end;
       !failed && file != end; file.increment(failed)) {
    int number = -1;
    if (!absl::SimpleAtoi(file->path().filename().native(), &number)) continue;
    if (std::string peer = PeerOf(number); !peer.empty()) sockets_[std::move(peer)] = number;
  }
}

}  // namespace vg::rpc
