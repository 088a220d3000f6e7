#include "common/app/server.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>

#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/grpc.h"
#include "grpc/support/log.h"
#include "grpcpp/ext/channelz_service_plugin.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/resource_quota.h"

#include "common/app/access_service.h"
#include "common/app/health.h"
#include "common/app/health_monitor.h"
#include "common/app/observe.h"
#include "common/app/platform_state.h"
#include "common/app/principals_watch.h"
#include "common/grpc/client.h"
#include "common/grpc/malformed_requests.h"
#include "common/grpc/method_queue.h"
#include "common/grpc/tls.h"
#include "common/grpc/unknown_methods.h"
#include "common/http/server.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg {
namespace {

// A browser keeps up to six connections open, and each holds a thread until it is silent.
constexpr int kHttpThreads = 32;
// More arenas than this cost memory and gain nothing on the few threads there are.
constexpr int kMallocArenas = 2;
// What a large answer took goes back to the system at once. glibc would raise this limit with each
// such answer, and keep the next in arenas that never shrink.
constexpr int kLargeBlockBytes = 512 << 10;
// The only thing that makes clients look for new replicas; open streams may go on for the grace.
constexpr absl::Duration kConnectionAge = absl::Minutes(5);
constexpr absl::Duration kConnectionGrace = absl::Hours(1);
constexpr absl::Duration kShortestPing = absl::Seconds(20);

// Deadlines of gRPC are in real time, whatever clock the services go by.
const Clock& SystemTime() {
  static const Clock& clock = *new SystemClock;
  return clock;
}

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

// Once per process, before the first server.
void PrepareProcess() {
  static const bool prepared = [] {
    mallopt(M_ARENA_MAX, kMallocArenas);
    mallopt(M_MMAP_THRESHOLD, kLargeBlockBytes);
    grpc::EnableDefaultHealthCheckService(false);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::channelz::experimental::InitChannelzService();
    return true;
  }();
  (void)prepared;
}

void WriteGrpcLine(gpr_log_func_args* args) {
  if (args->severity == GPR_LOG_SEVERITY_ERROR) {
    LOG(WARNING) << "grpc: " << args->message;
  } else if (args->severity == GPR_LOG_SEVERITY_INFO) {
    LOG(INFO) << "grpc: " << args->message;
  }
}

// Of requests that are no messages, among others: a caller can cause these.
void WriteProtobufLine(google::protobuf::LogLevel level, const char* /*file*/, int /*line*/,
                       const std::string& message) {
  if (level >= google::protobuf::LOGLEVEL_WARNING) LOG(WARNING) << "protobuf: " << message;
}

void SetCommonOptions(grpc::ServerBuilder& builder) {
  // Two processes must not share a port without knowing.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Reflection and channelz are the only synchronous services.
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CallCredentials(
    const ServerOptions& options) {
  if (options.tls_cert.empty() && options.tls_key.empty() && options.tls_client_ca.empty()) {
    return grpc::InsecureServerCredentials();
  }
  return rpc::MakeServerCredentials({.certificate = options.tls_cert,
                                     .key = options.tls_key,
                                     .authority = options.tls_client_ca});
}

// What a token is worth that anybody on the way can read.
void WarnOfOpenness(const ServerOptions& options) {
  if (options.principals.empty()) {
    LOG(WARNING) << "this server runs OPEN: whoever reaches it may call everything that needs no "
                    "name. Start it with --principals=FILE to tell callers apart";
  } else if (options.tls_cert.empty() && !absl::StartsWith(options.listen, "127.0.0.1:") &&
             !absl::StartsWith(options.listen, "localhost:")) {
    LOG(WARNING) << "tokens arrive in plaintext on " << options.listen
                 << ": give --tls-cert and --tls-key, or end TLS in front of this server";
  }
}

absl::Status CannotListen(const std::string& address) {
  return Error(absl::StatusCode::kUnavailable, "ADDRESS_TAKEN",
               "cannot listen on " + address + "; is another server using it?");
}

// "registry" of "voortgang.registry.v1.RegistryService".
std::string_view PackageSegment(std::string_view grpc_service) {
  const size_t begin = grpc_service.find('.') + 1;
  return grpc_service.substr(begin, grpc_service.find('.', begin) - begin);
}

std::string HealthAsJson(const HealthBoard& board) {
  std::string json = "{";
  for (const auto& [name, serving] : board.All()) {
    if (name.empty()) continue;
    if (json.size() > 1) json += ',';
    log::AppendJsonString(name, json);
    json += serving ? ":true" : ":false";
  }
  return json + "}\n";
}

}  // namespace

struct AppServer::State {
  explicit State(std::unique_ptr<Platform> platform) : platform(std::move(platform)) {}

  // What is listed later borrows from what is listed before.
  std::unique_ptr<Platform> platform;
  HealthBoard board;
  HealthService health{board};
  HealthService admin_health{board};
  std::unique_ptr<rpc::UnknownMethods> unknown;
  std::unique_ptr<AccessService> access;
  std::unique_ptr<PrincipalsWatch> principals;  // Null if the process runs open.
  Modules modules;
  Observations observations;  // Of the modules' queues.
  std::unique_ptr<HealthMonitor> monitor;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<grpc::Server> admin;
  std::unique_ptr<http::Server> http;
  int port = 0;
  int admin_port = 0;
  size_t started = 0;  // Modules whose Start() was called.
  bool stopped = false;

  Platform::State& shared() { return *platform->state_; }
  const ServerOptions& options() { return shared().options; }

  std::vector<rpc::MethodQueue*> Queues();
  absl::Status CheckPeers();
  absl::Status ListenForCalls();
  absl::Status ListenForAdmin();
  absl::Status ListenForHttp();
  std::vector<Patient> Patients();
  absl::Status Begin();
  bool Drain();
};

std::vector<rpc::MethodQueue*> AppServer::State::Queues() {
  std::vector<rpc::MethodQueue*> queues;
  for (const auto& pipeline : shared().pipelines) {
    queues.insert(queues.end(), pipeline->queues().begin(), pipeline->queues().end());
  }
  return queues;
}

absl::Status AppServer::State::CheckPeers() {
  for (const auto& module : modules) shared().modules.insert(std::string(module->name()));
  for (const std::string& peer : shared().needed_peers) {
    if (shared().modules.count(peer) > 0 || options().peers.count(peer) > 0) continue;
    return InvalidField("peers", "PEER_UNKNOWN",
                        "must say where " + peer + " is, as in --peers=" + peer + "=host:50051");
  }
  return absl::OkStatus();
}

absl::Status AppServer::State::ListenForCalls() {
  grpc::ServerBuilder builder;
  SetCommonOptions(builder);
  // The pipeline refuses what is too large with a reason; gRPC itself refuses what is much too
  // large, without one.
  builder.SetMaxReceiveMessageSize(static_cast<int>(2 * options().max_message_bytes));
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(kConnectionAge));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, Milliseconds(kConnectionGrace));
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             Milliseconds(kShortestPing));
  builder.SetResourceQuota(grpc::ResourceQuota("calls").Resize(options().max_buffer_bytes));
  ASSIGN_OR_RETURN(const auto credentials, CallCredentials(options()));
  builder.AddListeningPort(options().listen, credentials, &port);
  builder.RegisterService(&health);
  access = std::make_unique<AccessService>(
      platform->Pipeline(voortgang::access::v1::AccessService::service_full_name()));
  builder.RegisterService(access.get());
  for (const auto& module : modules) {
    for (grpc::Service* service : module->grpc_services()) builder.RegisterService(service);
  }
  unknown = std::make_unique<rpc::UnknownMethods>(shared().metrics);
  builder.RegisterCallbackGenericService(unknown.get());
  std::set<std::string, std::less<>> queued;
  for (rpc::MethodQueue* const queue : Queues()) {
    queue->AddTo(builder);
    queued.insert(queue->path());
  }
  rpc::MalformedRequests::Register(builder, shared().metrics, std::move(queued));
  server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return CannotListen(options().listen);
  for (rpc::MethodQueue* const queue : Queues()) {
    queue->Start();
    for (metrics::Observation& one : Observe(shared().metrics, *queue)) {
      observations.push_back(std::move(one));
    }
  }
  absl::MutexLock lock(&shared().mutex);
  shared().own = server->InProcessChannel(rpc::MakeChannelArguments());
  return absl::OkStatus();
}

absl::Status AppServer::State::ListenForAdmin() {
  if (options().admin_listen.empty()) return absl::OkStatus();
  grpc::ServerBuilder builder;
  SetCommonOptions(builder);
  builder.AddListeningPort(options().admin_listen, grpc::InsecureServerCredentials(), &admin_port);
  builder.RegisterService(&admin_health);
  admin = builder.BuildAndStart();
  return admin != nullptr && admin_port != 0 ? absl::OkStatus()
                                             : CannotListen(options().admin_listen);
}

absl::Status AppServer::State::ListenForHttp() {
  if (options().http_listen.empty()) return absl::OkStatus();
  std::vector<http::Route> routes = {
      {"/metrics",
       [this](const http::Request&) {
         return http::Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                               .body = shared().metrics.Text()};
       }},
      {"/healthz", [](const http::Request&) { return http::Response{.body = "ok\n"}; }},
      {"/readyz", [this](const http::Request&) {
         http::Response response = http::Json(HealthAsJson(board));
         response.status = board.Get("").value_or(false) ? 200 : 503;
         return response;
       }}};
  for (const auto& module : modules) {
    for (http::Route& route : module->http_routes()) routes.push_back(std::move(route));
  }
  ASSIGN_OR_RETURN(http,
                   http::Server::Start({.listen = options().http_listen, .threads = kHttpThreads},
                                       std::move(routes)));
  return absl::OkStatus();
}

std::vector<Patient> AppServer::State::Patients() {
  std::vector<Patient> patients;
  for (const auto& module : modules) {
    Patient patient{.module = std::string(module->name())};
    for (const auto& pipeline : shared().pipelines) {
      if (PackageSegment(pipeline->service()) == module->name()) {
        patient.grpc_services.push_back(pipeline->service());
      }
    }
    if (const auto found = shared().databases.find(module->name());
        found != shared().databases.end()) {
      patient.dependencies.push_back(
          {.name = "database", .check = [&database = *found->second] { return database.Check(); }});
    }
    // Without the shared cache everything is slower and nothing is wrong.
    patient.dependencies.push_back({.name = "cache",
                                    .check =
                                        [this] {
                                          return shared().cache->stats().broken
                                                     ? absl::UnavailableError(
                                                           "the shared cache cannot be reached")
                                                     : absl::OkStatus();
                                        },
                                    .required = false});
    for (Dependency& dependency : module->dependencies()) {
      patient.dependencies.push_back(std::move(dependency));
    }
    patients.push_back(std::move(patient));
  }
  return patients;
}

absl::Status AppServer::State::Begin() {
  monitor = std::make_unique<HealthMonitor>(Patients(), board, shared().metrics);
  RETURN_IF_ERROR(CheckPeers());
  RETURN_IF_ERROR(ListenForCalls());
  RETURN_IF_ERROR(ListenForAdmin());
  RETURN_IF_ERROR(ListenForHttp());
  for (const auto& module : modules) {
    ++started;
    RETURN_IF_ERROR(module->Start());
  }
  if (shared().directory != nullptr) {
    principals = std::make_unique<PrincipalsWatch>(*shared().directory, shared().metrics);
    principals->Start(options().reload_interval);
  }
  WarnOfOpenness(options());
  monitor->CheckAll();
  monitor->Start(options().health_interval);
  return absl::OkStatus();
}

bool AppServer::State::Drain() {
  const Clock& real = SystemTime();
  board.Drain();
  if (options().drain_delay > absl::ZeroDuration()) absl::SleepFor(options().drain_delay);
  board.EndWatches();
  const absl::Time deadline = real.Now() + options().drain_budget;
  while (started > 0) modules[--started]->Stop();
  for (const auto& pipeline : shared().pipelines) pipeline->Drain();
  bool in_time = true;
  if (modules.size() > 1) {
    // Calls between modules end abruptly when the server shuts down, so the calls from outside that
    // they are part of come first.
    for (const auto& pipeline : shared().pipelines) pipeline->RefuseOutsideCalls();
    for (const auto& pipeline : shared().pipelines) {
      in_time = pipeline->AwaitOutsideCalls(deadline) && in_time;
    }
  }
  if (server != nullptr) server->Shutdown(absl::ToChronoTime(deadline));
  in_time = in_time && real.Now() < deadline;
  for (rpc::MethodQueue* const queue : Queues()) queue->End();
  http.reset();
  if (principals != nullptr) principals->Stop();
  if (monitor != nullptr) monitor->Stop();
  if (admin != nullptr) admin->Shutdown(absl::ToChronoTime(real.Now()));
  {
    absl::MutexLock lock(&shared().mutex);
    shared().own.reset();
    shared().channels.clear();
  }
  return in_time;
}

absl::StatusOr<std::unique_ptr<AppServer>> AppServer::Start(const ServerOptions& options,
                                                            const MakeModules& make_modules,
                                                            const Clock& clock) {
  PrepareProcess();
  ASSIGN_OR_RETURN(std::unique_ptr<Platform> platform, Platform::Make(options, clock));
  auto state = std::make_unique<State>(std::move(platform));
  ASSIGN_OR_RETURN(state->modules, make_modules(*state->platform));
  std::unique_ptr<AppServer> server(new AppServer(std::move(state)));
  RETURN_IF_ERROR(server->state_->Begin());
  return server;
}

absl::StatusOr<std::unique_ptr<AppServer>> AppServer::Start(const ServerOptions& options,
                                                            const MakeModules& make_modules) {
  return Start(options, make_modules, SystemTime());
}

absl::Status AppServer::MigrateOnly(const ServerOptions& options, const MakeModules& make_modules) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Platform> platform, Platform::Make(options, SystemTime()));
  return make_modules(*platform).status();
}

AppServer::AppServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

AppServer::~AppServer() { Stop(); }

int AppServer::port() const { return state_->port; }
int AppServer::admin_port() const { return state_->admin_port; }
int AppServer::http_port() const { return state_->http == nullptr ? 0 : state_->http->port(); }
std::shared_ptr<grpc::Channel> AppServer::Channel() const {
  return state_->server->InProcessChannel(rpc::MakeChannelArguments());
}
Platform& AppServer::platform() { return *state_->platform; }

absl::Status AppServer::Reload() {
  return state_->principals == nullptr ? absl::OkStatus() : state_->principals->Reload();
}

bool AppServer::Stop() {
  if (state_->stopped) return true;
  state_->stopped = true;
  return state_->Drain();
}

int RunServer(const ServerOptions& options, const MakeModules& make_modules) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  // Before the first thread, for threads inherit it.
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
#ifdef NDEBUG
  // Debian's Abseil looks for deadlocks at every lock unless told not to. The dev preset lets it.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  gpr_set_log_function(&WriteGrpcLine);
  google::protobuf::SetLogHandler(&WriteProtobufLine);

  if (options.migrations == Migrations::kOnly) {
    const absl::Status migrated = AppServer::MigrateOnly(options, make_modules);
    if (!migrated.ok()) {
      LOG(ERROR) << options.program
                 << " cannot bring its tables up to date: " << migrated.message();
      return 1;
    }
    LOG(INFO) << options.program << ": tables are up to date";
    return 0;
  }
  auto server = AppServer::Start(options, make_modules);
  if (!server.ok()) {
    LOG(ERROR) << options.program << " cannot start: " << server.status().message();
    return 1;
  }
  log::Message(log::Severity::kInfo)
          .With("port", (*server)->port())
          .With("admin_port", (*server)->admin_port())
          .With("http_port", (*server)->http_port())
          .stream()
      << options.program << " is ready";
  int received = 0;
  while (sigwait(&signals, &received) == 0 && received == SIGHUP) {
    (void)(*server)->Reload();  // It says in the log what came of it.
  }
  // A second signal ends the process at once.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  LOG(INFO) << options.program << " drains after " << strsignal(received);
  const bool in_time = (*server)->Stop();
  if (!in_time) LOG(WARNING) << "calls were cut off after " << options.drain_budget;
  LOG(INFO) << options.program << " ends";
  return 0;
}

ServerOptions TestServerOptions() {
  ServerOptions options;
  options.program = "test";
  options.listen = "127.0.0.1:0";
  options.admin_listen = "127.0.0.1:0";
  options.http_listen.clear();
  options.drain_budget = absl::Seconds(10);
  return options;
}

}  // namespace vg
