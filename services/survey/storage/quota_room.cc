#include "services/survey/storage/quota_room.h"

#include "common/feed/partition.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

constexpr char kLock[] =
    "INSERT INTO quota_count (wave, quota, taken) VALUES ($1, '', 0) "
    "ON CONFLICT (wave, quota) DO UPDATE SET taken = quota_count.taken";
constexpr char kSelectCounts[] =
    "SELECT quota, taken FROM quota_count WHERE wave = $1 AND quota > ''";
// The limit is held here too: whatever went wrong before, it is not exceeded.
constexpr char kChange[] =
    "INSERT INTO quota_count (wave, quota, taken) VALUES ($1, $2, $3) "
    "ON CONFLICT (wave, quota) DO UPDATE SET taken = quota_count.taken + $3 "
    "WHERE $3 < 0 OR quota_count.taken + $3 <= $4";
constexpr char kTurnAway[] =
    "INSERT INTO turned_away (partition, wave, response, unit, quota, turn_away_time) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (partition, wave, response) DO NOTHING";

}  // namespace

absl::Status QuotaRoom::Lock(int64_t wave) {
  if (!locked_.insert(wave).second) return absl::OkStatus();
  RETURN_IF_ERROR(transaction_.Execute(kLock, {wave}).status());
  // A statement of its own, because under READ COMMITTED it sees what the last holder committed.
  return transaction_.Query(kSelectCounts, {wave}, [this, wave](const sql::Row& row) {
    counts_[{wave, row.String(0)}].taken = row.Int64(1);
  });
}

void QuotaRoom::Assume(int64_t wave, std::string_view quota, int64_t taken) {
  counts_[{wave, std::string(quota)}].taken += taken;
}

const QuotaClaim* QuotaRoom::FindFull(int64_t wave, std::span<const QuotaClaim> claims) const {
  for (const QuotaClaim& claim : claims) {
    const auto found = counts_.find({wave, claim.quota});
    const int64_t taken = found == counts_.end() ? 0 : found->second.taken;
    if (taken >= claim.limit) return &claim;
  }
  return nullptr;
}

void QuotaRoom::Add(int64_t wave, std::span<const QuotaClaim> claims, int count) {
  for (const QuotaClaim& claim : claims) {
    Count& counted = counts_[{wave, claim.quota}];
    counted.taken += count;
    counted.change += count;
    counted.limit = claim.limit;
  }
}

absl::Status QuotaRoom::Finish() {
  for (const auto& [key, count] : counts_) {
    if (count.change == 0) continue;
    ASSIGN_OR_RETURN(
        const int64_t changed,
        transaction_.Execute(kChange, {key.first, key.second, count.change, count.limit}));
    if (changed != 1) return absl::InternalError("quota " + key.second + " would be exceeded");
  }
  return absl::OkStatus();
}

absl::Status NoteTurnedAway(sql::Transaction& transaction, int64_t wave,
                            const StoredResponse& response, std::string_view quota,
                            absl::Time now) {
  return transaction
      .Execute(kTurnAway, {feed::PartitionOf(transaction.engine(), response.id), wave, response.id,
                           response.unit, quota, now})
      .status();
}

}  // namespace vg::survey
