// What came of the units that are asked, and the response rates that follow.

#ifndef VG_SERVICES_SURVEY_DOMAIN_DISPOSITION_H_
#define VG_SERVICES_SURVEY_DOMAIN_DISPOSITION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

#include "common/numeric/exact.h"
#include "services/survey/domain/frame.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

// The numbers are stored and are those of the proto. Of two findings at the same time the one with
// the higher number counts.
enum class Disposition {
  kUnknown = 0,
  kNotReached = 1,
  kReached = 2,
  kRefused = 3,
  kIneligible = 4,
  kPartial = 5,   // Follows from responses.
  kComplete = 6,  // Follows from responses.
};
inline constexpr size_t kDispositions = 7;

// What was found about a unit at one time.
struct Finding {
  std::string unit;
  Role role = Role::kSchoolLeader;
  Disposition disposition = Disposition::kNotReached;
  absl::Time find_time;
  std::string note;
};

// What decides beside what came of a unit whether more of it is awaited.
struct Awaited {
  bool many = false;              // Its role answers many times.
  int64_t enough = 0;             // Of such a role: complete responses that are; 0: see `room`.
  std::optional<bool> room = {};  // Whether its invitations let somebody in; empty: it has or needs
                                  // none.
};

// What is known of one unit in one role.
struct UnitFieldwork {
  Disposition found = Disposition::kUnknown;  // By who approached it.
  std::optional<absl::Time> find_time = {};
  int64_t complete_responses = 0;
  int64_t partial_responses = 0;
  int64_t reminders = 0;
  std::optional<absl::Time> last_reminder = {};

  // Responses say more than findings.
  Disposition disposition() const;
  // Whether more is awaited of it, and it neither refused nor is ineligible.
  bool to_remind(const Awaited& awaited) const;
};

// Of all units of a role by name; one of which nothing is known may be absent.
using Fieldwork = absl::flat_hash_map<std::string, UnitFieldwork>;

// How many units came to what. A unit may count for its weight.
struct ResponseCounts {
  std::array<Exact, kDispositions> by_disposition;

  const Exact& of(Disposition disposition) const {
    return by_disposition[static_cast<size_t>(disposition)];
  }
  void Add(Disposition disposition, const Exact& weight) {
    by_disposition[static_cast<size_t>(disposition)] += weight;
  }
  Exact units() const;
  // Not ineligible. Those of which nothing is known count as eligible, as in AAPOR's RR1 and RR2.
  Exact eligible() const;
  // Complete and partial of eligible (RR2), and complete of eligible (RR1); empty if nobody is
  // eligible.
  std::optional<Exact> gross() const;
  std::optional<Exact> net() const;
};

struct ResponseTable {
  ResponseCounts all;
  // By the values of the attributes that it is broken down by.
  std::map<std::vector<std::string>, ResponseCounts> groups;
};

// Counts what came of the units of `role`, in all and by the values of `breakdowns`.
ResponseTable CountResponse(const Frame& frame, Role role,
                            const std::vector<std::string>& breakdowns, bool weighted,
                            const Fieldwork& fieldwork);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_DISPOSITION_H_
