#include "services/funding/api/statement_lines.h"

#include <numeric>

#include "absl/strings/str_format.h"

#include "common/grpc/type_conversions.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

int64_t SpentInYear(const StatementFigures& figures) {
  return std::accumulate(figures.cents.begin(), figures.cents.end(), int64_t{0});
}

int64_t CentsOf(Measure measure, const StatementFigures& figures) {
  switch (measure) {
    case Measure::kReceived:
      return figures.position.received;
    case Measure::kSpent:
      return figures.position.spent;
    case Measure::kSpentA:
    case Measure::kSpentB:
    case Measure::kSpentC:
    case Measure::kSpentD:
    case Measure::kSpentE:
    case Measure::kSpentF:
      return figures.cents[static_cast<size_t>(measure) - static_cast<size_t>(Measure::kSpentA)];
    case Measure::kHired:
      return figures.hired_cents;
    case Measure::kReserved:
      return figures.position.reserved;
    case Measure::kRemaining:
      return figures.position.remaining;
    case Measure::kRecoverable:
      return figures.position.recoverable;
    case Measure::kRecovered:
      return figures.position.recovered;
    case Measure::kSpentInYear:
      return SpentInYear(figures);
    case Measure::kHiredPercentage:
      break;
  }
  return 0;
}

}  // namespace

StatementFigures& StatementFigures::operator+=(const StatementFigures& other) {
  position = position + other.position;
  for (size_t i = 0; i < kCategories; ++i) cents[i] += other.cents[i];
  hired_cents += other.hired_cents;
  return *this;
}

void AddLines(const AccountabilityRules& rules, const StatementFigures& figures,
              std::string_view recipient, v1::StatementPart& part) {
  part.set_recipient(std::string(recipient));
  for (size_t i = 0; i < rules.indicators.size(); ++i) {
    const Indicator& indicator = rules.indicators[i];
    v1::StatementLine& line = *part.add_lines();
    line.set_number(absl::StrFormat("%s/%02d", rules.code, i + 1));
    line.mutable_title()->set_nl(indicator.title_nl);
    line.mutable_title()->set_en(indicator.title_en);
    if (indicator.measure == Measure::kHiredPercentage) {
      const auto share = HiredPercentage(figures.hired_cents, SpentInYear(figures));
      line.set_percentage(share.has_value() ? share->ToText() : "");
    } else {
      *line.mutable_amount() =
          rpc::ToProto(Money{CentsOf(indicator.measure, figures), rules.currency});
    }
  }
}

}  // namespace vg::funding
