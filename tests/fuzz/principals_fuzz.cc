// Any bytes as a principals file: a table or a list of mistakes, never a crash, and nobody in it
// who has no role.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/auth/principal_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto table = vg::auth::PrincipalTable::Parse(
      text, [](const std::string&) -> absl::StatusOr<std::string> { return "{}"; });
  if (!table.ok()) {
    if (table.status().message().empty()) std::abort();
    return 0;
  }
  const auto caller = (*table)->ByOin("00000001001234567000");
  if (caller != nullptr && (caller->roles.empty() || !caller->named())) std::abort();
  return 0;
}
