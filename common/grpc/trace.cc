#include "common/grpc/trace.h"

#include <algorithm>
#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace vg::rpc {
namespace {

constexpr size_t kMaxRequestIdLength = 128;
constexpr size_t kTraceparentLength = 55;  // 00-<32>-<16>-<2>

// 16 hexadecimal digits, not all zero.
std::string RandomHex() {
  thread_local absl::BitGen random;
  return absl::StrCat(absl::Hex(absl::Uniform<uint64_t>(random, 1, UINT64_MAX), absl::kZeroPad16));
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool AllZero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

bool IsTraceparent(std::string_view text) {
  return text.size() == kTraceparentLength && text.substr(0, 3) == "00-" && text[35] == '-' &&
         text[52] == '-' && IsHex(text.substr(3, 32)) && IsHex(text.substr(36, 16)) &&
         IsHex(text.substr(53, 2)) && !AllZero(text.substr(3, 32)) && !AllZero(text.substr(36, 16));
}

}  // namespace

std::string RequestIdFrom(std::string_view given) {
  const bool usable = !given.empty() && given.size() <= kMaxRequestIdLength &&
                      std::all_of(given.begin(), given.end(), [](char c) {
                        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
                               c == '_' || c == '.' || c == ':';
                      });
  return usable ? std::string(given) : RandomHex() + RandomHex();
}

std::string TraceparentFrom(std::string_view given) {
  if (!IsTraceparent(given)) return "00-" + RandomHex() + RandomHex() + "-" + RandomHex() + "-00";
  std::string own(given);
  own.replace(36, 16, RandomHex());
  return own;
}

std::string_view TraceIdOf(std::string_view traceparent) {
  return traceparent.size() == kTraceparentLength ? traceparent.substr(3, 32) : std::string_view();
}

std::string_view SpanIdOf(std::string_view traceparent) {
  return traceparent.size() == kTraceparentLength ? traceparent.substr(36, 16) : std::string_view();
}

}  // namespace vg::rpc
