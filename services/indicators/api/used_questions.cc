#include "services/indicators/api/used_questions.h"

#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

namespace survey = voortgang::survey::v1;

// Told from the later version to the earlier one.
survey::QuestionComparison Reversed(const survey::QuestionComparison& comparison) {
  survey::QuestionComparison reversed = comparison;
  reversed.set_question(comparison.former_question());
  reversed.set_former_question(comparison.question());
  if (comparison.comparability() == survey::COMPARABILITY_NEW) {
    reversed.set_comparability(survey::COMPARABILITY_GONE);
  } else if (comparison.comparability() == survey::COMPARABILITY_GONE) {
    reversed.set_comparability(survey::COMPARABILITY_NEW);
  }
  return reversed;
}

}  // namespace

int VersionNumber(const std::string& version) {
  int number = 0;
  (void)absl::SimpleAtoi(version.substr(version.rfind('/') + 1), &number);
  return number;
}

absl::StatusOr<std::vector<survey::QuestionComparison>> CompareUsed(Peers& peers,
                                                                    const MeasuredVersion& before,
                                                                    const MeasuredVersion& after) {
  std::set<std::string> names;
  for (const MeasuredVersion* version : {&before, &after}) {
    for (const std::string& name : version->measure->names()) {
      // Of "question.row" and "group.question" all that are questions.
      for (const auto part : absl::StrSplit(name, '.')) names.emplace(part);
    }
  }
  const bool forward = VersionNumber(before.name) <= VersionNumber(after.name);
  ASSIGN_OR_RETURN(const survey::CompareQuestionnaireVersionsResponse compared,
                   peers.CompareVersions(forward ? before.name : after.name,
                                         forward ? after.name : before.name));
  std::vector<survey::QuestionComparison> used;
  for (const survey::QuestionComparison& each : compared.comparisons()) {
    if (!names.contains(each.question()) && !names.contains(each.former_question())) continue;
    survey::QuestionComparison told = forward ? each : Reversed(each);
    if (told.comparability() <= survey::COMPARABILITY_BROKEN &&
        told.question() != told.former_question()) {
      told.set_comparability(survey::COMPARABILITY_BROKEN);
    }
    if (told.comparability() != survey::COMPARABILITY_SAME) used.push_back(std::move(told));
  }
  return used;
}

std::string WhyOf(const survey::QuestionComparison& comparison) {
  if (!comparison.note().en().empty()) return comparison.note().en();
  if (!comparison.note().nl().empty()) return comparison.note().nl();
  switch (comparison.comparability()) {
    case survey::COMPARABILITY_NEW:
      return "new";
    case survey::COMPARABILITY_GONE:
      return "gone";
    case survey::COMPARABILITY_REWORDED:
      return "other words";
    default:
      return "another question";
  }
}

}  // namespace vg::indicators
