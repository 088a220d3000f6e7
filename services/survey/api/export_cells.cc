#include "services/survey/api/export_cells.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/time/clock.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

Cell Missing(const Variable& variable, int code) {
  const bool coded = std::any_of(variable.codes.begin(), variable.codes.end(),
                                 [code](const ValueCode& each) { return each.code == code; });
  return coded ? NumberCell(absl::StrCat(code)) : Cell();
}

Cell WhyMissing(const Variable& variable, const v1::Answer* answer, bool was_put) {
  if (answer == nullptr) return Missing(variable, was_put ? -kNotAnswered : -kNotPut);
  return Missing(variable, answer->has_not_applicable() ? -kNotApplicable : 0);
}

Cell OptionCell(const Variable& variable, const std::string& option, bool option_ids) {
  if (option_ids) return TextCell(option);
  const std::optional<int> code = variable.CodeOf(option);
  return code ? NumberCell(absl::StrCat(*code)) : Cell();
}

}  // namespace

Cell NumberCell(std::string text) { return {Cell::Kind::kNumber, std::move(text)}; }
Cell TextCell(std::string text) { return {Cell::Kind::kText, std::move(text)}; }

Cell CellOf(const Variable& variable, const v1::Answer* answer, bool was_put, bool option_ids) {
  if (variable.tells_missing) return WhyMissing(variable, answer, was_put);
  if (answer == nullptr) return Missing(variable, was_put ? kNotAnswered : kNotPut);
  switch (answer->value_case()) {
    case v1::Answer::kChoice:
      return OptionCell(variable, answer->choice(), option_ids);
    case v1::Answer::kChoices: {
      const auto& chosen = answer->choices().options();
      const bool is_chosen = std::find(chosen.begin(), chosen.end(), variable.part) != chosen.end();
      return NumberCell(is_chosen ? "1" : "0");
    }
    case v1::Answer::kNumber:
      return NumberCell(answer->number().value());
    case v1::Answer::kNotApplicable:
      return Missing(variable, kNotApplicable);
    case v1::Answer::kDate:
      return TextCell(FormatDay(
          absl::CivilDay(answer->date().year(), answer->date().month(), answer->date().day())));
    case v1::Answer::kText:
      return TextCell(answer->text());
    case v1::Answer::kMatrix: {
      const auto row = answer->matrix().rows().find(variable.part);
      if (row == answer->matrix().rows().end()) return Missing(variable, kNotAnswered);
      return OptionCell(variable, row->second, option_ids);
    }
    case v1::Answer::kRanking: {
      const auto& ranked = answer->ranking().options();
      if (variable.place > ranked.size()) return Missing(variable, kNotAnswered);
      return OptionCell(variable, ranked[variable.place - 1], option_ids);
    }
    case v1::Answer::kRepeat:
      return NumberCell(absl::StrCat(answer->repeat().instances_size()));
    case v1::Answer::VALUE_NOT_SET:
      break;
  }
  return Missing(variable, kNotAnswered);
}

}  // namespace vg::survey
