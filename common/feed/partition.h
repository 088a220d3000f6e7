// Which of the partitions of a feed a unit belongs to.

#ifndef VG_COMMON_FEED_PARTITION_H_
#define VG_COMMON_FEED_PARTITION_H_

#include <cstdint>
#include <string_view>

#include "common/sql/transaction.h"

namespace vg::feed {

inline constexpr int kPartitions = 64;

// The partition of a school, board or municipality by its identifier as the register writes it
// ("16SW03", "GM0363"): FNV-1a (64 bits) over its bytes, mixed by MurmurHash3's 64-bit finalizer,
// the six highest bits.
constexpr int PartitionOf(std::string_view key) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
  hash ^= hash >> 33;
  return static_cast<int>(hash >> 58);
}

// Over how many of them a database spreads its rows. On PostgreSQL writers of different partitions
// do not wait for each other, and machines may share the partitions. On SQLite writers take turns
// anyway, and of rows that lie together a small transaction writes fewer pages.
constexpr int PartitionsIn(sql::Engine engine) {
  return engine == sql::Engine::kSqlite ? 1 : kPartitions;
}

// The partition of `key` in such a database. Stored rows depend on it: it never changes.
constexpr int PartitionOf(sql::Engine engine, std::string_view key) {
  return PartitionsIn(engine) == 1 ? 0 : PartitionOf(key);
}

}  // namespace vg::feed

#endif  // VG_COMMON_FEED_PARTITION_H_
