// Writes that may be sent twice and happen once.

#ifndef VG_COMMON_REQUESTS_REQUEST_LOG_H_
#define VG_COMMON_REQUESTS_REQUEST_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/migrations.h"
#include "common/sql/transaction.h"

namespace vg::requests {

// The table request_log: hand it to sql::Migrate beside the service's own schema.
extern const sql::Schema kSchema;

struct Request {
  // Who asked for what: "SubmitResponse", or "<caller>/SubmitResponse" where callers are told
  // apart.
  std::string_view scope;
  // As the client chose it. Empty: the client does not repeat, and the work is simply run.
  std::string_view request_id;
  // Of the request's content without its id (common/digest). The same content has the same digest.
  // Owned: it is computed for the request, and outlives what computed it.
  std::string digest;
};

// Inside the caller's write transaction: runs `work` and keeps its answer under the request id, or
// gives the answer that was kept before. `work` returns the response as bytes the caller can read
// back (a serialized message). When `work` fails nothing is kept, because the caller returns the
// error and the transaction is undone; the request may then be sent again, corrected.
//
// ALREADY_EXISTS with reason REQUEST_ID_REUSED if the id was used with other content. Racers with
// one id wait for each other on either isolation level: one runs, the others get its answer.
absl::StatusOr<std::string> Once(sql::Transaction& transaction, const Request& request,
                                 absl::Time now,
                                 absl::FunctionRef<absl::StatusOr<std::string>()> work);

// The answer that was kept for the request, if any: for work too long for a transaction, which
// looks before it begins and goes by Once when it is done. ALREADY_EXISTS as Once.
absl::StatusOr<std::optional<std::string>> Find(sql::Transaction& transaction,
                                                const Request& request);

// Forgets answers kept before `before` (at least 24 hours ago, see AIP-155), at most `limit` of
// them. Returns how many.
absl::StatusOr<int64_t> Purge(sql::Transaction& transaction, absl::Time before, int64_t limit);

}  // namespace vg::requests

#endif  // VG_COMMON_REQUESTS_REQUEST_LOG_H_
