// Rules and reports for tests.

#ifndef VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_TEST_ACCOUNTABILITY_H_
#define VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_TEST_ACCOUNTABILITY_H_

#include <string>
#include <utility>

#include "services/funding/domain/accountability/rules.h"

namespace vg::funding {

// The spending period was extended on 25 February 2022.
inline AccountabilityRules SchoolRules() {
  return {.grant = "npo-schools",
          .currency = Currency::Eur(),
          .schools = true,
          .periods = {{.decided_on = absl::CivilDay(2021, 8, 19),
                       .from = absl::CivilDay(2021, 8, 1),
                       .until = absl::CivilDay(2023, 7, 31),
                       .legal_reference = "Stcrt 2021-39244"},
                      {.decided_on = absl::CivilDay(2022, 2, 25),
                       .from = absl::CivilDay(2021, 8, 1),
                       .until = absl::CivilDay(2025, 7, 31),
                       .legal_reference = "letter of 25 February 2022"}},
          .code = "NPO",
          .code_provisional = true,
          .indicators = {{Measure::kReceived, "Ontvangen", "Received"},
                         {Measure::kSpent, "Besteed", "Spent"}}};
}

// 5,000.00 in A and B, of which 1,250.00 on hired staff, with all that is asked for.
inline SpendingReport ReportOf(int year, std::string recipient = "16SW01") {
  return {.grant = "npo-schools",
          .recipient = std::move(recipient),
          .year = year,
          .holder = "40740",
          .cents = {300'000, 200'000},
          .hired_cents = 125'000,
          .mr = {ConsentState::kGiven, absl::CivilDay(2021, 10, 1)},
          .scan_made = true,
          .teachers = "study day",
          .parents = "parents' evening"};
}

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_TEST_ACCOUNTABILITY_H_
