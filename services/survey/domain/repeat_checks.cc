#include <utility>

#include "absl/strings/str_cat.h"

#include "services/survey/domain/response_checker.h"

namespace vg::survey {

using expression::Absence;
using expression::Slot;
using expression::Value;

bool ResponseChecker::CheckRepeat(const RepeatAnswer& answer, int place, int index) {
  const CompiledQuestion& group = questionnaire_->questions()[index];
  const size_t count = answer.instances.size();
  if (count > static_cast<size_t>(group.most)) {
    Fault(At(place, "repeat.instances"), "TOO_MANY",
          absl::StrCat("must have at most ", group.most, ", has ", count));
    return false;
  }
  if (!partial_ && count < static_cast<size_t>(group.least)) {
    Fault(At(place, "repeat.instances"), "TOO_FEW",
          absl::StrCat("must have at least ", group.least, ", has ", count));
    return false;
  }
  if (count == 0) {
    if (const auto rule = WhyRequired(group, place)) {
      Fault(At(place, "repeat.instances"), "REQUIRED", "must have at least one", *rule);
      return false;
    }
  }
  const size_t faults = verdict_.violations.size();
  lists_.clear();
  const Scope outside = scope_;
  for (size_t i = 0; i < count; ++i) {
    scope_ = {.answers = &answer.instances[i],
              .group = index,
              .place = place,
              .instance = static_cast<int>(i) + 1};
    if (group.position_slot >= 0) frame_.Set(group.position_slot, Value::Number(scope_.instance));
    for (const int member : group.members) answer_of_[member] = -1;
    PlaceAnswers();
    for (const int member : group.members) CheckQuestion(member);
    GatherLists(group);
  }
  scope_ = outside;
  question_ = index;
  if (verdict_.violations.size() > faults) return false;
  TellLists(group);
  if (group.slot >= 0) frame_.Set(group.slot, Value::Number(static_cast<int64_t>(count)));
  return true;
}

void ResponseChecker::GatherLists(const CompiledQuestion& group) {
  size_t list = 0;
  const auto gather = [&](Slot slot, Slot list_slot) {
    if (list_slot < 0) return;
    if (list == lists_.size()) lists_.emplace_back();
    const Value& value = frame_.Get(slot);
    if (!value.absent()) {
      lists_[list].values.push_back(value);
    } else if (!lists_[list].absence) {
      lists_[list].absence = value.absence();
    }
    ++list;
  };
  for (const int index : group.members) {
    const CompiledQuestion& member = questionnaire_->questions()[index];
    gather(member.slot, member.list_slot);
    for (size_t row = 0; row < member.row_slots.size(); ++row) {
      gather(member.row_slots[row], member.row_list_slots[row]);
    }
  }
}

void ResponseChecker::TellLists(const CompiledQuestion& group) {
  size_t list = 0;
  const auto tell = [&](Slot list_slot, AnswerKind kind) {
    if (list_slot < 0) return;
    // Without instances nothing was gathered.
    Gathered gathered;
    if (list < lists_.size()) gathered = std::move(lists_[list]);
    // The sum of numbers that nobody gave is not zero.
    const bool unknown =
        kind == AnswerKind::kNumber && gathered.values.empty() && gathered.absence.has_value();
    frame_.Set(list_slot, unknown ? Value::UnknownList(*gathered.absence)
                                  : Value::List(std::move(gathered.values)));
    ++list;
  };
  for (const int index : group.members) {
    const CompiledQuestion& member = questionnaire_->questions()[index];
    tell(member.list_slot, member.kind);
    for (const Slot slot : member.row_list_slots) tell(slot, member.kind);
  }
}

}  // namespace vg::survey
