// The recipients of two snapshots side by side, with what happened to them, one after another.

#ifndef VG_SERVICES_FUNDING_DOMAIN_COMPARISON_PASSAGES_H_
#define VG_SERVICES_FUNDING_DOMAIN_COMPARISON_PASSAGES_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

#include "services/funding/domain/calculation/recipient_source.h"
#include "services/funding/domain/comparison/events.h"

namespace vg::funding {

// Recipients of one snapshot and the school branches behind them, which for schools are themselves.
struct Nation {
  const RecipientSource& recipients;
  const RecipientSource& branches;
};

// Calls `visit` with what PassagesOf tells, by code; a passage is there during the call. Held are
// the schools that `lineage` names; of municipalities all, with those branches that came, went or
// moved. What the sources and `visit` answer.
absl::Status ForEachPassage(RecipientKind kind, const Nation& before, const Nation& after,
                            const Lineage& lineage,
                            absl::FunctionRef<absl::Status(const Passage&)> visit);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_COMPARISON_PASSAGES_H_
