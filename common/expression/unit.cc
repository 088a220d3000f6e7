#include "common/expression/unit.h"

#include <algorithm>
#include <charconv>
#include <map>

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

// One factor, "pupil^2" or "1", times `sign`. False if it is none.
bool AddFactor(std::string_view factor, int sign, std::map<std::string, int>& powers) {
  if (factor == "1") return true;
  const size_t caret = factor.find('^');
  const std::string_view name = factor.substr(0, caret);
  int exponent = 1;
  if (caret != std::string_view::npos) {
    const std::string_view digits = factor.substr(caret + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc() || end != digits.data() + digits.size()) return false;
    if (exponent < -kMaxExponent || exponent > kMaxExponent) return false;
  }
  if (!IsName(name)) return false;
  powers[std::string(name)] += sign * exponent;
  return true;
}

}  // namespace

absl::StatusOr<Unit> Unit::Parse(std::string_view text) {
  Unit unit;
  if (text.empty()) return unit;
  std::map<std::string, int> powers;
  std::string_view rest = text;
  int sign = 1;
  while (true) {
    const size_t end = rest.find_first_of("*/");
    if (!AddFactor(rest.substr(0, end), sign, powers)) return Invalid(text);
    if (end == std::string_view::npos) break;
    sign = rest[end] == '*' ? 1 : -1;
    rest.remove_prefix(end + 1);
  }
  for (const auto& [name, exponent] : powers) {
    if (exponent != 0) unit.powers_.emplace_back(name, exponent);
  }
  return unit;
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
  std::map<std::string, int> powers(a.powers_.begin(), a.powers_.end());
  for (const auto& [name, exponent] : b.powers_) powers[name] += sign * exponent;
  Unit unit;
  for (const auto& [name, exponent] : powers) {
    if (exponent != 0) unit.powers_.emplace_back(name, exponent);
  }
  return unit;
}

}  // namespace vg::expression
