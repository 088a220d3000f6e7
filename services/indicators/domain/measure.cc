#include "services/indicators/domain/measure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/expression/unit.h"
#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::indicators {
namespace {

using expression::Expression;
using expression::Kind;
using expression::Type;
using expression::Unit;
using expression::Value;

// The error of a compilation as a violation of the definition's field.
FieldViolation At(const char* field, const absl::Status& status) {
  ErrorDetails details = DetailsOf(status);
  std::string sentence(status.message());
  if (details.metadata.contains("line")) {
    sentence = absl::StrCat("line ", details.metadata["line"], ", column ",
                            details.metadata["column"], ": ", details.metadata["sentence"]);
  }
  return {field, details.reason.empty() ? "WRONG_TYPE" : details.reason, std::move(sentence)};
}

const char* FieldOf(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::kProportion:
      return "definition.proportion.condition";
    case MeasureKind::kMean:
      return "definition.mean.value";
    case MeasureKind::kDistribution:
      return "definition.distribution.value";
    case MeasureKind::kRankingShare:
      return "definition.ranking_share.value";
    case MeasureKind::kTotal:
      return "definition.total.value";
    case MeasureKind::kRatio:
      return "definition.ratio.numerator";
    case MeasureKind::kQuantiles:
      return "definition.quantiles.value";
    case MeasureKind::kCount:
      break;
  }
  return "definition";
}

bool HasNumber(MeasureKind kind) {
  return kind == MeasureKind::kMean || kind == MeasureKind::kTotal || kind == MeasureKind::kRatio ||
         kind == MeasureKind::kQuantiles;
}

bool Suits(const Type& type, MeasureKind kind) {
  if (HasNumber(kind)) return type.kind() == Kind::kNumber;
  if (kind == MeasureKind::kProportion) return type.kind() == Kind::kBool;
  const bool texts = type.kind() == Kind::kList && type.element().kind() == Kind::kText;
  return texts || (kind == MeasureKind::kDistribution && type.kind() == Kind::kText);
}

const char* Wanted(MeasureKind kind) {
  if (HasNumber(kind)) return "a number";
  if (kind == MeasureKind::kProportion) return "a condition";
  return kind == MeasureKind::kDistribution ? "a text or a list of texts" : "a list of texts";
}

// The scaled number, or nothing if it is too large or has more decimals than are kept.
std::optional<int64_t> Scaled(const Exact& number, int decimals) {
  Exact scale = 1;
  for (int i = 0; i < decimals; ++i) scale = scale * Exact(10);
  const std::string text = (number * scale).Round(0, Rounding::kHalfEven).ToText();
  int64_t scaled = 0;
  if (!absl::SimpleAtoi(text, &scaled)) return std::nullopt;
  if (scaled > kLargestAddend || scaled < -kLargestAddend) return std::nullopt;
  return scaled;
}

}  // namespace

Sums& Sums::operator+=(const Sums& other) {
  n += other.n;
  sum += other.sum;
  squares += other.squares;
  return *this;
}

std::string ValueCategory(int64_t step) { return absl::StrCat(step); }

std::optional<int64_t> StepOf(std::string_view category) {
  int64_t step = 0;
  if (!absl::SimpleAtoi(Av(category), &step)) return std::nullopt;
  return step;
}

absl::StatusOr<Measure> Measure::Compile(const Rules& rules,
                                         const expression::Environment& environment) {
  std::vector<FieldViolation> violations;
  Measure measure(rules);
  if (!rules.filter.empty()) {
    absl::StatusOr<Expression> compiled =
        Expression::Compile(rules.filter, environment, Type::Bool().Optional());
    if (compiled.ok()) {
      measure.filter_ = *std::move(compiled);
    } else {
      violations.push_back(At("definition.filter", compiled.status()));
    }
  }
  const auto compile = [&](const std::string& text, const char* field,
                           std::optional<Expression>& compiled_to) {
    absl::StatusOr<Expression> expression = Expression::Compile(text, environment);
    if (!expression.ok()) {
      violations.push_back(At(field, expression.status()));
      return;
    }
    if (!Suits(expression->type(), rules.kind)) {
      violations.push_back({field, "WRONG_TYPE",
                            absl::StrCat("line 1, column 1: must be ", Wanted(rules.kind),
                                         ", and is ", expression->type().ToText())});
      return;
    }
    compiled_to = *std::move(expression);
  };
  if (rules.kind != MeasureKind::kCount) {
    compile(rules.expression, FieldOf(rules.kind), measure.expression_);
  }
  if (rules.kind == MeasureKind::kRatio) {
    compile(rules.denominator, "definition.ratio.denominator", measure.denominator_);
  } else if (HasNumber(rules.kind) && measure.expression_.has_value()) {
    const Type& type = measure.expression_->type();
    // A share in percent that is computed, such as 100 * a / b, is a plain number.
    const bool percent = type.unit().plain() && rules.unit == "%";
    if (!type.any_unit() && !percent && type.unit() != Unit::Called(rules.unit)) {
      violations.push_back(
          {"definition.unit", "UNIT_MISMATCH",
           absl::StrCat("must be the unit of the number, which is ", type.unit().ToText())});
    }
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  if (rules.kind == MeasureKind::kDistribution || rules.kind == MeasureKind::kRankingShare) {
    const Type& type = measure.expression_->type();
    const auto* vocabulary =
        type.kind() == Kind::kList ? type.element().vocabulary() : type.vocabulary();
    if (vocabulary != nullptr) measure.categories_ = *vocabulary;
  }
  std::set<std::string> names;
  for (const auto* each : {&measure.filter_, &measure.expression_, &measure.denominator_}) {
    if (!each->has_value()) continue;
    for (const expression::Slot slot : (*each)->variables()) names.insert(environment.name(slot));
  }
  measure.names_.assign(names.begin(), names.end());
  return measure;
}

Contribution Measure::Of(const expression::Frame& record) const {
  if (filter_.has_value()) {
    const absl::StatusOr<Value> counts = filter_->Evaluate(record);
    if (!counts.ok() || counts->absent() || !counts->bool_value()) return {};
  }
  Contribution contribution;
  Sums& base = contribution[""];
  base.n = 1;
  if (rules_.kind == MeasureKind::kCount) {
    base.sum = 1;
    return contribution;
  }
  const absl::StatusOr<Value> value = expression_->Evaluate(record);
  if (!value.ok() || value->absent()) return {};
  const auto set = [](Sums& sums, int64_t number) {
    sums.sum = number;
    sums.squares = number * number;
  };
  switch (rules_.kind) {
    case MeasureKind::kCount:
      break;
    case MeasureKind::kProportion:
      base.sum = value->bool_value() ? 1 : 0;
      break;
    case MeasureKind::kMean:
    case MeasureKind::kTotal: {
      const std::optional<int64_t> scaled = Scaled(value->number(), rules_.decimals);
      if (!scaled.has_value()) return {};
      set(base, *scaled);
      break;
    }
    case MeasureKind::kRatio: {
      const absl::StatusOr<Value> below = denominator_->Evaluate(record);
      if (!below.ok() || below->absent()) return {};
      const std::optional<int64_t> y = Scaled(value->number(), rules_.decimals);
      const std::optional<int64_t> x = Scaled(below->number(), rules_.decimals);
      if (!y.has_value() || !x.has_value()) return {};
      set(base, *y);
      Sums& sums = contribution[kBelow];
      set(sums, *x);
      sums.n = *x * *y;
      break;
    }
    case MeasureKind::kQuantiles: {
      const std::optional<int64_t> step = Scaled(value->number() / rules_.step, 0);
      if (!step.has_value() || *step < rules_.least_step || *step > rules_.greatest_step) return {};
      set(base, *step);
      contribution[ValueCategory(*step)].sum = 1;
      break;
    }
    case MeasureKind::kDistribution:
      if (value->kind() == Kind::kText) {
        contribution[value->text()].sum = 1;
      } else {
        for (const Value& option : value->list()) contribution[option.text()].sum = 1;
      }
      break;
    case MeasureKind::kRankingShare: {
      const auto& ranked = value->list();
      const size_t top = std::min(ranked.size(), static_cast<size_t>(rules_.top));
      for (size_t i = 0; i < top; ++i) contribution[ranked[i].text()].sum = 1;
      break;
    }
  }
  return contribution;
}

}  // namespace vg::indicators
