// Which programmes chose interventions that a newer edition of the menu changes.

#ifndef VG_SERVICES_CATALOGUE_STORAGE_TOUCHED_PROGRAMMES_H_
#define VG_SERVICES_CATALOGUE_STORAGE_TOUCHED_PROGRAMMES_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "common/sql/database.h"
#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

struct TouchedCounts {
  int64_t programmes = 0;  // With at least one of the interventions.
  std::map<std::string, int64_t> per_intervention =
      {};  // Those that no programme chose are left out.
};

struct TouchedProgramme {
  ProgrammeKey key;
  std::vector<std::pair<std::string, ChoiceStatus>> choices;  // By intervention.
};

// Reads what ProgrammeStore keeps. Thread-safe; every method is one transaction.
class TouchedProgrammes {
 public:
  explicit TouchedProgrammes(sql::Database& database) : database_(database) {}

  // How many programmes tied to the edition chose each of `interventions`.
  absl::StatusOr<TouchedCounts> Count(const std::string& menu_edition,
                                      const std::set<std::string>& interventions);

  // Those programmes by school and school year, after `after`, at most `limit`; of `school_year` if
  // it is not empty.
  absl::StatusOr<std::vector<TouchedProgramme>> List(const std::string& menu_edition,
                                                     const std::set<std::string>& interventions,
                                                     const std::string& school_year,
                                                     const ProgrammeKey& after, size_t limit);

 private:
  sql::Database& database_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_STORAGE_TOUCHED_PROGRAMMES_H_
