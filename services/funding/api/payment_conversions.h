// Payments from domain and storage to proto, and what requests say from proto.

#ifndef VG_SERVICES_FUNDING_API_PAYMENT_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_PAYMENT_CONVERSIONS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/domain/refused_row.h"
#include "services/funding/storage/difference_store.h"
#include "services/funding/storage/payee_store.h"
#include "services/funding/storage/payment_store.h"
#include "services/funding/storage/statement_store.h"
#include "voortgang/funding/v1/payment.pb.h"

namespace vg::funding {

// "schools/16SW03" or "municipalities/GM0363", by the code alone.
std::string RecipientNameOf(std::string_view code);

// INVALID_ARGUMENT on the part of `field` that is wrong.
absl::StatusOr<BankAccount> FromProto(const voortgang::funding::v1::BankAccount& account,
                                      std::string_view field);
voortgang::funding::v1::BankAccount ToProto(const BankAccount& account);

voortgang::funding::v1::PayeeAccount ToProto(const Payee& payee);
voortgang::funding::v1::PayeeChange ToProto(const PayeeChange& change);
// What DecidePayeeChange may say; INVALID_ARGUMENT on "decision" for anything else.
absl::StatusOr<ChangeState> FromProto(voortgang::funding::v1::PayeeChangeState decision);
// SHA-256 over accounts in their order.
std::string DigestOf(const std::vector<Payee>& payees);

voortgang::funding::v1::RefusedFileRow ToProto(const RefusedRow& row);

voortgang::funding::v1::PaymentBatch ToProto(const PaymentBatchRow& batch);
// Of a batch that is not kept: it has no name.
voortgang::funding::v1::PaymentBatch ToProto(const PaymentBatch& batch, const BatchDraft& draft);
void AddTotals(const std::vector<LineTotal>& totals, Currency currency,
               voortgang::funding::v1::PaymentBatch& batch);
voortgang::funding::v1::PaymentLine ToProto(const PaymentLineRow& row);
voortgang::funding::v1::BlockedPayment ToProto(const BlockedPayment& blocked);
// Absent for the unspecified state.
std::optional<LineState> FromProto(voortgang::funding::v1::PaymentLineState state);

voortgang::funding::v1::BankStatement ToProto(const BankStatementRow& statement);
voortgang::funding::v1::PaymentDifference ToProto(const DifferenceRow& row);
std::optional<DifferenceKind> FromProto(voortgang::funding::v1::PaymentDifferenceKind kind);
std::optional<DifferenceState> FromProto(voortgang::funding::v1::DifferenceState state);
// INVALID_ARGUMENT on "kind".
absl::StatusOr<ResolutionKind> FromProto(voortgang::funding::v1::DifferenceResolutionKind kind);
// What DecidePaymentBatch may say; INVALID_ARGUMENT on "decision" for anything else.
absl::StatusOr<BatchState> FromProto(voortgang::funding::v1::PaymentBatchState decision);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_PAYMENT_CONVERSIONS_H_
