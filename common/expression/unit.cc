#include "common/expression/unit.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "common/status/error.h"

namespace vg::expression {
namespace {

constexpr int kMaxExponent = 9;

absl::Status Invalid(std::string_view text) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_UNIT",
               "'" + std::string(text.substr(0, 64)) +
                   "' is not a unit; write it as EUR, EUR/pupil, pupil^2 or 1");
}

bool IsName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

using Powers = std::map<std::string, int>;

// What stands after the caret; nothing if that is no exponent.
std::optional<int> ExponentIn(std::string_view digits) {
  int exponent = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (exponent < -kMaxExponent || exponent > kMaxExponent) return std::nullopt;
  return exponent;
}

// One factor, "pupil^2" or "1", times `sign`. False if it is none.
bool AddFactor(std::string_view factor, int sign, Powers& powers) {
  if (factor == "1") return true;
  const size_t caret = factor.find('^');
  const std::string_view name = factor.substr(0, caret);
  std::optional<int> exponent = 1;
  if (caret != std::string_view::npos) exponent = ExponentIn(factor.substr(caret + 1));
  if (!exponent || !IsName(name)) return false;
  powers[std::string(name)] += sign * *exponent;
  return true;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

// One factor of any name, times `sign`.
void AddCalled(std::string_view factor, int sign, Powers& powers) {
  if (factor == "1") return;
  std::string_view name = factor.empty() ? "?" : factor;
  int exponent = 1;
  if (const size_t caret = name.rfind('^'); caret != std::string_view::npos && caret > 0) {
    // A power of zero would make the unit plain, which nobody means who names one.
    if (const auto found = ExponentIn(name.substr(caret + 1)); found && *found != 0) {
      exponent = *found;
      name = name.substr(0, caret);
    }
  }
  powers[std::string(name)] += sign * exponent;
}

// Hands the factors of `text` to `add(factor, sign)` until that is false.
template <typename Add>
bool ForEachFactor(std::string_view text, const Add& add) {
  int sign = 1;
  while (true) {
    const size_t end = text.find_first_of("*/");
    if (!add(text.substr(0, end), sign)) return false;
    if (end == std::string_view::npos) return true;
    sign = text[end] == '*' ? 1 : -1;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Unit::Unit(const std::map<std::string, int>& powers) {
  for (const auto& [name, exponent] : powers) {
    if (exponent != 0) powers_.emplace_back(name, exponent);
  }
}

absl::StatusOr<Unit> Unit::Parse(std::string_view text) {
  if (text.empty()) return Unit();
  Powers powers;
  const bool read = ForEachFactor(text, [&powers](std::string_view factor, int sign) {
    return AddFactor(factor, sign, powers);
  });
  if (!read) return Invalid(text);
  return Unit(powers);
}

Unit Unit::Called(std::string_view text) {
  const std::string_view trimmed = Trimmed(text);
  if (trimmed.empty()) return Unit();
  Powers powers;
  ForEachFactor(trimmed, [&powers](std::string_view factor, int sign) {
    AddCalled(Trimmed(factor), sign, powers);
    return true;
  });
  return Unit(powers);
}

std::string Unit::ToText() const {
  std::string above;
  std::string below;
  for (const auto& [name, exponent] : powers_) {
    const int size = std::abs(exponent);
    const std::string factor = size == 1 ? name : name + "^" + std::to_string(size);
    if (exponent > 0) {
      above += (above.empty() ? "" : "*") + factor;
    } else {
      below += "/" + factor;
    }
  }
  return (above.empty() ? "1" : above) + below;
}

Unit Unit::Combine(const Unit& a, const Unit& b, int sign) {
  Powers powers(a.powers_.begin(), a.powers_.end());
  for (const auto& [name, exponent] : b.powers_) powers[name] += sign * exponent;
  return Unit(powers);
}

}  // namespace vg::expression
