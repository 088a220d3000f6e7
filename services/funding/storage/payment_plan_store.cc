#include "services/funding/storage/payment_plan_store.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <set>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_store.h"

namespace vg::funding {
namespace {

constexpr char kColumns[] =
    "SELECT recipient, number, month, currency, cents, parts, state, approval, cancelled_by, "
    "payment_order, attempt, paid_day FROM planned_payment ";
constexpr char kChange[] =
    "ON CONFLICT (book, recipient, number) DO UPDATE SET month = excluded.month, "
    "cents = excluded.cents, parts = excluded.parts, state = excluded.state, "
    "cancelled_by = excluded.cancelled_by, payment_order = excluded.payment_order, "
    "attempt = excluded.attempt, paid_day = excluded.paid_day";
constexpr char kReversing[] = "SELECT name FROM approval WHERE book = $1 AND state = 'reversing'";

absl::Status BeingReversed(const PlannedPayment& payment) {
  return Error(absl::StatusCode::kFailedPrecondition, "PAYMENT_STATE",
               absl::StrCat("payment ", payment.number, " to ", payment.recipient, " is of ",
                            payment.approval, ", which is being reversed; list what is due again"),
               {{"recipient", payment.recipient},
                {"payment", absl::StrCat(payment.number)},
                {"state", "reversing"}});
}

std::string PartsText(const std::vector<PaymentPart>& parts) {
  std::string text;
  for (const PaymentPart& part : parts) {
    absl::StrAppend(&text, text.empty() ? "" : " ", part.component, ":", part.cents);
  }
  return text;
}

// False if `text` is not what PartsText writes.
bool ReadParts(std::string_view text, std::vector<PaymentPart>& parts) {
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const size_t colon = item.rfind(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view number = item.substr(colon + 1);
    PaymentPart part{.component = std::string(item.substr(0, colon))};
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), part.cents);
    if (error != std::errc() || end != number.data() + number.size()) return false;
    parts.push_back(std::move(part));
  }
  return true;
}

std::string DayText(const std::optional<absl::CivilDay>& day) {
  return day.has_value() ? FormatDay(*day) : "";
}

absl::StatusOr<PlannedPayment> ReadPayment(const sql::Row& row) {
  const absl::StatusOr<absl::CivilDay> month = ParseDay(row.Text(2));
  const absl::StatusOr<Currency> currency = Currency::FromCode(row.Text(3));
  const std::optional<PaymentState> state = StateNamed(row.Text(6));
  PlannedPayment payment{.recipient = row.String(0), .number = row.Int64(1)};
  if (!month.ok() || !currency.ok() || !state.has_value() ||
      !ReadParts(row.Text(5), payment.parts)) {
    return absl::DataLossError(
        absl::StrCat("payment ", payment.number, " to ", payment.recipient, " cannot be read"));
  }
  payment.month = absl::CivilMonth(*month);
  payment.amount = {row.Int64(4), *currency};
  payment.state = *state;
  payment.approval = row.String(7);
  payment.cancelled_by = row.String(8);
  payment.order = row.String(9);
  payment.attempt = row.Int64(10);
  if (!row.Text(11).empty()) {
    ASSIGN_OR_RETURN(payment.paid_day, ParseDay(row.Text(11)));
  }
  return payment;
}

absl::StatusOr<std::vector<PlannedPayment>> Read(sql::Transaction& transaction,
                                                 std::string_view sql, sql::Params params) {
  std::vector<PlannedPayment> payments;
  RETURN_IF_ERROR(transaction.Query(sql, params, [&](const sql::Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(payments.emplace_back(), ReadPayment(row));
    return absl::OkStatus();
  }));
  return payments;
}

const std::initializer_list<std::string_view> kAllColumns = {
    "book",  "recipient", "number",       "month",         "currency", "cents",   "parts",
    "state", "approval",  "cancelled_by", "payment_order", "attempt",  "paid_day"};

std::vector<sql::Value> RowOf(std::string_view book, const PlannedPayment& payment) {
  return {book,
          payment.recipient,
          payment.number,
          FormatDay(absl::CivilDay(payment.month)),
          payment.amount.currency.code(),
          payment.amount.cents,
          PartsText(payment.parts),
          NameOf(payment.state),
          payment.approval,
          payment.cancelled_by,
          payment.order,
          payment.attempt,
          DayText(payment.paid_day)};
}

using Taking = absl::FunctionRef<absl::StatusOr<std::optional<Entry>>(PlannedPayment&)>;

absl::Status Step(sql::Transaction& transaction, std::string_view book,
                  std::span<const PaymentKey> keys, absl::Time now, Taking take) {
  RETURN_IF_ERROR(LockHead(transaction, book).status());
  std::vector<std::optional<PlannedPayment>> found(keys.size());
  absl::Status damage;
  auto next = keys.begin();
  RETURN_IF_ERROR(transaction.FindEach(
      "planned_payment", {"book", "recipient", "number"},
      {"recipient", "number", "month", "currency", "cents", "parts", "state", "approval",
       "cancelled_by", "payment_order", "attempt", "paid_day"},
      [&](std::vector<sql::Value>& key) -> absl::StatusOr<bool> {
        if (next == keys.end()) return false;
        key = {book, next->recipient, next->number};
        ++next;
        return true;
      },
      [&](size_t i, const sql::Row& row) {
        absl::StatusOr<PlannedPayment> payment = ReadPayment(row);
        if (payment.ok()) {
          found[i] = *std::move(payment);
        } else {
          damage = payment.status();
        }
      }));
  RETURN_IF_ERROR(damage);
  std::vector<PlannedPayment> changed;
  std::vector<Entry> entries;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!found[i].has_value()) {
      return NotFound(absl::StrCat(Av(book), "/payments/", keys[i].recipient, "/", keys[i].number));
    }
    ASSIGN_OR_RETURN(std::optional<Entry> entry, take(*found[i]));
    if (!entry.has_value()) continue;
    entries.push_back(*std::move(entry));
    changed.push_back(*std::move(found[i]));
  }
  RETURN_IF_ERROR(UpdatePayments(transaction, book, changed));
  return AppendEntries(transaction, book, entries, now).status();
}

}  // namespace

absl::Status OrderPayments(sql::Transaction& transaction, std::string_view book,
                           const PaymentStep& step, std::span<const PaymentKey> payments,
                           absl::Time now) {
  RETURN_IF_ERROR(LockHead(transaction, book).status());
  std::set<std::string> reversing;
  RETURN_IF_ERROR(transaction.Query(kReversing, {book},
                                    [&](const sql::Row& row) { reversing.insert(row.String(0)); }));
  return Step(
      transaction, book, payments, now,
      [&](PlannedPayment& payment) -> absl::StatusOr<std::optional<Entry>> {
        if (payment.state == PaymentState::kPlanned && reversing.contains(payment.approval)) {
          return BeingReversed(payment);
        }
        return Order(step, payment);
      });
}

absl::Status ConfirmPayments(sql::Transaction& transaction, std::string_view book,
                             const PaymentStep& step, std::span<const PaymentKey> payments,
                             absl::Time now) {
  return Step(transaction, book, payments, now,
              [&](PlannedPayment& payment) { return Confirm(step, payment); });
}

absl::Status ReturnPayments(sql::Transaction& transaction, std::string_view book,
                            const PaymentStep& step, std::span<const PaymentKey> payments,
                            absl::Time now) {
  return Step(transaction, book, payments, now,
              [&](PlannedPayment& payment) { return Return(step, payment); });
}

absl::Status InsertPayments(sql::Transaction& transaction, std::string_view book,
                            std::span<const PlannedPayment> payments) {
  auto next = payments.begin();
  return transaction
      .Append("planned_payment", kAllColumns,
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == payments.end()) return false;
                row = RowOf(book, *next++);
                return true;
              })
      .status();
}

absl::Status UpdatePayments(sql::Transaction& transaction, std::string_view book,
                            std::span<const PlannedPayment> payments) {
  auto next = payments.begin();
  return transaction.Merge("planned_payment", kAllColumns, kChange,
                           [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                             if (next == payments.end()) return false;
                             row = RowOf(book, *next++);
                             return true;
                           });
}

absl::StatusOr<std::vector<PlannedPayment>> PaymentsBetween(sql::Transaction& transaction,
                                                            std::string_view book,
                                                            std::string_view first,
                                                            std::string_view last) {
  static const auto& sql =
      *new std::string(absl::StrCat(kColumns,
                                    "WHERE book = $1 AND recipient >= $2 AND recipient <= $3 "
                                    "ORDER BY recipient, number"));
  return Read(transaction, sql, {book, first, last});
}

absl::Status PaymentPlanStore::Order(std::string_view book, const PaymentStep& step,
                                     std::span<const PaymentKey> payments, absl::Time now) {
  return database_.Write(
      [&](sql::Transaction& transaction) {
        return OrderPayments(transaction, book, step, payments, now);
      },
      sql::Isolation::kReadCommitted);
}

absl::Status PaymentPlanStore::Confirm(std::string_view book, const PaymentStep& step,
                                       std::span<const PaymentKey> payments, absl::Time now) {
  return database_.Write(
      [&](sql::Transaction& transaction) {
        return ConfirmPayments(transaction, book, step, payments, now);
      },
      sql::Isolation::kReadCommitted);
}

absl::Status PaymentPlanStore::Return(std::string_view book, const PaymentStep& step,
                                      std::span<const PaymentKey> payments, absl::Time now) {
  return database_.Write(
      [&](sql::Transaction& transaction) {
        return ReturnPayments(transaction, book, step, payments, now);
      },
      sql::Isolation::kReadCommitted);
}

absl::StatusOr<std::vector<PlannedPayment>> PaymentPlanStore::Due(std::string_view book,
                                                                  absl::CivilMonth month,
                                                                  const PaymentKey& after,
                                                                  size_t limit) {
  static const auto& sql = *new std::string(absl::StrCat(
      kColumns,
      "WHERE book = $1 AND state = 'planned' AND month <= $2 AND (recipient, number) > ($3, $4) "
      "AND approval NOT IN (SELECT name FROM approval WHERE state = 'reversing') "
      "ORDER BY recipient, number LIMIT $5"));
  std::vector<PlannedPayment> payments;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(payments, Read(transaction, sql,
                                    {book, FormatDay(absl::CivilDay(month)), after.recipient,
                                     after.number, static_cast<int64_t>(limit)}));
    return absl::OkStatus();
  }));
  return payments;
}

absl::StatusOr<std::vector<PlannedPayment>> PaymentPlanStore::OfOrder(std::string_view book,
                                                                      std::string_view order,
                                                                      const PaymentKey& after,
                                                                      size_t limit) {
  static const auto& sql = *new std::string(
      absl::StrCat(kColumns,
                   "WHERE book = $1 AND payment_order = $2 AND (recipient, number) > ($3, $4) "
                   "ORDER BY recipient, number LIMIT $5"));
  std::vector<PlannedPayment> payments;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(
        payments, Read(transaction, sql,
                       {book, order, after.recipient, after.number, static_cast<int64_t>(limit)}));
    return absl::OkStatus();
  }));
  return payments;
}

absl::StatusOr<std::vector<PlannedPayment>> PaymentPlanStore::OfRecipient(
    std::string_view book, std::string_view recipient) {
  std::vector<PlannedPayment> payments;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(payments, PaymentsBetween(transaction, book, recipient, recipient));
    return absl::OkStatus();
  }));
  return payments;
}

}  // namespace vg::funding
