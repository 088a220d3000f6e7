// What the files of an import said, before they are held against each other.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_DRAFTS_H_
#define VG_SERVICES_REGISTRY_DOMAIN_DRAFTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "services/registry/domain/layout.h"
#include "services/registry/domain/refusal.h"
#include "services/registry/domain/school.h"

namespace vg::registry {

// Where a row stands.
struct Place {
  int32_t file = 0;
  int32_t line = 0;
};

// A row of a register.
struct RegisterRow {
  Place place;
  School school;  // Plain schools: with counts and score.
};

// A row of primary pupils: a count, and who the branch is.
struct IdentityRow {
  Place place;
  School school;  // Without counts.
  PupilCount pupils;
};

// A count of a branch that is known by its code alone.
struct CountRow {
  Place place;
  std::string code;
  PupilCount pupils;
};

struct ScoreRow {
  Place place;
  std::string code;
  Exact score;
};

struct Drafts {
  static constexpr size_t kMaxWideRows = 100000;  // Register, identity and municipality rows.
  static constexpr size_t kMaxNarrowRows = 1000000;

  std::vector<RegisterRow> register_rows;
  absl::flat_hash_map<std::string, Place> registered;  // By branch code: the first row.
  std::vector<IdentityRow> identity_rows;
  std::vector<CountRow> count_rows;
  std::vector<ScoreRow> score_rows;
  std::map<std::string, Municipality> municipalities;
  std::map<std::string, Place> municipality_places;  // The first row of each.
  absl::flat_hash_set<uint64_t> count_keys;          // Of secondary rows, digested.
  // What kinds of file take part.
  bool has_primary_register = false;
  bool has_plain_register = false;
  bool has_municipalities = false;

  size_t WideRows() const {
    return register_rows.size() + identity_rows.size() + municipalities.size();
  }
  size_t NarrowRows() const { return count_rows.size() + score_rows.size(); }
};

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_DRAFTS_H_
