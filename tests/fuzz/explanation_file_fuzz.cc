// Explanation files that strangers send: every text is verified or refused, and what is verified
// twice comes out the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/funding/domain/explanation/explanation_verifier.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<vg::funding::VerifiedExplanation> once =
      vg::funding::VerifyExplanation(text);
  const absl::StatusOr<vg::funding::VerifiedExplanation> again =
      vg::funding::VerifyExplanation(text);
  if (once.ok() != again.ok()) std::abort();
  if (once.ok() && once->findings != again->findings) std::abort();
  return 0;
}
