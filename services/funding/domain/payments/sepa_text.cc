#include "services/funding/domain/payments/sepa_text.h"

#include <utf8proc.h>

#include <cstdint>

#include "absl/strings/ascii.h"

namespace vg::funding {
namespace {

bool Allowed(char32_t c) {
  if (c >= 0x80) return false;
  if (absl::ascii_isalnum(static_cast<unsigned char>(c))) return true;
  return std::string_view("/-?:().,'+ ").find(static_cast<char>(c)) != std::string_view::npos;
}

// Letters that are no other letter with a mark, and signs that have a stand-in.
std::string_view StandIn(char32_t c) {
  switch (c) {
    case U'ß':
      return "s";
    case U'Æ':
      return "AE";
    case U'æ':
      return "ae";
    case U'Œ':
      return "OE";
    case U'œ':
      return "oe";
    case U'Ø':
      return "O";
    case U'ø':
      return "o";
    case U'Ð':
      return "D";
    case U'ð':
      return "d";
    case U'Đ':
      return "D";
    case U'đ':
      return "d";
    case U'Þ':
      return "TH";
    case U'þ':
      return "th";
    case U'Ł':
      return "L";
    case U'ł':
      return "l";
    case U'ı':
      return "i";
    case U'Ĳ':
      return "IJ";
    case U'ĳ':
      return "ij";
    case U'€':
      return "EUR";
    case U'&':
      return "+";
    case U'_':
    case U'~':
    case U'–':
    case U'—':
    case U'‐':
    case U'‑':
      return "-";
    case U'"':
    case U'`':
    case U'´':
    case U'‘':
    case U'’':
    case U'“':
    case U'”':
    case U'„':
      return "'";
    case U'[':
    case U'{':
    case U'<':
      return "(";
    case U']':
    case U'}':
    case U'>':
      return ")";
    case U'\\':
    case U'|':
      return "/";
    case U';':
      return ",";
    case U'\t':
    case U'\n':
    case U'\r':
    case U'\u00a0':
      return " ";
    default:
      return {};
  }
}

void Append(char32_t c, std::string& out) {
  if (Allowed(c)) {
    out += static_cast<char>(c);
    return;
  }
  if (const std::string_view stand_in = StandIn(c); !stand_in.empty()) {
    out += stand_in;
    return;
  }
  // A letter and its marks, parted: the letter stays if it is one of ours.
  utf8proc_int32_t parts[8];
  const utf8proc_ssize_t count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts, 8,
                                                         UTF8PROC_DECOMPOSE, nullptr);
  if (count > 1 && Allowed(static_cast<char32_t>(parts[0])) &&
      absl::ascii_isalpha(static_cast<unsigned char>(parts[0]))) {
    out += static_cast<char>(parts[0]);
    return;
  }
  // A mark that stands by itself belongs to the letter before it.
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_CF) return;
  out += '.';
}

}  // namespace

std::string SepaText(std::string_view text, size_t most) {
  std::string written;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &c);
    if (used < 1) {  // No UTF-8 here; pass over the byte.
      written += '.';
      ++at;
      --left;
      continue;
    }
    Append(static_cast<char32_t>(c), written);
    at += used;
    left -= used;
  }
  std::string tidy;
  for (const char c : written) {
    if (tidy.size() == most) break;
    if ((c == ' ' || c == '/') && (tidy.empty() || tidy.back() == c)) continue;
    tidy += c;
  }
  while (!tidy.empty() && (tidy.back() == ' ' || tidy.back() == '/')) tidy.pop_back();
  return tidy;
}

}  // namespace vg::funding
