// Entries and payments for tests.

#ifndef VG_SERVICES_FUNDING_DOMAIN_LEDGER_TEST_ENTRIES_H_
#define VG_SERVICES_FUNDING_DOMAIN_LEDGER_TEST_ENTRIES_H_

#include <cstdint>
#include <string>
#include <utility>

#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/domain/ledger/payment_plan.h"

namespace vg::funding {

inline constexpr char kBook[] = "npo-schools/2021-2022";

inline Entry BudgetOf(int64_t cents, std::string id = "budget:1") {
  return {.id = std::move(id),
          .kind = EntryKind::kBudget,
          .effective = absl::CivilDay(2021, 8, 1),
          .actor = "ada",
          .reason = "the budget",
          .source = "schemes/npo/versions/1",
          .reverses = "",
          .postings = {{"", Purpose::kAppropriation, Money{-cents}, ""},
                       {"", Purpose::kAvailable, Money{cents}, ""}}};
}

inline Entry GrantOf(std::string recipient, int64_t cents,
                     absl::CivilDay day = absl::CivilDay(2021, 9, 1)) {
  std::string id = "allocation:runs/r/approvals/a:" + recipient;
  return {.id = std::move(id),
          .kind = EntryKind::kAllocation,
          .effective = day,
          .actor = "grace",
          .reason = "release",
          .source = "runs/r/approvals/a",
          .reverses = "",
          .postings = {{"", Purpose::kAvailable, Money{-cents}, ""},
                       {std::move(recipient), Purpose::kCommitted, Money{cents}, "npo/bo"}}};
}

inline PlannedPayment PaymentTo(std::string recipient, int64_t number, int64_t cents,
                                absl::CivilMonth month = absl::CivilMonth(2021, 11)) {
  return {.recipient = std::move(recipient),
          .number = number,
          .month = month,
          .amount = Money{cents},
          .parts = {{"npo/bo", cents - 100}, {"npo/score", 100}},
          .approval = "runs/r/approvals/a"};
}

inline PaymentStep StepOf(std::string order, absl::CivilDay day = absl::CivilDay(2021, 11, 3)) {
  return {.order = std::move(order), .day = day, .actor = "grace", .reason = ""};
}

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_LEDGER_TEST_ENTRIES_H_
