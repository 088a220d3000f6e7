#include "services/survey/domain/questionnaire.h"

#include "common/digest/digest.h"

namespace vg::survey {
namespace {

// Adds the type of a question: its name, then its fields.
class TypeWriter {
 public:
  explicit TypeWriter(DigestBuilder& digest) : digest_(digest) {}

  void operator()(const std::monostate&) { digest_.Absent(); }
  void operator()(const SingleChoice& type) {
    digest_.Record("single");
    Options(type.options);
  }
  void operator()(const MultipleChoice& type) {
    digest_.Record("multiple");
    Options(type.options);
    digest_.Integer(type.max_choices);
  }
  void operator()(const NumberInput& type) {
    digest_.Record("number")
        .Text(type.unit)
        .OptionalNumber(type.min)
        .OptionalNumber(type.max)
        .Integer(type.decimals);
  }
  void operator()(const DateInput&) { digest_.Record("date"); }
  void operator()(const TextInput& type) { digest_.Record("text").Integer(type.max_length); }
  void operator()(const MatrixInput& type) {
    digest_.Record("matrix");
    Options(type.rows);
    Options(type.options);
  }
  void operator()(const RankingInput& type) {
    digest_.Record("ranking");
    Options(type.options);
    digest_.Integer(type.top);
  }

  void Text(const LocalizedText& text) { digest_.Text(text.nl).Text(text.en); }

 private:
  void Options(const std::vector<Option>& options) {
    digest_.List(options.size());
    for (const Option& option : options) {
      digest_.Text(option.id);
      Text(option.label);
    }
  }

  DigestBuilder& digest_;
};

}  // namespace

std::string DigestOf(const Questionnaire& questionnaire) {
  DigestBuilder digest("voortgang.survey.questionnaire.v1");
  TypeWriter types(digest);
  types.Text(questionnaire.title);
  digest.Integer(static_cast<int>(questionnaire.role)).List(questionnaire.sections.size());
  for (const Section& section : questionnaire.sections) {
    digest.Record("section");
    types.Text(section.title);
    digest.List(section.questions.size());
    for (const Question& question : section.questions) {
      digest.Record("question").Text(question.id);
      types.Text(question.label);
      types.Text(question.hint);
      digest.Flag(question.required).Text(question.relevance).Text(question.constraint);
      types.Text(question.constraint_message);
      std::visit(types, question.type);
    }
  }
  return digest.Finish();
}

}  // namespace vg::survey
