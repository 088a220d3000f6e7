// Checks an explanation file with nothing but the file.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_VERIFIER_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_VERIFIER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::funding {

// One thing that was looked at.
struct VerifiedItem {
  enum class Outcome { kAgrees, kDiffers, kNotChecked };
  Outcome outcome = Outcome::kAgrees;
  std::string what;  // "bo: 701.16 * 250 gives 175290"; of a difference also what the file says.

  friend bool operator==(const VerifiedItem&, const VerifiedItem&) = default;
};

struct VerifiedExplanation {
  std::string recipient;  // "De Regenboog (schools/16SW03)"
  std::string amount;     // "EUR 175290.00", or why there is none.
  std::vector<VerifiedItem> findings;

  // Nothing differs.
  bool agrees() const;
};

// Computes everything in `file` again from its leaves, which are parameters and inputs, with exact
// rationals: every step of every formula, the formulas themselves from their text, every rounding,
// the payments and the sum; and checks the digests, and that parameters and formulas are those of
// the scheme that was digested.
//
// INVALID_ARGUMENT, BAD_EXPLANATION_FILE if it is no such file; the message says where.
absl::StatusOr<VerifiedExplanation> VerifyExplanation(std::string_view file);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_VERIFIER_H_
