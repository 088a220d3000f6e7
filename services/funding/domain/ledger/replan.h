// What a decision on what recipients get changes: an entry, and payments that take the place of
// others.

#ifndef VG_SERVICES_FUNDING_DOMAIN_LEDGER_REPLAN_H_
#define VG_SERVICES_FUNDING_DOMAIN_LEDGER_REPLAN_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/domain/ledger/payment_plan.h"
#include "services/funding/domain/ledger/profile.h"

namespace vg::funding {

struct Release {
  std::optional<Entry> entry;           // Empty: the amounts were the same.
  std::vector<PlannedPayment> changed;  // Cancelled: others take their place.
  std::vector<PlannedPayment> added;
};

// Plans `wanted` for `recipient` on behalf of `by` ("runs/a/approvals/1"), instead of what of
// `payments` is planned: what is planned alike stays, the rest is cancelled or added, with numbers
// after `last_number`.
void Replan(const std::string& by, std::string_view recipient, std::vector<PlannedMonth> wanted,
            std::span<const PlannedPayment> payments, int64_t last_number, Release& release);

// Undoes what `by` planned, on behalf of `undo`: of `payments` those that change. What it planned
// is cancelled, what it had cancelled is planned again.
std::vector<PlannedPayment> Restored(const std::string& by, const std::string& undo,
                                     std::span<const PlannedPayment> payments);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_LEDGER_REPLAN_H_
