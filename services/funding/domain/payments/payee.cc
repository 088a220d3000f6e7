#include "services/funding/domain/payments/payee.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

constexpr size_t kMostTitle = 140;  // What a payment file has room for.
constexpr size_t kMostSource = 500;

bool Digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

}  // namespace

absl::StatusOr<std::string> ParsePayeeCode(std::string_view text) {
  const std::string code = absl::AsciiStrToUpper(Av(text));
  const std::string_view view = code;
  const bool board = view.size() == 5 && Digits(view);
  const bool municipality = view.size() == 6 && view.substr(0, 2) == "GM" && Digits(view.substr(2));
  if (board || municipality) return code;
  return InvalidField("payee", "BAD_PAYEE",
                      absl::StrCat("'", Av(view.substr(0, 40)),
                                   "' is neither a board, such as 40740, nor a municipality, such "
                                   "as GM0363"));
}

absl::Status CheckPayee(const Payee& payee) {
  if (payee.title.empty()) {
    return InvalidField("name", "REQUIRED", "must be the name that the bank knows the account by");
  }
  if (payee.title.size() > kMostTitle) {
    return InvalidField("name", "TOO_LONG",
                        absl::StrCat("must have at most ", kMostTitle, " bytes"));
  }
  if (payee.source.empty()) {
    return InvalidField("source", "REQUIRED", "must say where the account was stated");
  }
  if (payee.source.size() > kMostSource) {
    return InvalidField("source", "TOO_LONG",
                        absl::StrCat("must have at most ", kMostSource, " bytes"));
  }
  if (payee.country.size() != 2 ||
      !std::all_of(payee.country.begin(), payee.country.end(),
                   [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); })) {
    return InvalidField("country", "BAD_COUNTRY", "must be two capitals, such as NL or BQ");
  }
  if (payee.valid_until.has_value() && *payee.valid_until < payee.valid_from) {
    return InvalidField(
        "valid_until", "BAD_PERIOD",
        absl::StrCat("must not be before valid_from, ", FormatDay(payee.valid_from)));
  }
  return absl::OkStatus();
}

const Payee* PayeeOn(std::span<const Payee> approved, absl::CivilDay day) {
  const Payee* found = nullptr;
  for (const Payee& payee : approved) {
    if (!payee.ValidOn(day)) continue;
    if (found == nullptr || found->valid_from <= payee.valid_from) found = &payee;
  }
  return found;
}

}  // namespace vg::funding
