// Numbers as people read them.

#ifndef VG_COMMON_NUMERIC_FORMAT_H_
#define VG_COMMON_NUMERIC_FORMAT_H_

#include <cstdint>
#include <string>

#include "common/numeric/exact.h"

namespace vg {

enum class Language {
  kDutch,    // 1.234,5
  kEnglish,  // 1,234.5
};

// "8.700" or "8,700".
std::string FormatCount(int64_t value, Language language);

// Grouped, with exactly `places` digits after the mark: "1.402,31". Half away from zero.
std::string FormatNumber(const Exact& value, int places, Language language);

// `fraction` as a percentage: FormatPercentage(0.4567, 1) is "45,7%" (Dutch) or "45.7%".
std::string FormatPercentage(const Exact& fraction, int places, Language language);

}  // namespace vg

#endif  // VG_COMMON_NUMERIC_FORMAT_H_
