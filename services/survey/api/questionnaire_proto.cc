#include "services/survey/api/questionnaire_proto.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/compiled_questionnaire.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

std::vector<Option> FromProto(const google::protobuf::RepeatedPtrField<v1::Option>& options) {
  std::vector<Option> out;
  out.reserve(options.size());
  for (const v1::Option& option : options) {
    out.push_back({.id = option.id(),
                   .label = survey::FromProto(option.label()),
                   .missing = option.missing(),
                   .attributes = {option.attributes().begin(), option.attributes().end()}});
  }
  return out;
}

absl::StatusOr<Question> FromProto(const v1::Question& question, const std::string& place);

absl::StatusOr<RepeatGroup> FromProto(const v1::RepeatGroup& group, const std::string& place) {
  RepeatGroup out{.questions = {},
                  .min_instances = group.min_instances(),
                  .max_instances = group.max_instances()};
  out.questions.reserve(group.questions_size());
  for (int q = 0; q < group.questions_size(); ++q) {
    const std::string inner = absl::StrCat(place, ".questions[", q, "]");
    // Groups do not nest, which also keeps a message that nests deeply from being followed down.
    if (group.questions(q).has_repeat()) {
      return InvalidField(inner, "NESTED_GROUP", "must not be a repeat group inside another");
    }
    ASSIGN_OR_RETURN(Question question, FromProto(group.questions(q), inner));
    out.questions.push_back(std::move(question));
  }
  return out;
}

absl::StatusOr<QuestionType> TypeFromProto(const v1::Question& question, const std::string& place) {
  switch (question.type_case()) {
    case v1::Question::kSingle:
      return SingleChoice{FromProto(question.single().options())};
    case v1::Question::kMultiple:
      return MultipleChoice{FromProto(question.multiple().options()),
                            question.multiple().max_choices()};
    case v1::Question::kNumber: {
      const v1::NumberInput& number = question.number();
      NumberInput out{.unit = number.unit(),
                      .min = {},
                      .max = {},
                      .decimals = number.decimals(),
                      .allow_not_applicable = number.allow_not_applicable()};
      if (number.has_min()) {
        ASSIGN_OR_RETURN(out.min, rpc::FromProto(number.min(), place + ".number.min"));
      }
      if (number.has_max()) {
        ASSIGN_OR_RETURN(out.max, rpc::FromProto(number.max(), place + ".number.max"));
      }
      return out;
    }
    case v1::Question::kDate:
      return DateInput{};
    case v1::Question::kText:
      return TextInput{question.text().max_length()};
    case v1::Question::kMatrix:
      return MatrixInput{FromProto(question.matrix().rows()),
                         FromProto(question.matrix().options())};
    case v1::Question::kRanking:
      return RankingInput{FromProto(question.ranking().options()), question.ranking().top()};
    case v1::Question::kRepeat:
      return FromProto(question.repeat(), place + ".repeat");
    case v1::Question::kCalculation:
      return Calculation{question.calculation().expression(), question.calculation().decimals()};
    case v1::Question::TYPE_NOT_SET:
      break;
  }
  return std::monostate();
}

absl::StatusOr<Question> FromProto(const v1::Question& question, const std::string& place) {
  ASSIGN_OR_RETURN(QuestionType type, TypeFromProto(question, place));
  return Question{.id = question.id(),
                  .label = survey::FromProto(question.label()),
                  .hint = survey::FromProto(question.hint()),
                  .required = question.required(),
                  .required_if = question.required_if(),
                  .relevance = question.relevance(),
                  .constraint = question.constraint(),
                  .constraint_message = survey::FromProto(question.constraint_message()),
                  .choice_filter = question.choice_filter(),
                  .type = std::move(type)};
}

bool HasCalculations(const std::vector<Question>& questions) {
  return std::any_of(questions.begin(), questions.end(), [](const Question& question) {
    const auto* const group = std::get_if<RepeatGroup>(&question.type);
    return std::holds_alternative<Calculation>(question.type) ||
           (group != nullptr && HasCalculations(group->questions));
  });
}

bool HasCalculations(const Questionnaire& questionnaire) {
  return std::any_of(questionnaire.sections.begin(), questionnaire.sections.end(),
                     [](const Section& section) { return HasCalculations(section.questions); });
}

void TellResults(const CompiledQuestionnaire& compiled,
                 google::protobuf::RepeatedPtrField<v1::Question>& questions) {
  for (v1::Question& question : questions) {
    if (question.has_repeat()) {
      TellResults(compiled, *question.mutable_repeat()->mutable_questions());
    }
    if (!question.has_calculation()) continue;
    v1::Calculation& out = *question.mutable_calculation();
    const CompiledQuestion& known = compiled.questions()[compiled.ids().Find(question.id())];
    const expression::Type& type = known.calculation->type();
    out.clear_unit();
    out.clear_values();
    switch (known.kind) {
      case AnswerKind::kNumber:
        out.set_result(v1::CALCULATION_RESULT_NUMBER);
        if (!type.unit().plain()) out.set_unit(type.unit().ToText());
        break;
      case AnswerKind::kChoice:
        out.set_result(v1::CALCULATION_RESULT_CHOICE);
        out.mutable_values()->Assign(known.options.ids().begin(), known.options.ids().end());
        break;
      default:
        out.set_result(v1::CALCULATION_RESULT_TEXT);
        break;
    }
  }
}

}  // namespace

LocalizedText FromProto(const voortgang::type::v1::LocalizedText& text) {
  return {text.nl(), text.en()};
}

void ToProto(const LocalizedText& text, voortgang::type::v1::LocalizedText& out) {
  out.set_nl(text.nl);
  out.set_en(text.en);
}

absl::StatusOr<Questionnaire> FromProto(const v1::Questionnaire& content, std::string_view prefix) {
  Questionnaire out;
  out.title = FromProto(content.title());
  out.role = static_cast<Role>(content.role());
  for (int s = 0; s < content.sections_size(); ++s) {
    Section& section = out.sections.emplace_back();
    section.title = FromProto(content.sections(s).title());
    for (int q = 0; q < content.sections(s).questions_size(); ++q) {
      ASSIGN_OR_RETURN(Question question,
                       FromProto(content.sections(s).questions(q),
                                 absl::StrCat(Av(prefix), "sections[", s, "].questions[", q, "]")));
      section.questions.push_back(std::move(question));
    }
  }
  return out;
}

bool TellResults(const Questionnaire& questionnaire, v1::Questionnaire& content) {
  if (!HasCalculations(questionnaire)) return false;
  const auto compiled = CompiledQuestionnaire::Compile(questionnaire);
  if (!compiled.ok()) return false;
  for (v1::Section& section : *content.mutable_sections()) {
    TellResults(**compiled, *section.mutable_questions());
  }
  return true;
}

v1::QuestionnaireVersion ToProto(const PublishedQuestionnaire& published) {
  v1::QuestionnaireVersion out;
  out.set_name(absl::StrCat("questionnaires/", published.id, "/versions/", published.version));
  out.mutable_content()->ParseFromString(published.content);
  out.set_digest(published.digest);
  *out.mutable_publish_time() = rpc::ToProto(published.publish_time);
  return out;
}

absl::StatusOr<VersionRef> ParseVersionName(std::string_view name, std::string_view field,
                                            bool latest_allowed) {
  static const rpc::ResourcePattern& pattern =
      *new rpc::ResourcePattern("questionnaires/{questionnaire}/versions/{version}");
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, pattern.Parse(name, field));
  VersionRef ref{.questionnaire = ids[0], .version = 0};
  if (latest_allowed && ids[1] == "latest") return ref;
  if (absl::SimpleAtoi(ids[1], &ref.version) && ref.version > 0 &&
      absl::StrCat(ref.version) == ids[1]) {
    return ref;
  }
  return InvalidField(field, "MALFORMED_NAME",
                      latest_allowed ? "must end in a version such as 1, or latest"
                                     : "must end in a version such as 1");
}

}  // namespace vg::survey
