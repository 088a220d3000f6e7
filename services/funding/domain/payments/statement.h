// What a bank says happened on an account.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_STATEMENT_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_STATEMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

#include "common/numeric/money.h"

namespace vg::funding {

// One movement of money that was booked.
struct BankTransaction {
  int number = 0;  // 1, 2, 3 … within its statement.
  absl::CivilDay booking_day;
  Money amount;               // Never negative.
  bool credit = false;        // Came in; otherwise it went out.
  std::string end_to_end_id;  // Empty if the bank gives none ("NOTPROVIDED").
  std::string
      instruction_id;  // The payment instruction (PmtInfId), for one debit of a whole batch.
  std::string counter_account;
  std::string counter_name;
  std::string reference;      // The bank's own.
  std::string return_reason;  // ISO 20022: "AC04" (closed account); empty if none.
  std::string remittance;

  friend bool operator==(const BankTransaction&, const BankTransaction&) = default;
};

struct BankStatement {
  std::string id;           // As the bank numbers it, unique for its account.
  std::string account;      // IBAN or account number.
  absl::CivilDay last_day;  // The latest day that it tells of.
  Currency currency;
  std::optional<Money> opening;  // Negative if it is a debt.
  std::optional<Money> closing;
  std::vector<BankTransaction> transactions;
};

// A statement's own sums: opening + what came in - what went out = closing. INVALID_ARGUMENT,
// BALANCE_DIFFERS (with the difference) or CURRENCY_MISMATCH; OUT_OF_RANGE, MONEY_OVERFLOW. One
// without both balances is taken as it is.
absl::Status CheckBalances(const BankStatement& statement);

// SHA-256 over all that it says.
std::string DigestOf(const BankStatement& statement);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_STATEMENT_H_
