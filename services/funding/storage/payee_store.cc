#include "services/funding/storage/payee_store.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/payments/payment_errors.h"
#include "services/funding/storage/payment_words.h"

namespace vg::funding {
namespace {

constexpr char kChangeColumns[] =
    "SELECT id, digest, state, account_count, proposed_by, propose_time, decided_by, decide_time, "
    "reason FROM payee_change ";
constexpr char kAccountColumns[] =
    "a.payee, a.title, a.iban, a.account_number, a.bic, a.country, a.valid_from, a.valid_until, "
    "a.source";

absl::StatusOr<PayeeChange> ReadChange(const sql::Row& row) {
  PayeeChange change{.id = row.String(0),
                     .digest = row.String(1),
                     .account_count = row.Int64(3),
                     .proposed_by = row.String(4),
                     .propose_time = row.Time(5),
                     .decided_by = row.String(6),
                     .reason = row.String(8)};
  ASSIGN_OR_RETURN(change.state, ChangeStateNamed(row.Text(2)));
  if (!row.IsNull(7)) change.decide_time = row.Time(7);
  return change;
}

absl::StatusOr<Payee> ReadAccount(const sql::Row& row) {
  Payee payee{.code = row.String(0),
              .title = row.String(1),
              .account = {row.String(2), row.String(3), row.String(4)},
              .country = row.String(5),
              .source = row.String(8)};
  ASSIGN_OR_RETURN(payee.valid_from, ParseDay(row.Text(6)));
  if (!row.Text(7).empty()) {
    ASSIGN_OR_RETURN(payee.valid_until, ParseDay(row.Text(7)));
  }
  return payee;
}

absl::StatusOr<std::optional<PayeeChange>> OneChange(sql::Transaction& transaction,
                                                     std::string_view id) {
  static const auto& sql = *new std::string(absl::StrCat(kChangeColumns, "WHERE id = $1"));
  std::optional<PayeeChange> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(sql, {id},
                                [&](const sql::Row& row) -> absl::Status {
                                  ASSIGN_OR_RETURN(found, ReadChange(row));
                                  return absl::OkStatus();
                                })
                      .status());
  return found;
}

absl::Status Insert(sql::Transaction& transaction, const PayeeChange& change,
                    const std::vector<Payee>& accounts) {
  RETURN_IF_ERROR(
      transaction
          .Execute("INSERT INTO payee_change (id, digest, state, account_count, proposed_by, "
                   "propose_time, decided_by, decide_time, reason) "
                   "VALUES ($1, $2, $3, $4, $5, $6, '', NULL, $7)",
                   {change.id, change.digest, NameOf(change.state), change.account_count,
                    change.proposed_by, change.propose_time, change.reason})
          .status());
  size_t next = 0;
  return transaction
      .Append("payee_account",
              {"change", "number", "payee", "title", "iban", "account_number", "bic", "country",
               "valid_from", "valid_until", "source"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == accounts.size()) return false;
                const Payee& payee = accounts[next++];
                row = {change.id,
                       static_cast<int64_t>(next),
                       payee.code,
                       payee.title,
                       payee.account.iban,
                       payee.account.number,
                       payee.account.bic,
                       payee.country,
                       FormatDay(payee.valid_from),
                       payee.valid_until.has_value() ? FormatDay(*payee.valid_until) : "",
                       payee.source};
                return true;
              })
      .status();
}

}  // namespace

absl::StatusOr<ApprovedAccounts> ReadApproved(sql::Transaction& transaction) {
  static const auto& sql = *new std::string(
      absl::StrCat("SELECT ", kAccountColumns,
                   " FROM payee_account a JOIN payee_change c ON c.id = a.change "
                   "WHERE c.state = 'approved' ORDER BY a.payee, c.decide_time, c.id, a.number"));
  ApprovedAccounts accounts;
  RETURN_IF_ERROR(transaction.Query(sql, {}, [&](const sql::Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(Payee payee, ReadAccount(row));
    accounts[payee.code].push_back(std::move(payee));
    return absl::OkStatus();
  }));
  return accounts;
}

absl::StatusOr<PayeeChange> PayeeStore::Propose(const PayeeChange& draft,
                                                const std::vector<Payee>& accounts) {
  PayeeChange kept;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<PayeeChange> present, OneChange(transaction, draft.id));
    if (present.has_value()) {
      if (present->digest != draft.digest) return ChangeExists(draft.id);
      kept = *present;
      return absl::OkStatus();
    }
    kept = draft;
    kept.account_count = static_cast<int64_t>(accounts.size());
    return Insert(transaction, kept, accounts);
  }));
  return kept;
}

absl::StatusOr<PayeeChange> PayeeStore::Decide(std::string_view id,
                                               const ChangeDecision& decision) {
  PayeeChange decided;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<PayeeChange> present, OneChange(transaction, id));
    if (!present.has_value()) return NotFound(absl::StrCat("payeeChanges/", std::string(id)));
    decided = *present;
    if (present->state == decision.to && present->decided_by == decision.decided_by) {
      return absl::OkStatus();
    }
    if (present->state != ChangeState::kProposed) {
      return ChangeDecided(*present->decide_time, present->id, NameOf(present->state),
                           present->decided_by);
    }
    if (decision.to == ChangeState::kApproved && decision.decided_by == present->proposed_by) {
      return PayeeFourEyes(absl::StrCat("payeeChanges/", present->id), present->proposed_by);
    }
    decided.state = decision.to;
    decided.decided_by = decision.decided_by;
    decided.decide_time = decision.decide_time;
    decided.reason = decision.reason;
    return transaction
        .Execute(
            "UPDATE payee_change SET state = $2, decided_by = $3, decide_time = $4, "
            "reason = $5 WHERE id = $1",
            {id, NameOf(decided.state), decided.decided_by, *decided.decide_time, decided.reason})
        .status();
  }));
  return decided;
}

absl::StatusOr<std::optional<PayeeChange>> PayeeStore::Find(std::string_view id) {
  std::optional<PayeeChange> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, OneChange(transaction, id));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<PayeeChange>> PayeeStore::List(absl::Time before, std::string_view id,
                                                          size_t limit) {
  static const auto& sql =
      *new std::string(absl::StrCat(kChangeColumns,
                                    "WHERE propose_time < $1 OR (propose_time = $1 AND id < $2) "
                                    "ORDER BY propose_time DESC, id DESC LIMIT $3"));
  std::vector<PayeeChange> changes;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    changes.clear();
    return transaction.Query(sql, {before, id, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) -> absl::Status {
                               ASSIGN_OR_RETURN(changes.emplace_back(), ReadChange(row));
                               return absl::OkStatus();
                             });
  }));
  return changes;
}

absl::StatusOr<std::vector<Payee>> PayeeStore::Accounts(std::string_view change, int64_t after,
                                                        size_t limit) {
  static const auto& sql =
      *new std::string(absl::StrCat("SELECT ", kAccountColumns,
                                    " FROM payee_account a WHERE a.change = $1 AND a.number > $2 "
                                    "ORDER BY a.number LIMIT $3"));
  std::vector<Payee> accounts;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    accounts.clear();
    return transaction.Query(sql, {change, after, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) -> absl::Status {
                               ASSIGN_OR_RETURN(accounts.emplace_back(), ReadAccount(row));
                               return absl::OkStatus();
                             });
  }));
  return accounts;
}

absl::StatusOr<std::vector<Payee>> PayeeStore::AccountsOn(absl::CivilDay day,
                                                          std::string_view after,
                                                          std::string_view only, size_t limit) {
  std::vector<Payee> accounts;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    accounts.clear();
    ASSIGN_OR_RETURN(const ApprovedAccounts approved, ReadApproved(transaction));
    for (auto next = approved.upper_bound(after); next != approved.end() && accounts.size() < limit;
         ++next) {
      if (!only.empty() && next->first != only) continue;
      const Payee* payee = PayeeOn(next->second, day);
      if (payee != nullptr) accounts.push_back(*payee);
    }
    return absl::OkStatus();
  }));
  return accounts;
}

}  // namespace vg::funding
