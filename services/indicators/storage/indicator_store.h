// Where definitions live.

#ifndef VG_SERVICES_INDICATORS_STORAGE_INDICATOR_STORE_H_
#define VG_SERVICES_INDICATORS_STORAGE_INDICATOR_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/database.h"

namespace vg::indicators {

// A version of an indicator.
struct StoredIndicator {
  int64_t serial = 0;
  std::string id;
  int version = 0;
  std::string feed;
  std::string definition;  // Serialized by the API.
  std::string digest;
  absl::Time define_time;
  bool live = false;  // Its sums hold everything up to the feed's cursors.

  // The reserved entry of a feed, which counts who answered and is no indicator.
  bool counts_respondents() const { return digest.empty(); }
};

struct NewIndicator {
  std::string id;
  std::string feed;
  std::string definition;
  std::string digest;
};

// Thread-safe. Every method is one transaction.
class IndicatorStore {
 public:
  explicit IndicatorStore(sql::Database& database) : database_(database) {}

  // Adds the next version; the newest one is answered if it has the same digest. The sums of the
  // version before go. `request_id` may be empty; ALREADY_EXISTS (REQUEST_ID_REUSED) if it came
  // with other content.
  absl::StatusOr<StoredIndicator> Define(const NewIndicator& indicator, std::string_view request_id,
                                         absl::Time now);

  // The newest version. NOT_FOUND.
  absl::StatusOr<StoredIndicator> Newest(std::string_view id) const;
  // Newest versions with an id above `after`, by id, at most `limit`.
  absl::StatusOr<std::vector<StoredIndicator>> List(std::string_view after, int limit) const;
  // Newest versions on `feed` and the entry that counts its respondents, by serial.
  absl::StatusOr<std::vector<StoredIndicator>> OnFeed(std::string_view feed) const;

 private:
  sql::Database& database_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_STORAGE_INDICATOR_STORE_H_
