#include "services/survey/api/response_proto.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/kept_answers.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;
using google::protobuf::RepeatedPtrField;

std::vector<std::string_view> Views(const RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

std::vector<DraftAnswer> Drafts(const RepeatedPtrField<v1::Answer>& answers);

// Into `value`, which is empty.
void Read(const v1::Answer& answer, AnswerValue& value) {
  switch (answer.value_case()) {
    case v1::Answer::kChoice:
      value.emplace<ChoiceAnswer>(answer.choice());
      break;
    case v1::Answer::kChoices:
      value.emplace<ChoicesAnswer>(Views(answer.choices().options()));
      break;
    case v1::Answer::kNumber:
      value.emplace<NumberAnswer>(answer.number().value());
      break;
    case v1::Answer::kDate:
      value.emplace<DateAnswer>(answer.date().year(), answer.date().month(), answer.date().day());
      break;
    case v1::Answer::kText:
      value.emplace<TextAnswer>(answer.text());
      break;
    case v1::Answer::kMatrix: {
      auto& matrix = value.emplace<MatrixAnswer>();
      matrix.rows.reserve(answer.matrix().rows().size());
      for (const auto& [row, option] : answer.matrix().rows()) {
        matrix.rows.emplace_back(row, option);
      }
      break;
    }
    case v1::Answer::kRanking:
      value.emplace<RankingAnswer>(Views(answer.ranking().options()));
      break;
    case v1::Answer::kRepeat: {
      auto& repeat = value.emplace<RepeatAnswer>();
      repeat.instances.reserve(answer.repeat().instances_size());
      for (const v1::RepeatInstance& instance : answer.repeat().instances()) {
        repeat.instances.push_back(Drafts(instance.answers()));
      }
      break;
    }
    case v1::Answer::kNotApplicable:
      value.emplace<NotApplicableAnswer>(answer.not_applicable().reason());
      break;
    case v1::Answer::VALUE_NOT_SET:
      break;
  }
}

std::vector<DraftAnswer> Drafts(const RepeatedPtrField<v1::Answer>& answers) {
  std::vector<DraftAnswer> drafts;
  drafts.reserve(answers.size());
  for (const v1::Answer& answer : answers) {
    DraftAnswer& draft = drafts.emplace_back();
    draft.question = answer.question();
    Read(answer, draft.value);
  }
  return drafts;
}

struct ValueWriter {
  Texts texts;
  v1::Answer& out;

  void operator()(const std::monostate&) const {}
  void operator()(const ChoiceAnswer& answer) const { out.set_choice(std::string(answer.option)); }
  void operator()(const ChoicesAnswer& answer) const {
    Put(answer.options, *out.mutable_choices());
  }
  void operator()(const NumberAnswer& answer) const {
    out.mutable_number()->set_value(std::string(answer.decimal));
  }
  void operator()(const DateAnswer& answer) const {
    out.mutable_date()->set_year(answer.year);
    out.mutable_date()->set_month(answer.month);
    out.mutable_date()->set_day(answer.day);
  }
  void operator()(const TextAnswer& answer) const { out.set_text(std::string(answer.text)); }
  void operator()(const MatrixAnswer& answer) const {
    auto& rows = *out.mutable_matrix()->mutable_rows();
    for (const auto& [row, option] : answer.rows) rows[std::string(row)] = std::string(option);
  }
  void operator()(const RankingAnswer& answer) const {
    Put(answer.options, *out.mutable_ranking());
  }
  void operator()(const RepeatAnswer& answer) const;
  void operator()(const NotApplicableAnswer& answer) const {
    out.mutable_not_applicable()->set_reason(std::string(answer.reason));
  }

 private:
  static void Put(const std::vector<std::string_view>& options, v1::OptionList& list) {
    for (const std::string_view option : options) list.add_options(std::string(option));
  }
};

void PutAnswers(const std::vector<DraftAnswer>& answers, Texts texts,
                RepeatedPtrField<v1::Answer>& out) {
  out.Reserve(static_cast<int>(answers.size()));
  for (const DraftAnswer& answer : answers) {
    if (texts == Texts::kLeftOut && std::holds_alternative<TextAnswer>(answer.value)) continue;
    v1::Answer& added = *out.Add();
    added.set_question(std::string(answer.question));
    std::visit(ValueWriter{texts, added}, answer.value);
  }
}

void ValueWriter::operator()(const RepeatAnswer& answer) const {
  v1::RepeatAnswer& repeat = *out.mutable_repeat();
  for (const std::vector<DraftAnswer>& instance : answer.instances) {
    PutAnswers(instance, texts, *repeat.add_instances()->mutable_answers());
  }
}

}  // namespace

absl::StatusOr<ResponseDraft> DraftOf(const v1::Response& sent) {
  ResponseDraft draft;
  draft.name = sent.name();
  draft.questionnaire_version = sent.questionnaire_version();
  draft.unit = sent.unit();
  draft.partial = sent.partial();
  if (sent.has_client_time()) {
    ASSIGN_OR_RETURN(draft.client_time, rpc::FromProto(sent.client_time(), "client_time"));
  }
  draft.answers = Drafts(sent.answers());
  return draft;
}

absl::Status ToProto(const Asked& asked, const StoredResponse& stored, v1::Response& out,
                     Texts texts) {
  out.set_name(absl::StrCat(Av(asked.wave_name), "/responses/", stored.id));
  out.set_questionnaire_version(std::string(asked.version_name));
  out.set_unit(stored.unit);
  out.set_partial(stored.partial);
  *out.mutable_accept_time() = rpc::ToProto(stored.accept_time);
  if (stored.withdraw_time) *out.mutable_withdraw_time() = rpc::ToProto(*stored.withdraw_time);
  out.set_digest(Hex(stored.digest));
  out.set_revision(stored.revision);
  ASSIGN_OR_RETURN(const KeptAnswers kept, DecodeAnswers(*asked.questionnaire, stored.content));
  if (kept.client_time) *out.mutable_client_time() = rpc::ToProto(*kept.client_time);
  PutAnswers(kept.answers, texts, *out.mutable_answers());
  for (const Verdict::Dropped& dropped : kept.dropped) {
    v1::DroppedAnswer& added = *out.add_dropped();
    added.set_question(std::string(dropped.question));
    added.set_rule(std::string(dropped.rule));
    added.set_instance(dropped.instance);
    added.set_reason(static_cast<v1::DropReason>(dropped.reason));
  }
  return absl::OkStatus();
}

}  // namespace vg::survey
