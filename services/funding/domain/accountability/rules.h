// By which rules a grant is accounted for. Rules are data with a legal reference: what changes is
// another period with a later decision, never a constant.

#ifndef VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_RULES_H_
#define VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_RULES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

#include "services/funding/domain/accountability/carry_over.h"
#include "services/funding/domain/accountability/spending.h"

namespace vg::funding {

// When the money may be spent, since a decision.
struct SpendingPeriod {
  absl::CivilDay decided_on;  // From this day on the period is known.
  absl::CivilDay from;
  absl::CivilDay until;  // The last day.
  std::string legal_reference;

  friend bool operator==(const SpendingPeriod&, const SpendingPeriod&) = default;
};

// What happens to a report of more than was received.
enum class Overspending {
  kWarn,    // It is taken, and said. (Recipients may advance money of their own.)
  kRefuse,  // It is refused.
};

// What a line of a statement tells.
enum class Measure {
  kReceived,
  kSpent,
  kSpentA,
  kSpentB,
  kSpentC,
  kSpentD,
  kSpentE,
  kSpentF,
  kHired,
  kHiredPercentage,
  kReserved,
  kRemaining,
  kRecoverable,
  kRecovered,
  kSpentInYear,
  kAboveSchoolLevel,
  kMrConsent,  // This and the next in words.
  kGmrConsent,
  kCarriedOver,  // To the next school year.
};

struct Indicator {
  Measure measure = Measure::kSpent;
  std::string title_nl;
  std::string title_en;

  friend bool operator==(const Indicator&, const Indicator&) = default;
};

struct AccountabilityRules {
  std::string grant;
  Currency currency;
  bool schools = true;  // Schools account by category, municipalities in one amount.
  std::vector<SpendingPeriod> periods;  // By decided_on.
  Overspending overspending = Overspending::kWarn;
  std::string code;  // Numbers the lines of statements: "D14" gives "D14/01".
  bool code_provisional = false;
  std::vector<Indicator> indicators;
  std::vector<CarryOverRule> carry_overs;  // At most one of each school year.
};

// INVALID_ARGUMENT on what is wrong: NO_PERIOD, BAD_PERIOD, BAD_ORDER, BAD_SCHOOL_YEAR,
// SCHOOL_YEAR_TWICE, PERCENTAGE_ABOVE_100, BAD_LAST_DAY.
absl::Status CheckRules(const AccountabilityRules& rules);

// The rule of `school_year`; null if there is none.
const CarryOverRule* CarryOverOf(const AccountabilityRules& rules, std::string_view school_year);

// The period that holds on `day`: that of the last decision until then. Before the first decision,
// that of the first.
const SpendingPeriod& PeriodOn(const AccountabilityRules& rules, absl::CivilDay day);

// What a recipient has, over all school years of a grant, in cents. At any moment
//     received = spent + reserved + remaining + recoverable + recovered + carried_over
struct FundPosition {
  int64_t received = 0;      // Paid to it by the bank's word, less what came back.
  int64_t spent = 0;         // Accounted for.
  int64_t reserved = 0;      // Set aside for later.
  int64_t remaining = 0;     // Neither; below zero: more was spent or set aside than received.
  int64_t recoverable = 0;   // Claimed back.
  int64_t recovered = 0;     // Paid back.
  int64_t carried_over = 0;  // Paid too much, to be settled with what comes later.

  friend bool operator==(const FundPosition&, const FundPosition&) = default;
};
// Adds up; amounts that were checked when they were posted.
FundPosition operator+(const FundPosition& a, const FundPosition& b);

// What was spent before: the latest reports of other years of the same recipient and grant.
struct Earlier {
  std::array<int64_t, kCategories> cents = {};
};

struct ReportFinding {
  bool refuses = false;  // Otherwise it warns.
  std::string field;     // As a file calls it: "f", "mr_consent".
  std::string reason;
  std::string sentence;

  friend bool operator==(const ReportFinding&, const ReportFinding&) = default;
};

// What is to be said of a report on `today`, with `received` cents paid to the recipient until the
// end of its year:
//  - refused: NEGATIVE_AMOUNT, AMOUNT_TOO_LARGE, FUTURE_YEAR, OUTSIDE_SPENDING_PERIOD (no day of
//  its year is in the
//    period that holds today), NOT_CLASSIFIED (of a school), CLASSIFIED (of a municipality),
//    HIRED_ABOVE_TOTAL, ABOVE_SCHOOL_LEVEL_ABOVE_TOTAL, FACILITIES_ALONE (category F supports A to
//    E: something was spent on F and nothing, in any year, on those), and SPENT_MORE_THAN_RECEIVED
//    if the rules refuse that;
//  - warned of: SPENT_MORE_THAN_RECEIVED otherwise, RESERVED_MORE_THAN_LEFT, MR_CONSENT_MISSING,
//    GMR_CONSENT_MISSING (something was spent above school level), INVOLVEMENT_MISSING,
//    SCAN_MISSING.
std::vector<ReportFinding> CheckReport(const SpendingReport& report,
                                       const AccountabilityRules& rules, const Earlier& earlier,
                                       int64_t received, absl::CivilDay today);

// Which money was spent: of each school year's book what the recipient has in it, oldest first,
// and within a book in the order of the categories. What exceeds all of them is of the last.
struct BookFunds {
  std::string book;
  int64_t cents = 0;  // Received in it, spent or not.
};
struct BookSpending {
  std::string book;
  std::array<int64_t, kCategories> cents = {};

  friend bool operator==(const BookSpending&, const BookSpending&) = default;
};
// `books` ascend and are not empty; spending is not negative. The parts add up to it, by category.
std::vector<BookSpending> Attribute(const std::array<int64_t, kCategories>& spent,
                                    const std::vector<BookFunds>& books);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_RULES_H_
