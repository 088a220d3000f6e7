#include "services/indicators/domain/measure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/numeric/exact.h"
#include "common/status/error.h"
#include "services/indicators/domain/record.h"

namespace vg::indicators {
namespace {

using expression::Expression;
using expression::Kind;
using expression::Type;
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
  }
  return "definition";
}

bool Suits(const Type& type, MeasureKind kind) {
  switch (kind) {
    case MeasureKind::kProportion:
      return type.kind() == Kind::kBool;
    case MeasureKind::kMean:
      return type.kind() == Kind::kNumber;
    case MeasureKind::kDistribution:
      return type.kind() == Kind::kText ||
             (type.kind() == Kind::kList && type.element().kind() == Kind::kText);
    case MeasureKind::kRankingShare:
      return type.kind() == Kind::kList && type.element().kind() == Kind::kText;
  }
  return false;
}

const char* Wanted(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::kProportion:
      return "a condition";
    case MeasureKind::kMean:
      return "a number";
    case MeasureKind::kDistribution:
      return "a text or a list of texts";
    case MeasureKind::kRankingShare:
      return "a list of texts";
  }
  return "";
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

absl::StatusOr<Measure> Measure::Compile(const Rules& rules,
                                         const expression::Environment& environment) {
  std::vector<FieldViolation> violations;
  std::optional<Expression> filter;
  if (!rules.filter.empty()) {
    absl::StatusOr<Expression> compiled =
        Expression::Compile(rules.filter, environment, Type::Bool().Optional());
    if (compiled.ok()) {
      filter = *std::move(compiled);
    } else {
      violations.push_back(At("definition.filter", compiled.status()));
    }
  }
  absl::StatusOr<Expression> expression = Expression::Compile(rules.expression, environment);
  if (!expression.ok()) {
    violations.push_back(At(FieldOf(rules.kind), expression.status()));
  } else if (!Suits(expression->type(), rules.kind)) {
    violations.push_back({FieldOf(rules.kind), "WRONG_TYPE",
                          absl::StrCat("line 1, column 1: must be ", Wanted(rules.kind),
                                       ", and is ", expression->type().ToText())});
  } else if (rules.kind == MeasureKind::kMean && !expression->type().any_unit() &&
             expression->type().unit() != UnitOf(rules.unit)) {
    violations.push_back({"definition.unit", "UNIT_MISMATCH",
                          absl::StrCat("must be the unit of the mean, which is ",
                                       expression->type().unit().ToText())});
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  const Type& type = expression->type();
  std::vector<std::string> categories;
  if (rules.kind == MeasureKind::kDistribution || rules.kind == MeasureKind::kRankingShare) {
    const auto* vocabulary =
        type.kind() == Kind::kList ? type.element().vocabulary() : type.vocabulary();
    if (vocabulary != nullptr) categories = *vocabulary;
  }
  std::set<std::string> names;
  for (const Expression* each : {filter ? &*filter : nullptr, &*expression}) {
    if (each == nullptr) continue;
    for (const expression::Slot slot : each->variables()) names.insert(environment.name(slot));
  }
  return Measure(rules, std::move(filter), *std::move(expression), std::move(categories),
                 {names.begin(), names.end()});
}

Contribution Measure::Of(const expression::Frame& record) const {
  if (filter_.has_value()) {
    const absl::StatusOr<Value> counts = filter_->Evaluate(record);
    if (!counts.ok() || counts->absent() || !counts->bool_value()) return {};
  }
  const absl::StatusOr<Value> value = expression_.Evaluate(record);
  if (!value.ok() || value->absent()) return {};

  Contribution contribution;
  Sums& base = contribution[""];
  base.n = 1;
  switch (rules_.kind) {
    case MeasureKind::kProportion:
      base.sum = value->bool_value() ? 1 : 0;
      break;
    case MeasureKind::kMean: {
      const std::optional<int64_t> scaled = Scaled(value->number(), rules_.decimals);
      if (!scaled.has_value()) return {};
      base.sum = *scaled;
      base.squares = *scaled * *scaled;
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
