// The lines of a statement in the manner of SiSa.

#ifndef VG_SERVICES_FUNDING_API_STATEMENT_LINES_H_
#define VG_SERVICES_FUNDING_API_STATEMENT_LINES_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "services/funding/domain/accountability/rules.h"
#include "voortgang/funding/v1/accountability.pb.h"

namespace vg::funding {

// What the lines of one recipient are made of: where it stands at the end of the year, and what it
// reported on the year.
struct StatementFigures {
  // Takes what a recipient reported on the year.
  void Add(const SpendingReport& report);

  FundPosition position;
  std::array<int64_t, kCategories> cents = {};
  int64_t hired_cents = 0;
  int64_t above_cents = 0;
  int64_t carried_over = 0;
  int recipients = 0;  // How many these figures are of,
  int reports = 0;     // and how many of them reported.
  int mr_given = 0;    // Of how many the council agreed,
  int gmr_given = 0;   // and the joint council,
  int gmr_needed = 0;  // which has to where something was spent above the level of the school.
  Consent mr;          // Of one recipient.
  Consent gmr;

  StatementFigures& operator+=(const StatementFigures& other);
};

void AddLines(const AccountabilityRules& rules, const StatementFigures& figures,
              std::string_view recipient, voortgang::funding::v1::StatementPart& part);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_STATEMENT_LINES_H_
