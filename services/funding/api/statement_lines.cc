#include "services/funding/api/statement_lines.h"

#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/grpc/type_conversions.h"
#include "common/time/clock.h"

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
    case Measure::kAboveSchoolLevel:
      return figures.above_cents;
    case Measure::kCarriedOver:
      return figures.carried_over;
    case Measure::kHiredPercentage:
    case Measure::kMrConsent:
    case Measure::kGmrConsent:
      break;
  }
  return 0;
}

struct StateWords {
  ConsentState state;
  const char* nl;
  const char* en;
};
constexpr StateWords kStates[] = {
    {ConsentState::kUnknown, "niet vermeld", "not stated"},
    {ConsentState::kRequested, "gevraagd", "requested"},
    {ConsentState::kGiven, "gegeven", "given"},
    {ConsentState::kPartly, "gedeeltelijk gegeven", "partly given"},
    {ConsentState::kRefused, "geweigerd", "refused"},
};

// "given on 2021-10-04"
void SetConsent(const StatementFigures& figures, const Consent& consent, bool needed,
                voortgang::type::v1::LocalizedText& text) {
  if (figures.reports == 0) {
    text.set_nl("geen verslag");
    text.set_en("no report");
    return;
  }
  if (!needed && consent.state == ConsentState::kUnknown) {
    text.set_nl("niet nodig");
    text.set_en("not needed");
    return;
  }
  for (const StateWords& words : kStates) {
    if (words.state != consent.state) continue;
    text.set_nl(words.nl);
    text.set_en(words.en);
  }
  if (!consent.date.has_value()) return;
  text.set_nl(absl::StrCat(text.nl(), " op ", FormatDay(*consent.date)));
  text.set_en(absl::StrCat(text.en(), " on ", FormatDay(*consent.date)));
}

// "given at 21 of 22"
void SetConsentOfAll(int given, int needed, voortgang::type::v1::LocalizedText& text) {
  text.set_nl(absl::StrCat("gegeven bij ", given, " van ", needed));
  text.set_en(absl::StrCat("given at ", given, " of ", needed));
}

}  // namespace

void StatementFigures::Add(const SpendingReport& report) {
  cents = report.cents;
  hired_cents = report.hired_cents;
  above_cents = report.above_cents;
  reports = 1;
  mr = report.mr;
  gmr = report.gmr;
  mr_given = mr.state == ConsentState::kGiven ? 1 : 0;
  gmr_needed = above_cents > 0 ? 1 : 0;
  gmr_given = gmr_needed == 1 && gmr.state == ConsentState::kGiven ? 1 : 0;
}

StatementFigures& StatementFigures::operator+=(const StatementFigures& other) {
  position = position + other.position;
  for (size_t i = 0; i < kCategories; ++i) cents[i] += other.cents[i];
  hired_cents += other.hired_cents;
  above_cents += other.above_cents;
  carried_over += other.carried_over;
  recipients += other.recipients;
  reports += other.reports;
  mr_given += other.mr_given;
  gmr_given += other.gmr_given;
  gmr_needed += other.gmr_needed;
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
    const bool mr = indicator.measure == Measure::kMrConsent;
    if (mr || indicator.measure == Measure::kGmrConsent) {
      if (!recipient.empty()) {
        SetConsent(figures, mr ? figures.mr : figures.gmr, mr || figures.gmr_needed > 0,
                   *line.mutable_text());
      } else if (mr) {
        SetConsentOfAll(figures.mr_given, figures.recipients, *line.mutable_text());
      } else {
        SetConsentOfAll(figures.gmr_given, figures.gmr_needed, *line.mutable_text());
      }
    } else if (indicator.measure == Measure::kHiredPercentage) {
      const auto share = HiredPercentage(figures.hired_cents, SpentInYear(figures));
      line.set_percentage(share.has_value() ? share->ToText() : "");
    } else {
      *line.mutable_amount() =
          rpc::ToProto(Money{CentsOf(indicator.measure, figures), rules.currency});
    }
  }
}

}  // namespace vg::funding
