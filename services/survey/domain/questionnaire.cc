#include "services/survey/domain/questionnaire.h"

#include "common/digest/digest.h"

namespace vg::survey {
namespace {

// Adds parts of a questionnaire to a digest; called for a type, its name and its fields.
class Writer {
 public:
  explicit Writer(DigestBuilder& digest) : digest_(digest) {}

  void Text(const LocalizedText& text) { digest_.Text(text.nl).Text(text.en); }

  void Questions(const std::vector<Question>& questions) {
    digest_.List(questions.size());
    for (const Question& question : questions) Add(question);
  }

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
    if (type.allow_not_applicable) digest_.Record("allow_not_applicable");
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
  void operator()(const RepeatGroup& type) {
    digest_.Record("repeat").Integer(type.min_instances).Integer(type.max_instances);
    Questions(type.questions);
  }
  void operator()(const Calculation& type) {
    digest_.Record("calculation").Text(type.expression).Integer(type.decimals);
  }

 private:
  void Add(const Question& question) {
    digest_.Record("question").Text(question.id);
    Text(question.label);
    Text(question.hint);
    digest_.Flag(question.required).Text(question.relevance).Text(question.constraint);
    Text(question.constraint_message);
    std::visit(*this, question.type);
    if (!question.required_if.empty()) digest_.Record("required_if").Text(question.required_if);
    if (!question.choice_filter.empty()) {
      digest_.Record("choice_filter").Text(question.choice_filter);
    }
  }

  void Options(const std::vector<Option>& options) {
    digest_.List(options.size());
    for (const Option& option : options) {
      digest_.Text(option.id);
      Text(option.label);
      if (option.missing) digest_.Record("missing");
      if (option.attributes.empty()) continue;
      digest_.Record("attributes").List(option.attributes.size());
      for (const auto& [name, value] : option.attributes) digest_.Text(name).Text(value);
    }
  }

  DigestBuilder& digest_;
};

}  // namespace

std::string DigestOf(const Questionnaire& questionnaire) {
  DigestBuilder digest("voortgang.survey.questionnaire.v1");
  Writer writer(digest);
  writer.Text(questionnaire.title);
  digest.Integer(static_cast<int>(questionnaire.role)).List(questionnaire.sections.size());
  for (const Section& section : questionnaire.sections) {
    digest.Record("section");
    writer.Text(section.title);
    writer.Questions(section.questions);
  }
  return digest.Finish();
}

}  // namespace vg::survey
