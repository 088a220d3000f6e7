// Debian's Abseil keeps a string_view type of its own; this is the way across.

#ifndef VG_COMMON_STATUS_ABSL_VIEW_H_
#define VG_COMMON_STATUS_ABSL_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace vg {

inline absl::string_view Av(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view Sv(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace vg

#endif  // VG_COMMON_STATUS_ABSL_VIEW_H_
