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
  FundPosition position;
  std::array<int64_t, kCategories> cents = {};
  int64_t hired_cents = 0;

  StatementFigures& operator+=(const StatementFigures& other);
};

void AddLines(const AccountabilityRules& rules, const StatementFigures& figures,
              std::string_view recipient, voortgang::funding::v1::StatementPart& part);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_STATEMENT_LINES_H_
