#include "services/report/domain/claim.h"

#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "services/report/domain/errors.h"
#include "services/report/domain/numbers.h"
#include "services/report/domain/target.h"

namespace vg::report {
namespace {

// A side of a comparison.
struct Operand {
  std::string said;  // As the author wrote it.
  Exact value;
  std::string read;  // As a reader would: "44.1%".
  const Target* target = nullptr;
};

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// "90%", "0.9", "1000000".
std::optional<Exact> NumberOf(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const absl::StatusOr<Exact> number = Exact::FromDecimal(text);
  if (!number.ok()) return std::nullopt;
  return percent ? *number / Exact(100) : *number;
}

std::optional<bool> Compare(const Exact& a, std::string_view comparison, const Exact& b) {
  if (comparison == ">") return a > b;
  if (comparison == ">=") return a >= b;
  if (comparison == "<") return a < b;
  if (comparison == "<=") return a <= b;
  if (comparison == "=") return a == b;
  return std::nullopt;
}

std::string ReadAloud(const Target& target) {
  const Cell& cell = *target.cell;
  std::string read = FormatValue(*target.figure, cell, Language::kEnglish);
  if (cell.interval.has_value()) {
    Cell end = cell;
    end.value = cell.interval->lower;
    absl::StrAppend(&read, " (", FormatValue(*target.figure, end, Language::kEnglish));
    end.value = cell.interval->upper;
    absl::StrAppend(&read, " to ", FormatValue(*target.figure, end, Language::kEnglish), ")");
  }
  if (cell.p_value.has_value()) {
    absl::StrAppend(&read, ", p = ", cell.p_value->ToDecimal(3, Rounding::kHalfEven));
  }
  return read;
}

// A predicate of one figure; `needs` says what it asks, for people. Nothing if there is no such
// one.
std::optional<bool> Holds(std::string_view predicate, const Cell& cell, std::string& needs) {
  const Exact half = Exact::FromScaled(5, 1);
  const bool beyond_chance =
      cell.p_value.has_value() && *cell.p_value < Exact::FromScaled(kSignificancePercent, 2);
  if (predicate == "majority") {
    needs = "more than 50%, beyond chance";
    return (cell.interval.has_value() ? cell.interval->lower : cell.value) > half;
  }
  if (predicate == "minority") {
    needs = "less than 50%, beyond chance";
    return (cell.interval.has_value() ? cell.interval->upper : cell.value) < half;
  }
  if (predicate == "rose") {
    needs = "a rise with p < 0.05";
    return beyond_chance && cell.value.Sign() > 0;
  }
  if (predicate == "fell") {
    needs = "a fall with p < 0.05";
    return beyond_chance && cell.value.Sign() < 0;
  }
  if (predicate == "unchanged") {
    needs = "a change with p >= 0.05";
    return cell.p_value.has_value() && !beyond_chance;
  }
  return std::nullopt;
}

}  // namespace

bool CheckClaim(std::string_view words, std::string_view condition, const Figures& figures,
                const std::string& place, std::string& figure,
                std::vector<FieldViolation>& violations) {
  const auto malformed = [&] {
    violations.push_back(MalformedClaim(place, condition));
    return false;
  };
  const std::vector<std::string> parts = WordsOf(condition);
  if (parts.size() != 2 && parts.size() != 3) return malformed();
  std::array<std::optional<Target>, 2> targets;
  std::array<Operand, 2> operands;
  for (size_t side = 0; side < 2 && side * 2 < parts.size(); ++side) {
    Operand& operand = operands[side];
    operand.said = parts[side * 2];
    if (const std::optional<Exact> number = NumberOf(operand.said)) {
      operand.value = *number;
      operand.read = operand.said;
      continue;
    }
    const std::optional<Reference> reference = ParseReference(operand.said);
    if (!reference.has_value()) return malformed();
    targets[side] = FindTarget(figures, *reference, place, violations);
    if (!targets[side].has_value()) return false;
    if (figure.empty()) figure = targets[side]->figure->id;
    operand.target = &*targets[side];
    operand.value = targets[side]->cell->value;
    operand.read = ReadAloud(*targets[side]);
  }
  if (parts.size() == 2) {
    if (operands[0].target == nullptr) return malformed();
    std::string needs;
    const std::optional<bool> holds = Holds(parts[1], *operands[0].target->cell, needs);
    if (!holds.has_value()) return malformed();
    if (!*holds) {
      violations.push_back(ClaimFails(place, words,
                                      absl::StrCat(operands[0].said, " to be ", needs),
                                      absl::StrCat(operands[0].said, " is ", operands[0].read)));
    }
    return *holds;
  }
  const std::optional<bool> holds = Compare(operands[0].value, parts[1], operands[1].value);
  if (!holds.has_value()) return malformed();
  if (!*holds) {
    std::string found;
    for (const Operand& operand : operands) {
      if (operand.target == nullptr) continue;
      absl::StrAppend(&found, found.empty() ? "" : " and ", operand.said, " is ", operand.read);
    }
    violations.push_back(ClaimFails(place, words, condition, found));
  }
  return *holds;
}

}  // namespace vg::report
