#include "services/funding/storage/run_attempt.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/funding/storage/component_text.h"

namespace vg::funding {
namespace {

constexpr absl::Duration kLongest = absl::Hours(1);

constexpr char kBegin[] =
    "INSERT INTO run_attempt (attempt, start_time, abandoned) VALUES ($1, $2, 0)";
constexpr char kConclude[] = "DELETE FROM run_attempt WHERE attempt = $1 AND abandoned = 0";
constexpr char kAbandon[] = "UPDATE run_attempt SET abandoned = 1 WHERE attempt = $1";
constexpr char kAbandonOld[] = "UPDATE run_attempt SET abandoned = 1 WHERE start_time < $1";
constexpr char kAbandoned[] = "SELECT attempt FROM run_attempt WHERE abandoned = 1";
constexpr char kDropSome[] =
    "DELETE FROM allocation WHERE run = $1 AND recipient <= (SELECT MAX(part.recipient) FROM "
    "(SELECT recipient FROM allocation WHERE run = $1 ORDER BY recipient LIMIT 10000) part)";
constexpr char kDropAttempt[] = "DELETE FROM run_attempt WHERE attempt = $1";

// Of an attempt that is abandoned; a bounded number of rows a transaction.
absl::Status DropRows(sql::Database& database, const std::string& attempt) {
  for (int64_t dropped = 1; dropped > 0;) {
    RETURN_IF_ERROR(database.Write(
        [&](sql::Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(dropped, transaction.Execute(kDropSome, {attempt}));
          if (dropped > 0) return absl::OkStatus();
          return transaction.Execute(kDropAttempt, {attempt}).status();
        },
        sql::Isolation::kReadCommitted));
  }
  return absl::OkStatus();
}

absl::Status Insert(sql::Transaction& transaction, const std::string& attempt,
                    std::span<const Allocation> allocations) {
  auto next = allocations.begin();
  return transaction
      .Append("allocation",
              {"run", "recipient", "title", "cents", "undetermined_reason", "components"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == allocations.end()) return false;
                const Allocation& allocation = *next++;
                row.reserve(6);
                row.emplace_back(attempt);
                row.emplace_back(allocation.code);
                row.emplace_back(allocation.title);
                row.emplace_back(allocation.amount.has_value()
                                     ? std::optional<int64_t>(allocation.amount->cents)
                                     : std::nullopt);
                row.emplace_back(allocation.undetermined_reason);
                row.emplace_back(ToText(allocation.components));
                return true;
              })
      .status();
}

std::string NameFor(std::string_view run) {
  absl::BitGen random;
  return absl::StrCat(Av(run), "~", absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

}  // namespace

RunAttempt::RunAttempt(sql::Database& database, std::string_view run, absl::Time start)
    : database_(database), name_(NameFor(run)), start_(start) {}

absl::Status RunAttempt::Add(std::span<const Allocation> allocations) {
  RETURN_IF_ERROR(database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        if (!begun_) RETURN_IF_ERROR(transaction.Execute(kBegin, {name_, start_}).status());
        return Insert(transaction, name_, allocations);
      },
      sql::Isolation::kReadCommitted));
  begun_ = true;
  return absl::OkStatus();
}

absl::Status RunAttempt::Conclude(sql::Transaction& transaction) {
  if (!begun_) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t concluded, transaction.Execute(kConclude, {name_}));
  if (concluded == 1) return absl::OkStatus();
  return absl::DeadlineExceededError("the run took over an hour to compute and was dropped");
}

absl::Status RunAttempt::Drop() {
  if (!begun_) return absl::OkStatus();
  int64_t abandoned = 0;
  RETURN_IF_ERROR(database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(abandoned, transaction.Execute(kAbandon, {name_}));
        return absl::OkStatus();
      },
      sql::Isolation::kReadCommitted));
  return abandoned == 0 ? absl::OkStatus() : DropRows(database_, name_);
}

absl::Status DropAbandoned(sql::Database& database, absl::Time now) {
  std::vector<std::string> attempts;
  RETURN_IF_ERROR(database.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(transaction.Execute(kAbandonOld, {now - kLongest}).status());
        attempts.clear();
        return transaction.Query(kAbandoned, {},
                                 [&](const sql::Row& row) { attempts.push_back(row.String(0)); });
      },
      sql::Isolation::kReadCommitted));
  for (const std::string& attempt : attempts) RETURN_IF_ERROR(DropRows(database, attempt));
  return absl::OkStatus();
}

}  // namespace vg::funding
