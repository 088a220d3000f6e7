// Any bytes as a file of spending, in two pieces: never a crash, and what is taken can be checked.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/funding/domain/accountability/test_accountability.h"
#include "services/funding/files/spending_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vg::funding;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  SpendingFile file("npo-schools", vg::Currency::Eur());
  if (!file.Feed(bytes.substr(0, size / 2)).ok() || !file.Feed(bytes.substr(size / 2)).ok() ||
      !file.Finish().ok()) {
    return 0;
  }
  for (const auto& [line, report] : file.reports()) {
    if (line < 1 || ParseRecipientCode(report.recipient).value() != report.recipient) std::abort();
    CheckReport(report, SchoolRules(), {}, 1'000'000, absl::CivilDay(2023, 3, 1));
  }
  for (const RefusedRow& row : file.refused().kept()) {
    if (row.line < 1 || row.reason.empty() || row.sentence.empty()) std::abort();
  }
  return 0;
}
