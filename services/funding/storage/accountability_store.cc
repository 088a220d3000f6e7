#include "services/funding/storage/accountability_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/spending_rows.h"

namespace vg::funding {
namespace {

constexpr char kRulesColumns[] =
    "SELECT grant_id, version, digest, publish_time, published_by, content FROM "
    "accountability_rules WHERE grant_id = $1 ORDER BY version DESC LIMIT 1";
// Of a row r: there is no later version.
constexpr char kLast[] =
    "r.version = (SELECT MAX(v.version) FROM spending_report v WHERE v.grant_id = r.grant_id "
    "AND v.recipient = r.recipient AND v.year = r.year)";

absl::StatusOr<std::optional<RulesRow>> NewestRules(sql::Transaction& transaction,
                                                    std::string_view grant) {
  std::optional<RulesRow> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kRulesColumns, {grant},
                                [&](const sql::Row& row) {
                                  found =
                                      RulesRow{row.String(0), row.Int64(1),  row.String(2),
                                               row.Time(3),   row.String(4), row.OctetString(5)};
                                })
                      .status());
  return found;
}

absl::CivilDay LastDayOf(int year) { return absl::CivilDay(year, 12, 31); }

// What the books must be changed by so that they say what was spent over all years.
absl::Status Post(sql::Transaction& transaction, const Submission& submission,
                  const SpendingReport& report, const std::array<int64_t, kCategories>& spent,
                  const std::vector<BookPosition>& books) {
  std::vector<BookFunds> funds;
  funds.reserve(books.size());
  for (const BookPosition& book : books) {
    funds.push_back({book.book, book.paid + book.spent_total()});
  }
  const std::vector<BookSpending> parts = Attribute(spent, funds);
  for (size_t i = 0; i < books.size(); ++i) {
    Entry entry{
        .id = absl::StrCat("spending:", report.recipient, ":", report.year, ":", report.version),
        .kind = EntryKind::kSpending,
        .effective = std::min(submission.today, LastDayOf(report.year)),
        .actor = submission.actor,
        .reason = absl::StrCat("report of ", report.year),
        .source = absl::StrCat("spendingReports/", report.recipient, "/", report.year, "/",
                               report.version)};
    int64_t moved = 0;
    for (size_t category = 0; category < kCategories; ++category) {
      const int64_t change = parts[i].cents[category] - books[i].spent[category];
      if (change == 0) continue;
      moved += change;
      entry.postings.push_back({report.recipient,
                                Purpose::kSpent,
                                {change, submission.rules->currency},
                                std::string(NameOf(static_cast<Category>(category)))});
    }
    if (entry.postings.empty()) continue;
    if (moved != 0) {
      entry.postings.push_back(
          {report.recipient, Purpose::kPaid, {-moved, submission.rules->currency}, ""});
    }
    RETURN_IF_ERROR(
        AppendEntries(transaction, books[i].book, {&entry, 1}, submission.now).status());
  }
  return absl::OkStatus();
}

ReportFinding Refusal(std::string field, std::string reason, std::string sentence) {
  return {true, std::move(field), std::move(reason), std::move(sentence)};
}

// Why `report` cannot be the next version after `last` (0: there is none).
std::optional<ReportFinding> WrongVersion(const SpendingReport& report, int last) {
  if (report.version == last + 1) return std::nullopt;
  if (report.version <= last) {
    return Refusal("version", "VERSION_EXISTS",
                   absl::StrCat("version ", last, " of ", report.year,
                                " says something else; a correction is version ", last + 1));
  }
  return Refusal("version", "VERSION_SKIPPED",
                 absl::StrCat("the next version of ", report.year, " is ", last + 1));
}

// Takes one report; what is said of it goes to `findings`. Whether it was accepted.
absl::StatusOr<bool> Take(sql::Transaction& transaction, const Submission& submission,
                          SpendingReport report, std::vector<ReportFinding>& findings) {
  static const auto& of_recipient = *new std::string(
      absl::StrCat("WHERE r.grant_id = $1 AND r.recipient = $2 AND ", kLast, " ORDER BY r.year"));
  report.version = std::max(report.version, 1);
  const GrantId grant{submission.rules->grant, submission.rules->currency};
  ASSIGN_OR_RETURN(const std::vector<ReportRow> rows,
                   QueryReports(transaction, of_recipient, {grant.grant, report.recipient}));
  Earlier earlier;
  int last = 0;
  for (const ReportRow& row : rows) {
    if (row.report.year == report.year) {
      if (DigestOf(row.report) == DigestOf(report)) return true;
      last = row.report.version;
      continue;
    }
    for (size_t i = 0; i < kCategories; ++i) earlier.cents[i] += row.report.cents[i];
  }
  if (const std::optional<ReportFinding> wrong = WrongVersion(report, last)) {
    findings.push_back(*wrong);
    return false;
  }
  ASSIGN_OR_RETURN(const std::vector<BookPosition> books,
                   ReadBooks(transaction, grant, report.recipient));
  if (books.empty()) {
    findings.push_back(Refusal("recipient", "UNKNOWN_RECIPIENT",
                               absl::StrCat(report.recipient, " has no money of ", grant.grant)));
    return false;
  }
  ASSIGN_OR_RETURN(auto positions,
                   ReadPositions(transaction, grant, LastDayOf(report.year), report.recipient));
  findings = CheckReport(report, *submission.rules, earlier, positions[report.recipient].received,
                         submission.today);
  if (std::any_of(findings.begin(), findings.end(),
                  [](const ReportFinding& one) { return one.refuses; })) {
    return false;
  }
  std::array<int64_t, kCategories> spent = report.cents;
  for (size_t i = 0; i < kCategories; ++i) spent[i] += earlier.cents[i];
  RETURN_IF_ERROR(InsertReport(transaction, report, submission.actor, submission.now));
  RETURN_IF_ERROR(Post(transaction, submission, report, spent, books));
  return true;
}

}  // namespace

absl::StatusOr<RulesRow> AccountabilityStore::Publish(const RulesRow& draft) {
  RulesRow published;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<RulesRow> newest, NewestRules(transaction, draft.grant));
    if (newest.has_value() && newest->digest == draft.digest) {
      published = *newest;
      return absl::OkStatus();
    }
    published = draft;
    published.version = newest.has_value() ? newest->version + 1 : 1;
    return transaction
        .Execute(
            "INSERT INTO accountability_rules (grant_id, version, digest, publish_time, "
            "published_by, content) VALUES ($1, $2, $3, $4, $5, $6)",
            {published.grant, published.version, published.digest, published.publish_time,
             published.published_by, sql::Bytes{published.content}})
        .status();
  }));
  return published;
}

absl::StatusOr<std::optional<RulesRow>> AccountabilityStore::FindRules(std::string_view grant) {
  std::optional<RulesRow> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, NewestRules(transaction, grant));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<SubmissionResult> AccountabilityStore::Submit(
    const Submission& submission, const std::vector<NumberedReport>& reports) {
  SubmissionResult result;
  const absl::Status undone = absl::CancelledError("nothing is kept");
  const absl::Status status = database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    result = {};
    std::set<std::pair<std::string, int>> seen;
    for (const NumberedReport& numbered : reports) {
      const SpendingReport& report = numbered.report;
      std::vector<ReportFinding> findings;
      bool accepted = false;
      if (seen.emplace(report.recipient, report.year).second) {
        ASSIGN_OR_RETURN(accepted, Take(transaction, submission, report, findings));
      } else {
        findings.push_back(Refusal("recipient", "DUPLICATE_REPORT",
                                   absl::StrCat(report.recipient, " reports on ", report.year,
                                                " before; a correction comes by itself")));
      }
      ++(accepted ? result.accepted : result.refused);
      for (ReportFinding& finding : findings) {
        result.findings.push_back({numbered.line, report.recipient, std::move(finding)});
      }
    }
    const bool stopped = result.refused > 0 && !submission.skip_refused;
    return stopped || submission.validate_only ? undone : absl::OkStatus();
  });
  if (!status.ok() && status != undone) return status;
  return result;
}

absl::StatusOr<std::vector<ReportRow>> AccountabilityStore::Reports(std::string_view grant,
                                                                    std::string_view recipient,
                                                                    int year, bool all_versions,
                                                                    const ReportKey& after,
                                                                    size_t limit) {
  const std::string rest = absl::StrCat(
      "WHERE r.grant_id = $1 AND ($2 = '' OR r.recipient = $2) AND ($3 = 0 OR r.year = $3) AND "
      "(r.recipient, r.year, r.version) > ($4, $5, $6)",
      all_versions ? "" : absl::StrCat(" AND ", kLast),
      " ORDER BY r.recipient, r.year, r.version LIMIT $7");
  std::vector<ReportRow> rows;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(rows, QueryReports(transaction, rest,
                                        {grant, recipient, year, after.recipient, after.year,
                                         after.version, static_cast<int64_t>(limit)}));
    return absl::OkStatus();
  }));
  return rows;
}

absl::StatusOr<std::map<std::string, FundPosition>> AccountabilityStore::Positions(
    const GrantId& grant, absl::CivilDay day, std::string_view only) {
  std::map<std::string, FundPosition> positions;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(positions, ReadPositions(transaction, grant, day, only));
    return absl::OkStatus();
  }));
  return positions;
}

}  // namespace vg::funding
