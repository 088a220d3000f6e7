// What is asked, as it was published.

#ifndef VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_
#define VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_

#include <map>
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
  bool missing = false;                                // Says nothing of substance.
  std::map<std::string, std::string> attributes = {};  // What choice filters ask of it.
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
  bool allow_not_applicable = false;
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

struct Question;

// The same questions for several things.
struct RepeatGroup {
  static constexpr int kMostInstances = 50;
  std::vector<Question> questions;
  int min_instances = 0;
  int max_instances = 0;  // 0: kMostInstances.
};

// What the server computes.
struct Calculation {
  std::string expression;
  int decimals = 0;
};

using QuestionType =
    std::variant<std::monostate, SingleChoice, MultipleChoice, NumberInput, DateInput, TextInput,
                 MatrixInput, RankingInput, RepeatGroup, Calculation>;

struct Question {
  std::string id;
  LocalizedText label;
  LocalizedText hint;
  bool required = false;
  std::string required_if;  // Required where this condition is met; empty unless it depends.
  std::string relevance;
  std::string constraint;
  LocalizedText constraint_message;
  std::string choice_filter;
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

// SHA-256 over the canonical form of all of it: 64 hexadecimal digits. What few questionnaires have
// (choice filters, conditions of being required, attributes, missing values) is written only where
// it is there, so that the others keep the digests they were published with.
std::string DigestOf(const Questionnaire& questionnaire);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_H_
