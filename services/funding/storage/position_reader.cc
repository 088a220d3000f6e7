#include "services/funding/storage/position_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "services/funding/storage/payment_plan_store.h"

namespace vg::funding {
namespace {

constexpr char kPostings[] =
    "SELECT p.recipient, p.purpose, p.currency, p.cents, p.detail, e.kind, e.source "
    "FROM ledger_posting p JOIN ledger_entry e ON e.book = p.book AND e.number = p.number "
    "WHERE p.book = $1 AND p.recipient >= $2 AND p.recipient <= $3 "
    "AND p.purpose IN ('committed', 'carried_over', 'recoverable') ORDER BY p.recipient, p.number";
constexpr char kBudget[] =
    "SELECT CAST(COALESCE(-SUM(cents), 0) AS BIGINT) FROM ledger_posting WHERE book = $1 "
    "AND recipient = '' AND purpose = 'appropriation' AND detail = $2 AND currency = $3";

// A payment is of one scheme: it has a part of its components, or of what was overpaid under it.
bool IsOf(const PlannedPayment& payment, std::string_view prefix, std::string_view overpaid) {
  return std::ranges::any_of(payment.parts, [&](const PaymentPart& part) {
    return part.component.starts_with(prefix) || part.component == overpaid;
  });
}

}  // namespace

absl::StatusOr<std::map<std::string, Position>> ReadPositions(
    sql::Transaction& transaction, std::string_view book, std::string_view scheme,
    Currency currency, std::string_view first, std::string_view last) {
  const std::string prefix = ComponentDetail(scheme, "");
  const std::string overpaid = OverpaidDetail(scheme);
  std::map<std::string, Position> positions;
  RETURN_IF_ERROR(
      transaction.Query(kPostings, {book, first, last}, [&](const sql::Row& row) -> absl::Status {
        const std::optional<Purpose> purpose = PurposeNamed(row.Text(1));
        const std::optional<EntryKind> kind = KindNamed(row.Text(5));
        const absl::StatusOr<Currency> of = Currency::FromCode(row.Text(2));
        if (!purpose.has_value() || !kind.has_value() || !of.ok()) {
          return absl::DataLossError("a stored posting cannot be read");
        }
        const Posting posting{row.String(0), *purpose, {row.Int64(3), *of}, row.String(4)};
        AddPosting(scheme, currency, posting, *kind, row.Text(6), positions[posting.recipient]);
        return absl::OkStatus();
      }));
  ASSIGN_OR_RETURN(std::vector<PlannedPayment> payments,
                   PaymentsBetween(transaction, book, first, last));
  for (PlannedPayment& payment : payments) {
    Position& position = positions[payment.recipient];
    position.last_number = std::max(position.last_number, payment.number);
    if (IsOf(payment, prefix, overpaid)) position.payments.push_back(std::move(payment));
  }
  for (auto& [recipient, position] : positions) {
    std::erase_if(position.granted, [](const auto& granted) { return granted.second == 0; });
    std::erase_if(position.brought, [](const auto& one) { return one.second == BroughtIn(); });
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
