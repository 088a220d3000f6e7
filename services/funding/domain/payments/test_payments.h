// Payments for tests.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_TEST_PAYMENTS_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_TEST_PAYMENTS_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/funding/domain/payments/batch.h"

namespace vg::funding {

inline Payer TestPayer() {
  return {"Dienst Uitvoering Onderwijs", {.iban = "NL86INGB0002445588", .bic = "INGBNL2A"}};
}

inline BatchPlan TestPlan(Currency currency = Currency::Eur()) {
  return {.period = absl::CivilMonth(2021, 11),
          .currency = currency,
          .execution_date = absl::CivilDay(2021, 11, 25),
          .payer = TestPayer()};
}

inline DuePayment Due(std::string recipient, int64_t cents, std::string payee = "40740",
                      int64_t number = 1) {
  return {.book = "npo-schools/2021-2022",
          .recipient = std::move(recipient),
          .number = number,
          .month = absl::CivilMonth(2021, 11),
          .payee = std::move(payee),
          .amount = Money{cents}};
}

// Board 40740 and municipality GM0363 have IBANs, board 30156 has a number on Bonaire.
inline const Payee* TestAccountOf(std::string_view code) {
  static const auto& payees = *new std::map<std::string, Payee, std::less<>>{
      {"40740",
       {.code = "40740",
        .title = "Stichting 't Veld & Zn.",
        .account = {.iban = "NL91ABNA0417164300"}}},
      {"GM0363",
       {.code = "GM0363",
        .title = "Gemeente Amsterdam",
        .account = {.iban = "NL69INGB0123456789", .bic = "INGBNL2A"}}},
      {"30156",
       {.code = "30156",
        .title = "Scholengemeenschap Bonaire",
        .account = {.number = "40012345", .bic = "MCBKBQBN"}}}};
  const auto found = payees.find(code);
  return found == payees.end() ? nullptr : &found->second;
}

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_TEST_PAYMENTS_H_
