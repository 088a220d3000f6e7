#include "services/survey/domain/compiled_questionnaire.h"

#include <algorithm>
#include <utility>

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "services/survey/domain/questionnaire_compiler.h"

namespace vg::survey {
namespace {

// So many are compared one by one sooner than a hash is made.
constexpr size_t kFew = 8;

}  // namespace

bool IdIndex::Add(std::string_view id) {
  if (!by_id_.emplace(std::string(id), size()).second) return false;
  ids_.emplace_back(id);
  return true;
}

int IdIndex::Find(std::string_view id) const {
  if (ids_.size() <= kFew) {
    const auto found = std::find(ids_.begin(), ids_.end(), id);
    return found == ids_.end() ? -1 : static_cast<int>(found - ids_.begin());
  }
  const auto found = by_id_.find(Av(id));
  return found == by_id_.end() ? -1 : found->second;
}

int IdIndex::Find(std::string_view id, int likely) const {
  const bool is_there = likely < size() && ids_[static_cast<size_t>(likely)] == id;
  return is_there ? likely : Find(id);
}

absl::StatusOr<std::shared_ptr<const CompiledQuestionnaire>> CompiledQuestionnaire::Compile(
    const Questionnaire& questionnaire, std::string_view prefix) {
  auto compiled = std::make_shared<CompiledQuestionnaire>();
  std::vector<FieldViolation> faults = Compiler(*compiled, prefix).Run(questionnaire);
  if (!faults.empty()) return InvalidFields(std::move(faults));
  return std::shared_ptr<const CompiledQuestionnaire>(std::move(compiled));
}

}  // namespace vg::survey
