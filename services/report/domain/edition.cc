#include "services/report/domain/edition.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/time/clock.h"

namespace vg::report {
namespace {

LocalizedRichText ResolveBoth(const LocalizedText& text, const Figures& figures,
                              const std::string& place, std::vector<FieldViolation>& violations) {
  return {.nl = ResolveText(text.nl, figures, Language::kDutch, place + ".nl", violations),
          .en = ResolveText(text.en, figures, Language::kEnglish, place + ".en", violations)};
}

}  // namespace

const Figure* Content::FindFigure(std::string_view id) const {
  const auto found = std::find_if(figures.begin(), figures.end(),
                                  [id](const Figure& figure) { return figure.id == id; });
  return found == figures.end() ? nullptr : &*found;
}

absl::StatusOr<Content> Resolve(std::string id, EditionPlan plan, std::vector<Input> inputs,
                                std::vector<Figure> figures) {
  Content content{.id = std::move(id),
                  .plan = std::move(plan),
                  .inputs = std::move(inputs),
                  .figures = std::move(figures)};
  SortInputs(content.inputs);
  Figures by_id;
  for (const Figure& figure : content.figures) by_id.emplace(figure.id, &figure);
  std::vector<FieldViolation> violations;
  content.explanation =
      ResolveBoth(content.plan.explanation, by_id, "plan.explanation", violations);
  for (size_t i = 0; i < content.plan.headline.size(); ++i) {
    content.headline.push_back(ResolveHeadline(content.plan.headline[i], by_id,
                                               absl::StrCat("plan.headline[", i, "]"), violations));
  }
  for (size_t i = 0; i < content.plan.sections.size(); ++i) {
    content.texts.push_back(
        ResolveBoth(content.plan.sections[i].text, by_id, PlaceOf(i) + ".text", violations));
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  return content;
}

void SortInputs(std::vector<Input>& inputs) {
  std::stable_sort(inputs.begin(), inputs.end(),
                   [](const Input& a, const Input& b) { return a.resource < b.resource; });
  inputs.erase(std::unique(inputs.begin(), inputs.end(),
                           [](const Input& a, const Input& b) { return a.resource == b.resource; }),
               inputs.end());
}

std::string EditionDigest(const std::vector<Input>& inputs, const std::vector<File>& files) {
  DigestBuilder digest("voortgang.report.edition.v1");
  digest.List(inputs.size());
  for (const Input& input : inputs) {
    digest.Record("input").Text(input.resource).Text(input.digest);
    digest.OptionalText(input.cut_off.has_value() ? std::optional(FormatDay(*input.cut_off))
                                                  : std::nullopt);
  }
  std::vector<const File*> by_path;
  for (const File& file : files) by_path.push_back(&file);
  std::sort(by_path.begin(), by_path.end(),
            [](const File* a, const File* b) { return a->path < b->path; });
  digest.List(by_path.size());
  for (const File* file : by_path) digest.Record("file").Text(file->path).Text(file->sha256);
  return digest.Finish();
}

}  // namespace vg::report
