#include "common/text/csv.h"
#include "common/time/clock.h"
#include "services/funding/files/payment_file.h"

namespace vg::funding {

std::string PaymentCsv::Begin() const {
  std::string text;
  CsvWriter(&text).Row({"batch", "number", "end_to_end_id", "execution_date", "payee", "name",
                        "iban", "account_number", "bic", "currency", "amount", "remittance", "book",
                        "recipient", "month"});
  return text;
}

std::string PaymentCsv::Line(const PaymentLine& line) const {
  std::string text;
  CsvWriter row(&text);
  row.Cell(head_.batch)
      .Cell(line.number)
      .Cell(line.end_to_end_id)
      .Cell(FormatDay(head_.execution_date))
      .Cell(line.due.payee)
      .WordsCell(line.payee_title)
      .Cell(line.account.iban)
      .Cell(line.account.number)
      .Cell(line.account.bic)
      .Cell(line.due.amount.currency.code())
      .Cell(ToDecimal(line.due.amount))
      .WordsCell(Remittance(line.due))
      .Cell(line.due.book)
      .Cell(line.due.recipient)
      .Cell(absl::FormatCivilTime(line.due.month))
      .EndRow();
  return text;
}

}  // namespace vg::funding
