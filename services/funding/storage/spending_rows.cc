#include "services/funding/storage/spending_rows.h"

#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

constexpr char kColumns[] =
    "grant_id, recipient, year, version, holder, a_cents, b_cents, c_cents, d_cents, e_cents, "
    "f_cents, none_cents, hired_cents, reserved_cents, above_cents, mr_state, mr_day, gmr_state, "
    "gmr_day, scan_made, teachers, parents, pupils, submitted_by, submit_time";

absl::StatusOr<Consent> ReadConsent(const sql::Row& row, int column) {
  Consent consent;
  ASSIGN_OR_RETURN(consent.state, ConsentStateNamed(row.Text(column), "consent"));
  if (!row.Text(column + 1).empty()) {
    ASSIGN_OR_RETURN(consent.date, ParseDay(row.Text(column + 1)));
  }
  return consent;
}

absl::StatusOr<ReportRow> ReadReport(const sql::Row& row) {
  ReportRow read{.submitted_by = row.String(23), .submit_time = row.Time(24)};
  SpendingReport& report = read.report;
  report.grant = row.String(0);
  report.recipient = row.String(1);
  report.year = static_cast<int>(row.Int64(2));
  report.version = static_cast<int>(row.Int64(3));
  report.holder = row.String(4);
  for (size_t i = 0; i < kCategories; ++i) report.cents[i] = row.Int64(5 + static_cast<int>(i));
  report.hired_cents = row.Int64(12);
  report.reserved_cents = row.Int64(13);
  report.above_cents = row.Int64(14);
  ASSIGN_OR_RETURN(report.mr, ReadConsent(row, 15));
  ASSIGN_OR_RETURN(report.gmr, ReadConsent(row, 17));
  report.scan_made = row.Int64(19) != 0;
  report.teachers = row.String(20);
  report.parents = row.String(21);
  report.pupils = row.String(22);
  return read;
}

std::string DayOf(const Consent& consent) { return consent.date ? FormatDay(*consent.date) : ""; }

}  // namespace

absl::StatusOr<std::vector<ReportRow>> QueryReports(sql::Transaction& transaction,
                                                    const std::string& rest, sql::Params params) {
  std::vector<ReportRow> rows;
  RETURN_IF_ERROR(
      transaction.Query(absl::StrCat("SELECT ", kColumns, " FROM spending_report r ", rest), params,
                        [&](const sql::Row& row) -> absl::Status {
                          ASSIGN_OR_RETURN(rows.emplace_back(), ReadReport(row));
                          return absl::OkStatus();
                        }));
  return rows;
}

absl::StatusOr<std::vector<ReportRow>> LastReports(sql::Transaction& transaction,
                                                   std::string_view grant,
                                                   const RecipientRange& range) {
  static const auto& rest = *new std::string(
      absl::StrCat("WHERE r.grant_id = $1 AND r.recipient >= $2 AND r.recipient <= $3 AND ",
                   kLastVersion, " ORDER BY r.recipient, r.year"));
  return QueryReports(transaction, rest, {grant, range.first, range.last});
}

absl::Status InsertReports(sql::Transaction& transaction, std::span<const SpendingReport> reports,
                           std::string_view actor, absl::Time now) {
  auto next = reports.begin();
  return transaction
      .Append(
          "spending_report",
          {"grant_id",    "recipient",      "year",        "version",  "holder",  "a_cents",
           "b_cents",     "c_cents",        "d_cents",     "e_cents",  "f_cents", "none_cents",
           "hired_cents", "reserved_cents", "above_cents", "mr_state", "mr_day",  "gmr_state",
           "gmr_day",     "scan_made",      "teachers",    "parents",  "pupils",  "submitted_by",
           "submit_time", "digest"},
          [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
            if (next == reports.end()) return false;
            const SpendingReport& report = *next++;
            row = {report.grant, report.recipient, report.year, report.version, report.holder};
            for (const int64_t cents : report.cents) row.emplace_back(cents);
            for (sql::Value value : std::initializer_list<sql::Value>{
                     report.hired_cents, report.reserved_cents, report.above_cents,
                     NameOf(report.mr.state), DayOf(report.mr), NameOf(report.gmr.state),
                     DayOf(report.gmr), report.scan_made, report.teachers, report.parents,
                     report.pupils, actor, now, DigestOf(report)}) {
              row.push_back(std::move(value));
            }
            return true;
          })
      .status();
}

}  // namespace vg::funding
