// What recipients say they spent.

#ifndef VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_SPENDING_H_
#define VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_SPENDING_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/numeric/exact.h"
#include "common/numeric/money.h"

namespace vg::funding {

// The categories of the menu (doelgebieden), and what is in none: municipalities do not classify.
enum class Category { kA, kB, kC, kD, kE, kF, kNone };
inline constexpr size_t kCategories = 7;
// "A" … "F", "none".
std::string_view NameOf(Category category);

// Whether a council agreed.
enum class ConsentState { kUnknown, kRequested, kGiven, kPartly, kRefused };
std::string_view NameOf(ConsentState state);
// The state of a word such as "given"; empty is kUnknown. INVALID_ARGUMENT, UNKNOWN_VALUE.
absl::StatusOr<ConsentState> ConsentStateNamed(std::string_view word, std::string_view field);

struct Consent {
  ConsentState state = ConsentState::kUnknown;
  std::optional<absl::CivilDay> date;

  friend bool operator==(const Consent&, const Consent&) = default;
};

// What one recipient spent of one grant in one calendar year. Amounts are in cents of the grant's
// currency. A value type.
struct SpendingReport {
  std::string grant;      // "npo-schools"
  std::string recipient;  // "16SW03", "GM0363"
  int year = 0;
  int version = 1;                              // 1; 2, 3 … are corrections.
  std::string holder;                           // Who accounts: "40740" (its board), "GM0363".
  std::array<int64_t, kCategories> cents = {};  // By Category.
  int64_t hired_cents = 0;     // Of that, on staff that is hired and not on the payroll (PNIL).
  int64_t reserved_cents = 0;  // Set aside at the end of the year, for later.
  int64_t above_cents = 0;     // Of what was spent, above the level of the school.
  Consent mr;                  // Of the school's council.
  Consent gmr;                 // Of the joint council: for what is spent above school level.
  bool scan_made = false;
  std::string teachers;  // How they were involved; empty: not said.
  std::string parents;
  std::string pupils;

  friend bool operator==(const SpendingReport&, const SpendingReport&) = default;
};

// OUT_OF_RANGE, MONEY_OVERFLOW if the amounts do not fit.
absl::StatusOr<int64_t> TotalCents(const SpendingReport& report);
// The share of hired staff in percent, exactly: 100 × hired / total. Absent if nothing was spent.
std::optional<Exact> HiredPercentage(int64_t hired_cents, int64_t total_cents);

// SHA-256 over all that the report says but its version.
std::string DigestOf(const SpendingReport& report);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_ACCOUNTABILITY_SPENDING_H_
