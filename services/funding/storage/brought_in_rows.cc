#include "services/funding/storage/brought_in_rows.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/ledger/overpaid.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/positions.h"

namespace vg::funding {
namespace {

constexpr char kGrantedSince[] =
    "SELECT DISTINCT p.recipient FROM ledger_entry e JOIN ledger_posting p ON p.book = e.book "
    "AND p.number = e.number WHERE e.book = $1 AND e.kind IN ('allocation', 'correction', "
    "'reversal') AND e.source NOT LIKE 'carryOvers/%' AND p.recipient <> '' "
    "AND e.number > (SELECT MAX(number) FROM ledger_entry WHERE book = $1 AND source = $2)";
constexpr char kReplacedSince[] =
    "SELECT DISTINCT recipient FROM planned_payment WHERE book = $1 AND approval = $2 "
    "AND state <> 'planned'";
constexpr char kNoLongerThere[] =
    "SELECT posted.recipient FROM (SELECT p.recipient, p.detail, SUM(p.cents) AS cents "
    "FROM ledger_posting p JOIN ledger_entry e ON e.book = p.book AND e.number = p.number "
    "WHERE e.book = $1 AND e.source = $2 AND p.purpose = 'carried_over' "
    "GROUP BY p.recipient, p.detail) AS posted JOIN (SELECT recipient, detail, "
    "SUM(cents) AS cents FROM ledger_posting WHERE book = $1 AND purpose = 'carried_over' "
    "GROUP BY recipient, detail) AS now ON now.recipient = posted.recipient "
    "AND now.detail = posted.detail WHERE now.cents < posted.cents";
constexpr char kBudgeted[] =
    "SELECT DISTINCT p.detail FROM ledger_entry e JOIN ledger_posting p ON p.book = e.book "
    "AND p.number = e.number WHERE e.book = $1 AND e.kind = 'budget' AND p.recipient = ''";

// The scheme of a payment: that of its components, or of what was overpaid under it.
std::string SchemeOf(const PlannedPayment& payment) {
  for (const PaymentPart& part : payment.parts) {
    const std::string& detail = part.component;
    if (!IsOverpaid(detail)) return detail.substr(0, detail.find('/'));
    if (!IsBrought(detail)) return detail.substr(OverpaidDetail("").size());
  }
  return "";
}

using PaymentsByRecipient = std::map<std::string, std::vector<PlannedPayment>>;

absl::StatusOr<PaymentsByRecipient> PaymentsTo(sql::Transaction& transaction,
                                               const std::string& book,
                                               const std::set<std::string>& recipients) {
  PaymentsByRecipient payments;
  ASSIGN_OR_RETURN(std::vector<PlannedPayment> all,
                   PaymentsBetween(transaction, book, *recipients.begin(), *recipients.rbegin()));
  for (PlannedPayment& payment : all) {
    if (recipients.contains(payment.recipient)) {
      payments[payment.recipient].push_back(std::move(payment));
    }
  }
  return payments;
}

}  // namespace

absl::Status SettleWithPlans(sql::Transaction& transaction, const std::string& book,
                             const Entry& head, const std::set<std::string>& recipients,
                             Currency currency, absl::Time now) {
  if (recipients.empty()) return absl::OkStatus();
  std::map<std::string, std::map<std::string, int64_t, std::less<>>> brought;
  RETURN_IF_ERROR(ReadOverpaid(transaction, book, currency, [&](const Overpaid& one) {
    if (IsBrought(one.detail) && recipients.contains(one.recipient)) {
      brought[one.recipient][one.detail] = one.cents;
    }
  }));
  std::set<std::string> budgeted;
  RETURN_IF_ERROR(transaction.Query(kBudgeted, {book},
                                    [&](const sql::Row& row) { budgeted.insert(row.String(0)); }));
  ASSIGN_OR_RETURN(const PaymentsByRecipient payments, PaymentsTo(transaction, book, recipients));
  std::vector<Entry> entries;
  std::vector<PlannedPayment> changed, added;
  for (const auto& [recipient, own] : payments) {
    std::map<std::string, std::vector<PlannedPayment>> by_scheme;
    int64_t last_number = 0;
    for (const PlannedPayment& payment : own) {
      last_number = std::max(last_number, payment.number);
      if (payment.amount.currency == currency) by_scheme[SchemeOf(payment)].push_back(payment);
    }
    for (const auto& [scheme, planned] : by_scheme) {
      Entry entry = head;
      entry.id = absl::StrCat("settle:", head.source, ":", recipient, ":", scheme);
      ASSIGN_OR_RETURN(
          Release release,
          SettleWithPlan(entry, scheme, recipient,
                         budgeted.contains(scheme) ? Purpose::kAvailable : Purpose::kAppropriation,
                         planned, last_number, currency, brought[recipient]));
      last_number += static_cast<int64_t>(release.added.size());
      if (release.entry.has_value()) entries.push_back(*std::move(release.entry));
      std::ranges::move(release.changed, std::back_inserter(changed));
      std::ranges::move(release.added, std::back_inserter(added));
    }
  }
  RETURN_IF_ERROR(AppendEntries(transaction, book, entries, now).status());
  RETURN_IF_ERROR(UpdatePayments(transaction, book, changed));
  return InsertPayments(transaction, book, added);
}

absl::Status RestorePlans(sql::Transaction& transaction, const std::string& book,
                          const std::string& by, const std::string& undo,
                          const std::set<std::string>& recipients) {
  if (recipients.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const PaymentsByRecipient payments, PaymentsTo(transaction, book, recipients));
  for (const auto& [recipient, own] : payments) {
    RETURN_IF_ERROR(UpdatePayments(transaction, book, Restored(by, undo, own)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> SettledSince(sql::Transaction& transaction, const std::string& book,
                                         const std::string& by,
                                         const std::set<std::string>& recipients) {
  std::string found;
  for (const char* query : {kGrantedSince, kReplacedSince, kNoLongerThere}) {
    RETURN_IF_ERROR(transaction.Query(query, {book, by}, [&](const sql::Row& row) {
      if (found.empty() && recipients.contains(row.String(0))) found = row.String(0);
    }));
  }
  return found;
}

absl::Status RequireNoReleaseUnderWay(sql::Transaction& transaction, std::string_view grant) {
  std::string name, state;
  RETURN_IF_ERROR(transaction
                      .QueryOne("SELECT name, state FROM approval WHERE book LIKE $1 "
                                "AND state IN ('releasing', 'reversing') ORDER BY name LIMIT 1",
                                {absl::StrCat(Av(grant), "/%")},
                                [&](const sql::Row& row) {
                                  name = row.String(0);
                                  state = row.String(1);
                                })
                      .status());
  if (name.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "RELEASE_UNDER_WAY",
               absl::StrCat(name, " is ", state, "; let it come to its end first"),
               {{"approval", name}, {"state", state}});
}

}  // namespace vg::funding
