// Any bytes: a policy that can be kept and told again, or a refusal with its place; never a crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/status/error.h"
#include "common/yaml/yaml.h"
#include "services/indicators/api/policy_proto.h"
#include "services/indicators/domain/disclosure/perturbation.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vg::indicators;  // NOLINT: the room of the decoder.
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  voortgang::indicators::v1::DisclosurePolicy proto;
  if (!vg::ParseYaml(text, &proto, nullptr, {.max_bytes = 64 << 10, .max_nodes = 10'000}).ok()) {
    return 0;
  }
  for (const MeasureKind kind : {MeasureKind::kProportion, MeasureKind::kMean}) {
    const auto policy = PolicyFromProto(proto, kind);
    if (!policy.ok()) {
      if (vg::DetailsOf(policy.status()).violations.empty()) std::abort();
      continue;
    }
    const auto again = PolicyFromProto(PolicyToProto(*policy), kind);
    if (!again.ok() || DigestOf(*again) != DigestOf(*policy)) std::abort();
    if (!policy->cell_key.has_value()) continue;
    for (const int count : {0, 1, 5, 100}) {
      if (disclosure::AddNoise(*policy->cell_key, count, 0.999) < 0) std::abort();
    }
  }
  return 0;
}
