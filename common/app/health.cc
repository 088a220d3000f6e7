#include "common/app/health.h"

namespace vg {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using ServingStatus = HealthCheckResponse::ServingStatus;

constexpr char kLiveness[] = "liveness";

ServingStatus StatusOf(const std::optional<bool>& serving) {
  if (!serving) return HealthCheckResponse::SERVICE_UNKNOWN;
  return *serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

}  // namespace

// One open Watch. Deletes itself when gRPC is done with it. Lock order: the board's, then its own.
class HealthWatch final : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  HealthWatch(HealthBoard& board, const std::string& name) : board_(board) {
    board_.Add(name, *this);
  }

  void Tell(ServingStatus status) {
    absl::MutexLock lock(&mutex_);
    wanted_ = status;
    Go();
  }

  void End() {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
    Go();
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) ending_ = true;
    Go();
  }
  void OnCancel() override { End(); }
  void OnDone() override {
    board_.Remove(*this);
    delete this;
  }

 private:
  // What was last wanted is written before the end.
  void Go() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || finished_) return;
    if (wanted_ != response_.status() || !told_) {
      told_ = true;
      writing_ = true;
      response_.set_status(wanted_);
      StartWrite(&response_);
    } else if (ending_) {
      finished_ = true;
      Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server is going away"));
    }
  }

  HealthBoard& board_;
  absl::Mutex mutex_;
  HealthCheckResponse response_ ABSL_GUARDED_BY(mutex_);
  ServingStatus wanted_ ABSL_GUARDED_BY(mutex_) = HealthCheckResponse::UNKNOWN;
  bool told_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

void HealthBoard::Set(const std::string& name, bool serving) {
  absl::MutexLock lock(&mutex_);
  serving_[name] = serving && (!draining_ || name == kLiveness);
  for (const auto& [watch, watched] : watches_) {
    if (watched == name) watch->Tell(StatusOf(serving_[name]));
  }
}

std::optional<bool> HealthBoard::Get(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  const auto found = serving_.find(name);
  return found == serving_.end() ? std::nullopt : std::optional<bool>(found->second);
}

std::map<std::string, bool> HealthBoard::All() const {
  absl::MutexLock lock(&mutex_);
  return serving_;
}

void HealthBoard::Drain() {
  absl::MutexLock lock(&mutex_);
  draining_ = true;
  for (auto& [name, serving] : serving_) {
    if (name != kLiveness) serving = false;
  }
  for (const auto& [watch, name] : watches_) {
    if (name != kLiveness && serving_.count(name) > 0)
      watch->Tell(HealthCheckResponse::NOT_SERVING);
  }
}

void HealthBoard::EndWatches() {
  absl::MutexLock lock(&mutex_);
  ended_ = true;
  for (const auto& [watch, name] : watches_) watch->End();
}

void HealthBoard::Add(const std::string& name, HealthWatch& watch) {
  absl::MutexLock lock(&mutex_);
  watches_.emplace(&watch, name);
  const auto found = serving_.find(name);
  watch.Tell(StatusOf(found == serving_.end() ? std::nullopt : std::optional<bool>(found->second)));
  if (ended_) watch.End();
}

void HealthBoard::Remove(HealthWatch& watch) {
  absl::MutexLock lock(&mutex_);
  watches_.erase(&watch);
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context,
                                               const HealthCheckRequest* request,
                                               HealthCheckResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const std::optional<bool> serving = board_.Get(request->service());
  if (!serving) {
    reactor->Finish(
        grpc::Status(grpc::StatusCode::NOT_FOUND, "health of this name is not known here"));
    return reactor;
  }
  response->set_status(StatusOf(serving));
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthService::Watch(
    grpc::CallbackServerContext*, const HealthCheckRequest* request) {
  return new HealthWatch(board_, request->service());
}

}  // namespace vg
