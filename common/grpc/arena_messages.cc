#include "common/grpc/arena_messages.h"

#include <cstddef>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace vg::rpc {
namespace {

constexpr size_t kBlockBytes = size_t{8} << 10;
constexpr size_t kMostIdle = 1024;  // 8 MiB.

// Thread-safe.
class Blocks {
 public:
  void* Take() {
    {
      absl::MutexLock lock(&mutex_);
      if (!idle_.empty()) {
        void* const block = idle_.back();
        idle_.pop_back();
        return block;
      }
    }
    return ::operator new(kBlockBytes);
  }

  void GiveBack(void* block) {
    {
      absl::MutexLock lock(&mutex_);
      if (idle_.size() < kMostIdle) return idle_.push_back(block);
    }
    ::operator delete(block);
  }

 private:
  absl::Mutex mutex_;
  std::vector<void*> idle_ ABSL_GUARDED_BY(mutex_);
};

// Never destroyed: calls may end after main() has.
Blocks& TheBlocks() {
  static Blocks& blocks = *new Blocks;
  return blocks;
}

}  // namespace

google::protobuf::ArenaOptions CallArena() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = kBlockBytes;
  options.max_block_size = kBlockBytes;
  // A block is larger only if one part of a message is.
  options.block_alloc = [](size_t size) {
    return size == kBlockBytes ? TheBlocks().Take() : ::operator new(size);
  };
  options.block_dealloc = [](void* block, size_t size) {
    if (size == kBlockBytes) return TheBlocks().GiveBack(block);
    ::operator delete(block);
  };
  return options;
}

google::protobuf::ArenaOptions StreamArena() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = size_t{4} << 10;
  options.max_block_size = size_t{1} << 20;  // Blocks double until then.
  return options;
}

}  // namespace vg::rpc
