// Rules of accountability and reports of spending on disk, and what they do to the books.

#ifndef VG_SERVICES_FUNDING_STORAGE_ACCOUNTABILITY_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_ACCOUNTABILITY_STORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/accountability/rules.h"
#include "services/funding/storage/positions.h"

namespace vg::funding {

struct RulesRow {
  std::string grant;
  int64_t version = 0;
  std::string digest;
  absl::Time publish_time;
  std::string published_by;
  std::string content;  // Bytes that the caller can read.

  friend bool operator==(const RulesRow&, const RulesRow&) = default;
};

struct ReportRow {
  SpendingReport report;
  std::string submitted_by;
  absl::Time submit_time;
};

// A report with its line in a file, or its place in a stream.
struct NumberedReport {
  int64_t line = 0;
  SpendingReport report;  // Version 0 is the first.
};

// Something that is said of a report.
struct NumberedFinding {
  int64_t line = 0;
  std::string recipient;
  ReportFinding finding;
};

struct Submission {
  const AccountabilityRules* rules = nullptr;
  absl::CivilDay today;
  absl::Time now;
  std::string actor;
  bool skip_refused = false;
  bool validate_only = false;
};

struct SubmissionResult {
  int64_t accepted = 0;
  int64_t refused = 0;
  std::vector<NumberedFinding> findings;
};

// Where a list of reports goes on.
struct ReportKey {
  std::string recipient;
  int64_t year = 0;
  int64_t version = 0;
};

// Thread-safe; calls block. Borrows the database.
class AccountabilityStore {
 public:
  explicit AccountabilityStore(sql::Database& database) : database_(database) {}

  // Keeps `draft` as the next version of the grant's rules, unless its digest is that of the
  // newest: then that one is the answer.
  absl::StatusOr<RulesRow> Publish(const RulesRow& draft);
  // The newest.
  absl::StatusOr<std::optional<RulesRow>> FindRules(std::string_view grant);

  // Takes `reports` of the rules' grant, in their order: checks each (CheckReport), keeps it as the
  // next version of its year, and posts what changes to the books. If one is refused nothing is
  // kept, unless the submission skips refused ones. A report that says what the last version says
  // is accepted and changes nothing.
  //
  // Beside CheckReport's, refusals are VERSION_EXISTS (the report corrects a version that was
  // corrected), VERSION_SKIPPED, DUPLICATE_REPORT (the same year of a recipient twice) and
  // UNKNOWN_RECIPIENT (it has no money of the grant).
  absl::StatusOr<SubmissionResult> Submit(const Submission& submission,
                                          const std::vector<NumberedReport>& reports);

  // By recipient, year and version, after `after`; only the last versions unless `all_versions`.
  absl::StatusOr<std::vector<ReportRow>> Reports(std::string_view grant, std::string_view recipient,
                                                 int year, bool all_versions,
                                                 const ReportKey& after, size_t limit);

  // The first `limit` recipients after `after` that have a posting in a book of the grant.
  absl::StatusOr<std::vector<std::string>> RecipientsAfter(const GrantId& grant,
                                                           std::string_view after, size_t limit);
  // What these have on `day`; who has no posting by then is left out. `recipients` ascend.
  absl::StatusOr<std::map<std::string, FundPosition>> PositionsOf(
      const GrantId& grant, absl::CivilDay day, std::span<const std::string> recipients);
  // Of all recipients.
  absl::StatusOr<FundPosition> Total(const GrantId& grant, absl::CivilDay day);

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_ACCOUNTABILITY_STORE_H_
