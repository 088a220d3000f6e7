// Any bytes as a bank's statement, XML or CSV: never a crash; what is read adds up, and held
// against transfers every transaction comes to a match or a difference.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "common/text/encoding.h"
#include "services/funding/domain/payments/reconciliation.h"
#include "services/funding/domain/payments/test_payments.h"
#include "services/funding/files/statement_file.h"

namespace {

using namespace vg::funding;

void Hold(const BankStatement& statement) {
  if (!CheckBalances(statement).ok()) std::abort();
  const PaymentBatch batch =
      MakeBatch(TestPlan(), {Due("16SW03", 100), Due("16SW04", 200)}, TestAccountOf).value();
  std::vector<OpenTransfer> transfers;
  for (PaymentLine line : batch.lines) {
    line.state = LineState::kExported;
    transfers.push_back({batch.id, batch.plan.execution_date, line});
  }
  const Reconciliation result = Reconcile(statement, transfers);
  if (result.matches.size() + result.differences.size() < statement.transactions.size()) {
    std::abort();
  }
  for (const BankTransaction& transaction : statement.transactions) {
    if (transaction.amount.cents < 0) std::abort();
    if (!vg::IsUtf8(transaction.end_to_end_id) || !vg::IsUtf8(transaction.remittance)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto csv = ReadStatementCsv(bytes, {.id = "s", .account = "NL86INGB0002445588"});
  if (csv.ok()) Hold(*csv);
  const auto statements = ReadCamt053(bytes);
  if (!statements.ok()) return 0;
  for (const BankStatement& statement : *statements) Hold(statement);
  return 0;
}
