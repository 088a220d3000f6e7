#include "services/funding/domain/payments/batch.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/digest/digest.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

std::string Month(absl::CivilMonth month) {
  return absl::StrFormat("%04d-%02d", month.year(), month.month());
}

auto Key(const DuePayment& due) { return std::tie(due.book, due.recipient, due.number); }

// "16SW03-" and enough of a digest to be one of a kind: a transfer that is made again, in
// another batch or to another account, has another id.
std::string EndToEndId(const std::string& batch, const DuePayment& due,
                       const BankAccount& account) {
  const std::string digest = DigestBuilder("voortgang.funding.transfer.v1")
                                 .Text(batch)
                                 .Text(due.book)
                                 .Text(due.recipient)
                                 .Integer(due.number)
                                 .Integer(due.attempt)
                                 .Amount(due.amount)
                                 .Text(account.id())
                                 .Text(account.bic)
                                 .Finish();
  return absl::StrCat(due.recipient.substr(0, 10), "-", digest.substr(0, 24));
}

std::string DigestOf(const PaymentBatch& batch) {
  BatchDigest digest(batch.id, batch.plan, batch.lines.size());
  for (const PaymentLine& line : batch.lines) digest.Add(line);
  return digest.Finish();
}

std::optional<BlockReason> WhyNot(const DuePayment& due, const Payee* payee) {
  if (due.amount.cents <= 0) return BlockReason::kNotPositive;
  if (due.payee.empty()) return BlockReason::kNoPayee;
  if (payee == nullptr) return BlockReason::kNoAccount;
  if (due.amount.currency == Currency::Eur() && payee->account.iban.empty()) {
    return BlockReason::kNotEuroAccount;
  }
  return std::nullopt;
}

}  // namespace

BatchDigest::BatchDigest(const std::string& id, const BatchPlan& plan, size_t line_count)
    : digest_("voortgang.funding.payment_batch.v1") {
  digest_.Text(id)
      .Integer(plan.execution_date - absl::CivilDay(1970, 1, 1))
      .Text(plan.payer.title)
      .Text(plan.payer.account.id())
      .Text(plan.payer.account.bic)
      .List(line_count);
}

void BatchDigest::Add(const PaymentLine& line) {
  digest_.Text(line.due.book)
      .Text(line.due.recipient)
      .Integer(line.due.number)
      .Integer(line.due.attempt)
      .Text(Month(line.due.month))
      .Text(line.due.payee)
      .Amount(line.due.amount)
      .Text(line.payee_title)
      .Text(line.account.id())
      .Text(line.account.bic);
}

std::string_view BlockReasonName(BlockReason reason) {
  switch (reason) {
    case BlockReason::kNoPayee:
      return "PAYEE_UNKNOWN";
    case BlockReason::kNoAccount:
      return "NO_VALID_ACCOUNT";
    case BlockReason::kNotPositive:
      return "AMOUNT_NOT_POSITIVE";
    case BlockReason::kNotEuroAccount:
      return "NO_IBAN";
  }
  return "";
}

std::string BlockSentence(const BlockedPayment& blocked) {
  const DuePayment& due = blocked.due;
  switch (blocked.reason) {
    case BlockReason::kNoPayee:
      return absl::StrCat("the register does not say which board ", due.recipient, " belongs to");
    case BlockReason::kNoAccount:
      return absl::StrCat(due.payee,
                          " has no approved account that is valid on the day of "
                          "execution; import one and have it approved");
    case BlockReason::kNotPositive:
      return absl::StrCat("a bank transfers more than nothing, not ", ToText(due.amount));
    case BlockReason::kNotEuroAccount:
      return absl::StrCat("the account of ", due.payee,
                          " has no IBAN, and euros are paid to IBANs");
  }
  return "";
}

std::string BatchId(const BatchPlan& plan) {
  return absl::StrCat(Month(plan.period), "-", absl::AsciiStrToLower(Av(plan.currency.code())), "-",
                      plan.sequence);
}

std::string Remittance(const DuePayment& due) {
  return absl::StrCat(due.book, " ", due.recipient, " ", Month(due.month));
}

absl::StatusOr<PaymentBatch> MakeBatch(const BatchPlan& plan, std::vector<DuePayment> due,
                                       const AccountOf& account_of) {
  std::sort(due.begin(), due.end(),
            [](const DuePayment& a, const DuePayment& b) { return Key(a) < Key(b); });
  PaymentBatch batch{.id = BatchId(plan), .plan = plan, .total = {0, plan.currency}};
  for (DuePayment& payment : due) {
    const Payee* payee = payment.payee.empty() ? nullptr : account_of(payment.payee);
    if (const std::optional<BlockReason> reason = WhyNot(payment, payee)) {
      batch.blocked.push_back({std::move(payment), *reason});
      continue;
    }
    ASSIGN_OR_RETURN(batch.total, Add(batch.total, payment.amount));
    PaymentLine line{.number = static_cast<int>(batch.lines.size()) + 1,
                     .payee_title = payee->title,
                     .account = payee->account};
    line.end_to_end_id = EndToEndId(batch.id, payment, payee->account);
    line.due = std::move(payment);
    batch.lines.push_back(std::move(line));
  }
  batch.digest = DigestOf(batch);
  batch.message_id = absl::StrCat(batch.id, "-", batch.digest.substr(0, 20));
  return batch;
}

}  // namespace vg::funding
