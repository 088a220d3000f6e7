#include "common/log/log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/synchronization/mutex.h"

#include "common/log/together.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::log {
namespace {

thread_local const Scope* innermost = nullptr;
thread_local Together* together = nullptr;
std::atomic<Severity> minimum = Severity::kInfo;

// Never destroyed: threads may log until the very end.
struct Output {
  absl::Mutex mutex;
  std::function<void(std::string_view)> sink ABSL_GUARDED_BY(mutex);
  std::string service ABSL_GUARDED_BY(mutex);
};

Output& TheOutput() {
  static Output& output = *new Output;
  return output;
}

std::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
  }
  return "ERROR";
}

// How much of the start of `text` stands for itself in JSON: most of what is logged.
size_t PlainLength(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) {
    return c < 0x20 || c >= 0x7F || c == '"' || c == '\\';
  });
  return static_cast<size_t>(end - text.begin());
}

// The length of the UTF-8 sequence at the start of `text`, 0 if there is none.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  size_t length = 0;
  uint32_t code = 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
    code = first & 0x1Fu;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    code = first & 0x0Fu;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    code = first & 0x07u;
  } else {
    return 0;
  }
  if (text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

void AppendMember(std::string_view key, std::string_view value, std::string& json) {
  json += ',';
  AppendJsonString(key, json);
  json += ':';
  AppendJsonString(value, json);
}

void WriteToStderr(std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = write(STDERR_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // Nobody is left to tell.
    rest.remove_prefix(static_cast<size_t>(written));
  }
}

// Lines that lack what all have.
void WriteLines(std::span<std::string> lines) {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  std::string text;
  for (std::string& line : lines) {
    if (!output.service.empty()) AppendMember("service", output.service, line);
    line += '}';
    if (output.sink) {
      output.sink(line);
    } else {
      text += line;
      text += '\n';
    }
  }
  WriteToStderr(text);
}

}  // namespace

absl::StatusOr<Severity> ParseSeverity(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) c = absl::ascii_toupper(static_cast<unsigned char>(c));
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kError}) {
    if (upper == NameOf(severity)) return severity;
  }
  return InvalidField("log_severity", "UNKNOWN_SEVERITY", "must be info, warning or error");
}

Scope::Scope(std::string_view key, std::string_view value)
    : key_(key), value_(value), outer_(innermost) {
  innermost = this;
}

Scope::~Scope() { innermost = outer_; }

Message::Message(Severity severity) : severity_(severity) {}

Message& Message::With(std::string_view key, std::string_view value) {
  AppendMember(key, value, fields_);
  return *this;
}

Message& Message::With(std::string_view key, double value) {
  if (!std::isfinite(value)) return With(key, std::string_view("not a number"));
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  fields_ += ',';
  AppendJsonString(key, fields_);
  fields_ += ':';
  fields_.append(digits, end);
  return *this;
}

Message::~Message() {
  std::string line = "{\"time\":\"" + vg::FormatTime(SystemClock().Now()) + "\",\"severity\":\"";
  line += NameOf(severity_);
  line += "\",\"message\":";
  AppendJsonString(stream_.str(), line);
  std::vector<std::string_view> seen;
  for (const Scope* scope = innermost; scope != nullptr; scope = scope->outer()) {
    if (std::find(seen.begin(), seen.end(), scope->key()) != seen.end()) continue;
    seen.push_back(scope->key());
    AppendMember(scope->key(), scope->value(), line);
  }
  line += fields_;
  if (together != nullptr) {
    together->lines_.push_back(std::move(line));
  } else {
    WriteLines({&line, 1});
  }
}

Together::Together() : outer_(std::exchange(together, this)) {}

Together::~Together() {
  Write();
  together = outer_;
}

void Together::Write() {
  if (together == nullptr || together->lines_.empty()) return;
  WriteLines(together->lines_);
  together->lines_.clear();
}

void SetSink(std::function<void(std::string_view)> sink) {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  output.sink = std::move(sink);
}

void SetService(std::string name) {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  output.service = std::move(name);
}

void SetMinimumSeverity(Severity severity) { minimum = severity; }

bool IsOn(Severity severity) { return severity >= minimum.load(std::memory_order_relaxed); }

void AppendJsonString(std::string_view text, std::string& json) {
  json += '"';
  while (!text.empty()) {
    const size_t plain = PlainLength(text);
    json.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const size_t length = SequenceLength(text);
    if (length == 0) {
      json += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const char c = text[0];
    if (length > 1) {
      json.append(text.substr(0, length));
    } else if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (c == '\n') {
      json += "\\n";
    } else if (c == '\t') {
      json += "\\t";
    } else {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", c);
      json += escape;
    }
    text.remove_prefix(length);
  }
  json += '"';
}

}  // namespace vg::log
