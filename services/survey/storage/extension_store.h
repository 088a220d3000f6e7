// Where extensions live.

#ifndef VG_SERVICES_SURVEY_STORAGE_EXTENSION_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_EXTENSION_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/sql/database.h"
#include "services/survey/domain/extension.h"

namespace vg::survey {

// Waves are told by their numbers. Thread-safe. Every method is one transaction.
class ExtensionStore {
 public:
  static constexpr int64_t kMaxExtensions = 1000;

  explicit ExtensionStore(sql::Database& database) : database_(database) {}

  // Keeps it, or gives the same one as it was granted before. ALREADY_EXISTS (EXTENSION_EXISTS)
  // with other content; FAILED_PRECONDITION (TOO_MANY_EXTENSIONS).
  absl::StatusOr<Extension> Grant(const Wave& wave, int64_t number, const Extension& extension);

  // Revokes it, or gives it as it was revoked before; empty if there is none.
  absl::StatusOr<std::optional<Extension>> Revoke(int64_t wave, std::string_view id,
                                                  std::string_view reason, absl::Time now);

  // At most `limit` after the id `after`, by id.
  absl::StatusOr<std::vector<Extension>> List(int64_t wave, std::string_view after, size_t limit);

 private:
  sql::Database& database_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_EXTENSION_STORE_H_
