// Answers that are given together and leave together.
//
// gRPC writes each answer to its socket by itself, and each is a packet that wakes its caller. What
// a socket is corked for (TCP_CORK, tcp(7)) it sends in as few packets as it takes. gRPC does not
// show its sockets, so they are found among those of the process by who is at the other end.

#ifndef VG_COMMON_GRPC_CORKS_H_
#define VG_COMMON_GRPC_CORKS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "common/time/stopwatch.h"

namespace vg::rpc {

// For one thread. Nothing depends on it but speed: a connection that is not found, or is gone and
// another has its place, is served as ever, and the kernel by itself lets go after 200 ms, or later
// where packets are known to travel for long.
class Corks {
 public:
  Corks() = default;
  ~Corks() { Release(); }
  Corks(const Corks&) = delete;
  Corks& operator=(const Corks&) = delete;

  // Holds back what is written from now on to those that are among `peers` more than once. Peers
  // are named as by gRPC: "ipv4:127.0.0.1:51234".
  void Hold(std::vector<std::string_view> peers);
  // Lets it go.
  void Release();

 private:
  // -1 if it is not found.
  int SocketTo(std::string_view peer);
  void Look();

  absl::flat_hash_map<std::string, int> sockets_;  // By peer, when they were last looked up.
  std::optional<Stopwatch> looked_;                // Since the last look.
  std::vector<int> held_;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_CORKS_H_
