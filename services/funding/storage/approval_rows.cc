#include "services/funding/storage/approval_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

constexpr char kColumns[] =
    "SELECT run, id, book, scheme, state, creator, approver, releaser, reverser, approve_time, "
    "recipients, currency, cents, done, cursor, effective_day, first_month, claim_overpaid, "
    "reason, "
    "request, facts FROM approval ";
constexpr char kInsert[] =
    "INSERT INTO approval (name, run, id, book, scheme, state, creator, approver, releaser, "
    "reverser, approve_time, recipients, currency, cents, done, cursor, release_start, "
    "effective_day, first_month, claim_overpaid, reason, request, facts) VALUES ($1, $2, $3, $4, "
    "$5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, $17, $18, $19, $20, $21, $22)";
constexpr char kUpdate[] =
    "UPDATE approval SET state = $2, releaser = $3, reverser = $4, done = $5, cursor = $6, "
    "effective_day = $7, first_month = $8, claim_overpaid = $9, reason = $10 WHERE name = $1";
constexpr char kAddEvent[] =
    "INSERT INTO approval_event (run, number, approval, kind, actor, time, reason) "
    "SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6 FROM approval_event "
    "WHERE run = $1";

std::string DayText(const std::optional<absl::CivilDay>& day) {
  return day.has_value() ? FormatDay(*day) : "";
}
std::string MonthText(const std::optional<absl::CivilMonth>& month) {
  return month.has_value() ? FormatDay(absl::CivilDay(*month)) : "";
}

absl::StatusOr<std::optional<absl::CivilDay>> ReadDay(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return ParseDay(text);
}

absl::StatusOr<Approval> ReadApproval(const sql::Row& row) {
  const std::optional<ApprovalState> state = ApprovalStateNamed(row.Text(4));
  const absl::StatusOr<Currency> currency = Currency::FromCode(row.Text(11));
  Approval approval{.run = row.String(0), .id = row.String(1), .book = row.String(2)};
  if (!state.has_value() || !currency.ok()) {
    return absl::DataLossError(absl::StrCat(approval.name(), " cannot be read"));
  }
  approval.scheme = row.String(3);
  approval.state = *state;
  approval.creator = row.String(5);
  approval.approver = row.String(6);
  approval.releaser = row.String(7);
  approval.reverser = row.String(8);
  approval.approve_time = row.Time(9);
  approval.recipients = row.Int64(10);
  approval.total = {row.Int64(12), *currency};
  approval.done = row.Int64(13);
  approval.cursor = row.String(14);
  ASSIGN_OR_RETURN(approval.effective, ReadDay(row.Text(15)));
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> month, ReadDay(row.Text(16)));
  if (month.has_value()) approval.first_month = absl::CivilMonth(*month);
  approval.claim_overpaid = row.Bool(17);
  approval.reason = row.String(18);
  approval.request = row.String(19);
  approval.facts = row.OctetString(20);
  return approval;
}

}  // namespace

absl::StatusOr<std::vector<Approval>> SelectApprovals(sql::Transaction& transaction,
                                                      std::string_view rest, sql::Params params) {
  std::vector<Approval> approvals;
  RETURN_IF_ERROR(transaction.Query(absl::StrCat(kColumns, Av(rest)), params,
                                    [&](const sql::Row& row) -> absl::Status {
                                      ASSIGN_OR_RETURN(approvals.emplace_back(), ReadApproval(row));
                                      return absl::OkStatus();
                                    }));
  return approvals;
}

absl::StatusOr<std::optional<Approval>> FindApproval(sql::Transaction& transaction,
                                                     std::string_view name) {
  ASSIGN_OR_RETURN(std::vector<Approval> found,
                   SelectApprovals(transaction, "WHERE name = $1", {name}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::Status InsertApproval(sql::Transaction& transaction, const Approval& approval) {
  return transaction
      .Execute(kInsert, {approval.name(),
                         approval.run,
                         approval.id,
                         approval.book,
                         approval.scheme,
                         NameOf(approval.state),
                         approval.creator,
                         approval.approver,
                         approval.releaser,
                         approval.reverser,
                         approval.approve_time,
                         approval.recipients,
                         approval.total.currency.code(),
                         approval.total.cents,
                         approval.done,
                         approval.cursor,
                         DayText(approval.effective),
                         MonthText(approval.first_month),
                         approval.claim_overpaid,
                         approval.reason,
                         approval.request,
                         sql::Bytes{approval.facts}})
      .status();
}

absl::Status UpdateApproval(sql::Transaction& transaction, const Approval& approval) {
  return transaction
      .Execute(kUpdate,
               {approval.name(), NameOf(approval.state), approval.releaser, approval.reverser,
                approval.done, approval.cursor, DayText(approval.effective),
                MonthText(approval.first_month), approval.claim_overpaid, approval.reason})
      .status();
}

absl::Status AddEvent(sql::Transaction& transaction, const Approval& approval,
                      std::string_view kind, std::string_view actor, std::string_view reason,
                      absl::Time now) {
  return transaction.Execute(kAddEvent, {approval.run, approval.name(), kind, actor, now, reason})
      .status();
}

}  // namespace vg::funding
