#include "services/indicators/api/definition_proto.h"

#include "common/digest/digest.h"
#include "common/status/error.h"

namespace vg::indicators {

namespace v1 = voortgang::indicators::v1;

absl::StatusOr<Rules> RulesFromProto(const v1::IndicatorDefinition& definition) {
  if (definition.source_case() == v1::IndicatorDefinition::SOURCE_NOT_SET) {
    return InvalidField("definition", "NO_SOURCE",
                        "says nothing of what it is measured on: set responses or programmes");
  }
  Rules rules;
  rules.filter = definition.filter();
  rules.unit = definition.unit();
  switch (definition.measure_case()) {
    case v1::IndicatorDefinition::kProportion:
      rules.kind = MeasureKind::kProportion;
      rules.expression = definition.proportion().condition();
      break;
    case v1::IndicatorDefinition::kMean:
      rules.kind = MeasureKind::kMean;
      rules.expression = definition.mean().value();
      rules.decimals = definition.mean().decimals();
      break;
    case v1::IndicatorDefinition::kDistribution:
      rules.kind = MeasureKind::kDistribution;
      rules.expression = definition.distribution().value();
      break;
    case v1::IndicatorDefinition::kRankingShare:
      rules.kind = MeasureKind::kRankingShare;
      rules.expression = definition.ranking_share().value();
      rules.top = definition.ranking_share().top();
      break;
    case v1::IndicatorDefinition::MEASURE_NOT_SET:
      return InvalidField("definition", "NO_MEASURE",
                          "says nothing of how it is measured: set proportion, mean, distribution "
                          "or ranking_share");
  }
  return rules;
}

const char* FeedOf(const v1::IndicatorDefinition& definition) {
  return definition.has_programmes() ? kProgrammeFeed : kResponseFeed;
}

std::string DigestOf(const v1::IndicatorDefinition& definition) {
  DigestBuilder digest("voortgang.indicators.definition.v1");
  const auto text = [&digest](const voortgang::type::v1::LocalizedText& value) {
    digest.Text(value.nl()).Text(value.en());
  };
  text(definition.title());
  text(definition.description());
  text(definition.goal());
  digest.Text(definition.unit()).Integer(definition.direction()).Text(definition.owner());
  if (definition.has_baseline()) {
    digest.Text(definition.baseline().value());
  } else {
    digest.Absent();
  }
  if (definition.has_programmes()) {
    digest.Record("programmes").Text(definition.programmes().school_year());
  } else {
    digest.Record("responses")
        .List(static_cast<size_t>(definition.responses().questionnaires_size()));
    for (const std::string& name : definition.responses().questionnaires()) digest.Text(name);
  }
  digest.Text(definition.filter());
  switch (definition.measure_case()) {
    case v1::IndicatorDefinition::kProportion:
      digest.Record("proportion").Text(definition.proportion().condition());
      break;
    case v1::IndicatorDefinition::kMean:
      digest.Record("mean").Text(definition.mean().value()).Integer(definition.mean().decimals());
      break;
    case v1::IndicatorDefinition::kDistribution:
      digest.Record("distribution").Text(definition.distribution().value());
      break;
    case v1::IndicatorDefinition::kRankingShare:
      digest.Record("ranking_share")
          .Text(definition.ranking_share().value())
          .Integer(definition.ranking_share().top());
      break;
    case v1::IndicatorDefinition::MEASURE_NOT_SET:
      digest.Absent();
  }
  return digest.Finish();
}

}  // namespace vg::indicators
