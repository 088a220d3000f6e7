// An import: files in, a snapshot and a report of every refused row out.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_IMPORTER_H_
#define VG_SERVICES_REGISTRY_DOMAIN_IMPORTER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

#include "services/registry/domain/drafts.h"
#include "services/registry/domain/file_reader.h"
#include "services/registry/domain/refusal.h"
#include "services/registry/domain/snapshot.h"

namespace vg::registry {

// What to import, and how strictly.
struct ImportPlan {
  std::string snapshot_id;
  std::string title;  // Empty: the count date in words.
  absl::CivilDay count_date;
  bool validate_only = false;
  std::vector<RefusalCode> allowed_refusals;
  bool synthetic = false;
};

// What an import made.
struct ImportOutcome {
  // Whether refusals that the plan does not allow stand in the way of storing it.
  bool stopped = false;
  Snapshot snapshot;  // Without import_time; without digest and totals if stopped.
  Content content;    // Empty if stopped.
  RefusalReport refusals;
  std::vector<std::string> file_names;  // By position: what Refusal::file counts.
};

// Reads the files of one import as their bytes arrive; only drafts are kept, not the files. Files
// may come in any order; where two name a municipality differently, the first name stays. Not
// thread-safe.
class Importer {
 public:
  explicit Importer(ImportPlan plan);

  // Ends the file before, if any.
  void BeginFile(std::string name, SourceKind kind);
  // The next bytes of the file that was begun.
  void Feed(std::string_view bytes);

  // Ends the last file and holds the files against each other.
  ImportOutcome Finish() &&;

 private:
  void EndFile();

  const ImportPlan plan_;
  Drafts drafts_;
  RefusalReport refusals_;
  std::vector<SourceFile> sources_;
  std::optional<FileReader> reader_;
};

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_IMPORTER_H_
