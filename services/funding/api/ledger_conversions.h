// The ledger and the plan of payments from domain to proto.

#ifndef VG_SERVICES_FUNDING_API_LEDGER_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_LEDGER_CONVERSIONS_H_

#include <optional>

#include "absl/status/statusor.h"

#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/domain/ledger/payment_plan.h"
#include "services/funding/storage/ledger_store.h"
#include "voortgang/funding/v1/ledger.pb.h"

namespace vg::funding {

voortgang::funding::v1::AccountPurpose ToProto(Purpose purpose);
// Empty: any.
absl::StatusOr<std::optional<EntryKind>> FromProto(voortgang::funding::v1::LedgerEntryKind kind);

voortgang::funding::v1::LedgerBalance ToProto(const Balance& balance);
voortgang::funding::v1::LedgerEntry ToProto(const RecordedEntry& recorded);
voortgang::funding::v1::PlannedPayment ToProto(const PlannedPayment& payment);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_LEDGER_CONVERSIONS_H_
