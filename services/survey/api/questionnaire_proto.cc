#include "services/survey/api/questionnaire_proto.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

std::vector<Option> FromProto(const google::protobuf::RepeatedPtrField<v1::Option>& options) {
  std::vector<Option> out;
  out.reserve(options.size());
  for (const v1::Option& option : options) {
    out.push_back({option.id(), survey::FromProto(option.label())});
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
      NumberInput out{.unit = number.unit(), .min = {}, .max = {}, .decimals = number.decimals()};
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
    case v1::Question::kCalculation:
    case v1::Question::TYPE_NOT_SET:
      break;
  }
  return std::monostate();
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
      const v1::Question& question = content.sections(s).questions(q);
      const std::string place = absl::StrCat(Av(prefix), "sections[", s, "].questions[", q, "]");
      ASSIGN_OR_RETURN(QuestionType type, TypeFromProto(question, place));
      section.questions.push_back({.id = question.id(),
                                   .label = FromProto(question.label()),
                                   .hint = FromProto(question.hint()),
                                   .required = question.required(),
                                   .relevance = question.relevance(),
                                   .constraint = question.constraint(),
                                   .constraint_message = FromProto(question.constraint_message()),
                                   .type = std::move(type)});
    }
  }
  return out;
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
