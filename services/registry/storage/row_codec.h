// The two lists of a school that are kept in one cell each, because they are read whole and never
// searched.

#ifndef VG_SERVICES_REGISTRY_STORAGE_ROW_CODEC_H_
#define VG_SERVICES_REGISTRY_STORAGE_ROW_CODEC_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/registry/domain/school.h"

namespace vg::registry {

// "1=231 4=s": type and count; a letter for a count that is not known (s suppressed, m missing,
// n not applicable).
std::string EncodeCounts(const std::vector<PupilCount>& counts);
// INTERNAL if `text` is not such a list.
absl::StatusOr<std::vector<PupilCount>> DecodeCounts(std::string_view text);

// "name\tvalue" on a line each; neither holds control characters.
std::string EncodeAttributes(const std::vector<Attribute>& attributes);
absl::StatusOr<std::vector<Attribute>> DecodeAttributes(std::string_view text);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_STORAGE_ROW_CODEC_H_
