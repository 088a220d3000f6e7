// Reading entries of the ledger with their postings. Internal to storage.

#ifndef VG_SERVICES_FUNDING_STORAGE_LEDGER_ROWS_H_
#define VG_SERVICES_FUNDING_STORAGE_LEDGER_ROWS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {

struct StoredEntry {
  RecordedEntry recorded;
  std::string content_digest;
};

// What a query over entries begins and ends with: `e` are the entries of a book, `p` their
// postings, a row a posting; an entry without postings has a row of nulls.
inline constexpr char kEntryColumns[] =
    "SELECT e.number, e.id, e.kind, e.effective_day, e.recorded_time, e.actor, e.reason, e.source, "
    "e.reverses, e.content_digest, e.digest, p.line, p.recipient, p.purpose, p.currency, p.cents, "
    "p.detail FROM ledger_entry e LEFT JOIN ledger_posting p "
    "ON p.book = e.book AND p.number = e.number ";
inline constexpr char kEntryOrder[] = " ORDER BY e.number, p.line";

// Calls `visit` with each entry that such a query gives. DATA_LOSS for one that cannot be read.
absl::Status VisitEntries(sql::Transaction& transaction, std::string_view sql, sql::Params params,
                          absl::FunctionRef<absl::Status(StoredEntry)> visit);

// The entries of `book` that follow from `source`, by number.
absl::StatusOr<std::vector<Entry>> EntriesFrom(sql::Transaction& transaction, std::string_view book,
                                               std::string_view source);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_LEDGER_ROWS_H_
