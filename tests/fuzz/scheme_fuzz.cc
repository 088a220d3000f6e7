// Any bytes: a scheme that computes the same amounts for a few schools in any order and explains
// them from the figures of the run, or a refusal with its faults; never a crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "common/status/error.h"
#include "common/yaml/yaml.h"
#include "services/funding/api/scheme_proto.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/explanation/sentences.h"
#include "voortgang/funding/v1/scheme.pb.h"

namespace {

namespace funding = vg::funding;

// Three that differ, one of which lacks much.
std::vector<funding::Recipient> Schools() {
  std::vector<funding::Recipient> schools(3);
  for (size_t i = 0; i < schools.size(); ++i) {
    schools[i].code = "16SW0" + std::to_string(i);
    for (funding::Count& count : schools[i].pupils) {
      count = funding::Count::Known(static_cast<int64_t>(7 * i + 1));
    }
    schools[i].score = vg::Exact::FromScaled(static_cast<int64_t>(1234 * i), 2);
    schools[i].sector = i == 1 ? funding::Sector::kSecondary : funding::Sector::kPrimary;
    schools[i].province = "Utrecht";
  }
  schools[2].score.reset();
  schools[2].pupils[1] = funding::Count::Suppressed();
  return schools;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  voortgang::funding::v1::Scheme scheme;
  if (!vg::ParseYaml(text, &scheme, nullptr, {.max_bytes = 64 << 10, .max_nodes = 10'000}).ok()) {
    return 0;
  }
  const absl::StatusOr<funding::Calculator> calculator = funding::Compile(scheme);
  if (!calculator.ok()) {
    if (vg::DetailsOf(calculator.status()).violations.empty()) std::abort();
    return 0;
  }
  const funding::SnapshotIdentity snapshot{"fuzz", "", absl::CivilDay(2020, 10, 1)};
  std::vector<funding::Recipient> schools = Schools();
  const auto run = funding::Allocate(*calculator, snapshot, schools);
  const auto other = funding::Allocate(*calculator, snapshot, {schools.rbegin(), schools.rend()});
  if (run.ok() != other.ok()) std::abort();
  if (!run.ok()) return 0;
  if (run->digest != other->digest || run->population != other->population) std::abort();
  for (size_t i = 0; i < schools.size(); ++i) {
    std::vector<funding::Working> workings;
    const auto again = calculator->Explain(schools[i], workings, run->population);
    if (!again.SameAmounts(run->allocations[i])) std::abort();
    if (funding::Sentences(*calculator, snapshot, again, workings).empty()) std::abort();
  }
  return 0;
}
