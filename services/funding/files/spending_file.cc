#include "services/funding/files/spending_file.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

constexpr size_t kMostWords = 1000;

// The categories come first, in their order, so that a category is a column.
enum Place {
  kFirstCategory,
  kLastCategory = kFirstCategory + 6,
  kRecipient,
  kYear,
  kHired,
  kReserved,
  kAbove,
  kMr,
  kMrDate,
  kGmr,
  kGmrDate,
  kScan,
  kTeachers,
  kParents,
  kPupils,
  kVersion,
};

const std::vector<Column>& Columns() {
  static const auto& columns = *new std::vector<Column>{
      {.name = "a", .required = false},
      {.name = "b", .required = false},
      {.name = "c", .required = false},
      {.name = "d", .required = false},
      {.name = "e", .required = false},
      {.name = "f", .required = false},
      {.name = "amount", .aliases = {"bedrag"}, .required = false},
      {.name = "recipient", .aliases = {"school", "vestigingscode", "gemeente"}},
      {.name = "year", .aliases = {"jaar"}},
      {.name = "hired", .aliases = {"pnil"}, .required = false},
      {.name = "reserved", .aliases = {"reserve", "bestemmingsreserve"}, .required = false},
      {.name = "above_school_level", .aliases = {"bovenschools"}, .required = false},
      {.name = "mr_consent", .required = false},
      {.name = "mr_consent_date", .required = false},
      {.name = "gmr_consent", .required = false},
      {.name = "gmr_consent_date", .required = false},
      {.name = "scan", .required = false},
      {.name = "teachers", .aliases = {"leraren"}, .required = false},
      {.name = "parents", .aliases = {"ouders"}, .required = false},
      {.name = "pupils", .aliases = {"leerlingen"}, .required = false},
      {.name = "version", .aliases = {"versie"}, .required = false}};
  return columns;
}

absl::StatusOr<int64_t> CentsIn(const NamedCells& cells, size_t column, Currency currency) {
  if (cells.Text(column).empty()) return 0;
  ASSIGN_OR_RETURN(const Money amount, cells.Amount(column, currency));
  return amount.cents;
}

absl::StatusOr<int> NumberIn(const NamedCells& cells, size_t column, int least, int most) {
  int number = 0;
  if (!absl::SimpleAtoi(Av(cells.Text(column)), &number) || number < least || number > most) {
    return cells.Wrong(column, "BAD_NUMBER",
                       absl::StrCat("must be a whole number from ", least, " to ", most));
  }
  return number;
}

absl::StatusOr<Consent> ConsentIn(const NamedCells& cells, size_t column) {
  Consent consent;
  ASSIGN_OR_RETURN(consent.state, ConsentStateNamed(cells.Text(column), cells.name(column)));
  ASSIGN_OR_RETURN(consent.date, cells.OptionalDay(column + 1));
  return consent;
}

absl::StatusOr<std::string> WordsIn(const NamedCells& cells, size_t column) {
  if (cells.Text(column).size() > kMostWords) {
    return cells.Wrong(column, "TOO_LONG",
                       absl::StrCat("must have at most ", kMostWords, " bytes"));
  }
  return std::string(cells.Text(column));
}

}  // namespace

absl::StatusOr<std::string> ParseRecipientCode(std::string_view text) {
  const std::string code = absl::AsciiStrToUpper(Av(text));
  bool right = code.size() == 6;
  for (size_t i = 0; right && i < code.size(); ++i) {
    const bool municipality = code[0] == 'G';
    const bool letter = municipality ? i < 2 : i == 2 || i == 3;
    const auto c = static_cast<unsigned char>(code[i]);
    right = letter ? absl::ascii_isupper(c) : absl::ascii_isdigit(c);
  }
  if (right && (code[0] != 'G' || code[1] == 'M')) return code;
  return InvalidField("recipient", "BAD_RECIPIENT",
                      absl::StrCat("'", code.substr(0, 40),
                                   "' is neither a school, such as 16SW03, nor a municipality, "
                                   "such as GM0363"));
}

SpendingFile::SpendingFile(std::string grant, Currency currency)
    : grant_(std::move(grant)),
      currency_(currency),
      rows_(Columns(), [this](const NamedCells& cells) { return Take(cells); }) {}

absl::Status SpendingFile::Take(const NamedCells& cells) {
  SpendingReport report{.grant = grant_};
  ASSIGN_OR_RETURN(report.recipient, ParseRecipientCode(cells.Text(kRecipient)));
  ASSIGN_OR_RETURN(report.year, NumberIn(cells, kYear, 2000, 2200));
  for (size_t i = 0; i < kCategories; ++i) {
    ASSIGN_OR_RETURN(report.cents[i], CentsIn(cells, kFirstCategory + i, currency_));
  }
  ASSIGN_OR_RETURN(report.hired_cents, CentsIn(cells, kHired, currency_));
  ASSIGN_OR_RETURN(report.reserved_cents, CentsIn(cells, kReserved, currency_));
  ASSIGN_OR_RETURN(report.above_cents, CentsIn(cells, kAbove, currency_));
  ASSIGN_OR_RETURN(report.mr, ConsentIn(cells, kMr));
  ASSIGN_OR_RETURN(report.gmr, ConsentIn(cells, kGmr));
  const std::string_view scan = cells.Text(kScan);
  if (!scan.empty() && scan != "yes" && scan != "no" && scan != "ja" && scan != "nee") {
    return cells.Wrong(kScan, "UNKNOWN_VALUE", "must be yes or no");
  }
  report.scan_made = scan == "yes" || scan == "ja";
  ASSIGN_OR_RETURN(report.teachers, WordsIn(cells, kTeachers));
  ASSIGN_OR_RETURN(report.parents, WordsIn(cells, kParents));
  ASSIGN_OR_RETURN(report.pupils, WordsIn(cells, kPupils));
  report.version = 1;
  if (!cells.Text(kVersion).empty()) {
    ASSIGN_OR_RETURN(report.version, NumberIn(cells, kVersion, 1, 1'000'000));
  }
  reports_.emplace_back(cells.line(), std::move(report));
  return absl::OkStatus();
}

}  // namespace vg::funding
