// Any bytes as a file of payees, in two pieces: never a crash, and what is taken is right.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/funding/domain/payments/sepa_text.h"
#include "services/funding/files/payee_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vg::funding;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  PayeeFile file;
  if (!file.Feed(bytes.substr(0, size / 2)).ok() || !file.Feed(bytes.substr(size / 2)).ok() ||
      !file.Finish().ok()) {
    return 0;
  }
  for (const Payee& payee : file.payees()) {
    if (!CheckPayee(payee).ok() || !ParsePayeeCode(payee.code).ok()) std::abort();
    const BankAccount& account = payee.account;
    if (!MakeBankAccount(account.iban, account.number, account.bic).ok()) std::abort();
    const std::string name = SepaText(payee.title, 70);
    if (name.size() > 70 || SepaText(name, 70) != name) std::abort();
  }
  for (const RefusedRow& row : file.refused().kept()) {
    if (row.line < 1 || row.reason.empty() || row.sentence.empty()) std::abort();
  }
  return 0;
}
