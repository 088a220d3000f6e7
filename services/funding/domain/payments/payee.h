// Who is paid: the board of a school, a municipality itself.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYEE_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYEE_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "services/funding/domain/payments/bank_account.h"

namespace vg::funding {

// An account of a payee, for a while. A value type.
struct Payee {
  std::string code;  // "40740" (a board), "GM0363" (a municipality).
  std::string title;
  BankAccount account;
  std::string country;  // ISO 3166: "NL".
  absl::CivilDay valid_from;
  std::optional<absl::CivilDay> valid_until;  // The last day; absent: until told otherwise.
  std::string source;                         // Where it was stated: "letter of 2021-09-01".

  bool ValidOn(absl::CivilDay day) const {
    return valid_from <= day && (!valid_until.has_value() || day <= *valid_until);
  }
  friend bool operator==(const Payee&, const Payee&) = default;
};

// The code of a payee, in capitals. INVALID_ARGUMENT on "payee": BAD_PAYEE.
absl::StatusOr<std::string> ParsePayeeCode(std::string_view text);

// INVALID_ARGUMENT on the field that is wrong: REQUIRED, BAD_COUNTRY, BAD_PERIOD, TOO_LONG.
absl::Status CheckPayee(const Payee& payee);

// Of the accounts of one payee that were approved, in the order of their approval, the one that
// holds on `day`: that with the latest valid_from, and of those the last approved. Null if none.
const Payee* PayeeOn(std::span<const Payee> approved, absl::CivilDay day);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_PAYEE_H_
