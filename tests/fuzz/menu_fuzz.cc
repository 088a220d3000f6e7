// Any bytes as a menu edition in YAML: refused with places, or an edition that has a digest, finds
// what it has, and does not differ from itself.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "common/yaml/yaml.h"
#include "services/catalogue/api/menu_proto.h"
#include "services/catalogue/domain/menu_check.h"
#include "services/catalogue/domain/menu_diff.h"
#include "services/catalogue/domain/menu_search.h"

namespace catalogue = vg::catalogue;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  catalogue::v1::MenuEdition proto;
  const absl::Status status =
      vg::ParseYaml(text, &proto, nullptr, {.max_bytes = 64 << 10, .max_nodes = 10'000});
  if (!status.ok()) return 0;
  std::vector<vg::FieldViolation> violations;
  catalogue::MenuEdition edition = catalogue::FromProto(proto, violations);
  if (!violations.empty() || !catalogue::CheckEdition(edition).empty()) return 0;
  if (catalogue::Digest(edition).size() != 64) std::abort();
  const catalogue::Menu menu("menuEditions/fuzz", std::move(edition));
  catalogue::Lineage lineage;
  lineage.Add(menu.edition());
  if (!catalogue::MenuDiff(menu, menu, lineage).All().empty()) std::abort();
  if (!catalogue::EditionChanges(menu.edition(), menu.edition()).empty()) std::abort();
  const catalogue::MenuSearch search(menu.edition());
  search.In(vg::Language::kDutch).Search(text.substr(0, 200), [](size_t) { return true; });
  return 0;
}
