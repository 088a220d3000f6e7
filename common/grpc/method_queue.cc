#include "common/grpc/method_queue.h"

namespace vg::rpc {

MethodQueue::~MethodQueue() = default;

void MethodQueue::AddTo(grpc::ServerBuilder& builder) { queue_ = builder.AddCompletionQueue(); }

void MethodQueue::Start() {
  thread_ = std::thread([this] { Work(*queue_); });
}

void MethodQueue::End() {
  if (!thread_.joinable()) return;
  queue_->Shutdown();
  thread_.join();
}

}  // namespace vg::rpc
