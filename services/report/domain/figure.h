// A figure with its numbers: what texts refer to, charts draw, tables show and annexes hold.

#ifndef VG_SERVICES_REPORT_DOMAIN_FIGURE_H_
#define VG_SERVICES_REPORT_DOMAIN_FIGURE_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/numeric/exact.h"
#include "services/report/domain/text.h"

namespace vg::report {

// How values read.
enum class ValueKind {
  kShare,     // Between 0 and 1: a percentage.
  kMean,      // A number of `unit`.
  kAmount,    // Money of the currency `unit`.
  kResponse,  // The share of those invited who answered.
  kChange,    // A share or mean less what it was before; of shares in percentage points.
};

enum class CellState { kShown, kSuppressed, kEmpty };
// As data files say it, in the order of the enum.
inline constexpr std::array<const char*, 3> kCellStateNames = {"shown", "suppressed", "empty"};
inline const char* NameOf(CellState state) {
  return kCellStateNames.at(static_cast<size_t>(state));
}

// Why a cell is suppressed, as far as it may be told.
enum class HiddenReason {
  kNotTold,
  kFrequency,     // Too few, or others that are too few could be computed from it.
  kDominance,     // One contributor could be worked out.
  kDifferencing,  // Subtracted from what is published elsewhere it would leave too few.
};

// A confidence interval.
struct Interval {
  Exact lower;
  Exact upper;
  friend bool operator==(const Interval&, const Interval&) = default;
};

// One number.
struct Cell {
  CellState state = CellState::kEmpty;
  HiddenReason hidden = HiddenReason::kNotTold;
  Exact value;    // If shown.
  int64_t n = 0;  // Respondents or programmes; for money recipients; for response invited units.
  int64_t units = 0;     // Schools, boards or municipalities.
  int64_t positive = 0;  // Those for whom the category holds; for response units that answered.
  int64_t answers = 0;   // For response: complete responses.
  // Of estimates for a population.
  std::optional<Exact> standard_error;
  std::optional<Interval> interval;
  std::optional<Exact> p_value;  // Of a change: how often chance alone would give as much.
  friend bool operator==(const Cell&, const Cell&) = default;
};

// A category or group with its words.
struct Label {
  std::string id;
  LocalizedText text;
  friend bool operator==(const Label&, const Label&) = default;
};

// Where numbers come from, for the reader.
struct Provenance {
  std::string resource;       // "indicators/mr-consent"
  int version = 0;            // 0: it has none.
  std::string digest;         // Of the definition.
  std::string data_digest;    // Of the numbers.
  LocalizedText description;  // What is measured.
  LocalizedText respondents;  // Who answered: "School leaders".
  std::string study;          // What the figures of one annex have in common: "staff", "money".
  std::vector<LocalizedText> questions;  // As they were put.
  LocalizedText method;                  // How the numbers were estimated.
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

// A number of a hidden group.
enum class Quantity { kRecords, kUnits, kPositive, kRest };
// As data files say it, in the order of the enum.
inline constexpr std::array<const char*, 4> kQuantityNames = {"n", "units", "positive", "rest"};

// What anybody can work out about one of them.
struct KnownRange {
  std::string group;  // The id of a label; empty for the total.
  std::string category;
  Quantity quantity = Quantity::kRecords;
  std::optional<Exact> least, most;  // None: there is no limit.
  bool is_protected = true;          // Wide enough.
  friend bool operator==(const KnownRange&, const KnownRange&) = default;
};

// How an estimate's groups are protected beside all other tables of the edition: a certificate.
struct Protection {
  int policy_version = 0;  // 0: the default.
  std::string policy_digest;
  int tables = 0;  // That were taken together.
  int shown_groups = 0;
  int hidden_groups = 0;
  bool is_protected = true;
  std::vector<KnownRange> ranges;  // Of hidden groups.
  friend bool operator==(const Protection&, const Protection&) = default;
};

struct Figure {
  std::string id;
  LocalizedText title;
  ValueKind kind = ValueKind::kShare;
  std::string unit;                      // "hours", "EUR"; empty for shares.
  std::string breakdown;                 // "sector"; empty for none.
  std::vector<Label> groups;             // The total first, with an empty id.
  std::vector<Label> categories;         // One with an empty id if there are none.
  std::vector<std::vector<Cell>> cells;  // By group, then by category.
  std::optional<Cell> overall;           // Over all categories, where that means something: money.
  int chart_size = 0;                    // The most bars of a chart; more than 0.
  int64_t undetermined = 0;              // Recipients whose amount could not be determined.
  int64_t population = 0;                // What the total stands for, as estimated; 0: not known.
  Provenance provenance;
  std::optional<Protection> protection;  // Of estimates by a policy that hides.

  bool has_categories() const { return categories.size() > 1 || !categories[0].id.empty(); }
  bool has_groups() const { return groups.size() > 1; }
  friend bool operator==(const Figure&, const Figure&) = default;
};

// Places of the categories by the total's value, highest first; equal values by id; what is not
// shown comes last, by id.
std::vector<size_t> Ranking(const Figure& figure);

// Puts the categories in the order of Ranking.
void SortByValue(Figure& figure);

// The most n of the total's cells: that of every category that is shown.
int64_t RespondentsOf(const Figure& figure, size_t group = 0);

// Over all numbers of a figure and the ids that name them, its protection included, not over its
// words.
std::string DataDigest(const Figure& figure);

// Figures by id; they outlive it.
using Figures = std::map<std::string, const Figure*, std::less<>>;

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_FIGURE_H_
