// Which of the 64 partitions a unit belongs to.

#ifndef VG_COMMON_FEED_PARTITION_H_
#define VG_COMMON_FEED_PARTITION_H_

#include <cstdint>
#include <string_view>

namespace vg::feed {

inline constexpr int kPartitions = 64;

// The partition of a school, board or municipality by its identifier as the register writes it
// ("16SW03", "GM0363"): FNV-1a (64 bits) over its bytes, mixed by MurmurHash3's 64-bit finalizer,
// the six highest bits. Stored rows depend on it: it never changes.
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

}  // namespace vg::feed

#endif  // VG_COMMON_FEED_PARTITION_H_
