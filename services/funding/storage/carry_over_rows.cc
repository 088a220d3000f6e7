#include "services/funding/storage/carry_over_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

constexpr char kFind[] =
    "SELECT id, grant_id, school_year, day, currency, cents, claimed_cents, line_count, last_day, "
    "legal_reference, create_time, created_by, reverse_time, reversed_by, reverse_reason, "
    "overpaid_cents "
    "FROM carry_over WHERE id = $1";
constexpr char kReceived[] =
    "SELECT p.recipient, CAST(SUM(p.cents) AS BIGINT) FROM ledger_posting p "
    "JOIN ledger_entry e ON e.book = p.book AND e.number = p.number WHERE p.book = $1 "
    "AND p.recipient <> '' AND p.purpose = 'paid' AND p.currency = $2 "
    "AND e.kind IN ('payment', 'return') GROUP BY p.recipient";
constexpr char kCarried[] =
    "SELECT l.recipient, CAST(SUM(l.cents) AS BIGINT) FROM carry_over_line l "
    "JOIN carry_over c ON c.id = l.carry_over WHERE c.grant_id = $1 AND c.school_year = $2 "
    "AND c.currency = $3 AND c.reverse_time IS NULL GROUP BY l.recipient";

}  // namespace

std::string CarryOverName(std::string_view id) { return absl::StrCat("carryOvers/", Av(id)); }

std::string NextBook(std::string_view grant, std::string_view school_year) {
  return BookOf(grant, NextSchoolYear(school_year).value_or(""));
}

std::set<std::string> OverpaidIn(const std::vector<CarryOverPart>& parts) {
  std::set<std::string> recipients;
  for (const CarryOverPart& part : parts) {
    if (part.overpaid > 0) recipients.insert(part.recipient);
  }
  return recipients;
}

absl::StatusOr<std::optional<CarryOverRow>> FindCarryOver(sql::Transaction& transaction,
                                                          std::string_view id) {
  std::optional<CarryOverRow> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kFind, {id},
                                [&](const sql::Row& row) -> absl::Status {
                                  CarryOverRow read{.id = row.String(0),
                                                    .grant = row.String(1),
                                                    .school_year = row.String(2),
                                                    .line_count = row.Int64(7),
                                                    .legal_reference = row.String(9),
                                                    .create_time = row.Time(10),
                                                    .created_by = row.String(11),
                                                    .reversed_by = row.String(13),
                                                    .reverse_reason = row.String(14)};
                                  ASSIGN_OR_RETURN(read.day, ParseDay(row.Text(3)));
                                  ASSIGN_OR_RETURN(const Currency currency,
                                                   Currency::FromCode(row.Text(4)));
                                  read.total = {row.Int64(5), currency};
                                  read.claimed = {row.Int64(6), currency};
                                  read.overpaid = {row.Int64(15), currency};
                                  ASSIGN_OR_RETURN(read.until, ParseDay(row.Text(8)));
                                  if (!row.IsNull(12)) read.reverse_time = row.Time(12);
                                  found = std::move(read);
                                  return absl::OkStatus();
                                })
                      .status());
  return found;
}

absl::StatusOr<std::vector<CarryOverPart>> PartsIn(sql::Transaction& transaction,
                                                   std::string_view id, std::string_view after,
                                                   size_t limit) {
  std::vector<CarryOverPart> parts;
  RETURN_IF_ERROR(transaction.Query(
      "SELECT recipient, unspent_cents, cents, claimed_cents, overpaid_cents FROM carry_over_line "
      "WHERE carry_over = $1 AND recipient > $2 ORDER BY recipient LIMIT $3",
      {id, after, static_cast<int64_t>(limit)}, [&](const sql::Row& row) {
        parts.push_back({row.String(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4)});
      }));
  return parts;
}

absl::Status InsertCarryOver(sql::Transaction& transaction, const CarryOverRow& row,
                             const std::vector<CarryOverPart>& parts) {
  RETURN_IF_ERROR(
      transaction
          .Execute(
              "INSERT INTO carry_over (id, grant_id, school_year, day, currency, cents, "
              "claimed_cents, line_count, last_day, legal_reference, create_time, created_by, "
              "reverse_time, reversed_by, reverse_reason, overpaid_cents) VALUES ($1, $2, $3, "
              "$4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, '', '', $13)",
              {row.id, row.grant, row.school_year, FormatDay(row.day), row.total.currency.code(),
               row.total.cents, row.claimed.cents, row.line_count, FormatDay(row.until),
               row.legal_reference, row.create_time, row.created_by, row.overpaid.cents})
          .status());
  auto next = parts.begin();
  return transaction
      .Append(
          "carry_over_line",
          {"carry_over", "recipient", "unspent_cents", "cents", "claimed_cents", "overpaid_cents"},
          [&](std::vector<sql::Value>& values) -> absl::StatusOr<bool> {
            if (next == parts.end()) return false;
            values = {row.id,        next->recipient, next->unspent,
                      next->carried, next->claimed,   next->overpaid};
            ++next;
            return true;
          })
      .status();
}

absl::Status MarkReversed(sql::Transaction& transaction, const CarryOverRow& row) {
  RETURN_IF_ERROR(transaction
                      .Execute("UPDATE carry_over SET reverse_time = $2, reversed_by = $3, "
                               "reverse_reason = $4 WHERE id = $1",
                               {row.id, *row.reverse_time, row.reversed_by, row.reverse_reason})
                      .status());
  return transaction.Execute("UPDATE recovery SET reversed = 1 WHERE id = $1", {row.id}).status();
}

absl::StatusOr<std::vector<UnspentFunds>> ReadUnspent(sql::Transaction& transaction,
                                                      const GrantId& grant,
                                                      std::string_view school_year) {
  const std::string from = BookOf(grant.grant, school_year);
  std::map<std::string, UnspentFunds> funds;
  std::map<std::string, int64_t> everywhere;
  ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, grant.grant));
  for (const std::string& book : books) {
    RETURN_IF_ERROR(ReadBook(transaction, book, grant.currency, {},
                             [&](const std::string& recipient, const BookPosition& position) {
                               everywhere[recipient] += position.paid;
                               if (book == from) funds[recipient].unspent = position.paid;
                             }));
  }
  const auto add = [&](int64_t UnspentFunds::*member) {
    return [&funds, member](const sql::Row& row) {
      const auto found = funds.find(row.String(0));
      if (found != funds.end()) found->second.*member += row.Int64(1);
    };
  };
  RETURN_IF_ERROR(
      transaction.Query(kReceived, {from, grant.currency.code()}, add(&UnspentFunds::received)));
  RETURN_IF_ERROR(ReadOverpaid(transaction, from, grant.currency, [&](const Overpaid& one) {
    funds[one.recipient].overpaid[one.detail] = one.cents;
  }));
  RETURN_IF_ERROR(transaction.Query(kCarried, {grant.grant, school_year, grant.currency.code()},
                                    add(&UnspentFunds::carried)));
  std::vector<UnspentFunds> all;
  all.reserve(funds.size());
  for (auto& [recipient, one] : funds) {
    one.recipient = recipient;
    one.unspent = std::min(one.unspent, everywhere[recipient]);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace vg::funding
