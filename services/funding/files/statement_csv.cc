#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/files/row_file.h"
#include "services/funding/files/statement_file.h"

namespace vg::funding {
namespace {

constexpr size_t kMostViolations = 20;

enum Place { kDay, kAmount, kEndToEnd, kInstruction, kCounter, kName, kReference, kReason, kText };

const std::vector<Column>& Columns() {
  static const auto& columns = *new std::vector<Column>{
      {.name = "booking_date", .aliases = {"boekdatum", "date", "datum"}},
      {.name = "amount", .aliases = {"bedrag"}},
      {.name = "end_to_end_id", .aliases = {"kenmerk"}, .required = false},
      {.name = "instruction_id", .required = false},
      {.name = "counter_account", .aliases = {"tegenrekening"}, .required = false},
      {.name = "counter_name", .aliases = {"naam tegenpartij"}, .required = false},
      {.name = "reference", .required = false},
      {.name = "return_reason", .required = false},
      {.name = "remittance", .aliases = {"omschrijving"}, .required = false}};
  return columns;
}

absl::Status BadRows(const RefusedRows& refused) {
  ErrorDetails details{.reason = "BAD_ROWS"};
  for (const RefusedRow& row : refused.kept()) {
    if (details.violations.size() == kMostViolations) break;
    details.violations.push_back(
        {absl::StrCat("line ", row.line, row.column.empty() ? "" : " ", row.column), row.reason,
         row.sentence});
  }
  return Error(absl::StatusCode::kInvalidArgument,
               absl::StrCat("nothing was read: ", refused.total(),
                            " rows of the statement are "
                            "wrong, such as line ",
                            refused.kept()[0].line, ": ", refused.kept()[0].sentence),
               std::move(details));
}

}  // namespace

absl::StatusOr<BankStatement> ReadStatementCsv(std::string_view text,
                                               const StatementCsvTerms& terms) {
  BankStatement statement{.id = terms.id,
                          .account = terms.account,
                          .last_day = absl::CivilDay(1, 1, 1),
                          .currency = terms.currency,
                          .opening = terms.opening,
                          .closing = terms.closing};
  RowFile rows(Columns(), [&](const NamedCells& cells) -> absl::Status {
    const auto words = [&](Place place) { return std::string(cells.Text(place)); };
    BankTransaction transaction{.number = static_cast<int>(statement.transactions.size()) + 1,
                                .end_to_end_id = words(kEndToEnd),
                                .instruction_id = words(kInstruction),
                                .counter_account = words(kCounter),
                                .counter_name = words(kName),
                                .reference = words(kReference),
                                .return_reason = words(kReason),
                                .remittance = words(kText)};
    for (const Place place :
         {kEndToEnd, kInstruction, kCounter, kName, kReference, kReason, kText}) {
      if (cells.Text(place).size() > 500) {
        return cells.Wrong(place, "TOO_LONG", "must have at most 500 bytes");
      }
    }
    ASSIGN_OR_RETURN(transaction.booking_day, cells.Day(kDay));
    ASSIGN_OR_RETURN(transaction.amount, cells.Amount(kAmount, terms.currency));
    transaction.credit = transaction.amount.cents >= 0;
    if (!transaction.credit) transaction.amount.cents = -transaction.amount.cents;
    if (transaction.end_to_end_id == "NOTPROVIDED") transaction.end_to_end_id.clear();
    if (transaction.booking_day > statement.last_day) statement.last_day = transaction.booking_day;
    statement.transactions.push_back(std::move(transaction));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(rows.Feed(text));
  RETURN_IF_ERROR(rows.Finish());
  if (!rows.refused().empty()) return BadRows(rows.refused());
  if (statement.transactions.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "NO_STATEMENT", "the file has no rows");
  }
  RETURN_IF_ERROR(CheckBalances(statement));
  return statement;
}

}  // namespace vg::funding
