#include "services/registry/domain/refusal.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace vg::registry {
namespace {

using enum RefusalCode;
using enum RefusalKind;

constexpr std::array kRules = std::to_array<RefusalRule>({
    {kBadBranchCode, "BAD_BRANCH_CODE", kRow,
     "A branch code is two digits, two letters and two digits (16SW03), or an institution (16SW) "
     "and "
     "a suffix (03)."},
    {kBadBoardNumber, "BAD_BOARD_NUMBER", kRow,
     "A board (bevoegd gezag) is a number of at most five digits: 40740."},
    {kBadMunicipalityCode, "BAD_MUNICIPALITY_CODE", kRow,
     "A municipality is its CBS number: 0363, 363 or GM0363. Its name is not read."},
    {kBadPostcode, "BAD_POSTCODE", kRow, "A postcode is four digits and two letters: 1234 AB."},
    {kUnknownMunicipality, "UNKNOWN_MUNICIPALITY", kRow,
     "Add the CBS list of the year of the register, or of the year before the boundaries changed."},
    {kUnknownProvince, "UNKNOWN_PROVINCE", kRow,
     "Write one of the twelve provinces in Dutch, or its CBS code (PV27)."},
    {kUnknownSector, "UNKNOWN_SECTOR", kRow, "Write primary, secondary or special."},
    {kUnknownSchoolType, "UNKNOWN_SCHOOL_TYPE", kRow,
     "See the table of types in services/registry/README.md; a new name of DUO has to be added "
     "there."},
    {kMissingValue, "MISSING_VALUE", kRow, "Fill the cell."},
    {kValueTooLong, "VALUE_TOO_LONG", kRow,
     "Shorten the cell, or look for a quote that is not closed."},
    {kSchoolNotInRegister, "SCHOOL_NOT_IN_REGISTER", kRow,
     "Add a register of the count date, or allow this code to leave these rows out."},
    {kDuplicateKey, "DUPLICATE_KEY", kRow, "Leave one of the two rows."},
    {kConflictingRow, "CONFLICTING_ROW", kRow,
     "Make the rows of one school or municipality agree."},
    {kBadCount, "BAD_COUNT", kRow,
     "A count is a whole number of at most 100,000 per branch and type; a hidden one is <5 or x."},
    {kNegativeCount, "NEGATIVE_COUNT", kRow,
     "A count is 0 or more. If the publisher writes -1 for a hidden count, replace it by x."},
    {kBadScore, "BAD_SCORE", kRow,
     "A score is a number with a decimal comma or point, and 0 or more for a school."},
    {kBadPopulation, "BAD_POPULATION", kRow, "A population is a whole number from 0."},
    {kImpossibleDate, "IMPOSSIBLE_DATE", kRow, "A date is 20201001 or 2020-10-01."},
    {kWrongCellCount, "WRONG_CELL_COUNT", kRow,
     "Give the row as many cells as the header has; a separator inside a cell needs quotes."},
    {kStrayQuote, "STRAY_QUOTE", kRow, "Double the quotes that are inside a quoted cell."},
    {kTooManyCells, "TOO_MANY_CELLS", kRow, "Look for a quote or line end that got lost."},
    {kInvalidEncoding, "INVALID_ENCODING", kRow, "Save the file as UTF-8 or Windows-1252."},
    {kEmptyFile, "EMPTY_FILE", kFile, "Send a file with a header and rows."},
    {kUnknownLayout, "UNKNOWN_LAYOUT", kFile,
     "Compare the header with the layouts in services/registry/README.md, or say what the file "
     "holds."},
    {kKindDiffers, "KIND_DIFFERS", kFile,
     "Say nothing about what the file holds, or say what it does hold."},
    {kMissingColumn, "MISSING_COLUMN", kFile, "Add the column, or correct its name in the header."},
    {kDuplicateColumn, "DUPLICATE_COLUMN", kFile, "Leave one of the columns with this name."},
    {kWrongSeparator, "WRONG_SEPARATOR", kFile,
     "Use the file as it was published. One that was saved with commas has its decimal commas and "
     "names cut in two."},
    {kColumnsShifted, "COLUMNS_SHIFTED", kFile,
     "Use the file as it was published. A lost or added cell moves all cells after it to the wrong "
     "column."},
    {kUnterminatedQuote, "UNTERMINATED_QUOTE", kFile,
     "Close the quote; the file may have been cut off."},
    {kRowTooLong, "ROW_TOO_LONG", kFile, "Look for a quote that is not closed."},
    {kUnsupportedEncoding, "UNSUPPORTED_ENCODING", kFile,
     "Save the file as CSV in UTF-8 or Windows-1252."},
    {kDuplicateFile, "DUPLICATE_FILE", kFile, "Send each file once."},
    {kTooManyRows, "TOO_MANY_ROWS", kFile,
     "An import holds at most 100,000 schools and municipalities and 1,000,000 counts. Import one "
     "count date at a time."},
    {kNoSchools, "NO_SCHOOLS", kFile, "Add a register, or a file of plain schools."},
    {kCountDateDiffers, "COUNT_DATE_DIFFERS", kNotice,
     "Correct the plan's count_date, or allow this code to use these counts as they are; no row is "
     "left out."},
});

constexpr bool InOrder() {
  for (size_t i = 0; i < kRules.size(); ++i) {
    if (static_cast<size_t>(kRules[i].code) != i) return false;
  }
  return true;
}
static_assert(InOrder() && kRules.back().code == kCountDateDiffers);

}  // namespace

std::span<const RefusalRule> RefusalRules() { return kRules; }

const RefusalRule& RuleOf(RefusalCode code) { return kRules[static_cast<size_t>(code)]; }

std::optional<RefusalCode> RefusalCodeNamed(std::string_view name) {
  for (const RefusalRule& rule : kRules) {
    if (rule.name == name) return rule.code;
  }
  return std::nullopt;
}

std::string WithoutControls(std::string_view text) {
  std::string clean(text);
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return clean;
}

std::string CutValue(std::string_view cell) {
  size_t characters = 0;
  size_t end = 0;
  while (end < cell.size()) {
    const bool begins = (static_cast<unsigned char>(cell[end]) & 0xC0) != 0x80;
    if (begins && characters++ == Refusal::kMaxValue) break;
    ++end;
  }
  return WithoutControls(cell.substr(0, end));
}

void RefusalReport::Add(Refusal refusal) {
  ++by_code_[refusal.code];
  if (RuleOf(refusal.code).kind == kRow) ++rows_by_file_[refusal.file];
  if (kept_.size() < kMaxKept) kept_.push_back(std::move(refusal));
}

void RefusalReport::Merge(RefusalReport other) {
  for (Refusal& refusal : other.kept_) {
    if (kept_.size() < kMaxKept) kept_.push_back(std::move(refusal));
  }
  for (const auto& [code, count] : other.by_code_) by_code_[code] += count;
  for (const auto& [file, count] : other.rows_by_file_) rows_by_file_[file] += count;
}

void RefusalReport::Sort() {
  std::stable_sort(kept_.begin(), kept_.end(), [](const Refusal& a, const Refusal& b) {
    // What is said of the import as a whole comes last.
    return std::tuple(a.file < 0, a.file, a.line) < std::tuple(b.file < 0, b.file, b.line);
  });
}

int64_t RefusalReport::RefusedRows(int file) const {
  const auto found = rows_by_file_.find(file);
  return found == rows_by_file_.end() ? 0 : found->second;
}

bool RefusalReport::HasFileFault() const {
  return std::any_of(by_code_.begin(), by_code_.end(),
                     [](const auto& entry) { return RuleOf(entry.first).kind == kFile; });
}

bool RefusalReport::Stops(std::span<const RefusalCode> allowed) const {
  return std::any_of(by_code_.begin(), by_code_.end(), [&](const auto& entry) {
    return RuleOf(entry.first).kind == kFile ||
           std::find(allowed.begin(), allowed.end(), entry.first) == allowed.end();
  });
}

int64_t RefusalReport::total() const {
  int64_t total = 0;
  for (const auto& [code, count] : by_code_) total += count;
  return total;
}

}  // namespace vg::registry
