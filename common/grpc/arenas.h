// Arenas for messages that have many parts: these are allocated in blocks and let go at once.

#ifndef VG_COMMON_GRPC_ARENAS_H_
#define VG_COMMON_GRPC_ARENAS_H_

#include <cstddef>

#include "google/protobuf/arena.h"

namespace vg::rpc {

// For the two messages of a unary call: one block holds those of usual size.
inline google::protobuf::ArenaOptions CallArena() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = size_t{8} << 10;
  options.max_block_size = size_t{8} << 10;  // A block is larger only if one part of a message is.
  return options;
}

// For messages of a stream, which may be large.
inline google::protobuf::ArenaOptions StreamArena() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = size_t{4} << 10;
  options.max_block_size = size_t{1} << 20;  // Blocks double until then.
  return options;
}

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_ARENAS_H_
