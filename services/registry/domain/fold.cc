#include "services/registry/domain/fold.h"

namespace vg::registry {

std::string FoldCase(std::string_view text) {
  std::string folded(text);
  for (size_t i = 0; i < folded.size(); ++i) {
    const auto byte = static_cast<unsigned char>(folded[i]);
    if (byte >= 'A' && byte <= 'Z') {
      folded[i] = static_cast<char>(byte + ('a' - 'A'));
    } else if (i > 0) {
      const auto lead = static_cast<unsigned char>(folded[i - 1]);
      // U+00C0 to U+00DE but the multiplication sign; Š, Œ, Ž (U+0160, U+0152, U+017D); Ÿ (U+0178).
      if (lead == 0xC3 && byte >= 0x80 && byte <= 0x9E && byte != 0x97) {
        folded[i] = static_cast<char>(byte + 0x20);
      } else if (lead == 0xC5 && (byte == 0xA0 || byte == 0x92 || byte == 0xBD)) {
        folded[i] = static_cast<char>(byte + 1);
      } else if (lead == 0xC5 && byte == 0xB8) {
        folded[i - 1] = static_cast<char>(0xC3);
        folded[i] = static_cast<char>(0xBF);
      }
    }
  }
  return folded;
}

}  // namespace vg::registry
