// The character encodings that public files come in.

#ifndef VG_COMMON_TEXT_ENCODING_H_
#define VG_COMMON_TEXT_ENCODING_H_

#include <optional>
#include <string>
#include <string_view>

namespace vg {

enum class Encoding { kUtf8, kWindows1252 };

// "UTF-8", "windows-1252".
std::string_view EncodingName(Encoding encoding);

bool IsAscii(std::string_view bytes);

// Strict: no overlong forms, surrogates or values above U+10FFFF.
bool IsUtf8(std::string_view bytes);

// Appends `bytes` as UTF-8. False, with the position of the byte in `*bad`, for one of the five
// bytes that Windows-1252 leaves undefined (81 8D 8F 90 9D).
bool AppendWindows1252(std::string_view bytes, std::string& utf8, size_t* bad = nullptr);

// `text` without blanks, tabs and no-break spaces (U+00A0) at either end.
std::string_view Trim(std::string_view text);

// The candidate nearest to `name`, for "did you mean …?"; empty if none is near. Case does not
// count.
template <typename Range>
std::string_view Nearest(std::string_view name, const Range& candidates);

// Edits between `a` and `b` (insert, delete, replace, swap of neighbours), case ignored; `limit` +
// 1 stands for more than `limit`.
int EditDistance(std::string_view a, std::string_view b, int limit);

template <typename Range>
std::string_view Nearest(std::string_view name, const Range& candidates) {
  const int limit = name.size() <= 1 ? 0 : name.size() <= 3 ? 1 : name.size() <= 8 ? 2 : 3;
  int best = limit + 1;
  std::string_view found;
  for (const auto& candidate : candidates) {
    const int distance = EditDistance(name, candidate, limit);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

}  // namespace vg

#endif  // VG_COMMON_TEXT_ENCODING_H_
