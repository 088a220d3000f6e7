#include "services/funding/api/ledger_conversions.h"

#include "common/grpc/type_conversions.h"
#include "common/status/error.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

// The proto's numbers follow the domain's order, after the unspecified 0.
static_assert(static_cast<int>(Purpose::kCarriedOver) + 1 == v1::ACCOUNT_PURPOSE_CARRIED_OVER);
static_assert(static_cast<int>(EntryKind::kCarryOver) + 1 == v1::LEDGER_ENTRY_KIND_CARRY_OVER);
static_assert(static_cast<int>(PaymentState::kCancelled) + 1 ==
              v1::PLANNED_PAYMENT_STATE_CANCELLED);

}  // namespace

v1::AccountPurpose ToProto(Purpose purpose) {
  return static_cast<v1::AccountPurpose>(static_cast<int>(purpose) + 1);
}

absl::StatusOr<std::optional<EntryKind>> FromProto(v1::LedgerEntryKind kind) {
  if (kind == v1::LEDGER_ENTRY_KIND_UNSPECIFIED) return std::nullopt;
  if (!v1::LedgerEntryKind_IsValid(kind)) {
    return InvalidField("kind", "UNKNOWN_VALUE", "must be one of LedgerEntryKind");
  }
  return static_cast<EntryKind>(static_cast<int>(kind) - 1);
}

v1::LedgerBalance ToProto(const Balance& balance) {
  v1::LedgerBalance proto;
  proto.set_recipient(balance.account.recipient);
  proto.set_purpose(ToProto(balance.account.purpose));
  *proto.mutable_amount() = rpc::ToProto(Money{balance.cents, balance.account.currency});
  return proto;
}

v1::LedgerEntry ToProto(const RecordedEntry& recorded) {
  const Entry& entry = recorded.entry;
  v1::LedgerEntry proto;
  proto.set_number(recorded.number);
  proto.set_id(entry.id);
  proto.set_kind(static_cast<v1::LedgerEntryKind>(static_cast<int>(entry.kind) + 1));
  *proto.mutable_effective_date() = rpc::ToProto(entry.effective);
  *proto.mutable_record_time() = rpc::ToProto(recorded.recorded);
  proto.set_actor(entry.actor);
  proto.set_reason(entry.reason);
  proto.set_source(entry.source);
  proto.set_reverses(entry.reverses);
  for (const Posting& posting : entry.postings) {
    v1::LedgerPosting& shown = *proto.add_postings();
    shown.set_recipient(posting.recipient);
    shown.set_purpose(ToProto(posting.purpose));
    *shown.mutable_amount() = rpc::ToProto(posting.amount);
    shown.set_detail(posting.detail);
  }
  proto.set_digest(recorded.digest);
  return proto;
}

v1::PlannedPayment ToProto(const PlannedPayment& payment) {
  v1::PlannedPayment proto;
  proto.set_number(payment.number);
  *proto.mutable_month() = rpc::ToProto(absl::CivilDay(payment.month));
  *proto.mutable_amount() = rpc::ToProto(payment.amount);
  for (const PaymentPart& part : payment.parts) {
    v1::PlannedPaymentPart& shown = *proto.add_parts();
    shown.set_component(part.component);
    *shown.mutable_amount() = rpc::ToProto(Money{part.cents, payment.amount.currency});
  }
  proto.set_state(static_cast<v1::PlannedPaymentState>(static_cast<int>(payment.state) + 1));
  proto.set_approval(payment.approval);
  proto.set_cancelled_by(payment.cancelled_by);
  proto.set_order(payment.order);
  if (payment.paid_day.has_value()) *proto.mutable_paid_date() = rpc::ToProto(*payment.paid_day);
  return proto;
}

}  // namespace vg::funding
