// Reports of spending inside a transaction: which are taken, and what they change in the books.

#ifndef VG_SERVICES_FUNDING_STORAGE_SUBMITTING_H_
#define VG_SERVICES_FUNDING_STORAGE_SUBMITTING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/sql/transaction.h"
#include "services/funding/storage/accountability_store.h"
#include "services/funding/storage/spending_posting.h"
#include "services/funding/storage/standings.h"

namespace vg::funding {

// Takes reports one by one, each seeing those before it, and writes all of them at once: a national
// year is two queries a book and a few appends, not some queries a report.
class Submitting {
 public:
  explicit Submitting(const Submission& submission) : submission_(submission) {}

  // Reads what the recipients of `reports` have and said. Locks the books.
  absl::Status Read(sql::Transaction& transaction, const std::vector<NumberedReport>& reports);
  // Whether `report` is taken; what is said of it is added to `findings`.
  bool Take(SpendingReport report, std::vector<ReportFinding>& findings);
  // Keeps what was taken, and posts it.
  absl::Status Write(sql::Transaction& transaction) const;

 private:
  void Post(const SpendingReport& report, FundStanding& standing);

  const Submission& submission_;
  std::map<std::string, FundStanding> standings_;
  std::vector<SpendingReport> taken_;
  EntriesByBook entries_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_SUBMITTING_H_
