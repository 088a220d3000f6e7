// The names under which rules find answers: which, of what type, and where they are known.

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"

#include "common/expression/type.h"
#include "common/expression/unit.h"
#include "common/status/absl_view.h"
#include "services/survey/domain/questionnaire_compiler.h"

namespace vg::survey {

using expression::Slot;
using expression::Type;

Slot Compiler::Add(int index, std::string_view name, const Type& type, std::string_view field) {
  const absl::StatusOr<Slot> slot = out_.environment_.Declare(name, type);
  if (slot.ok()) return *slot;
  Fault(index, absl::StrCat(sources_[index].place, Av(field)), DetailsOf(slot.status()).reason,
        std::string(slot.status().message()));
  sources_[index].broken = true;
  return CompiledQuestion::kUnused;
}

void Compiler::Declare(int index) {
  const Question& question = *sources_[index].question;
  CompiledQuestion& out = out_.questions_[index];
  sources_[index].known = true;
  const auto add = [&](const Type& type) {
    out.slot = Add(index, question.id, type.Optional(), ".id");
  };
  const Type choice = Type::Text(out.options.ids());
  if (out.calculation) {
    const Type& type = out.calculation->type();
    return add(type.any_unit() ? Type::Number() : type);
  }
  switch (out.kind) {
    case AnswerKind::kChoice:
      return add(choice);
    case AnswerKind::kChoices:
    case AnswerKind::kRanking:
      return add(Type::List(choice));
    case AnswerKind::kNumber:
      return add(Type::Number(expression::Unit::Called(std::get<NumberInput>(question.type).unit)));
    case AnswerKind::kDate:
      return add(Type::Day());
    case AnswerKind::kText:
      return add(Type::Text());
    case AnswerKind::kMatrix:
      for (int row = 0; row < out.rows.size(); ++row) {
        out.row_slots.push_back(Add(index, absl::StrCat(question.id, ".", out.rows.id(row)),
                                    choice.Optional(), absl::StrCat(".matrix.rows[", row, "].id")));
      }
      return;
    case AnswerKind::kRepeat:
      out.slot =
          Add(index, absl::StrCat(question.id, ".count()"), Type::Number().Optional(), ".id");
      return;
  }
}

void Compiler::DeclareLists(int group) {
  const std::string& name = out_.ids_.id(group);
  for (const int member : out_.questions_[group].members) {
    CompiledQuestion& question = out_.questions_[member];
    const auto list_of = [&](Slot slot, std::string_view of) {
      if (slot < 0) return CompiledQuestion::kUnused;
      const Type list = Type::List(out_.environment_.type(slot)).Optional();
      return Add(member, absl::StrCat(name, ".", Av(of)), list, ".id");
    };
    if (question.kind == AnswerKind::kMatrix) {
      for (int row = 0; row < question.rows.size(); ++row) {
        question.row_list_slots.push_back(
            list_of(question.row_slots[row],
                    absl::StrCat(out_.ids_.id(member), ".", question.rows.id(row))));
      }
    } else if (question.kind != AnswerKind::kChoices && question.kind != AnswerKind::kRanking) {
      question.list_slot = list_of(question.slot, out_.ids_.id(member));
    }
  }
}

void Compiler::Forget(int index) {
  const std::string& id = out_.ids_.id(index);
  out_.environment_.Forget(id);
  for (int row = 0; row < out_.questions_[index].rows.size(); ++row) {
    out_.environment_.Forget(absl::StrCat(id, ".", out_.questions_[index].rows.id(row)));
  }
}

// So that answers that no rule asks for are not turned into values.
void Compiler::DropUnusedSlots() {
  // A list is gathered from what the instances have.
  const auto drop = [this](Slot& slot, Slot& list) {
    if (!used_.contains(list)) list = CompiledQuestion::kUnused;
    if (list < 0 && !used_.contains(slot)) slot = CompiledQuestion::kUnused;
  };
  if (!used_.contains(out_.today_slot_)) out_.today_slot_ = CompiledQuestion::kUnused;
  for (CompiledQuestion& question : out_.questions_) {
    drop(question.slot, question.list_slot);
    if (!used_.contains(question.position_slot)) question.position_slot = CompiledQuestion::kUnused;
    question.row_list_slots.resize(question.row_slots.size(), CompiledQuestion::kUnused);
    for (size_t row = 0; row < question.row_slots.size(); ++row) {
      drop(question.row_slots[row], question.row_list_slots[row]);
    }
  }
}

}  // namespace vg::survey
