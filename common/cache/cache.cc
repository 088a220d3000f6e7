#include "common/cache/cache.h"

#include "absl/strings/str_cat.h"

namespace vg::cache {
namespace {

// Colons separate, so parts must not have any: {"a:b"} and {"a", "b"} are two keys.
void AppendPart(std::string_view part, std::string& text) {
  text += ':';
  for (const char c : part) {
    if (c == ':' || c == '%') {
      text += c == ':' ? "%3A" : "%25";
    } else {
      text += c;
    }
  }
}

}  // namespace

Key::Key(std::string_view kind, int shape, std::string_view version,
         std::initializer_list<std::string_view> parts)
    : text_("vg") {
  AppendPart(kind, text_);
  AppendPart(absl::StrCat(shape), text_);
  AppendPart(version, text_);
  for (const std::string_view part : parts) AppendPart(part, text_);
}

}  // namespace vg::cache
