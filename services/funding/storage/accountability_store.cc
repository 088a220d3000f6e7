#include "services/funding/storage/accountability_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/funding/storage/spending_rows.h"
#include "services/funding/storage/submitting.h"

namespace vg::funding {
namespace {

constexpr char kRulesColumns[] =
    "SELECT grant_id, version, digest, publish_time, published_by, content FROM "
    "accountability_rules WHERE grant_id = $1 ORDER BY version DESC LIMIT 1";

// Up to so many recipients are read one by one, and more by one look at all between them.
constexpr size_t kFew = 100;

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

ReportFinding SaidBefore(const SpendingReport& report) {
  return {true, "recipient", "DUPLICATE_REPORT",
          absl::StrCat(report.recipient, " reports on ", report.year,
                       " before; a correction comes by itself")};
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
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    result = {};
    Submitting submitting(submission);
    RETURN_IF_ERROR(submitting.Read(transaction, reports));
    std::set<std::pair<std::string, int>> seen;
    for (const NumberedReport& numbered : reports) {
      const SpendingReport& report = numbered.report;
      std::vector<ReportFinding> findings;
      bool accepted = false;
      if (seen.emplace(report.recipient, report.year).second) {
        accepted = submitting.Take(report, findings);
      } else {
        findings.push_back(SaidBefore(report));
      }
      ++(accepted ? result.accepted : result.refused);
      for (ReportFinding& finding : findings) {
        result.findings.push_back({numbered.line, report.recipient, std::move(finding)});
      }
    }
    const bool stopped = result.refused > 0 && !submission.skip_refused;
    return stopped || submission.validate_only ? absl::OkStatus() : submitting.Write(transaction);
  }));
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
      all_versions ? "" : absl::StrCat(" AND ", kLastVersion),
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

absl::StatusOr<std::vector<std::string>> AccountabilityStore::RecipientsAfter(
    const GrantId& grant, std::string_view after, size_t limit) {
  std::vector<std::string> recipients;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(recipients, funding::RecipientsAfter(transaction, grant, after, limit));
    return absl::OkStatus();
  }));
  return recipients;
}

absl::StatusOr<std::map<std::string, FundPosition>> AccountabilityStore::PositionsOf(
    const GrantId& grant, absl::CivilDay day, std::span<const std::string> recipients) {
  std::map<std::string, FundPosition> positions;
  if (recipients.empty()) return positions;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    positions.clear();
    if (recipients.size() > kFew) {
      return ReadPositions(transaction, grant, day, {recipients.front(), recipients.back()},
                           positions);
    }
    for (const std::string& one : recipients) {
      RETURN_IF_ERROR(ReadPositions(transaction, grant, day, {one, one}, positions));
    }
    return absl::OkStatus();
  }));
  std::erase_if(positions, [&](const auto& position) {
    return !std::binary_search(recipients.begin(), recipients.end(), position.first);
  });
  return positions;
}

absl::StatusOr<FundPosition> AccountabilityStore::Total(const GrantId& grant, absl::CivilDay day) {
  FundPosition total;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(total, ReadTotal(transaction, grant, day));
    return absl::OkStatus();
  }));
  return total;
}

}  // namespace vg::funding
