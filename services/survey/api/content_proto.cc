#include "services/survey/api/content_proto.h"

#include <vector>

#include "common/grpc/type_conversions.h"
#include "services/survey/api/questionnaire_proto.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

// A text that is not there is no message.
template <typename Mutable>
void Put(const LocalizedText& text, const Mutable& field) {
  if (!text.nl.empty() || !text.en.empty()) ToProto(text, *field());
}

void Put(const std::vector<Option>& options, google::protobuf::RepeatedPtrField<v1::Option>* out) {
  for (const Option& option : options) {
    v1::Option& added = *out->Add();
    added.set_id(option.id);
    ToProto(option.label, *added.mutable_label());
    added.set_missing(option.missing);
    added.mutable_attributes()->insert(option.attributes.begin(), option.attributes.end());
  }
}

void Put(const Question& question, v1::Question& out);

struct TypeWriter {
  v1::Question& out;

  void operator()(const std::monostate&) const {}
  void operator()(const SingleChoice& type) const {
    Put(type.options, out.mutable_single()->mutable_options());
  }
  void operator()(const MultipleChoice& type) const {
    Put(type.options, out.mutable_multiple()->mutable_options());
    out.mutable_multiple()->set_max_choices(type.max_choices);
  }
  void operator()(const NumberInput& type) const {
    v1::NumberInput& number = *out.mutable_number();
    number.set_unit(type.unit);
    if (type.min) *number.mutable_min() = rpc::ToProto(*type.min);
    if (type.max) *number.mutable_max() = rpc::ToProto(*type.max);
    number.set_decimals(type.decimals);
    number.set_allow_not_applicable(type.allow_not_applicable);
  }
  void operator()(const DateInput&) const { out.mutable_date(); }
  void operator()(const TextInput& type) const {
    out.mutable_text()->set_max_length(type.max_length);
  }
  void operator()(const MatrixInput& type) const {
    Put(type.rows, out.mutable_matrix()->mutable_rows());
    Put(type.options, out.mutable_matrix()->mutable_options());
  }
  void operator()(const RankingInput& type) const {
    Put(type.options, out.mutable_ranking()->mutable_options());
    out.mutable_ranking()->set_top(type.top);
  }
  void operator()(const RepeatGroup& type) const {
    v1::RepeatGroup& group = *out.mutable_repeat();
    for (const Question& question : type.questions) Put(question, *group.add_questions());
    group.set_min_instances(type.min_instances);
    group.set_max_instances(type.max_instances);
  }
  void operator()(const Calculation& type) const {
    out.mutable_calculation()->set_expression(type.expression);
    out.mutable_calculation()->set_decimals(type.decimals);
  }
};

void Put(const Question& question, v1::Question& out) {
  out.set_id(question.id);
  ToProto(question.label, *out.mutable_label());
  Put(question.hint, [&out] { return out.mutable_hint(); });
  out.set_required(question.required);
  out.set_required_if(question.required_if);
  out.set_relevance(question.relevance);
  out.set_constraint(question.constraint);
  Put(question.constraint_message, [&out] { return out.mutable_constraint_message(); });
  out.set_choice_filter(question.choice_filter);
  std::visit(TypeWriter{out}, question.type);
}

}  // namespace

void ToProto(const Questionnaire& content, v1::Questionnaire& out) {
  ToProto(content.title, *out.mutable_title());
  out.set_role(static_cast<v1::Role>(content.role));
  for (const Section& section : content.sections) {
    v1::Section& added = *out.add_sections();
    ToProto(section.title, *added.mutable_title());
    for (const Question& question : section.questions) Put(question, *added.add_questions());
  }
}

}  // namespace vg::survey
