#include "services/catalogue/storage/touched_programmes.h"

#include "common/status/status_macros.h"

namespace vg::catalogue {
namespace {

constexpr char kChoicesFromEdition[] =
    "SELECT p.school, p.school_year, c.intervention FROM programme p "
    "JOIN programme_choice c ON c.partition = p.partition AND c.school = p.school "
    "AND c.school_year = p.school_year WHERE p.menu_edition = $1 "
    "ORDER BY p.school, p.school_year";
// The next programmes of an edition with all they chose.
constexpr char kNextProgrammes[] =
    "SELECT p.school, p.school_year, c.intervention, c.status FROM "
    "(SELECT partition, school, school_year FROM programme WHERE menu_edition = $1 "
    "AND (school, school_year) > ($2, $3) AND ($4 = '' OR school_year = $4) "
    "ORDER BY school, school_year LIMIT $5) AS p "
    "LEFT JOIN programme_choice c ON c.partition = p.partition AND c.school = p.school "
    "AND c.school_year = p.school_year ORDER BY p.school, p.school_year, c.intervention";

// Programmes looked at by one query.
constexpr int64_t kStride = 1000;

}  // namespace

absl::StatusOr<TouchedCounts> TouchedProgrammes::Count(const std::string& menu_edition,
                                                       const std::set<std::string>& interventions) {
  TouchedCounts counts;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    counts = {};
    ProgrammeKey last;  // The last programme that was counted.
    return transaction.Query(kChoicesFromEdition, {menu_edition}, [&](const sql::Row& row) {
      const std::string intervention = row.String(2);
      if (!interventions.contains(intervention)) return;
      ++counts.per_intervention[intervention];
      if (row.Text(0) == last.school && row.Text(1) == last.school_year) return;
      last = {.school = row.String(0), .school_year = row.String(1)};
      ++counts.programmes;
    });
  }));
  return counts;
}

absl::StatusOr<std::vector<TouchedProgramme>> TouchedProgrammes::List(
    const std::string& menu_edition, const std::set<std::string>& interventions,
    const std::string& school_year, const ProgrammeKey& after, size_t limit) {
  std::vector<TouchedProgramme> touched;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    touched.clear();
    ProgrammeKey at = after;
    for (int64_t seen = kStride; seen == kStride && touched.size() < limit;) {
      seen = 0;
      const ProgrammeKey from = at;
      RETURN_IF_ERROR(transaction.Query(
          kNextProgrammes, {menu_edition, from.school, from.school_year, school_year, kStride},
          [&](const sql::Row& row) {
            const ProgrammeKey key = {.school = row.String(0), .school_year = row.String(1)};
            if (key != at) ++seen;
            at = key;
            if (row.IsNull(2) || !interventions.contains(row.String(2))) return;
            if (touched.empty() || touched.back().key != key) touched.push_back({.key = key});
            touched.back().choices.emplace_back(row.String(2),
                                                static_cast<ChoiceStatus>(row.Int(3)));
          }));
    }
    if (touched.size() > limit) touched.resize(limit);
    return absl::OkStatus();
  }));
  return touched;
}

}  // namespace vg::catalogue
