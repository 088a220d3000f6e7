// Accountability from domain and storage to proto, and what people and systems say from proto.

#ifndef VG_SERVICES_FUNDING_API_ACCOUNTABILITY_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_ACCOUNTABILITY_CONVERSIONS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/funding/domain/accountability/rules.h"
#include "services/funding/domain/refused_row.h"
#include "services/funding/storage/accountability_store.h"
#include "services/funding/storage/carry_over_store.h"
#include "services/funding/storage/recovery_store.h"
#include "voortgang/funding/v1/accountability.pb.h"

namespace vg::funding {

// INVALID_ARGUMENT on the field of `content` that is wrong, after `prefix`.
absl::StatusOr<AccountabilityRules> FromProto(
    const voortgang::funding::v1::AccountabilityRules& content, std::string_view grant,
    std::string_view prefix);
// The rules of a row. DATA_LOSS if they cannot be read.
absl::StatusOr<AccountabilityRules> RulesOf(const RulesRow& row);
absl::StatusOr<voortgang::funding::v1::AccountabilityRulesVersion> ToProto(const RulesRow& row);
std::string RulesName(const RulesRow& row);

// A report in the currency of its grant; without a holder. INVALID_ARGUMENT on what is wrong.
absl::StatusOr<SpendingReport> FromProto(const voortgang::funding::v1::SpendingReport& report,
                                         const AccountabilityRules& rules);
voortgang::funding::v1::SpendingReport ToProto(const ReportRow& row, Currency currency);

voortgang::funding::v1::SpendingFinding ToProto(const NumberedFinding& finding);
voortgang::funding::v1::SpendingFinding FindingOf(const RefusedRow& row);

// `recipient` is a resource name, or empty.
voortgang::funding::v1::FundPosition ToProto(const FundPosition& position, Currency currency,
                                             std::string_view recipient);

voortgang::funding::v1::Recovery ToProto(const RecoveryRow& row);
voortgang::funding::v1::CarryOver ToProto(const CarryOverRow& row);
voortgang::funding::v1::CarryOverLine ToProto(const CarryOverPart& part, Currency currency);
voortgang::funding::v1::RecoveryLine ToProto(const RecoveryClaim& claim, Currency currency);

// "boards/40740" or "municipalities/GM0363", by the code alone.
std::string HolderNameOf(std::string_view code);
// "schools/16SW03" or "municipalities/GM0363" -> its code, in capitals.
absl::StatusOr<std::string> CodeIn(std::string_view name, std::string_view field);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_ACCOUNTABILITY_CONVERSIONS_H_
