// What a question says, taken apart so that two versions of it can be compared.

#ifndef VG_SERVICES_SURVEY_DOMAIN_QUESTION_FACE_H_
#define VG_SERVICES_SURVEY_DOMAIN_QUESTION_FACE_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "common/expression/lexer.h"
#include "services/survey/domain/questionnaire.h"

namespace vg::survey {

// Where a question stands.
struct PlacedQuestion {
  const Question* question = nullptr;
  const Question* group = nullptr;  // The repeat group it is in, if any.
};

// The questions of one version by their ids, those of repeat groups after their group. Borrows the
// questionnaire.
class QuestionIndex {
 public:
  explicit QuestionIndex(const Questionnaire& questionnaire) {
    for (const Section& section : questionnaire.sections) {
      for (const Question& question : section.questions) {
        Add(question, nullptr);
        const auto* group = std::get_if<RepeatGroup>(&question.type);
        if (group == nullptr) continue;
        for (const Question& inner : group->questions) Add(inner, &question);
      }
    }
  }

  const std::vector<PlacedQuestion>& in_order() const { return in_order_; }
  // Null if there is none.
  const PlacedQuestion* Find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &in_order_[found->second];
  }

 private:
  void Add(const Question& question, const Question* group) {
    by_id_.try_emplace(question.id, in_order_.size());
    in_order_.push_back({&question, group});
  }

  std::vector<PlacedQuestion> in_order_;
  absl::flat_hash_map<std::string, size_t> by_id_;
};

using Renames = absl::flat_hash_map<std::string, std::string>;  // Former id to id.

// Of a rule of a published questionnaire.
std::vector<expression::Token> TokensOf(const std::string& rule);
// Whether the token is the name of a function: "count(".
bool IsCalled(const std::vector<expression::Token>& tokens, size_t at);

// In what two questions can differ. The first three leave the meaning and the answers as they are;
// the last is of the whole questionnaire.
enum class Aspect {
  kWording,
  kOptionOrder,
  kRequired,
  kType,
  kOptions,
  kRows,
  kNumber,
  kAmount,
  kRelevance,
  kConstraint,
  kOffer,
  kValue,
  kGroup,
  kRole,
};

// All that a question says, fact by fact, in a form that is equal if what it says is. Ids of
// questions in it are those of the later version.
class QuestionFace {
 public:
  QuestionFace(const PlacedQuestion& placed, const Renames& renames);

  // In what `other` differs; only in type if that is another.
  std::set<Aspect> Differences(const QuestionFace& other) const;

  // Adds the facts of a type of question.
  void operator()(const std::monostate&);
  void operator()(const DateInput&);
  void operator()(const SingleChoice& type);
  void operator()(const MultipleChoice& type);
  void operator()(const NumberInput& type);
  void operator()(const TextInput& type);
  void operator()(const MatrixInput& type);
  void operator()(const RankingInput& type);
  void operator()(const RepeatGroup& type);
  void operator()(const Calculation& type);

 private:
  // An aspect, and which fact of it.
  using Key = std::pair<Aspect, std::string>;

  void AddDifferences(const QuestionFace& other, std::set<Aspect>& differences) const;
  void Add(Aspect aspect, std::string key, std::string_view fact);
  void Words(const std::string& key, const LocalizedText& text);
  void Rule(Aspect aspect, const std::string& key, const std::string& rule);
  void List(Aspect aspect, const std::vector<Option>& options);

  const Renames& renames_;
  std::map<Key, std::string> facts_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_QUESTION_FACE_H_
