// Structured logging: every line on stderr is one JSON object.
//
//   LOG(INFO) << "imported " << rows << " rows";
//   {"time":"2022-04-14T09:00:00.000000Z","severity":"INFO","message":"imported 12 rows",
//    "service":"voortgang-registry","request_id":"6f1c…"}
//
// The names are those of absl/log, which Debian's Abseil does not have.

#ifndef VG_COMMON_LOG_LOG_H_
#define VG_COMMON_LOG_LOG_H_

#include <functional>
#include <sstream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vg::log {

enum class Severity { kInfo, kWarning, kError };

// "INFO", "warning", … INVALID_ARGUMENT for anything else.
absl::StatusOr<Severity> ParseSeverity(std::string_view name);

// Adds a field to every line that this thread logs while it lives. Scopes nest; the inner value of
// a key hides the outer one.
class Scope {
 public:
  Scope(std::string_view key, std::string_view value);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  const std::string& key() const { return key_; }
  const std::string& value() const { return value_; }
  const Scope* outer() const { return outer_; }

 private:
  const std::string key_;
  const std::string value_;
  const Scope* const outer_;
};

// One line, written when it is destroyed (at the end of the LOG statement). Fields whose values are
// numbers are written as JSON numbers.
class Message {
 public:
  explicit Message(Severity severity);
  ~Message();
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  Message& With(std::string_view key, std::string_view value);
  Message& With(std::string_view key, double value);
  std::ostream& stream() { return stream_; }

 private:
  const Severity severity_;
  std::ostringstream stream_;
  std::string fields_;  // Ready JSON members, each with a leading comma.
};

// Where lines go instead of stderr, without the newline; called from any thread, one at a time. An
// empty function restores stderr. For tests.
void SetSink(std::function<void(std::string_view line)> sink);

// What `main` says once, before the first thread.
void SetService(std::string name);
void SetMinimumSeverity(Severity severity);
bool IsOn(Severity severity);

// Appends `text` to `json` as a JSON string with its quotes; bytes that are not UTF-8 become
// U+FFFD.
void AppendJsonString(std::string_view text, std::string& json);

struct Voidify {
  void operator&(std::ostream&) const {}
};

inline constexpr Severity kSeverityINFO = Severity::kInfo;
inline constexpr Severity kSeverityWARNING = Severity::kWarning;
inline constexpr Severity kSeverityERROR = Severity::kError;

}  // namespace vg::log

#define LOG(severity)                              \
  !::vg::log::IsOn(::vg::log::kSeverity##severity) \
      ? (void)0                                    \
      : ::vg::log::Voidify() & ::vg::log::Message(::vg::log::kSeverity##severity).stream()

#endif  // VG_COMMON_LOG_LOG_H_
