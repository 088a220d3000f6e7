#include "common/cache/redis_url.h"

#include <charconv>
#include <optional>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::cache {
namespace {

constexpr int kHighestPort = 65535;

absl::Status Refused(std::string sentence) {
  return InvalidField("redis_url", "BAD_REDIS_URL", std::move(sentence));
}

std::optional<int> ParseNumber(std::string_view text) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < 0) return std::nullopt;
  return number;
}

absl::StatusOr<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= text.size()) return Refused("has an incomplete %-escape in its login");
    const auto [rest, error] = std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16);
    if (error != std::errc() || rest != &text[i + 1] + 2) {
      return Refused("has a %-escape in its login that is not hexadecimal");
    }
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

// Takes "user:password@" off the front of `rest`.
absl::Status TakeLogin(std::string_view& rest, RedisUrl& url) {
  const size_t at = rest.rfind('@', rest.find('?'));
  if (at == std::string_view::npos) return absl::OkStatus();
  const std::string_view login = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const size_t colon = login.find(':');
  if (colon == std::string_view::npos) {
    return Refused("has a login without password; write user:password@ or :password@");
  }
  ASSIGN_OR_RETURN(url.user, Decode(login.substr(0, colon)));
  ASSIGN_OR_RETURN(url.password, Decode(login.substr(colon + 1)));
  return absl::OkStatus();
}

absl::Status TakeDatabase(std::string_view text, RedisUrl& url) {
  if (text.empty()) return absl::OkStatus();
  const std::optional<int> database = ParseNumber(text);
  if (!database) return Refused("must end in the number of a database, such as /0");
  url.database = *database;
  return absl::OkStatus();
}

absl::Status ReadSocket(std::string_view rest, RedisUrl& url) {
  const size_t question = rest.find('?');
  url.socket = std::string(rest.substr(0, question));
  if (!url.socket.starts_with('/')) return Refused("must name the socket by its whole path");
  if (question == std::string_view::npos) return absl::OkStatus();
  const std::string_view query = rest.substr(question + 1);
  if (!query.starts_with("db=")) return Refused("has a parameter other than db");
  return TakeDatabase(query.substr(3), url);
}

absl::Status ReadHost(std::string_view rest, RedisUrl& url) {
  if (const size_t slash = rest.find('/'); slash != std::string_view::npos) {
    RETURN_IF_ERROR(TakeDatabase(rest.substr(slash + 1), url));
    rest = rest.substr(0, slash);
  }
  std::string_view port;
  if (rest.starts_with('[')) {
    const size_t bracket = rest.find(']');
    if (bracket == std::string_view::npos) return Refused("has an address without its ]");
    url.host = std::string(rest.substr(1, bracket - 1));
    port = rest.substr(bracket + 1);
  } else {
    const size_t colon = rest.find(':');
    url.host = std::string(rest.substr(0, colon));
    if (colon != std::string_view::npos) port = rest.substr(colon);
  }
  if (url.host.empty()) return Refused("names no host");
  if (port.empty()) return absl::OkStatus();
  const std::optional<int> number = ParseNumber(port.substr(1));
  if (port.front() != ':' || !number || *number == 0 || *number > kHighestPort) {
    return Refused("has a port that is not between 1 and 65535");
  }
  url.port = *number;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RedisUrl> ParseRedisUrl(std::string_view text) {
  constexpr std::string_view kTcp = "redis://";
  constexpr std::string_view kUnix = "unix://";
  const bool tcp = text.starts_with(kTcp);
  if (text.starts_with("rediss://")) {
    return Refused("asks for TLS, which this build cannot do; put a TLS sidecar on loopback");
  }
  if (!tcp && !text.starts_with(kUnix)) {
    return Refused("must be redis://user:password@host:port/db or unix:///path/of/socket");
  }
  text.remove_prefix(tcp ? kTcp.size() : kUnix.size());
  RedisUrl url;
  RETURN_IF_ERROR(TakeLogin(text, url));
  RETURN_IF_ERROR(tcp ? ReadHost(text, url) : ReadSocket(text, url));
  return url;
}

std::string Describe(const RedisUrl& url) {
  if (url.host.empty()) return absl::StrCat("unix://", url.socket, "?db=", url.database);
  const bool ipv6 = url.host.find(':') != std::string::npos;
  return absl::StrCat("redis://", ipv6 ? "[" : "", url.host, ipv6 ? "]" : "", ":", url.port, "/",
                      url.database);
}

}  // namespace vg::cache
