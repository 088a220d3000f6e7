#include "services/funding/storage/position_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "services/funding/storage/payment_plan_store.h"

namespace vg::funding {
namespace {

constexpr char kPostings[] =
    "SELECT p.recipient, p.purpose, p.cents, p.detail, e.kind "
    "FROM ledger_posting p JOIN ledger_entry e ON e.book = p.book AND e.number = p.number "
    "WHERE p.book = $1 AND p.recipient >= $2 AND p.recipient <= $3 "
    "AND p.purpose IN ('committed', 'carried_over', 'recoverable') ORDER BY p.recipient, p.number";
constexpr char kBudget[] =
    "SELECT CAST(COALESCE(-SUM(cents), 0) AS BIGINT) FROM ledger_posting WHERE book = $1 "
    "AND recipient = '' AND purpose = 'appropriation' AND detail = $2 AND currency = $3";

void AddPosting(const sql::Row& row, std::string_view prefix, std::string_view overpaid,
                Position& position) {
  const std::string_view purpose = row.Text(1);
  const std::string_view detail = row.Text(3);
  const int64_t cents = row.Int64(2);
  if (purpose == NameOf(Purpose::kCommitted)) {
    if (detail.starts_with(prefix)) position.granted[std::string(detail)] += cents;
  } else if (detail == overpaid) {
    if (purpose == NameOf(Purpose::kCarriedOver)) {
      position.carried_over += cents;
    } else {
      position.recoverable += cents;
      if (row.Text(4) == NameOf(EntryKind::kRepayment)) position.repaid -= cents;
    }
  }
}

}  // namespace

absl::StatusOr<std::map<std::string, Position>> ReadPositions(sql::Transaction& transaction,
                                                              std::string_view book,
                                                              std::string_view scheme,
                                                              std::string_view first,
                                                              std::string_view last) {
  const std::string prefix = ComponentDetail(scheme, "");
  const std::string overpaid = OverpaidDetail(scheme);
  std::map<std::string, Position> positions;
  RETURN_IF_ERROR(transaction.Query(kPostings, {book, first, last}, [&](const sql::Row& row) {
    AddPosting(row, prefix, overpaid, positions[row.String(0)]);
  }));
  ASSIGN_OR_RETURN(std::vector<PlannedPayment> payments,
                   PaymentsBetween(transaction, book, first, last));
  for (PlannedPayment& payment : payments) {
    Position& position = positions[payment.recipient];
    position.last_number = std::max(position.last_number, payment.number);
    // A payment is of one scheme.
    const std::string& part = payment.parts.empty() ? payment.approval : payment.parts[0].component;
    if (part.starts_with(prefix) || part == overpaid) {
      position.payments.push_back(std::move(payment));
    }
  }
  for (auto& [recipient, position] : positions) {
    std::erase_if(position.granted, [](const auto& granted) { return granted.second == 0; });
  }
  return positions;
}

absl::StatusOr<int64_t> ReadBudget(sql::Transaction& transaction, std::string_view book,
                                   std::string_view scheme, std::string_view currency) {
  ASSIGN_OR_RETURN(const std::optional<int64_t> cents,
                   transaction.QueryInt64(kBudget, {book, scheme, currency}));
  return cents.value_or(0);
}

}  // namespace vg::funding
