// Money that moves to the next school year: what is unspent, as far as the rules go, and what was
// paid too much and no payment of its own school year can settle.

#ifndef VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_CARRY_OVER_H_
#define VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_CARRY_OVER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/numeric/exact.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {

// How much of what is unspent of a school year moves to the next one; the rest is claimed back.
struct CarryOverRule {
  std::string school_year;               // "2021-2022"
  std::optional<Exact> most_percentage;  // Of what was received in it; absent: no such limit.
  std::optional<int64_t> most_cents;     // Of each recipient; absent: no such limit.
  absl::CivilDay until;                  // The last day on which it may be spent.
  std::string legal_reference;
};

// "2022-2023" after "2021-2022"; absent if that is no school year.
std::optional<std::string> NextSchoolYear(std::string_view school_year);
// 31 July 2022 of "2021-2022", which is a school year.
absl::CivilDay LastDayOfSchoolYear(std::string_view school_year);

// What a recipient has in the book of a school year, in cents.
struct UnspentFunds {
  std::string recipient;
  int64_t received = 0;  // Paid to it by the bank's word, less what came back.
  int64_t unspent = 0;
  int64_t carried = 0;  // What was carried over of it before.
  // What it was paid too much, by the detail it is posted under. It is owed, not left over: limits
  // do not hold for it.
  std::map<std::string, int64_t, std::less<>> overpaid;
};

struct CarryOverPart {
  std::string recipient;
  int64_t unspent = 0;  // What was: what is carried and what is claimed.
  int64_t carried = 0;
  int64_t claimed = 0;
  int64_t overpaid = 0;  // What moves of what it was paid too much: all of it.

  friend bool operator==(const CarryOverPart&, const CarryOverPart&) = default;
};

// What becomes of it. A limit in percent is rounded down to cents, and limits are of all that is
// ever carried over of the school year.
CarryOverPart Divide(const CarryOverRule& rule, const UnspentFunds& funds);

// What is the same for all recipients of a carry-over.
struct CarryOverTerms {
  std::string id;
  CarryOverRule rule;
  Currency currency;
  absl::CivilDay day;  // On which it counts.
  std::string actor;
};

// The entries that move `cents` and `overpaid` of `recipient`. Each is balanced in its own book:
// what one book answers for becomes less by as much as it does more in the other.
struct CarryOverEntries {
  Entry from;
  Entry to;
};
CarryOverEntries Carry(const CarryOverTerms& terms, const std::string& recipient, int64_t cents,
                       const std::map<std::string, int64_t, std::less<>>& overpaid);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_CARRY_OVER_H_
