#include "common/cache/redis_url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

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

// Reads "host", "host:port" or "[::1]:port"; without a port `port` stays as it is.
absl::Status ReadAddress(std::string_view text, std::string& host, int& port) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return Refused("has an address without its ]");
    host = std::string(text.substr(1, bracket - 1));
    rest = text.substr(bracket + 1);
  } else {
    const size_t colon = text.find(':');
    host = std::string(text.substr(0, colon));
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  if (host.empty()) return Refused("names no host");
  if (rest.empty()) return absl::OkStatus();
  const std::optional<int> number = ParseNumber(rest.substr(1));
  if (rest.front() != ':' || !number || *number == 0 || *number > kHighestPort) {
    return Refused("has a port that is not between 1 and 65535");
  }
  port = *number;
  return absl::OkStatus();
}

// Takes what comes before the first '/' off the front of `rest`, and the '/'.
std::string_view TakeSegment(std::string_view& rest) {
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
  return segment;
}

absl::Status ReadHost(std::string_view rest, RedisUrl& url) {
  const std::string_view address = TakeSegment(rest);
  RETURN_IF_ERROR(TakeDatabase(rest, url));
  return ReadAddress(address, url.host, url.port);
}

absl::Status ReadSentinels(std::string_view rest, RedisUrl& url) {
  std::string_view addresses = TakeSegment(rest);
  url.master = std::string(TakeSegment(rest));
  if (url.master.empty()) return Refused("must name the master that the sentinels watch");
  RETURN_IF_ERROR(TakeDatabase(rest, url));
  for (;;) {
    const std::string_view address = addresses.substr(0, addresses.find(','));
    RedisUrl::Sentinel& sentinel = url.sentinels.emplace_back();
    RETURN_IF_ERROR(ReadAddress(address, sentinel.host, sentinel.port));
    if (address.size() == addresses.size()) return absl::OkStatus();
    addresses.remove_prefix(address.size() + 1);
  }
}

std::string Bracketed(const std::string& host) {
  return host.find(':') != std::string::npos ? absl::StrCat("[", host, "]") : host;
}

}  // namespace

absl::StatusOr<RedisUrl> ParseRedisUrl(std::string_view text) {
  constexpr struct {
    std::string_view scheme;
    absl::Status (*read)(std::string_view rest, RedisUrl& url);
  } kSchemes[] = {{"redis://", ReadHost}, {"unix://", ReadSocket}, {"sentinel://", ReadSentinels}};
  if (text.starts_with("rediss://")) {
    return Refused("asks for TLS, which this build cannot do; put a TLS sidecar on loopback");
  }
  for (const auto& [scheme, read] : kSchemes) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    RedisUrl url;
    RETURN_IF_ERROR(TakeLogin(text, url));
    RETURN_IF_ERROR(read(text, url));
    return url;
  }
  return Refused(
      "must be redis://user:password@host:port/db, unix:///path/of/socket or "
      "sentinel://host:port,host:port/master");
}

std::string Describe(const RedisUrl& url) {
  if (!url.sentinels.empty()) {
    const std::string addresses =
        absl::StrJoin(url.sentinels, ",", [](std::string* out, const RedisUrl::Sentinel& sentinel) {
          absl::StrAppend(out, Bracketed(sentinel.host), ":", sentinel.port);
        });
    return absl::StrCat("sentinel://", addresses, "/", url.master, "/", url.database);
  }
  if (url.host.empty()) return absl::StrCat("unix://", url.socket, "?db=", url.database);
  return absl::StrCat("redis://", Bracketed(url.host), ":", url.port, "/", url.database);
}

}  // namespace vg::cache
