// Regular expressions of the language: RE2, in linear time.

#ifndef VG_COMMON_EXPRESSION_PATTERN_H_
#define VG_COMMON_EXPRESSION_PATTERN_H_

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace vg::expression {

// Immutable and thread-safe.
class Pattern {
 public:
  // Longer patterns, and such as need more memory, are refused.
  static constexpr size_t kMostBytes = 1000;
  static constexpr int kMostMemory = 1 << 20;

  // Null where `source` is no pattern; `error` says why.
  static std::shared_ptr<const Pattern> Make(std::string_view source, std::string& error);
  ~Pattern();

  // Whether it occurs anywhere in `text`.
  bool OccursIn(std::string_view text) const;

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> compiled);

  std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_PATTERN_H_
