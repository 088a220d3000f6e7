// How far a consumer has come, kept in the consumer's own database.

#ifndef VG_COMMON_FEED_CURSOR_STORE_H_
#define VG_COMMON_FEED_CURSOR_STORE_H_

#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/feed/feed.h"
#include "common/sql/migrations.h"
#include "common/sql/transaction.h"

namespace vg::feed {

// The table feed_cursor: the consumer hands it to sql::Migrate beside its own schema.
extern const sql::Schema kCursorSchema;

// Where `consumer` stands in `feed`; all zero at first.
absl::StatusOr<Cursors> LoadCursors(sql::Transaction& transaction, std::string_view consumer,
                                    std::string_view feed);

// Moves `consumer` past `entries`, inside the transaction that stores what was made of them: so
// nothing is skipped and nothing is counted twice. Within each partition `entries` must follow on
// from the stored cursor without a gap; otherwise FAILED_PRECONDITION with reason FEED_CURSOR_MOVED
// (another replica of the consumer was here first, or entries were lost): load the cursors again.
absl::Status StoreCursors(sql::Transaction& transaction, std::string_view consumer,
                          std::string_view feed, std::span<const Entry> entries);

// Forgets where `consumer` stands, so that it is rebuilt from zero.
absl::Status ResetCursors(sql::Transaction& transaction, std::string_view consumer,
                          std::string_view feed);

}  // namespace vg::feed

#endif  // VG_COMMON_FEED_CURSOR_STORE_H_
