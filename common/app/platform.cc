#include "common/app/platform.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "grpc/health/v1/health.grpc.pb.h"

#include "common/app/certificates.h"
#include "common/app/platform_state.h"
#include "common/auth/watched_file.h"
#include "common/cache/make_cache.h"
#include "common/grpc/status.h"
#include "common/grpc/tls.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg {
namespace {

constexpr absl::Duration kPeerCheckTimeout = absl::Seconds(1);

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

// "registry" of "voortgang.registry.v1.RegistryService".
std::string ModuleOf(std::string_view grpc_service) {
  const std::vector<std::string> parts = absl::StrSplit(Av(grpc_service), '.');
  if (parts.size() < 3) Die(std::string(grpc_service) + " is not the full name of a service");
  return parts[1];
}

absl::StatusOr<std::string> DatabaseUrl(const ServerOptions& options, const std::string& service) {
  if (!options.database_url.empty()) {
    return absl::StrReplaceAll(options.database_url, {{"{service}", service}});
  }
  if (options.data_dir.empty()) return "sqlite::memory:";
  std::error_code error;
  std::filesystem::create_directories(options.data_dir, error);
  if (error) {
    return InvalidField(
        "data-dir", "FOLDER_INVALID",
        "must be a folder that can be written; " + options.data_dir + ": " + error.message());
  }
  return "sqlite:" + options.data_dir + "/" + service + ".db";
}

// Keeps the time and outcome of every transaction.
std::function<void(const sql::TransactionEvent&)> Timing(metrics::Registry& registry,
                                                         const std::string& service) {
  const auto seconds = [&](const char* kind) {
    return &registry.Histogram("voortgang_database_transaction_seconds",
                               "Time that a transaction takes, with all its attempts.",
                               {{"service", service}, {"kind", kind}}, metrics::LatencyBuckets());
  };
  auto* failed =
      &registry.Counter("voortgang_database_unavailable_total",
                        "Transactions that the database did not answer.", {{"service", service}});
  return [read = seconds("read"), write = seconds("write"),
          failed](const sql::TransactionEvent& event) {
    (event.write ? write : read)->Observe(absl::ToDoubleSeconds(event.duration));
    if (event.code == absl::StatusCode::kUnavailable) failed->Increment();
  };
}

absl::StatusOr<rpc::ChannelOptions> PeerChannels(const ServerOptions& options) {
  rpc::ChannelOptions channels;
  if (!options.peers_ca.empty()) {
    ASSIGN_OR_RETURN(channels.credentials,
                     rpc::MakeChannelCredentials({.certificate = options.tls_cert,
                                                  .key = options.tls_key,
                                                  .authority = options.peers_ca}));
  }
  if (!options.token_file.empty()) {
    ASSIGN_OR_RETURN(const std::shared_ptr<auth::TokenFile> file,
                     auth::TokenFile::Open(options.token_file));
    channels.token = [file] { return file->Token(); };
  }
  return channels;
}

absl::Status AskPeer(grpc::ChannelInterface& channel) {
  const auto stub = grpc::health::v1::Health::NewStub(
      std::shared_ptr<grpc::ChannelInterface>(&channel, [](grpc::ChannelInterface*) {}));
  const auto context = rpc::NewClientContext(kPeerCheckTimeout);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = stub->Check(context.get(), {}, &response);
  if (!status.ok()) return rpc::FromGrpcStatus(status);
  if (response.status() == grpc::health::v1::HealthCheckResponse::SERVING) return absl::OkStatus();
  return absl::UnavailableError("it says that it is not ready");
}

}  // namespace

BoundedExecutor& Platform::State::Executor(const std::string& name, int threads, int queue) {
  std::unique_ptr<BoundedExecutor>& executor = executors[name];
  if (executor == nullptr) {
    executor = std::make_unique<BoundedExecutor>(
        BoundedExecutor::Options{.name = name, .threads = threads, .queue_depth = queue});
    for (metrics::Observation& one : Observe(metrics, *executor)) {
      observations.push_back(std::move(one));
    }
  }
  return *executor;
}

absl::StatusOr<std::unique_ptr<Platform>> Platform::Make(ServerOptions options,
                                                         const Clock& clock) {
  RETURN_IF_ERROR(Check(options));
  auto state = std::make_unique<State>(std::move(options), clock);
  ASSIGN_OR_RETURN(state->cache, cache::MakeCache({.memory_bytes = state->options.cache_bytes,
                                                   .redis_url = state->options.cache_url},
                                                  clock));
  ASSIGN_OR_RETURN(state->peer_channels, PeerChannels(state->options));
  if (!state->options.principals.empty()) {
    ASSIGN_OR_RETURN(state->directory, auth::Directory::Open(state->options.principals, clock));
  }
  state->observations = Observe(state->metrics, *state->cache);
  for (metrics::Observation& one : ObserveCertificates(state->metrics, state->options)) {
    state->observations.push_back(std::move(one));
  }
  state->metrics.AddSource(state->process);
  metrics::SetBuildInfo(state->metrics, grpc::Version());
  return std::unique_ptr<Platform>(new Platform(std::move(state)));
}

Platform::Platform(std::unique_ptr<State> state) : state_(std::move(state)) {}

Platform::~Platform() = default;

const ServerOptions& Platform::options() const { return state_->options; }
const Clock& Platform::clock() const { return state_->clock; }
metrics::Registry& Platform::metrics() { return state_->metrics; }
cache::Cache& Platform::cache() { return *state_->cache; }
const auth::Authenticator& Platform::authenticator() const {
  return state_->directory != nullptr ? *state_->directory : auth::OpenToAll();
}

absl::StatusOr<sql::Database*> Platform::OpenDatabase(std::string_view service,
                                                      std::initializer_list<sql::Schema> schemas) {
  const std::string name(service);
  if (state_->databases.count(name) > 0) Die("the database of " + name + " is opened twice");
  ASSIGN_OR_RETURN(const std::string url, DatabaseUrl(state_->options, name));
  sql::DatabaseOptions options;
  options.max_connections = state_->options.database_connections;
  options.on_transaction = Timing(state_->metrics, name);
  ASSIGN_OR_RETURN(std::unique_ptr<sql::Database> opened,
                   sql::Database::Open(url, std::move(options)));
  RETURN_IF_ERROR(state_->options.migrations == Migrations::kCheck
                      ? sql::CheckSchema(*opened, schemas)
                      : sql::Migrate(*opened, schemas));
  sql::Database& database = *opened;
  state_->databases.emplace(name, std::move(opened));
  for (metrics::Observation& one : Observe(state_->metrics, name, database)) {
    state_->observations.push_back(std::move(one));
  }
  return &database;
}

rpc::CallPipeline& Platform::Pipeline(std::string_view grpc_service) {
  const std::string module = ModuleOf(grpc_service);
  const ServerOptions& options = state_->options;
  rpc::CallPipeline::Options wanted;
  wanted.unary_executor = &state_->Executor(module, options.unary_threads, options.unary_queue);
  // Who would have to wait behind endless streams is better refused at once.
  wanted.stream_executor =
      &state_->Executor(module + "-streams", options.stream_threads, /*queue=*/0);
  wanted.follow_executor =
      &state_->Executor(module + "-follow", options.follow_threads, /*queue=*/0);
  wanted.metrics = &state_->metrics;
  wanted.authenticator = &authenticator();
  wanted.unary_deadline = options.unary_deadline;
  wanted.stream_idle = options.stream_idle;
  wanted.max_message_bytes = options.max_message_bytes;
  state_->pipelines.push_back(std::make_unique<rpc::CallPipeline>(grpc_service, wanted));
  return *state_->pipelines.back();
}

void Platform::NeedPeer(std::string_view service) {
  state_->needed_peers.insert(std::string(service));
}

std::shared_ptr<grpc::ChannelInterface> Platform::ChannelTo(std::string_view service) {
  absl::MutexLock lock(&state_->mutex);
  if (state_->own == nullptr) Die("a service is called before the server listens");
  if (state_->modules.count(service) > 0) return state_->own;
  const std::string name(service);
  std::shared_ptr<grpc::Channel>& channel = state_->channels[name];
  if (channel == nullptr) {
    const auto address = state_->options.peers.find(name);
    if (address == state_->options.peers.end()) Die("nobody said that " + name + " is needed");
    channel = rpc::MakeChannel(address->second, state_->peer_channels);
  }
  return channel;
}

Dependency Platform::Peer(std::string_view service, bool required) {
  NeedPeer(service);
  return {.name = std::string(service),
          .check =
              [this, name = std::string(service)] {
                // What runs in this process is checked for itself.
                if (state_->modules.count(name) > 0) return absl::OkStatus();
                return AskPeer(*ChannelTo(name));
              },
          .required = required};
}

feed::Signal& Platform::FeedSignal(std::string_view service) {
  absl::MutexLock lock(&state_->mutex);
  std::unique_ptr<feed::Signal>& signal = state_->signals[std::string(service)];
  if (signal == nullptr) signal = std::make_unique<feed::Signal>();
  return *signal;
}

}  // namespace vg
