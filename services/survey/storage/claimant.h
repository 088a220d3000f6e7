// Whose a response is.

#ifndef VG_SERVICES_SURVEY_STORAGE_CLAIMANT_H_
#define VG_SERVICES_SURVEY_STORAGE_CLAIMANT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/transaction.h"

namespace vg::survey {

// Who wants to read or change a response.
struct Claimant {
  bool may_all = false;         // Also those of others.
  std::string submitter = {};   // As in Submission; empty: nobody knows.
  std::string invitation = {};  // TokenHash of what was sent; empty: nothing was.
};

// The id of the response that a single-use invitation let in, unless it was revoked; empty if there
// is none.
absl::StatusOr<std::optional<std::string>> FindInvited(sql::Transaction& transaction, int64_t wave,
                                                       std::string_view token_hash);

// OK if the response, which is there, is the claimant's: handed in by it, or as FindInvited finds
// it. PERMISSION_DENIED (NOT_THE_SUBMITTER), naming `name`.
absl::Status CheckIsOwn(sql::Transaction& transaction, int64_t wave, std::string_view response,
                        std::string_view name, const Claimant& claimant);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_CLAIMANT_H_
