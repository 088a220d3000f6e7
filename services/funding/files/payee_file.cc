#include "services/funding/files/payee_file.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

enum Place { kPayee, kName, kIban, kNumber, kBic, kCountry, kFrom, kUntil, kSource };

const std::vector<Column>& Columns() {
  static const auto& columns = *new std::vector<Column>{
      {.name = "payee", .aliases = {"bevoegd gezag nummer", "board", "gemeentenummer"}},
      {.name = "name", .aliases = {"naam", "tenaamstelling"}},
      {.name = "iban", .required = false},
      {.name = "account_number", .aliases = {"rekeningnummer"}, .required = false},
      {.name = "bic", .required = false},
      {.name = "country", .aliases = {"land"}, .required = false},
      {.name = "valid_from", .aliases = {"geldig vanaf", "ingangsdatum"}},
      {.name = "valid_until", .aliases = {"geldig tot en met", "einddatum"}, .required = false},
      {.name = "source", .aliases = {"bron"}}};
  return columns;
}

}  // namespace

PayeeFile::PayeeFile()
    : rows_(Columns(), [this](const NamedCells& cells) { return Take(cells); }) {}

absl::Status PayeeFile::Take(const NamedCells& cells) {
  Payee payee{.title = std::string(cells.Text(kName)), .source = std::string(cells.Text(kSource))};
  ASSIGN_OR_RETURN(payee.code, ParsePayeeCode(cells.Text(kPayee)));
  ASSIGN_OR_RETURN(payee.account,
                   MakeBankAccount(cells.Text(kIban), cells.Text(kNumber), cells.Text(kBic)));
  payee.country = absl::AsciiStrToUpper(Av(cells.Text(kCountry)));
  if (payee.country.empty()) payee.country = payee.account.iban.substr(0, 2);
  ASSIGN_OR_RETURN(payee.valid_from, cells.Day(kFrom));
  ASSIGN_OR_RETURN(payee.valid_until, cells.OptionalDay(kUntil));
  RETURN_IF_ERROR(CheckPayee(payee));
  if (!seen_.emplace(payee.code, payee.valid_from).second) {
    return cells.Wrong(kPayee, "DUPLICATE_PAYEE",
                       absl::StrCat(payee.code, " has an account from ",
                                    FormatDay(payee.valid_from), " in an earlier row"));
  }
  payees_.push_back(std::move(payee));
  return absl::OkStatus();
}

}  // namespace vg::funding
