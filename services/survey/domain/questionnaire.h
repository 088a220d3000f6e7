// What is asked, as it was published.

#ifndef VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_
#define VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/numeric/exact.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

struct LocalizedText {
  std::string nl;
  std::string en;  // Empty: none.
  friend bool operator==(const LocalizedText&, const LocalizedText&) = default;
};

// An option that can be chosen, or a row of a matrix.
struct Option {
  std::string id;
  LocalizedText label;
};

struct SingleChoice {
  std::vector<Option> options;
};

struct MultipleChoice {
  std::vector<Option> options;
  int max_choices = 0;  // 0: no limit.
};

struct NumberInput {
  std::string unit;
  std::optional<Exact> min;
  std::optional<Exact> max;
  int decimals = 0;
};

struct DateInput {};

struct TextInput {
  static constexpr int kDefaultLength = 2'000;
  int max_length = 0;  // In characters; 0: the default.
};

struct MatrixInput {
  std::vector<Option> rows;
  std::vector<Option> options;
};

struct RankingInput {
  std::vector<Option> options;
  int top = 0;
};

using QuestionType = std::variant<std::monostate, SingleChoice, MultipleChoice, NumberInput,
                                  DateInput, TextInput, MatrixInput, RankingInput>;

struct Question {
  std::string id;
  LocalizedText label;
  LocalizedText hint;
  bool required = false;
  std::string relevance;
  std::string constraint;
  LocalizedText constraint_message;
  QuestionType type;
};

struct Section {
  LocalizedText title;
  std::vector<Question> questions;
};

struct Questionnaire {
  LocalizedText title;
  Role role = Role::kSchoolLeader;
  std::vector<Section> sections;
};

// SHA-256 over the canonical form of all of it: 64 hexadecimal digits.
std::string DigestOf(const Questionnaire& questionnaire);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_
