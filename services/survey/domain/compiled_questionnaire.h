// A questionnaire made ready for checking answers: rules compiled, ids ready to be looked up.

#ifndef VG_SERVICES_SURVEY_DOMAIN_COMPILED_QUESTIONNAIRE_H_
#define VG_SERVICES_SURVEY_DOMAIN_COMPILED_QUESTIONNAIRE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "common/expression/environment.h"
#include "common/expression/expression.h"
#include "services/survey/domain/questionnaire.h"

namespace vg::survey {

// Ids and where they stand. Lookups copy nothing.
class IdIndex {
 public:
  // False if `id` is taken.
  bool Add(std::string_view id);
  // -1 if there is none.
  int Find(std::string_view id) const;
  // The same, sooner if it stands at `likely` (from 0).
  int Find(std::string_view id, int likely) const;
  const std::string& id(int index) const { return ids_[index]; }
  int size() const { return static_cast<int>(ids_.size()); }
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  std::vector<std::string> ids_;
  absl::flat_hash_map<std::string, int> by_id_;
};

enum class AnswerKind { kChoice, kChoices, kNumber, kDate, kText, kMatrix, kRanking, kRepeat };

// Which options are offered: a rule that is evaluated for one option at a time.
struct ChoiceFilter {
  // A slot that holds what one option has.
  struct Column {
    expression::Slot slot;
    std::vector<expression::Value> values;  // By option.
  };
  expression::Expression rule;
  std::vector<Column> columns;  // The option's id and the attributes that the rule reads.
};

struct CompiledQuestion {
  static constexpr expression::Slot kUnused = -1;

  AnswerKind kind = AnswerKind::kText;
  bool required = false;
  IdIndex options;  // Of choices, rankings and matrix rows, and of calculations that choose.
  IdIndex rows;     // Of a matrix.
  std::vector<expression::Value> option_values;  // One per option, as rules see it.
  int most = 0;   // Choices, ranks, characters or instances; 0: no limit.
  int least = 0;  // Instances of a complete response.
  std::optional<Exact> min;
  std::optional<Exact> max;
  int decimals = 0;
  bool allow_not_applicable = false;

  std::optional<expression::Expression> required_if;
  std::optional<expression::Expression> relevance;
  std::optional<expression::Expression> constraint;
  std::string constraint_message;  // In every language that there is.
  std::optional<ChoiceFilter> choice_filter;
  // The question is not asked but computed; its kind says what comes out.
  std::optional<expression::Expression> calculation;
  // Where rules find the answer; kUnused if no rule asks. A matrix has one per row instead.
  expression::Slot slot = kUnused;
  std::vector<expression::Slot> row_slots;

  // Of a question inside a repeat group: the group, and where rules after the group find the
  // answers of all instances.
  int group = -1;
  expression::Slot list_slot = kUnused;
  std::vector<expression::Slot> row_list_slots;
  // Of a repeat group: its questions, in the order in which they are evaluated, and where rules
  // inside it find the number of the instance. `slot` is then that of the number of instances.
  std::vector<int> members;
  expression::Slot position_slot = kUnused;
};

// Immutable and thread-safe once made.
class CompiledQuestionnaire {
 public:
  static constexpr int kMaxQuestions = 500;

  // Checks everything that makes a questionnaire answerable. INVALID_ARGUMENT with one violation
  // per fault, in the order of the questionnaire, each with its place: `prefix` (such as
  // "content."), then "sections[1].questions[3].relevance"; a fault in a rule begins with its line
  // and column.
  static absl::StatusOr<std::shared_ptr<const CompiledQuestionnaire>> Compile(
      const Questionnaire& questionnaire, std::string_view prefix = {});

  Role role() const { return role_; }
  // In the order of the questionnaire; those inside a repeat group follow it.
  const std::vector<CompiledQuestion>& questions() const { return questions_; }
  // Their ids, in the same order.
  const IdIndex& ids() const { return ids_; }
  // The questions outside repeat groups, in the order in which they are evaluated: a calculation as
  // soon as all that it reads is there.
  const std::vector<int>& order() const { return order_; }
  // Whether questions are evaluated in the order of the questionnaire.
  bool evaluates_in_order() const { return evaluates_in_order_; }
  const expression::Environment& environment() const { return environment_; }
  // Where rules find the day; kUnused if none asks, so that any day will do.
  expression::Slot today_slot() const { return today_slot_; }

 private:
  friend class Compiler;
  Role role_ = Role::kSchoolLeader;
  IdIndex ids_;
  std::vector<CompiledQuestion> questions_;
  std::vector<int> order_;
  bool evaluates_in_order_ = true;
  expression::Slot today_slot_ = CompiledQuestion::kUnused;
  expression::Environment environment_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_COMPILED_QUESTIONNAIRE_H_
