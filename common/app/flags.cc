#include "common/app/flags.h"

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <CLI/CLI.hpp>

#include "common/log/log.h"
#include "common/metrics/version.h"

namespace vg {
namespace {

constexpr int kUsageError = 2;

// Declares flags the same way: dashes or underscores, and from the environment.
class Flags {
 public:
  explicit Flags(CLI::App& app) : app_(app) {}

  template <typename T>
  void Add(const std::string& name, T& value, const std::string& help) {
    app_.add_option(Names(name), value, help)->envname(Variable(name))->capture_default_str();
  }

  void AddDuration(const std::string& name, absl::Duration& value, const std::string& help) {
    app_.add_option_function<std::string>(
            Names(name),
            [&value](const std::string& text) { (void)absl::ParseDuration(text, &value); }, help)
        ->envname(Variable(name))
        ->default_str(absl::FormatDuration(value))
        ->check(CLI::Validator(
            [](std::string& text) -> std::string {
              absl::Duration duration;
              return absl::ParseDuration(text, &duration)
                         ? ""
                         : "write a duration, such as 20s or 500ms";
            },
            ""));
  }

 private:
  static std::string Names(const std::string& name) {
    const std::string other = absl::StrReplaceAll(name, {{"-", "_"}});
    return other == name ? "--" + name : "--" + name + ",--" + other;
  }
  static std::string Variable(const std::string& name) {
    return "VOORTGANG_" + absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}}));
  }

  CLI::App& app_;
};

// What is wrong with "registry=host:50051"; empty if nothing.
std::string CheckPeer(std::string& entry) {
  const size_t equals = entry.find('=');
  const bool fits =
      equals != 0 && equals != std::string::npos && entry.find(':', equals) != std::string::npos;
  return fits ? "" : "write name=host:port, not \"" + entry + "\"";
}

void Parse(int argc, char** argv, ServerOptions& options, std::string& severity) {
  CLI::App app(options.program + " " + kVersion);
  app.set_version_flag("--version", std::string(kVersion) + " (" + kRevision + ")");
  Flags flags(app);
  flags.Add("listen", options.listen, "Address for calls; port 0 takes a free one");
  flags.Add("admin-listen", options.admin_listen,
            "Address for health, reflection and channelz, or none");
  flags.Add("http-listen", options.http_listen,
            "Address for pages, /metrics, /healthz and /readyz, or none");
  flags.Add("data-dir", options.data_dir, "Folder of the SQLite files; empty: data in memory");
  flags.Add("database-url", options.database_url,
            "Database instead of SQLite files; {service} becomes the service's name");
  flags.Add("database-connections", options.database_connections, "Connections per service");
  app.add_option(
         "--migrations", options.migrations,
         "Tables that are not up to date: apply what is missing, check that nothing is, or only "
         "apply it and end")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, Migrations>{{"apply", Migrations::kApply},
                                                                    {"check", Migrations::kCheck},
                                                                    {"only", Migrations::kOnly}}))
      ->envname("VOORTGANG_MIGRATIONS")
      ->option_text("{apply,check,only}=apply (Env:VOORTGANG_MIGRATIONS)");
  flags.Add("principals", options.principals,
            "File that says who may call what; empty: the server runs open");
  flags.AddDuration("reload-interval", options.reload_interval,
                    "How soon a changed principals file is in force; SIGHUP: at once");
  flags.Add("tls-cert", options.tls_cert, "Our certificate, PEM; empty: calls in plaintext");
  flags.Add("tls-key", options.tls_key, "The key of --tls-cert");
  flags.Add("tls-client-ca", options.tls_client_ca,
            "Who signs certificates that callers may show instead of a token");
  flags.Add("peers-ca", options.peers_ca,
            "Who signs the certificates of --peers; empty: they are called in plaintext");
  flags.Add("token-file", options.token_file, "File with our token for calling --peers");
  flags.Add("cache-url", options.cache_url,
            "Redis shared by all replicas, redis://host:6379/0, unix:///path or "
            "sentinel://host:26379,host:26379/master; empty: none");
  flags.Add("cache-bytes", options.cache_bytes, "Memory of the cache in the process");
  std::vector<std::string> peers;
  app.add_option("--peers", peers,
                 "Where the other services are: registry=host:50051,...; a service at several IPv4 "
                 "addresses is named several times")
      ->delimiter(',')
      ->check(CLI::Validator(CheckPeer, ""))
      ->envname("VOORTGANG_PEERS");
  flags.Add("unary-threads", options.unary_threads, "Threads per service for single calls");
  flags.Add("unary-queue", options.unary_queue, "Calls per service that may wait for a thread");
  flags.Add("stream-threads", options.stream_threads, "Open streams per service");
  flags.Add("follow-threads", options.follow_threads,
            "Open streams that watch the survey or follow its feed, beside --stream-threads");
  flags.AddDuration(
      "stream-idle", options.stream_idle,
      "How long a stream may wait for its caller's next message, or for its caller to "
      "read one");
  flags.AddDuration("unary-deadline", options.unary_deadline,
                    "The longest that a single call may take");
  flags.Add("max-message-bytes", options.max_message_bytes, "The largest message");
  flags.Add("max-buffer-bytes", options.max_buffer_bytes, "Memory for messages of all calls");
  flags.AddDuration("drain-delay", options.drain_delay,
                    "On SIGTERM: how long to serve on, not ready, before draining");
  flags.AddDuration("drain-budget", options.drain_budget,
                    "On SIGTERM: how long calls under way may take");
  flags.AddDuration("health-interval", options.health_interval,
                    "How often dependencies are checked");
  flags.Add("log-severity", severity, "Least severity that is logged: info, warning or error");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : kUsageError);
  }
  for (std::string* address : {&options.admin_listen, &options.http_listen}) {
    if (*address == "none") address->clear();
  }
  for (const std::string& peer : peers) {
    const size_t equals = peer.find('=');
    std::string& addresses = options.peers[peer.substr(0, equals)];
    absl::StrAppend(&addresses, addresses.empty() ? "" : ",", peer.substr(equals + 1));
  }
}

[[noreturn]] void Refuse(const absl::Status& status) {
  std::cerr << "--" << status.message() << "\n";
  std::exit(kUsageError);
}

}  // namespace

ServerOptions ParseServerFlags(int argc, char** argv, const std::string& program,
                               ServerOptions defaults) {
  ServerOptions options = std::move(defaults);
  options.program = program;
  std::string severity = "info";
  Parse(argc, argv, options, severity);
  const auto minimum = log::ParseSeverity(severity);
  if (!minimum.ok()) Refuse(minimum.status());
  if (const absl::Status status = Check(options); !status.ok()) Refuse(status);
  log::SetService(program);
  log::SetMinimumSeverity(*minimum);
  return options;
}

}  // namespace vg
