#include "services/funding/storage/candidates.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

constexpr int64_t kPage = 2000;

constexpr char kRecipients[] =
    "SELECT o.recipient, o.cents, o.undetermined_reason, p.cents FROM allocation o "
    "LEFT JOIN allocation p ON p.run = (SELECT attempt FROM run WHERE id = $3) "
    "AND p.recipient = o.recipient "
    "WHERE o.run = (SELECT attempt FROM run WHERE id = $1) AND o.recipient > $2 "
    "ORDER BY o.recipient LIMIT $4";
// Later approvals come later, and so take the place of earlier ones. Of recipients of the run only,
// so that there are never many more than on a page of it.
constexpr char kStanding[] =
    "SELECT r.recipient, r.cents, a.name, a.run, n.create_time "
    "FROM approval a JOIN approval_recipient r ON r.approval = a.name JOIN run n ON n.id = a.run "
    "WHERE a.book = $1 AND a.scheme = $2 AND a.state <> 'reversed' "
    "AND r.recipient >= $3 AND r.recipient <= $4 "
    "AND EXISTS (SELECT 1 FROM allocation o WHERE o.recipient = r.recipient "
    "AND o.run = (SELECT attempt FROM run WHERE id = $5)) "
    "ORDER BY a.approve_time, a.name";
// In two parts that fit, whatever they add up to.
constexpr char kStandingCents[] =
    "SELECT CAST(COALESCE(SUM(s.cents / 1000000), 0) AS BIGINT), "
    "CAST(COALESCE(SUM(s.cents % 1000000), 0) AS BIGINT) FROM ("
    "SELECT r.cents, ROW_NUMBER() OVER (PARTITION BY r.recipient "
    "ORDER BY a.approve_time DESC, a.name DESC) AS place "
    "FROM approval a JOIN approval_recipient r ON r.approval = a.name "
    "WHERE a.book = $1 AND a.scheme = $2 AND a.state <> 'reversed') s WHERE s.place = 1";
constexpr char kSuperseding[] = "SELECT id FROM run WHERE supersedes = $1";
constexpr char kApprovals[] = "SELECT name FROM approval WHERE run = $1 AND state <> 'reversed'";

std::optional<int64_t> CentsOf(const sql::Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Int64(column);
}

}  // namespace

absl::Status Candidates::ForEach(absl::FunctionRef<absl::Status(RunRecipient&)> visit) const {
  std::vector<RunRecipient> page;
  std::string after;
  for (size_t place = 0;; place += page.size()) {
    page.clear();
    RETURN_IF_ERROR(transaction_.Query(kRecipients, {query_.run, after, query_.previous_run, kPage},
                                       [&](const sql::Row& row) {
                                         RunRecipient& one = page.emplace_back();
                                         one.candidate.code = row.String(0);
                                         one.candidate.cents = CentsOf(row, 1);
                                         one.candidate.undetermined_reason = row.String(2);
                                         one.candidate.previous_cents = CentsOf(row, 3);
                                         one.place = place + page.size() - 1;
                                       }));
    if (page.empty()) return absl::OkStatus();
    after = page.back().candidate.code;
    RETURN_IF_ERROR(transaction_.Query(
        kStanding, {query_.book, query_.scheme, page.front().candidate.code, after, query_.run},
        [&](const sql::Row& row) {
          RunRecipient& one =
              *std::ranges::lower_bound(page, row.Text(0), {}, [](const RunRecipient& recipient) {
                return std::string_view(recipient.candidate.code);
              });
          one.candidate.standing = {row.Int64(1), row.String(2), row.Time(4)};
          if (row.Text(3) == query_.run) one.approved_by = row.String(2);
        }));
    for (RunRecipient& one : page) RETURN_IF_ERROR(visit(one));
  }
}

absl::StatusOr<Exact> Candidates::StandingCents() const {
  Exact cents;
  RETURN_IF_ERROR(transaction_
                      .QueryOne(kStandingCents, {query_.book, query_.scheme},
                                [&](const sql::Row& row) {
                                  cents = Exact(row.Int64(0)) * 1'000'000 + row.Int64(1);
                                })
                      .status());
  return cents;
}

absl::StatusOr<std::string> Candidates::SupersededBy() const {
  std::string id;
  RETURN_IF_ERROR(
      transaction_
          .QueryOne(kSuperseding, {query_.run}, [&](const sql::Row& row) { id = row.String(0); })
          .status());
  return id;
}

absl::StatusOr<std::set<std::string>> Candidates::Approvals() const {
  std::set<std::string> names;
  RETURN_IF_ERROR(transaction_.Query(kApprovals, {query_.run},
                                     [&](const sql::Row& row) { names.insert(row.String(0)); }));
  return names;
}

}  // namespace vg::funding
