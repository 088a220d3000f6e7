#include "common/cache/redis_connection.h"

#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "absl/strings/str_cat.h"
#include <hiredis/hiredis.h>

#include "common/concurrency/blocking.h"
#include "common/status/status_macros.h"

namespace vg::cache {
namespace {

// hiredis writes to a connection that the other side closed without sparing us SIGPIPE. Blocks it
// in this thread while one lives, and swallows the one that came of it.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutSigpipe() {
    const int error = errno;
    if (!was_pending_) {
      constexpr timespec kNow{};
      while (sigtimedwait(&pipe_, nullptr, &kNow) == -1 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_;
};

absl::Status ErrorOf(const redisReply& reply) {
  const std::string text(reply.str, reply.len);
  if (text.starts_with("OOM")) return absl::ResourceExhaustedError(text);
  if (text.starts_with("NOAUTH") || text.starts_with("WRONGPASS")) {
    return absl::UnauthenticatedError(text);
  }
  // Redirections are not followed: see "Sentinels, not Redis Cluster" in ARCHITECTURE.md.
  for (const char* const code : {"MOVED ", "ASK ", "CLUSTERDOWN ", "TRYAGAIN "}) {
    if (text.starts_with(code)) {
      return absl::UnimplementedError(absl::StrCat(
          "it is a part of a Redis Cluster, which is not supported: name a Redis by itself or "
          "sentinels (",
          text, ")"));
    }
  }
  return absl::FailedPreconditionError(text);
}

}  // namespace

struct RedisConnection::FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Open(const RedisUrl& url,
                                                                       absl::Duration timeout) {
  AssertMayBlock("connecting to Redis");
  const timeval wait = absl::ToTimeval(timeout);
  redisContext* const context = url.host.empty()
                                    ? redisConnectUnixWithTimeout(url.socket.c_str(), wait)
                                    : redisConnectWithTimeout(url.host.c_str(), url.port, wait);
  if (context == nullptr) return absl::UnavailableError("no memory for a connection");
  std::unique_ptr<RedisConnection> connection(new RedisConnection(context));
  if (context->err != 0) {
    return absl::UnavailableError(absl::StrCat("cannot connect: ", context->errstr));
  }
  redisSetTimeout(context, wait);

  // Sent together: a process that finds Redis back opens a connection for each of its callers.
  int sent = 0;
  if (!url.password.empty()) {
    std::vector<std::string_view> login = {"AUTH", url.user, url.password};
    if (url.user.empty()) login.erase(login.begin() + 1);
    connection->Send(login);
    ++sent;
  }
  if (url.database != 0) {
    connection->Send({"SELECT", absl::StrCat(url.database)});
    ++sent;
  }
  for (; sent > 0; --sent) {
    const auto reply = connection->Receive();
    if (absl::IsUnavailable(reply.status())) return reply.status();
    if (!reply.ok()) return absl::UnauthenticatedError(reply.status().message());
  }
  return connection;
}

RedisConnection::~RedisConnection() { redisFree(context_); }

bool RedisConnection::dead() const { return context_->err != 0; }

absl::StatusOr<RedisConnection::Reply> RedisConnection::Ask(
    const std::vector<std::string_view>& words) {
  Send(words);
  return Receive();
}

void RedisConnection::Send(const std::vector<std::string_view>& words) {
  std::vector<const char*> data;
  std::vector<size_t> sizes;
  for (const std::string_view word : words) {
    data.push_back(word.data());
    sizes.push_back(word.size());
  }
  redisAppendCommandArgv(context_, static_cast<int>(words.size()), data.data(), sizes.data());
}

absl::StatusOr<RedisConnection::Reply> RedisConnection::Receive() {
  AssertMayBlock("a Redis request");
  const WithoutSigpipe guard;
  errno = 0;
  void* received = nullptr;
  redisGetReply(context_, &received);
  Reply reply(static_cast<redisReply*>(received));
  if (reply == nullptr) {
    timed_out_ = context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
    return absl::UnavailableError(timed_out_ ? "no answer in time" : context_->errstr);
  }
  if (reply->type == REDIS_REPLY_ERROR) return ErrorOf(*reply);
  return reply;
}

absl::StatusOr<std::optional<std::string>> RedisConnection::Run(
    const std::vector<std::string_view>& words) {
  ASSIGN_OR_RETURN(const Reply reply, Ask(words));
  switch (reply->type) {
    case REDIS_REPLY_NIL:
      return std::nullopt;
    case REDIS_REPLY_INTEGER:
      return absl::StrCat(reply->integer);
    case REDIS_REPLY_ARRAY:
      return absl::StrCat(reply->elements);
    default:
      return std::string(reply->str, reply->len);
  }
}

absl::StatusOr<std::optional<std::vector<std::string>>> RedisConnection::List(
    const std::vector<std::string_view>& words) {
  ASSIGN_OR_RETURN(const Reply reply, Ask(words));
  if (reply->type == REDIS_REPLY_NIL) return std::nullopt;
  std::vector<std::string> list;
  for (size_t i = 0; reply->type == REDIS_REPLY_ARRAY && i < reply->elements; ++i) {
    const redisReply& element = *reply->element[i];
    list.emplace_back(element.str == nullptr ? "" : element.str, element.len);
  }
  return list;
}

}  // namespace vg::cache
