// Accounts that money is paid to and from.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_BANK_ACCOUNT_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_BANK_ACCOUNT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace vg::funding {

// An account by its IBAN or, where banks have none (Caribbean Netherlands), by its number and its
// bank's BIC. A value type.
struct BankAccount {
  std::string iban;    // "NL91ABNA0417164300"; empty if there is none.
  std::string number;  // Only without an IBAN.
  std::string bic;     // "ABNANL2A"; may be empty with an IBAN.

  // What tells the account from all others of its bank.
  const std::string& id() const { return iban.empty() ? number : iban; }
  friend bool operator==(const BankAccount&, const BankAccount&) = default;
};

// An IBAN as machines write it, from "nl91 ABNA 0417 1643 00": capitals, no blanks. Its country,
// length, structure (ISO 13616: letters or digits, for the Netherlands bank and number) and check
// digits are right. INVALID_ARGUMENT on `field`: BAD_IBAN.
absl::StatusOr<std::string> ParseIban(std::string_view text, std::string_view field);

// A BIC (ISO 9362) in capitals: 8 or 11 characters. INVALID_ARGUMENT on `field`: BAD_BIC.
absl::StatusOr<std::string> ParseBic(std::string_view text, std::string_view field);

// The account of the given parts, each of which may be empty. INVALID_ARGUMENT on the part that is
// wrong ("iban", "account_number", "bic" after `prefix`): BAD_IBAN, BAD_BIC, BAD_ACCOUNT_NUMBER,
// NO_ACCOUNT, TWO_ACCOUNTS, BIC_REQUIRED.
absl::StatusOr<BankAccount> MakeBankAccount(std::string_view iban, std::string_view number,
                                            std::string_view bic, std::string_view prefix = {});

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_BANK_ACCOUNT_H_
