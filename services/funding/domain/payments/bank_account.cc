#include "services/funding/domain/payments/bank_account.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

struct Country {
  std::string_view code;
  size_t length;
};

// The IBAN registry's lengths of the countries of SEPA.
constexpr Country kCountries[] = {
    {"AD", 24}, {"AT", 20}, {"BE", 16}, {"BG", 22}, {"CH", 21}, {"CY", 28}, {"CZ", 24}, {"DE", 22},
    {"DK", 18}, {"EE", 20}, {"ES", 24}, {"FI", 18}, {"FR", 27}, {"GB", 22}, {"GI", 23}, {"GR", 27},
    {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IS", 26}, {"IT", 27}, {"LI", 21}, {"LT", 20}, {"LU", 20},
    {"LV", 21}, {"MC", 27}, {"MT", 31}, {"NL", 18}, {"NO", 15}, {"PL", 28}, {"PT", 25}, {"RO", 24},
    {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"VA", 22}};

std::string Compact(std::string_view text) {
  std::string compact;
  for (const char c : text) {
    if (c != ' ') compact += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  return compact;
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}
bool AllCapitals(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); });
}
bool AllAlphanumeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); });
}

// ISO 7064 MOD 97-10 over the number that the rearranged IBAN spells, letters as 10 to 35.
int RemainderOf97(std::string_view iban) {
  const std::string turned = absl::StrCat(Av(iban.substr(4)), Av(iban.substr(0, 4)));
  int remainder = 0;
  for (const char c : turned) {
    const bool digit = c >= '0' && c <= '9';
    const int value = digit ? c - '0' : c - 'A' + 10;
    remainder = (remainder * (digit ? 10 : 100) + value) % 97;
  }
  return remainder;
}

absl::Status BadIban(std::string_view field, std::string_view iban, std::string_view why) {
  return InvalidField(field, "BAD_IBAN",
                      absl::StrCat("'", Av(iban.substr(0, 40)), "' is not an IBAN: ", Av(why)));
}

}  // namespace

absl::StatusOr<std::string> ParseIban(std::string_view text, std::string_view field) {
  std::string iban = Compact(text);
  const std::string_view view = iban;
  if (view.size() < 5 || !AllCapitals(view.substr(0, 2)) || !AllDigits(view.substr(2, 2)) ||
      !AllAlphanumeric(view)) {
    return BadIban(field, view, "it has a country, two check digits, then letters and digits");
  }
  const auto* const country =
      std::find_if(std::begin(kCountries), std::end(kCountries),
                   [&](const Country& known) { return known.code == view.substr(0, 2); });
  if (country == std::end(kCountries)) {
    return BadIban(field, view,
                   absl::StrCat(Av(view.substr(0, 2)),
                                " is not a country of SEPA; give the account "
                                "number and the BIC instead"));
  }
  if (view.size() != country->length) {
    return BadIban(field, view,
                   absl::StrCat("of ", Av(country->code), " it has ", country->length,
                                " characters, not ", view.size()));
  }
  if (country->code == "NL" && (!AllCapitals(view.substr(4, 4)) || !AllDigits(view.substr(8)))) {
    return BadIban(field, view, "a Dutch one has four letters of the bank and ten digits");
  }
  if (RemainderOf97(view) != 1) {
    return BadIban(field, view, "its check digits do not fit; was it copied rightly?");
  }
  return iban;
}

absl::StatusOr<std::string> ParseBic(std::string_view text, std::string_view field) {
  std::string bic = Compact(text);
  const std::string_view view = bic;
  if ((view.size() != 8 && view.size() != 11) || !AllCapitals(view.substr(4, 2)) ||
      !AllAlphanumeric(view)) {
    return InvalidField(
        field, "BAD_BIC",
        absl::StrCat("'", Av(view.substr(0, 40)),
                     "' is not a BIC; it has 8 or 11 characters, such as ABNANL2A"));
  }
  return bic;
}

absl::StatusOr<BankAccount> MakeBankAccount(std::string_view iban, std::string_view number,
                                            std::string_view bic, std::string_view prefix) {
  const auto field = [&](const char* name) { return absl::StrCat(Av(prefix), name); };
  BankAccount account;
  if (!bic.empty()) {
    ASSIGN_OR_RETURN(account.bic, ParseBic(bic, field("bic")));
  }
  if (!iban.empty()) {
    if (!number.empty()) {
      return InvalidField(field("account_number"), "TWO_ACCOUNTS",
                          "is for accounts without an IBAN; leave one of the two empty");
    }
    ASSIGN_OR_RETURN(account.iban, ParseIban(iban, field("iban")));
    return account;
  }
  if (number.empty()) {
    return InvalidField(field("iban"), "NO_ACCOUNT",
                        "is empty; give an IBAN, or an account_number with its bic");
  }
  account.number = Compact(number);
  if (account.number.size() > 34 || !AllAlphanumeric(account.number)) {
    return InvalidField(field("account_number"), "BAD_ACCOUNT_NUMBER",
                        "must be at most 34 letters and digits");
  }
  if (account.bic.empty()) {
    return InvalidField(field("bic"), "BIC_REQUIRED",
                        "must be given with an account_number, which alone does not name the bank");
  }
  return account;
}

}  // namespace vg::funding
