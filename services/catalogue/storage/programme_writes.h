// The statements that change programmes, inside a transaction of the store.

#ifndef VG_SERVICES_CATALOGUE_STORAGE_PROGRAMME_WRITES_H_
#define VG_SERVICES_CATALOGUE_STORAGE_PROGRAMME_WRITES_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/catalogue/storage/programme_store.h"

namespace vg::catalogue {

// Where the rows of a programme are: the partition of its school.
int PartitionOf(sql::Engine engine, const ProgrammeKey& key);

// Makes the transaction the only writer of programmes in `partition` until it ends. Partitions are
// locked in ascending order, so that no two writers wait for each other.
absl::Status LockPartition(sql::Transaction& transaction, int partition);

absl::StatusOr<std::optional<std::string>> SelectContent(sql::Transaction& transaction,
                                                         const ProgrammeKey& key);

// Programmes of the partition whose choices an earlier release kept without counting them.
absl::StatusOr<std::vector<StoredProgramme>> SelectUncounted(sql::Transaction& transaction,
                                                             int partition);

// Counts `choices` as those of the programme, whose partition is locked.
absl::Status ReplaceChoices(sql::Transaction& transaction, const ProgrammeKey& key,
                            const std::vector<CountedChoice>& choices);

// Keeps `changes`, whose partitions are locked, what was there before as a revision, and appends
// them to the feed in their order.
absl::Status Keep(sql::Transaction& transaction, std::span<const ProgrammeChange> changes,
                  absl::Time now);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_STORAGE_PROGRAMME_WRITES_H_
