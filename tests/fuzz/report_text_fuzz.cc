// Any bytes as a text of the report: never a crash; a text without a fault loses none of its words,
// and its paragraphs say what it says.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "services/report/domain/examples.h"
#include "services/report/domain/references.h"
#include "services/report/domain/rich_text.h"

namespace {

using namespace vg::report;

std::string WithoutBlanks(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (std::string_view(" \t\r\n").find(c) == std::string_view::npos) kept += c;
  }
  return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Figure consent = BreakdownFigure();
  static const Figure choices = DistributionFigure();
  static const Figure money = MoneyFigure();
  const Figures figures = {{"consent", &consent}, {"choices", &choices}, {"money", &money}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<vg::FieldViolation> violations;
  const RichText resolved = ResolveText(text, figures, vg::Language::kDutch, "place", violations);
  if (text.find('{') == std::string_view::npos && PlainText(resolved) != text) std::abort();
  std::string paragraphs;
  for (const RichText& paragraph : Paragraphs(resolved)) paragraphs += PlainText(paragraph);
  if (WithoutBlanks(paragraphs) != WithoutBlanks(PlainText(resolved))) std::abort();
  return 0;
}
