// A place to keep what is dear to compute and can be computed again.
//
// Losing it at any moment costs time, never a wrong answer. Two things see to that: a key names one
// value for ever (it carries the version of what the value was computed from), so there is nothing
// to invalidate and nothing gets stale; and every failure looks like a miss.

#ifndef VG_COMMON_CACHE_CACHE_H_
#define VG_COMMON_CACHE_CACHE_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/time/clock.h"

namespace vg::cache {

// Names a value for ever.
//
//   Key key("indicators.estimates", 2, wave_digest, {"satisfied", "NL-ZH"});
class Key {
 public:
  // `kind`: whose value it is and which, "service.noun". `shape`: a number that the code raises
  // when the bytes of the value get another meaning, so that two releases side by side do not read
  // each other's. `version`: the digest or etag of all that the value is computed from. `parts`:
  // the rest of the question, of any bytes.
  Key(std::string_view kind, int shape, std::string_view version,
      std::initializer_list<std::string_view> parts);

  // "vg:indicators.estimates:2:4f0c…:satisfied:NL-ZH".
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// What one cache did since it was made, and how it is now.
struct Stats {
  int64_t hits = 0;
  int64_t misses = 0;
  int64_t errors = 0;    // The store failed; the caller saw a miss.
  int64_t bypasses = 0;  // Not asked: breaker open, no free connection, value too large.
  int64_t entries = 0;   // In this process's memory.
  int64_t bytes = 0;     // Likewise, with what the entries themselves need.
  bool broken = false;   // The breaker is not closed: the store is not to be reached at the moment.
};

// Thread-safe. Nothing here fails: what cannot be read is a miss, what cannot be kept is not kept.
class Cache {
 public:
  virtual ~Cache() = default;

  virtual std::optional<std::string> Get(const Key& key) = 0;

  // Keeps `value` for `ttl` at most; perhaps shorter, perhaps not at all.
  virtual void Put(const Key& key, std::string_view value, absl::Duration ttl) = 0;

  virtual Stats stats() const = 0;
};

// Keeps nothing.
class NoCache final : public Cache {
 public:
  std::optional<std::string> Get(const Key&) override { return std::nullopt; }
  void Put(const Key&, std::string_view, absl::Duration) override {}
  Stats stats() const override { return {}; }
};

}  // namespace vg::cache

#endif  // VG_COMMON_CACHE_CACHE_H_
