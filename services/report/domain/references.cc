#include "services/report/domain/references.h"

#include <optional>

#include "absl/strings/str_cat.h"

#include "services/report/domain/claim.h"
#include "services/report/domain/errors.h"
#include "services/report/domain/numbers.h"
#include "services/report/domain/target.h"

namespace vg::report {
namespace {

// Adds plain text to the end, in one span with what is there.
void Append(RichText& text, std::string_view plain) {
  if (plain.empty()) return;
  if (text.empty() || !text.back().figure.empty()) text.emplace_back();
  text.back().text += plain;
}

}  // namespace

RichText ResolveText(std::string_view text, const Figures& figures, Language language,
                     const std::string& place, std::vector<FieldViolation>& violations) {
  RichText resolved;
  while (!text.empty()) {
    const size_t open = text.find('{');
    if (open == std::string_view::npos) {
      Append(resolved, text);
      break;
    }
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      violations.push_back(MalformedReference(place, text.substr(open, 40)));
      break;
    }
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    // The words of a claim stand before it, in brackets.
    const size_t bracket =
        open > 0 && text[open - 1] == ']' ? text.rfind('[', open) : std::string_view::npos;
    if (bracket != std::string_view::npos) {
      Append(resolved, text.substr(0, bracket));
      Span claim{.text = std::string(text.substr(bracket + 1, open - bracket - 2)), .figure = ""};
      CheckClaim(claim.text, inside, figures, place, claim.figure, violations);
      resolved.push_back(std::move(claim));
    } else {
      Append(resolved, text.substr(0, open));
      const std::optional<Reference> reference = ParseReference(inside);
      if (!reference.has_value()) {
        violations.push_back(MalformedReference(place, text.substr(open, close - open + 1)));
      } else if (const auto target = FindTarget(figures, *reference, place, violations)) {
        resolved.push_back({.text = reference->name
                                        ? target->category->text.In(language)
                                        : FormatValue(*target->figure, *target->cell, language),
                            .figure = reference->figure});
      }
    }
    text.remove_prefix(close + 1);
  }
  return resolved;
}

HeadlineLine ResolveHeadline(const HeadlinePlan& plan, const Figures& figures,
                             const std::string& place, std::vector<FieldViolation>& violations) {
  HeadlineLine line{.title = plan.title, .figure = plan.figure};
  const Reference reference{.figure = plan.figure, .category = plan.category};
  const auto target = FindTarget(figures, reference, place, violations);
  if (!target.has_value()) return line;
  line.n = target->cell->n;
  for (const Language language : kLanguages) {
    std::string value = FormatValue(*target->figure, *target->cell, language);
    if (reference.by_rank()) {
      value = absl::StrCat(target->category->text.In(language), " (", value, ")");
    }
    (language == Language::kDutch ? line.value.nl : line.value.en) = std::move(value);
  }
  return line;
}

}  // namespace vg::report
