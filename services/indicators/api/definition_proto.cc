#include "services/indicators/api/definition_proto.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::indicators {

namespace v1 = voortgang::indicators::v1;

namespace {

constexpr int64_t kMostSteps = 1000;

absl::StatusOr<Exact> NumberOf(const voortgang::type::v1::Decimal& decimal,
                               const std::string& field) {
  absl::StatusOr<Exact> number = Exact::FromDecimal(decimal.value());
  if (!number.ok()) {
    return InvalidField(absl::StrCat("definition.quantiles.", field), "NUMBER_MALFORMED",
                        absl::StrCat("'", decimal.value(), "' is no decimal number"));
  }
  return number;
}

// How many steps `number` is; whole and not beyond what sums hold.
absl::StatusOr<int64_t> StepsIn(const Exact& number, const Exact& step, const std::string& field) {
  const Exact steps = number / step;
  int64_t count = 0;
  if (!absl::SimpleAtoi(steps.ToText(), &count) || count > kLargestAddend ||
      count < -kLargestAddend) {
    return InvalidField(absl::StrCat("definition.quantiles.", field), "NOT_A_STEP",
                        "must be a multiple of the step, at most 30 million steps from 0");
  }
  return count;
}

absl::Status SetQuantiles(const v1::Quantiles& quantiles, Rules& rules) {
  rules.kind = MeasureKind::kQuantiles;
  rules.expression = quantiles.value();
  Exact last = 0;
  for (int i = 0; i < quantiles.shares_size(); ++i) {
    const std::string field = absl::StrCat("shares[", i, "]");
    ASSIGN_OR_RETURN(const Exact share, NumberOf(quantiles.shares(i), field));
    if (share <= last || share >= Exact(1)) {
      return InvalidField(absl::StrCat("definition.quantiles.", field), "OUT_OF_RANGE",
                          "must be more than 0 and than the one before, and less than 1");
    }
    last = share;
    rules.shares.push_back(quantiles.shares(i).value());
  }
  if (rules.shares.empty()) rules.shares.emplace_back("0.5");
  if (quantiles.has_step()) {
    ASSIGN_OR_RETURN(rules.step, NumberOf(quantiles.step(), "step"));
    if (rules.step <= Exact(0)) {
      return InvalidField("definition.quantiles.step", "OUT_OF_RANGE", "must be more than 0");
    }
  }
  ASSIGN_OR_RETURN(const Exact least, NumberOf(quantiles.least(), "least"));
  ASSIGN_OR_RETURN(const Exact greatest, NumberOf(quantiles.greatest(), "greatest"));
  ASSIGN_OR_RETURN(rules.least_step, StepsIn(least, rules.step, "least"));
  ASSIGN_OR_RETURN(rules.greatest_step, StepsIn(greatest, rules.step, "greatest"));
  if (rules.greatest_step <= rules.least_step ||
      rules.greatest_step - rules.least_step > kMostSteps) {
    return InvalidField("definition.quantiles.greatest", "OUT_OF_RANGE",
                        absl::StrCat("must be 1 to ", kMostSteps, " steps from the least"));
  }
  return absl::OkStatus();
}

}  // namespace

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
    case v1::IndicatorDefinition::kCount:
      rules.kind = MeasureKind::kCount;
      break;
    case v1::IndicatorDefinition::kTotal:
      rules.kind = MeasureKind::kTotal;
      rules.expression = definition.total().value();
      rules.decimals = definition.total().decimals();
      break;
    case v1::IndicatorDefinition::kRatio:
      rules.kind = MeasureKind::kRatio;
      rules.expression = definition.ratio().numerator();
      rules.denominator = definition.ratio().denominator();
      rules.decimals = definition.ratio().decimals();
      break;
    case v1::IndicatorDefinition::kQuantiles:
      RETURN_IF_ERROR(SetQuantiles(definition.quantiles(), rules));
      break;
    case v1::IndicatorDefinition::MEASURE_NOT_SET:
      return InvalidField("definition", "NO_MEASURE",
                          "says nothing of how it is measured: set proportion, mean, distribution, "
                          "ranking_share, count, total, ratio or quantiles");
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
    case v1::IndicatorDefinition::kCount:
      digest.Record("count");
      break;
    case v1::IndicatorDefinition::kTotal:
      digest.Record("total")
          .Text(definition.total().value())
          .Integer(definition.total().decimals());
      break;
    case v1::IndicatorDefinition::kRatio:
      digest.Record("ratio")
          .Text(definition.ratio().numerator())
          .Text(definition.ratio().denominator())
          .Integer(definition.ratio().decimals());
      break;
    case v1::IndicatorDefinition::kQuantiles: {
      const v1::Quantiles& quantiles = definition.quantiles();
      digest.Record("quantiles").Text(quantiles.value());
      digest.List(static_cast<size_t>(quantiles.shares_size()));
      for (const auto& share : quantiles.shares()) digest.Text(share.value());
      digest.Text(quantiles.step().value())
          .Text(quantiles.least().value())
          .Text(quantiles.greatest().value());
      break;
    }
    case v1::IndicatorDefinition::MEASURE_NOT_SET:
      digest.Absent();
  }
  return digest.Finish();
}

}  // namespace vg::indicators
