// Where policies, the secret of noise, and what was answered live.

#ifndef VG_SERVICES_INDICATORS_STORAGE_DISCLOSURE_STORE_H_
#define VG_SERVICES_INDICATORS_STORAGE_DISCLOSURE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/database.h"

namespace vg::indicators {

// A policy as it was set.
struct StoredPolicy {
  std::string indicator_id;
  int version = 0;
  std::string policy;  // Serialized by the API.
  std::string digest;
  absl::Time set_time;
  std::string set_by;
};

// A table that somebody has seen.
struct AnsweredTable {
  std::string spec_digest;
  std::string spec;   // What was asked, serialized by the API.
  std::string shown;  // What was shown, serialized by the API.

  friend bool operator==(const AnsweredTable&, const AnsweredTable&) = default;
};

// Thread-safe. Every method is one transaction.
class DisclosureStore {
 public:
  explicit DisclosureStore(sql::Database& database) : database_(database) {}

  // Adds the next version, whose number it fills in; the newest one is answered if it has the same
  // digest. `request_id` may be empty; ALREADY_EXISTS (REQUEST_ID_REUSED) if it came with other
  // content.
  absl::StatusOr<StoredPolicy> SetPolicy(const StoredPolicy& policy, std::string_view request_id);
  // The newest, or version `version` if that is not 0. Nothing if there is none.
  absl::StatusOr<std::optional<StoredPolicy>> FindPolicy(std::string_view indicator_id,
                                                         int version = 0) const;

  // The same 32 octets always, on every replica.
  absl::StatusOr<std::string> Secret();

  // What `audience` has seen of an indicator in a wave, by digest.
  absl::StatusOr<std::vector<AnsweredTable>> Answered(std::string_view audience, int64_t serial,
                                                      std::string_view wave) const;
  // Remembers that `audience` sees `tables`, each in place of what it saw of the same digest.
  // False, and nothing is remembered, if what it has seen is not `known` any more.
  absl::StatusOr<bool> Remember(std::string_view audience, int64_t serial, std::string_view wave,
                                const std::vector<AnsweredTable>& known,
                                const std::vector<AnsweredTable>& tables, absl::Time now);

 private:
  sql::Database& database_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_STORAGE_DISCLOSURE_STORE_H_
