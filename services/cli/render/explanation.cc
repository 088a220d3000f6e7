#include "services/cli/render/explanation.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/cli/render/values.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;

void AppendNode(const v1::ExplanationNode& node, int depth, std::string& text) {
  absl::StrAppend(&text, std::string(static_cast<size_t>(depth) * 2, ' '), node.expression(), " = ",
                  node.value());
  if (!node.unit().empty() && node.unit() != "1") absl::StrAppend(&text, " ", node.unit());
  if (node.has_source()) {
    const v1::ExplanationSource& source = node.source();
    absl::StrAppend(&text, "   (", Text(source.title()));
    if (!source.reference().empty()) absl::StrAppend(&text, "; ", source.reference());
    if (source.has_from()) absl::StrAppend(&text, "; from ", Day(source.from()));
    if (source.has_count_date()) {
      absl::StrAppend(&text, "; counted on ", Day(source.count_date()));
    }
    for (const v1::SourceRows& rows : source.rows()) {
      absl::StrAppend(&text, "; ", rows.file_name(), rows.lines_size() == 1 ? " line " : " lines ",
                      absl::StrJoin(rows.lines(), ", "));
    }
    absl::StrAppend(&text, source.provisional() ? "; provisional)" : ")");
  }
  text += "\n";
  for (const v1::ExplanationNode& operand : node.operands()) AppendNode(operand, depth + 1, text);
}

}  // namespace

std::string ExplanationText(const v1::Explanation& explanation) {
  std::string text = absl::StrCat(explanation.allocation().title(), " (",
                                  explanation.allocation().recipient(), ")\n\n");
  for (const auto& sentence : explanation.sentences()) absl::StrAppend(&text, Text(sentence), "\n");
  for (const v1::ComponentExplanation& component : explanation.components()) {
    if (!component.applies()) continue;
    absl::StrAppend(&text, "\n", Text(component.title()), " [", component.legal_reference(), "]\n");
    AppendNode(component.formula(), 1, text);
    absl::StrAppend(&text, "  rounded ", Text(component.rounding()), ": ",
                    Amount(component.amount()), "\n");
  }
  return text;
}

}  // namespace vg::cli
