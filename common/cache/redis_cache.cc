#include "common/cache/redis_cache.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/log/log.h"
#include "common/status/status_macros.h"

namespace vg::cache {
namespace {

constexpr size_t kChecksumBytes = 8;

// FNV-1a over key and value: finds damage and mix-ups, not malice (who can write here can lie).
std::string Checksum(std::string_view key, std::string_view value) {
  uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&hash](std::string_view bytes) {
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  };
  add(key);
  add({"\0", 1});
  add(value);
  std::string text(kChecksumBytes, '\0');
  for (char& byte : text) {
    byte = static_cast<char>(hash & 0xff);
    hash >>= 8;
  }
  return text;
}

}  // namespace

RedisCache::RedisCache(Options options, const Clock& clock)
    : options_(std::move(options)),
      master_(options_.url, options_.timeout),
      breaker_(options_.breaker, clock) {}

RedisCache::~RedisCache() = default;

bool RedisCache::Reserve() {
  absl::MutexLock lock(&mutex_);
  if (in_use_ >= options_.max_connections) return false;
  ++in_use_;
  return true;
}

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisCache::Connect() {
  ASSIGN_OR_RETURN(const RedisUrl url, master_.Find());
  auto connection = RedisConnection::Open(url, options_.timeout);
  if (!connection.ok()) master_.Forget();
  return connection;
}

absl::StatusOr<RedisCache::Lease> RedisCache::Take() {
  {
    absl::MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      Lease lease{std::move(idle_.back())};
      idle_.pop_back();
      return lease;
    }
  }
  ASSIGN_OR_RETURN(auto connection, Connect());
  return Lease{std::move(connection), /*fresh=*/true};
}

void RedisCache::GiveBack(std::unique_ptr<RedisConnection> connection) {
  absl::MutexLock lock(&mutex_);
  --in_use_;
  if (connection != nullptr && !connection->dead()) idle_.push_back(std::move(connection));
}

void RedisCache::CloseIdle() {
  std::vector<std::unique_ptr<RedisConnection>> closing;
  absl::MutexLock lock(&mutex_);
  closing.swap(idle_);
}

absl::StatusOr<std::optional<std::string>> RedisCache::AskOnce(
    const std::vector<std::string_view>& words) {
  absl::StatusOr<Lease> lease = Take();
  if (!lease.ok()) {
    GiveBack(nullptr);
    return lease.status();
  }
  auto reply = lease->connection->Run(words);
  // After a restart of Redis every idle connection is dead; one fresh try tells whether it is back.
  const bool stale = lease->connection->dead() && !lease->connection->timed_out() && !lease->fresh;
  if (stale) {
    CloseIdle();
    master_.Forget();
    auto connection = Connect();
    if (connection.ok()) {
      lease->connection = *std::move(connection);
      reply = lease->connection->Run(words);
    }
  }
  if (lease->connection->timed_out()) master_.Forget();
  if (absl::StartsWith(reply.status().message(), "READONLY")) {
    // It was a master and has been made a replica: so are those that rest.
    lease->connection = nullptr;
    CloseIdle();
    master_.Forget();
  }
  GiveBack(std::move(lease->connection));
  return reply;
}

std::optional<std::optional<std::string>> RedisCache::Ask(
    const std::vector<std::string_view>& words) {
  if (clustered_ || !Reserve()) {
    ++bypasses_;
    return std::nullopt;
  }
  if (!breaker_.Allow()) {
    GiveBack(nullptr);
    ++bypasses_;
    return std::nullopt;
  }
  absl::StatusOr<std::optional<std::string>> reply = AskOnce(words);
  if (reply.ok()) {
    if (breaker_.Succeeded()) LOG(INFO) << "Redis is back at " << Describe(options_.url);
    return *std::move(reply);
  }
  ++errors_;
  if (absl::IsUnimplemented(reply.status()) && !clustered_.exchange(true)) {
    LOG(ERROR) << "going on without Redis at " << Describe(options_.url)
               << " until we are started with another: " << std::string(reply.status().message());
  }
  // Full is not broken: what is there can still be read.
  const bool answers = absl::IsResourceExhausted(reply.status());
  if (answers ? breaker_.Succeeded() : breaker_.Failed()) {
    LOG(WARNING) << "going on without Redis at " << Describe(options_.url) << ": "
                 << std::string(reply.status().message());
  }
  return std::nullopt;
}

std::optional<std::string> RedisCache::Get(const Key& key) {
  std::optional<std::optional<std::string>> reply = Ask({"GET", key.text()});
  if (!reply) return std::nullopt;
  if (!*reply) {
    ++misses_;
    return std::nullopt;
  }
  const std::string_view kept = **reply;
  const std::string_view value = kept.substr(std::min(kChecksumBytes, kept.size()));
  if (kept.substr(0, kChecksumBytes) != Checksum(key.text(), value)) {
    ++errors_;
    return std::nullopt;
  }
  ++hits_;
  return std::string(value);
}

void RedisCache::Put(const Key& key, std::string_view value, absl::Duration ttl) {
  const int64_t milliseconds = absl::ToInt64Milliseconds(ttl);
  if (value.size() > options_.max_value_bytes || milliseconds <= 0) {
    ++bypasses_;
    return;
  }
  std::string kept = Checksum(key.text(), value);
  kept += value;
  Ask({"SET", key.text(), kept, "PX", absl::StrCat(milliseconds)});
}

Stats RedisCache::stats() const {
  return {.hits = hits_,
          .misses = misses_,
          .errors = errors_,
          .bypasses = bypasses_,
          .broken = clustered_ || breaker_.state() != CircuitBreaker::State::kClosed};
}

}  // namespace vg::cache
