// Comparing text whatever its case, the same on every machine and database.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_FOLD_H_
#define VG_SERVICES_REGISTRY_DOMAIN_FOLD_H_

#include <string>
#include <string_view>

namespace vg::registry {

// `text` (UTF-8) in small letters: ASCII and the Latin letters of Windows-1252, which is all that
// Dutch registers are written in. Other characters stay as they are.
std::string FoldCase(std::string_view text);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_FOLD_H_
