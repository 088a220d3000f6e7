// What an importer refuses, and why: the table of codes and the report.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_REFUSAL_H_
#define VG_SERVICES_REGISTRY_DOMAIN_REFUSAL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vg::registry {

// What a refusal means for the import.
enum class RefusalKind {
  kRow,     // One row is left out, if the caller allows the code; else the import stops.
  kFile,    // The file cannot be read as what it is. Always stops the import.
  kNotice,  // Nothing is left out, but the import stops unless the caller allows the code.
};

enum class RefusalCode {
  kBadBranchCode,
  kBadBoardNumber,
  kBadMunicipalityCode,
  kBadPostcode,
  kUnknownMunicipality,
  kUnknownProvince,
  kUnknownSector,
  kUnknownSchoolType,
  kMissingValue,
  kValueTooLong,
  kSchoolNotInRegister,
  kDuplicateKey,
  kConflictingRow,
  kBadCount,
  kNegativeCount,
  kBadScore,
  kBadPopulation,
  kImpossibleDate,
  kWrongCellCount,
  kStrayQuote,
  kTooManyCells,
  kInvalidEncoding,
  kEmptyFile,
  kUnknownLayout,
  kKindDiffers,
  kMissingColumn,
  kDuplicateColumn,
  kWrongSeparator,
  kColumnsShifted,
  kUnterminatedQuote,
  kRowTooLong,
  kUnsupportedEncoding,
  kDuplicateFile,
  kTooManyRows,
  kNoSchools,
  kCountDateDiffers,
};

struct RefusalRule {
  RefusalCode code;
  std::string_view name;  // "BAD_BRANCH_CODE", stable.
  RefusalKind kind;
  std::string_view hint;  // What to do about it.
};

// In the order of RefusalCode.
std::span<const RefusalRule> RefusalRules();
const RefusalRule& RuleOf(RefusalCode code);
// By its stable name; empty if there is none.
std::optional<RefusalCode> RefusalCodeNamed(std::string_view name);

// One refused row, one file that is no good, or one notice.
struct Refusal {
  RefusalCode code;
  int file = -1;         // Position of the file in the import; -1: the import as a whole.
  int64_t line = 0;      // 1 is the header; 0: the file as a whole.
  std::string column;    // As the file writes it; empty: the row as a whole.
  std::string value;     // The cell as read, cut after kMaxValue characters.
  std::string sentence;  // What is wrong.

  static constexpr size_t kMaxValue = 100;
};

// `text` with a blank for each control character: a line end inside a name would break whatever
// table it is shown in, and a zero byte cannot be stored.
std::string WithoutControls(std::string_view text);

// `cell` cut to at most Refusal::kMaxValue characters of UTF-8, without control characters.
std::string CutValue(std::string_view cell);

// All refusals of one import. Keeps the first kMaxKept, counts all.
class RefusalReport {
 public:
  static constexpr size_t kMaxKept = 10000;

  void Add(Refusal refusal);
  // Takes over everything of `other`, which is one file's.
  void Merge(RefusalReport other);
  // By file and line.
  void Sort();

  const std::vector<Refusal>& kept() const { return kept_; }
  const std::map<RefusalCode, int64_t>& by_code() const { return by_code_; }
  // Rows of file number `file` that are left out.
  int64_t RefusedRows(int file) const;
  // Whether some file as a whole is no good, so that holding files against each other would only
  // say the same again.
  bool HasFileFault() const;
  // Whether something is in the report that is not allowed.
  bool Stops(std::span<const RefusalCode> allowed) const;
  int64_t total() const;

 private:
  std::vector<Refusal> kept_;
  std::map<RefusalCode, int64_t> by_code_;
  std::map<int, int64_t> rows_by_file_;
};

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_REFUSAL_H_
