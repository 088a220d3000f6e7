// Files of an import, separated by the byte 0x1E, in every layout that can be sniffed.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "services/registry/domain/codes.h"
#include "services/registry/domain/importer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vg::registry;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  ImportPlan plan{.snapshot_id = "fuzz", .count_date = absl::CivilDay(2020, 10, 1)};
  for (const RefusalRule& rule : RefusalRules()) plan.allowed_refusals.push_back(rule.code);
  Importer importer(std::move(plan));
  for (int file = 0; file < 8 && !input.empty(); ++file) {
    const size_t end = input.find('\x1E');
    importer.BeginFile(std::to_string(file), SourceKind::kUnknown);
    // Two pieces, so that rows are cut in the middle.
    const std::string_view bytes = input.substr(0, end);
    importer.Feed(bytes.substr(0, bytes.size() / 2));
    importer.Feed(bytes.substr(bytes.size() / 2));
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
  }
  const ImportOutcome outcome = std::move(importer).Finish();
  const School* before = nullptr;
  for (const School& school : outcome.content.schools) {
    if (before != nullptr && !(before->code < school.code)) std::abort();
    if (ParseBranchCode("", school.code) != school.code || school.province.empty()) std::abort();
    before = &school;
  }
  for (const Refusal& refusal : outcome.refusals.kept()) {
    if (refusal.file >= static_cast<int>(outcome.file_names.size())) std::abort();
    if (refusal.sentence.empty() || refusal.value.find('\0') != std::string::npos) std::abort();
  }
  return 0;
}
