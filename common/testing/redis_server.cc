#include "common/testing/redis_server.h"

#include <signal.h>
#include <unistd.h>

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include <hiredis/hiredis.h>

#include "common/status/status_macros.h"
#include "common/testing/free_port.h"

namespace vg {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(30);

std::string Text(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_NIL:
      return "(nil)";
    case REDIS_REPLY_INTEGER:
      return absl::StrCat(reply.integer);
    case REDIS_REPLY_ARRAY: {
      std::string lines;
      for (size_t i = 0; i < reply.elements; ++i) {
        absl::StrAppend(&lines, i == 0 ? "" : "\n", Text(*reply.element[i]));
      }
      return lines;
    }
    default:
      return std::string(reply.str, reply.len);
  }
}

}  // namespace

RedisServer::RedisServer(Options options) : options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<RedisServer>> RedisServer::Start(Options options) {
  absl::Status status;
  for (int attempt = 0; attempt < 3; ++attempt) {  // Somebody may take the free port before us.
    std::unique_ptr<RedisServer> server(new RedisServer(options));
    if (options.tcp) server->port_ = FreePort();
    status = server->Launch();
    if (status.ok()) return server;
  }
  return status;
}

RedisServer::~RedisServer() { Kill(); }

absl::Status RedisServer::Launch() {
  std::vector<std::string> command = {"redis-server",
                                      "--port",
                                      absl::StrCat(port_),
                                      "--bind",
                                      "127.0.0.1",
                                      "--save",
                                      "",
                                      "--appendonly",
                                      "no",
                                      "--dir",
                                      dir_.path(),
                                      "--daemonize",
                                      "no"};
  if (!options_.tcp) {
    command.insert(command.end(), {"--unixsocket", dir_.File("redis"), "--unixsocketperm", "700"});
  }
  if (!options_.password.empty()) {
    command.insert(command.end(), {"--requirepass", options_.password});
  }
  command.insert(command.end(), options_.arguments.begin(), options_.arguments.end());
  ASSIGN_OR_RETURN(process_, ChildProcess::Start(command, {.output = dir_.File("log")}));

  const absl::Time deadline = absl::Now() + kStartTimeout;
  for (;;) {
    const absl::StatusOr<std::string> answer = Command({"PING"});
    if (answer.ok() && *answer == "PONG") return absl::OkStatus();
    if (!process_->Running() || absl::Now() > deadline) {
      return absl::InternalError(absl::StrCat(
          "redis-server did not start (tools/setup.sh installs it): ", ReadFile(dir_.File("log"))));
    }
    absl::SleepFor(absl::Milliseconds(2));
  }
}

std::string RedisServer::url() const {
  const std::string login = options_.password.empty() ? "" : ":" + options_.password + "@";
  return options_.tcp ? absl::StrCat("redis://", login, "127.0.0.1:", port_)
                      : absl::StrCat("unix://", login, dir_.File("redis"));
}

void RedisServer::Kill() { process_.reset(); }

absl::Status RedisServer::Restart() {
  Kill();
  return Launch();
}

void RedisServer::Pause() {
  if (process_ != nullptr) process_->Signal(SIGSTOP);
}

void RedisServer::Resume() {
  if (process_ != nullptr) process_->Signal(SIGCONT);
}

absl::StatusOr<std::string> RedisServer::Command(const std::vector<std::string>& words) const {
  redisContext* context = options_.tcp ? redisConnect("127.0.0.1", port_)
                                       : redisConnectUnix(dir_.File("redis").c_str());
  if (context == nullptr) return absl::UnavailableError("no memory");
  const auto run = [&](const std::vector<std::string>& command) -> absl::StatusOr<std::string> {
    std::vector<const char*> data;
    std::vector<size_t> sizes;
    for (const std::string& word : command) {
      data.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* reply = static_cast<redisReply*>(
        redisCommandArgv(context, static_cast<int>(data.size()), data.data(), sizes.data()));
    if (reply == nullptr) return absl::UnavailableError(context->errstr);
    std::string text = Text(*reply);
    freeReplyObject(reply);
    return text;
  };
  absl::StatusOr<std::string> result = absl::UnavailableError(context->errstr);
  if (context->err == 0) {
    if (!options_.password.empty()) run({"AUTH", options_.password}).IgnoreError();
    result = run(words);
  }
  redisFree(context);
  return result;
}

}  // namespace vg
