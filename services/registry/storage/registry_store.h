// Where snapshots live.

#ifndef VG_SERVICES_REGISTRY_STORAGE_REGISTRY_STORE_H_
#define VG_SERVICES_REGISTRY_STORAGE_REGISTRY_STORE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/registry/domain/diff.h"
#include "services/registry/domain/importer.h"
#include "services/registry/domain/refusal.h"
#include "services/registry/domain/school.h"
#include "services/registry/domain/snapshot.h"

namespace vg::registry {

// A row that an import left out.
struct StoredRefusal {
  int64_t number = 0;  // From 1, by file and line.
  std::string file_name;
  Refusal refusal;
};

// Thread-safe. Every method is one transaction. Reads of a snapshot that is not there are
// NOT_FOUND; lists begin after the item named (from the start if that is empty or 0) and have at
// most `limit` items. UNAVAILABLE means that the call may be repeated.
class RegistryStore {
 public:
  // `database` has the migrations of this folder and those of common/requests, and outlives the
  // store.
  explicit RegistryStore(sql::Database& database) : database_(database) {}

  struct Saved {
    Snapshot snapshot;
    bool added = false;  // False: the same content was there already.
  };
  // Adds the snapshot of an import that was not stopped, whole. The same content again gives the
  // snapshot that is there; other content under its id is ALREADY_EXISTS (SNAPSHOT_EXISTS). A
  // request id that was used with another `request_digest` is REQUEST_ID_REUSED; it may be empty.
  absl::StatusOr<Saved> Save(const ImportOutcome& outcome, std::string_view request_id,
                             std::string_view request_digest, absl::Time now);

  absl::StatusOr<Snapshot> GetSnapshot(std::string_view snapshot);

  // Newest count date first, then by id; after the snapshot with that count date ("2021-10-01") and
  // id.
  absl::StatusOr<std::vector<Snapshot>> ListSnapshots(std::string_view after_date,
                                                      std::string_view after_id, size_t limit);

  absl::StatusOr<std::vector<StoredRefusal>> ListRefusals(std::string_view snapshot, int64_t after,
                                                          size_t limit);

  absl::StatusOr<School> GetSchool(std::string_view snapshot, std::string_view code);
  // By code.
  absl::StatusOr<std::vector<School>> ListSchools(std::string_view snapshot,
                                                  const SchoolFilter& filter,
                                                  std::string_view after, size_t limit);
  absl::StatusOr<int64_t> CountSchools(std::string_view snapshot, const SchoolFilter& filter);
  // What a comparison needs of all schools, by code.
  absl::StatusOr<std::vector<SchoolFacts>> ReadFacts(std::string_view snapshot);

  absl::StatusOr<Board> GetBoard(std::string_view snapshot, std::string_view number);
  // By number.
  absl::StatusOr<std::vector<Board>> ListBoards(std::string_view snapshot, std::string_view after,
                                                size_t limit);

  absl::StatusOr<Municipality> GetMunicipality(std::string_view snapshot, std::string_view code);
  // By code; `provinces` empty: all.
  absl::StatusOr<std::vector<Municipality>> ListMunicipalities(
      std::string_view snapshot, const std::vector<std::string>& provinces, std::string_view after,
      size_t limit);

 private:
  sql::Database& database_;
};

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_STORAGE_REGISTRY_STORE_H_
