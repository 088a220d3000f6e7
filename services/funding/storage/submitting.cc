#include "services/funding/storage/submitting.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/spending_posting.h"
#include "services/funding/storage/spending_rows.h"

namespace vg::funding {
namespace {

absl::CivilDay LastDayOf(int year) { return absl::CivilDay(year, 12, 31); }

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

Earlier OtherYears(const FundStanding& standing, int year) {
  Earlier earlier;
  for (const auto& [other, report] : standing.reports) {
    if (other == year) continue;
    for (size_t i = 0; i < kCategories; ++i) earlier.cents[i] += report.cents[i];
  }
  return earlier;
}

}  // namespace

absl::Status Submitting::Read(sql::Transaction& transaction,
                              const std::vector<NumberedReport>& reports) {
  if (reports.empty()) return absl::OkStatus();
  const AccountabilityRules& rules = *submission_.rules;
  RecipientRange range{reports[0].report.recipient, reports[0].report.recipient};
  std::set<int> years;
  for (const NumberedReport& numbered : reports) {
    range.first = std::min(range.first, numbered.report.recipient);
    range.last = std::max(range.last, numbered.report.recipient);
    years.insert(numbered.report.year);
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> books, BooksOf(transaction, rules.grant));
  for (const std::string& book : books) {
    RETURN_IF_ERROR(LockHead(transaction, book).status());
  }
  ASSIGN_OR_RETURN(standings_,
                   ReadStandings(transaction, {rules.grant, rules.currency}, range, years));
  return absl::OkStatus();
}

bool Submitting::Take(SpendingReport report, std::vector<ReportFinding>& findings) {
  FundStanding& standing = standings_[report.recipient];
  report.version = std::max(report.version, 1);
  const auto present = standing.reports.find(report.year);
  if (present != standing.reports.end() && DigestOf(present->second) == DigestOf(report)) {
    return true;
  }
  const int last = present == standing.reports.end() ? 0 : present->second.version;
  if (const std::optional<ReportFinding> wrong = WrongVersion(report, last)) {
    findings.push_back(*wrong);
    return false;
  }
  if (standing.books.empty()) {
    findings.push_back(
        Refusal("recipient", "UNKNOWN_RECIPIENT",
                absl::StrCat(report.recipient, " has no money of ", submission_.rules->grant)));
    return false;
  }
  findings = CheckReport(report, *submission_.rules, OtherYears(standing, report.year),
                         standing.received[report.year], submission_.today);
  if (std::any_of(findings.begin(), findings.end(),
                  [](const ReportFinding& one) { return one.refuses; })) {
    return false;
  }
  Post(report, standing);
  standing.reports.insert_or_assign(report.year, report);
  taken_.push_back(std::move(report));
  return true;
}

void Submitting::Post(const SpendingReport& report, FundStanding& standing) {
  std::array<int64_t, kCategories> spent = OtherYears(standing, report.year).cents;
  for (size_t i = 0; i < kCategories; ++i) spent[i] += report.cents[i];
  const Entry head{
      .id = absl::StrCat("spending:", report.recipient, ":", report.year, ":", report.version),
      .kind = EntryKind::kSpending,
      .effective = std::min(submission_.today, LastDayOf(report.year)),
      .actor = submission_.actor,
      .reason = absl::StrCat("report of ", report.year),
      .source =
          absl::StrCat("spendingReports/", report.recipient, "/", report.year, "/", report.version),
      .reverses = "",
      .postings = {}};
  PostSpending(head, report.recipient, submission_.rules->currency, spent, standing.books,
               entries_);
}

absl::Status Submitting::Write(sql::Transaction& transaction) const {
  RETURN_IF_ERROR(InsertReports(transaction, taken_, submission_.actor, submission_.now));
  for (const auto& [book, entries] : entries_) {
    RETURN_IF_ERROR(AppendEntries(transaction, book, entries, submission_.now).status());
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
