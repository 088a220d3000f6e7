#include "services/funding/domain/accountability/rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

// A million million: whatever is above was mistyped.
constexpr int64_t kMostCents = 100'000'000'000'000;

std::string Euros(int64_t cents, const AccountabilityRules& rules) {
  return ToText(Money{cents, rules.currency});
}

// Collects what is to be said of one report.
class Findings {
 public:
  void Refuse(std::string field, std::string reason, std::string sentence) {
    all_.push_back({true, std::move(field), std::move(reason), std::move(sentence)});
  }
  void Warn(std::string field, std::string reason, std::string sentence) {
    all_.push_back({false, std::move(field), std::move(reason), std::move(sentence)});
  }
  bool refused() const {
    return std::any_of(all_.begin(), all_.end(),
                       [](const ReportFinding& one) { return one.refuses; });
  }
  std::vector<ReportFinding> Take() && { return std::move(all_); }

 private:
  std::vector<ReportFinding> all_;
};

void CheckAmounts(const SpendingReport& report, const AccountabilityRules& rules, int64_t total,
                  Findings& findings) {
  for (size_t i = 0; i < kCategories; ++i) {
    const std::string field = i + 1 == kCategories
                                  ? "amount"
                                  : std::string(1, static_cast<char>('a' + static_cast<int>(i)));
    if (report.cents[i] < 0) {
      findings.Refuse(field, "NEGATIVE_AMOUNT",
                      "must not be below zero; correct the year it was said of");
    }
    if (report.cents[i] > kMostCents) {
      findings.Refuse(field, "AMOUNT_TOO_LARGE", "is more than a million million");
    }
  }
  if (report.reserved_cents > kMostCents) {
    findings.Refuse("reserved", "AMOUNT_TOO_LARGE", "is more than a million million");
  }
  if (report.hired_cents < 0 || report.reserved_cents < 0 || report.above_cents < 0) {
    findings.Refuse("hired", "NEGATIVE_AMOUNT",
                    "hired, reserved and above_school_level must not be below zero");
  }
  const int64_t unclassified = report.cents[static_cast<size_t>(Category::kNone)];
  if (rules.schools && unclassified != 0) {
    findings.Refuse("amount", "NOT_CLASSIFIED",
                    "a school tells what it spent by category, in the columns a to f");
  }
  if (!rules.schools && unclassified != total) {
    findings.Refuse("a", "CLASSIFIED",
                    "a municipality tells what it spent in one amount, in the column amount");
  }
  if (report.hired_cents > total) {
    findings.Refuse("hired", "HIRED_ABOVE_TOTAL",
                    absl::StrCat("is part of what was spent, ", Euros(total, rules)));
  }
  if (report.above_cents > total) {
    findings.Refuse("above_school_level", "ABOVE_SCHOOL_LEVEL_ABOVE_TOTAL",
                    absl::StrCat("is part of what was spent, ", Euros(total, rules)));
  }
}

void CheckPeriod(const SpendingReport& report, const AccountabilityRules& rules,
                 absl::CivilDay today, Findings& findings) {
  if (report.year > today.year()) {
    findings.Refuse("year", "FUTURE_YEAR",
                    absl::StrCat(report.year, " has not begun on ", FormatDay(today)));
  }
  const SpendingPeriod& period = PeriodOn(rules, today);
  if (report.year < period.from.year() || report.year > period.until.year()) {
    findings.Refuse("year", "OUTSIDE_SPENDING_PERIOD",
                    absl::StrCat("the money may be spent from ", FormatDay(period.from), " to ",
                                 FormatDay(period.until), " (", period.legal_reference, ")"));
  }
}

void CheckFacilities(const SpendingReport& report, const Earlier& earlier, Findings& findings) {
  constexpr auto kF = static_cast<size_t>(Category::kF);
  if (report.cents[kF] == 0) return;
  for (size_t i = 0; i < kF; ++i) {
    if (report.cents[i] > 0 || earlier.cents[i] > 0) return;
  }
  findings.Refuse("f", "FACILITIES_ALONE",
                  "facilities (F) support what is done in A to E, and nothing was spent on those");
}

void CheckFunds(const SpendingReport& report, const AccountabilityRules& rules,
                const Earlier& earlier, int64_t total, int64_t received, Findings& findings) {
  int64_t before = 0;
  for (const int64_t cents : earlier.cents) before += cents;
  const int64_t left = received - before - total;
  if (left < 0) {
    const std::string sentence =
        absl::StrCat("with other years ", Euros(before + total, rules), " was spent, and ",
                     Euros(received, rules), " received until the end of ", report.year);
    if (rules.overspending == Overspending::kRefuse) {
      findings.Refuse("", "SPENT_MORE_THAN_RECEIVED", sentence);
    } else {
      findings.Warn("", "SPENT_MORE_THAN_RECEIVED", sentence);
    }
  }
  if (report.reserved_cents > std::max<int64_t>(left, 0)) {
    findings.Warn("reserved", "RESERVED_MORE_THAN_LEFT",
                  absl::StrCat(Euros(std::max<int64_t>(left, 0), rules), " is left to set aside"));
  }
}

void CheckPeople(const SpendingReport& report, Findings& findings) {
  if (report.mr.state != ConsentState::kGiven) {
    findings.Warn("mr_consent", "MR_CONSENT_MISSING",
                  "the council of the school must agree to what is chosen");
  }
  if (report.above_cents > 0 && report.gmr.state != ConsentState::kGiven) {
    findings.Warn("gmr_consent", "GMR_CONSENT_MISSING",
                  "the joint council must agree to what is spent above the level of the school");
  }
  if (report.teachers.empty() || report.parents.empty()) {
    findings.Warn("teachers", "INVOLVEMENT_MISSING",
                  "the report tells how teachers and parents were involved");
  }
  if (!report.scan_made) {
    findings.Warn("scan", "SCAN_MISSING", "the report tells that the school scan was made");
  }
}

}  // namespace

static absl::Status CheckCarryOvers(const AccountabilityRules& rules) {
  std::set<std::string_view> seen;
  for (size_t i = 0; i < rules.carry_overs.size(); ++i) {
    const CarryOverRule& rule = rules.carry_overs[i];
    const std::string field = absl::StrCat("carry_overs[", i, "].");
    if (!NextSchoolYear(rule.school_year).has_value()) {
      return InvalidField(field + "school_year", "BAD_SCHOOL_YEAR",
                          "must be two years that follow each other, such as 2021-2022");
    }
    if (!seen.insert(rule.school_year).second) {
      return InvalidField(field + "school_year", "SCHOOL_YEAR_TWICE",
                          absl::StrCat(rule.school_year, " has a rule already"));
    }
    if (rule.most_percentage.has_value() && *rule.most_percentage > Exact(100)) {
      return InvalidField(field + "most_percentage", "PERCENTAGE_ABOVE_100", "must be at most 100");
    }
    const absl::CivilDay end = LastDayOfSchoolYear(rule.school_year);
    if (rule.until <= end) {
      return InvalidField(
          field + "last_day", "BAD_LAST_DAY",
          absl::StrCat("must be after ", FormatDay(end), ", the end of the school year"));
    }
  }
  return absl::OkStatus();
}

const CarryOverRule* CarryOverOf(const AccountabilityRules& rules, std::string_view school_year) {
  for (const CarryOverRule& rule : rules.carry_overs) {
    if (rule.school_year == school_year) return &rule;
  }
  return nullptr;
}

absl::Status CheckRules(const AccountabilityRules& rules) {
  if (rules.periods.empty()) {
    return InvalidField("spending_periods", "NO_PERIOD", "must say when the money may be spent");
  }
  for (size_t i = 0; i < rules.periods.size(); ++i) {
    const SpendingPeriod& period = rules.periods[i];
    const std::string field = absl::StrCat("spending_periods[", i, "]");
    if (period.until < period.from) {
      return InvalidField(absl::StrCat(field, ".last_day"), "BAD_PERIOD",
                          absl::StrCat("must not be before first_day, ", FormatDay(period.from)));
    }
    if (i > 0 && period.decided_on <= rules.periods[i - 1].decided_on) {
      return InvalidField(absl::StrCat(field, ".decided_on"), "BAD_ORDER",
                          absl::StrCat("must be after ", FormatDay(rules.periods[i - 1].decided_on),
                                       ", the decision before"));
    }
  }
  return CheckCarryOvers(rules);
}

const SpendingPeriod& PeriodOn(const AccountabilityRules& rules, absl::CivilDay day) {
  const SpendingPeriod* found = &rules.periods.front();
  for (const SpendingPeriod& period : rules.periods) {
    if (period.decided_on <= day) found = &period;
  }
  return *found;
}

FundPosition operator+(const FundPosition& a, const FundPosition& b) {
  return {a.received + b.received,        a.spent + b.spent,
          a.reserved + b.reserved,        a.remaining + b.remaining,
          a.recoverable + b.recoverable,  a.recovered + b.recovered,
          a.carried_over + b.carried_over};
}

std::vector<ReportFinding> CheckReport(const SpendingReport& report,
                                       const AccountabilityRules& rules, const Earlier& earlier,
                                       int64_t received, absl::CivilDay today) {
  Findings findings;
  const absl::StatusOr<int64_t> total = TotalCents(report);
  if (!total.ok()) {
    findings.Refuse("", "MONEY_OVERFLOW", std::string(total.status().message()));
    return std::move(findings).Take();
  }
  CheckAmounts(report, rules, *total, findings);
  CheckPeriod(report, rules, today, findings);
  CheckFacilities(report, earlier, findings);
  if (!findings.refused()) CheckFunds(report, rules, earlier, *total, received, findings);
  if (rules.schools) CheckPeople(report, findings);
  return std::move(findings).Take();
}

std::vector<BookSpending> Attribute(const std::array<int64_t, kCategories>& spent,
                                    const std::vector<BookFunds>& books) {
  std::vector<BookSpending> parts;
  parts.reserve(books.size());
  std::array<int64_t, kCategories> left = spent;
  for (size_t i = 0; i < books.size(); ++i) {
    BookSpending part{.book = books[i].book};
    const bool last = i + 1 == books.size();
    int64_t room = std::max<int64_t>(books[i].cents, 0);
    for (size_t category = 0; category < kCategories; ++category) {
      const int64_t taken = last ? left[category] : std::min(left[category], room);
      part.cents[category] = taken;
      left[category] -= taken;
      room -= taken;
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace vg::funding
