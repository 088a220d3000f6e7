// A snapshot: the registers of one count date, as they were imported.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_SNAPSHOT_H_
#define VG_SERVICES_REGISTRY_DOMAIN_SNAPSHOT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "services/registry/domain/layout.h"
#include "services/registry/domain/school.h"

namespace vg::registry {

// One file that a snapshot was made from.
struct SourceFile {
  std::string file_name;
  SourceKind kind = SourceKind::kUnknown;
  std::string sha256;
  int64_t row_count = 0;
  int64_t refused_count = 0;
  friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

struct Totals {
  int64_t schools = 0;
  int64_t boards = 0;
  int64_t municipalities = 0;
  int64_t pupils = 0;
  int64_t suppressed = 0;
  int64_t uncounted_schools = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};

struct Snapshot {
  std::string id;
  std::string title;
  absl::CivilDay count_date;
  std::string digest;
  absl::Time import_time;
  std::vector<SourceFile> sources;
  Totals totals;
  bool synthetic = false;
};

// What a snapshot holds. Schools and municipalities by code, boards by number.
struct Content {
  std::vector<School> schools;
  std::vector<Board> boards;
  std::vector<Municipality> municipalities;
};

Totals TotalsOf(const Content& content);

// SHA-256 over the canonical form of the content, its count date and whether it was generated; see
// services/registry/README.md. Boards follow from the schools and are not part of it.
std::string DigestOf(const Content& content, absl::CivilDay count_date, bool synthetic);

// "1 October 2020".
std::string DayInWords(absl::CivilDay day);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_SNAPSHOT_H_
