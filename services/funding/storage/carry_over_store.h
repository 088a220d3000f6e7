// Money that moved to the next school year, on disk and in the books.

#ifndef VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_STORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/funding/domain/accountability/carry_over.h"
#include "services/funding/storage/positions.h"

namespace vg::funding {

struct CarryOverDraft {
  std::string id;
  GrantId grant;
  CarryOverRule rule;
  absl::CivilDay day;
  absl::Time now;
  std::string actor;
};

struct CarryOverRow {
  std::string id;
  std::string grant;
  std::string school_year;
  absl::CivilDay day;
  Money total;
  Money claimed;
  Money overpaid;  // What moved of what was paid too much.
  int64_t line_count = 0;
  absl::CivilDay until;
  std::string legal_reference;
  absl::Time create_time;
  std::string created_by;
  std::optional<absl::Time> reverse_time;
  std::string reversed_by;
  std::string reverse_reason;

  friend bool operator==(const CarryOverRow&, const CarryOverRow&) = default;
};

struct CarryOverResult {
  CarryOverRow row;
  std::vector<CarryOverPart> parts;  // By recipient.
};

// Thread-safe; calls block. Borrows the database.
class CarryOverStore {
 public:
  explicit CarryOverStore(sql::Database& database) : database_(database) {}

  // What Carry would do, without its being done.
  absl::StatusOr<CarryOverResult> Propose(const CarryOverDraft& draft);
  // Moves what is unspent to the book of the next school year, as far as the rule goes, and claims
  // the rest as a recovery of the same id; moves what was paid too much, and settles it with what
  // is planned there. The same id again is answered as it is. FAILED_PRECONDITION,
  // NOTHING_TO_CARRY_OVER, RELEASE_UNDER_WAY; ALREADY_EXISTS, CARRY_OVER_EXISTS.
  absl::StatusOr<CarryOverResult> Carry(const CarryOverDraft& draft);
  // Undoes it: every entry gets its mirror, the recovery falls away, and what was spent is posted
  // to the oldest money again. Again it changes nothing. NOT_FOUND; FAILED_PRECONDITION,
  // CLAIM_SETTLED.
  absl::StatusOr<CarryOverRow> Reverse(std::string_view id, std::string_view reason,
                                       absl::CivilDay day, absl::Time now, std::string_view actor);

  absl::StatusOr<std::optional<CarryOverRow>> Find(std::string_view id);
  // By recipient, after `after`.
  absl::StatusOr<std::vector<CarryOverPart>> Lines(std::string_view id, std::string_view after,
                                                   size_t limit);
  // What was carried over of each recipient from `first` to `last`, less what was undone.
  absl::StatusOr<std::map<std::string, int64_t>> CarriedBetween(std::string_view grant,
                                                                absl::CivilDay first,
                                                                absl::CivilDay last);

 private:
  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_CARRY_OVER_STORE_H_
