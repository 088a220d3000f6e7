// What all that changes programmes has in common: a filing is checked, and what is decided about a
// programme becomes the change to keep.

#ifndef VG_SERVICES_CATALOGUE_API_FILING_DESK_H_
#define VG_SERVICES_CATALOGUE_API_FILING_DESK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/metrics/metrics.h"
#include "common/status/error.h"
#include "services/catalogue/api/menus.h"
#include "services/catalogue/domain/filing.h"
#include "services/catalogue/storage/programme_store.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

// How many filings came to what.
struct FilingCounters {
  explicit FilingCounters(metrics::Registry& registry);

  prometheus::Counter& accepted;
  prometheus::Counter& repeated;
  prometheus::Counter& refused;
  prometheus::Counter& consents;
  prometheus::Counter& statuses;
};

// Adds `found` to `violations` with `path` before their fields.
void AddAt(const std::string& path, std::vector<FieldViolation> found,
           std::vector<FieldViolation>& violations);

// A filing that has been checked; INVALID_ARGUMENT or NOT_FOUND with paths such as
// "programme.choices[3].intervention" and "consents[0].date".
absl::StatusOr<Filing> CheckFiling(const v1::Programme& programme,
                                   const google::protobuf::RepeatedPtrField<v1::Consent>& consents,
                                   absl::Time now, Menus& menus);

// What is decided about one programme, given what is kept (null: nothing).
using Deciding = absl::FunctionRef<absl::StatusOr<std::optional<Programme>>(const Programme*)>;

// The change to keep of `content` (null: nothing is kept), if `decide` changes anything and the
// caller has seen what it changes. ABORTED (ETAG_MISMATCH). `kind` is for the feed.
absl::StatusOr<std::optional<ProgrammeChange>> Decide(const std::string* content,
                                                      const std::string& etag,
                                                      const ProgrammeKey& key, const char* kind,
                                                      Deciding decide);
absl::StatusOr<std::optional<ProgrammeChange>> DecideFiling(const std::string* content,
                                                            const std::string& etag,
                                                            const Filing& filing, absl::Time now);

// What is counted of the programme with this content.
absl::StatusOr<std::vector<CountedChoice>> CountedChoicesOf(const std::string& content);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_FILING_DESK_H_
