// Messages in arenas, for those that have many parts: each part would otherwise be allocated on one
// thread and freed on another. Those of unary calls by method:
//
//   rpc::ArenaMessages<v1::SubmitResponseRequest, v1::Response> messages_;
//   SetMessageAllocatorFor_SubmitResponse(&messages_);

#ifndef VG_COMMON_GRPC_ARENA_MESSAGES_H_
#define VG_COMMON_GRPC_ARENA_MESSAGES_H_

#include "google/protobuf/arena.h"
#include "grpcpp/support/message_allocator.h"

namespace vg::rpc {

// For arenas that live as long as a call: their blocks are kept and used again. As an arena has a
// block for each thread that fills it, a block holds what a message of usual size takes.
google::protobuf::ArenaOptions CallArena();

// For messages of a stream, which may be large.
google::protobuf::ArenaOptions StreamArena();

// Thread-safe; outlives the server.
template <typename Request, typename Response>
class ArenaMessages final : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override { return new Held; }

 private:
  class Held final : public grpc::MessageHolder<Request, Response> {
   public:
    Held() : arena_(CallArena()) {
      this->set_request(google::protobuf::Arena::CreateMessage<Request>(&arena_));
      this->set_response(google::protobuf::Arena::CreateMessage<Response>(&arena_));
    }
    void Release() override { delete this; }

   private:
    google::protobuf::Arena arena_;
  };
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_ARENA_MESSAGES_H_
