#include "services/survey/api/comparison_proto.h"

#include <utility>

#include "services/survey/api/questionnaire_proto.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

Comparison FromProto(const ComparisonProto& comparisons) {
  Comparison out;
  for (const v1::QuestionComparison& each : comparisons) {
    out.push_back({.question = each.question(),
                   .former_question = each.former_question(),
                   .comparability = static_cast<Comparability>(each.comparability()),
                   .note = FromProto(each.note())});
  }
  return out;
}

void ToProto(const Comparison& comparison, ComparisonProto& out) {
  for (const QuestionComparison& each : comparison) {
    v1::QuestionComparison& proto = *out.Add();
    proto.set_question(each.question);
    proto.set_former_question(each.former_question);
    proto.set_comparability(static_cast<v1::Comparability>(each.comparability));
    if (each.note != LocalizedText()) ToProto(each.note, *proto.mutable_note());
  }
}

std::string Encode(const Comparison& comparison) {
  v1::CompareQuestionnaireVersionsResponse proto;
  ToProto(comparison, *proto.mutable_comparisons());
  return proto.SerializeAsString();
}

absl::StatusOr<Comparison> DecodeComparison(const std::string& bytes) {
  v1::CompareQuestionnaireVersionsResponse proto;
  if (!proto.ParseFromString(bytes)) {
    return absl::DataLossError("a kept comparison of versions cannot be read");
  }
  return FromProto(proto.comparisons());
}

}  // namespace vg::survey
