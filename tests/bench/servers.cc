#include "tests/bench/servers.h"

#include <time.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"

#include "common/app/server.h"
#include "common/grpc/client.h"
#include "common/grpc/status.h"
#include "common/status/status_macros.h"
#include "common/testing/free_port.h"
#include "common/testing/places.h"
#include "services/survey/wiring.h"
#include "tests/bench/baselines.h"
#include "tests/bench/workload.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::bench {
namespace {

class Echo final : public v1::SurveyService::CallbackService {
  grpc::ServerUnaryReactor* SubmitResponse(grpc::CallbackServerContext* context,
                                           const v1::SubmitResponseRequest* request,
                                           v1::Response* response) override {
    *response = request->response();
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class Keeper final : public v1::SurveyService::CallbackService {
 public:
  explicit Keeper(std::unique_ptr<PlainTable> table)
      : table_(std::move(table)), thread_([this] { Keep(); }) {}
  ~Keeper() override {
    {
      absl::MutexLock lock(&mutex_);
      ending_ = true;
    }
    thread_.join();
  }

 private:
  struct Kept {
    grpc::ServerUnaryReactor* reactor;
    const v1::Response* content;
  };

  grpc::ServerUnaryReactor* SubmitResponse(grpc::CallbackServerContext* context,
                                           const v1::SubmitResponseRequest* request,
                                           v1::Response* response) override {
    *response = request->response();
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    absl::MutexLock lock(&mutex_);
    waiting_.push_back({reactor, response});
    return reactor;
  }

  void Keep() {
    std::vector<Kept> taken;
    std::vector<std::string> rows;
    for (;;) {
      taken.clear();
      rows.clear();
      {
        absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(this, &Keeper::HasWork));
        taken.swap(waiting_);
      }
      if (taken.empty()) return;
      for (const Kept& kept : taken) rows.push_back(kept.content->SerializeAsString());
      const grpc::Status status = rpc::ToGrpcStatus(table_->Insert(rows), "");
      for (const Kept& kept : taken) kept.reactor->Finish(status);
    }
  }

  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ending_ || !waiting_.empty(); }

  const std::unique_ptr<PlainTable> table_;
  absl::Mutex mutex_;
  std::vector<Kept> waiting_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

int Serve(const std::string& address, grpc::Service& service) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  server->Wait();
  return 0;
}

// Opens the wave in a server inside this process, which knows the schools.
absl::Status Prepare(const std::string& database_url) {
  ServerOptions options = TestServerOptions();
  options.database_url = database_url;
  ASSIGN_OR_RETURN(const auto server,
                   AppServer::Start(options, [](Platform& platform) -> absl::StatusOr<Modules> {
                     Modules modules;
                     ASSIGN_OR_RETURN(modules.emplace_back(),
                                      survey::MakeSurveyWith(MakeRegistry(), platform));
                     return modules;
                   }));
  const rpc::Client<v1::SurveyService> survey(server->Channel());
  RETURN_IF_ERROR(
      survey.Call(&v1::SurveyService::Stub::PublishQuestionnaire, Questionnaire()).status());
  return survey.Call(&v1::SurveyService::Stub::OpenWave, Wave()).status();
}

}  // namespace

int ServeEcho(const std::string& address) {
  Echo echo;
  return Serve(address, echo);
}

int ServeKeeper(const std::string& address, const std::string& path) {
  auto table = PlainTable::Create(path);
  if (!table.ok()) return 1;
  Keeper keeper(*std::move(table));
  return Serve(address, keeper);
}

absl::StatusOr<ServerProcess> ServerProcess::Start(std::vector<std::string> command,
                                                   const std::string& flag,
                                                   const std::string& log) {
  const std::string address = absl::StrCat("127.0.0.1:", FreePort());
  command.push_back(absl::StrCat(flag, address));
  ASSIGN_OR_RETURN(auto process, ChildProcess::Start(std::move(command), {.output = log}));
  const auto channel = rpc::MakeChannel(address);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(20))) {
    return absl::UnavailableError("a server does not answer; see " + log);
  }
  return ServerProcess(std::move(process), address);
}

int64_t ServerProcess::ResidentBytes() const {
  std::ifstream statm(absl::StrCat("/proc/", process_->pid(), "/statm"));
  int64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

absl::Duration ServerProcess::CpuTime() const {
  clockid_t clock = {};
  timespec spent = {};
  clock_getcpuclockid(process_->pid(), &clock);
  clock_gettime(clock, &spent);
  return absl::DurationFromTimespec(spent);
}

absl::StatusOr<ServerProcess> StartSurvey(const std::string& database_url, const std::string& log) {
  RETURN_IF_ERROR(Prepare(database_url));
  return ServerProcess::Start(
      {ProgramPath("voortgang-survey"), "--admin_listen=none", "--http_listen=none",
       "--peers=registry=127.0.0.1:1", "--database_url=" + database_url},
      "--listen=", log);
}

}  // namespace vg::bench
