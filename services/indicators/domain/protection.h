// Which groups of a table may not be shown.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_PROTECTION_H_
#define VG_SERVICES_INDICATORS_DOMAIN_PROTECTION_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/indicators/domain/measure.h"

namespace vg::indicators {

// One value per attribute of the breakdown.
using Group = std::vector<std::string>;

// What the records of a group add up to.
struct GroupTotals {
  Contribution sums;
  std::set<int> units;

  int64_t n() const;
  void Add(const GroupTotals& other);
};

// Fewer records than this, or records of fewer units, are not shown.
inline constexpr int64_t kMinimum = 5;

// Whether the figures of a group tell too much by themselves: fewer than kMinimum records or units,
// or fewer than twice as many records that are all alike.
bool Unsafe(MeasureKind kind, const GroupTotals& totals);

// The larger areas of one attribute's values, by value, whose figures can be asked for too: the
// province of a municipality. Empty if there are none.
using Areas = std::map<std::string, std::string>;

// Disclosure control of a table together with the tables that it adds up to: a table of two
// attributes with those of each of them and with the total, a table of municipalities with that of
// provinces. What is hidden depends on the figures alone, never on which table was asked for first,
// so that those tables can be laid side by side.
//
// 1. A group that is Unsafe is hidden.
// 2. A line is the groups that add up to one group of a coarser table. Where a line's sum is shown,
//    what it hides is more than one group, and not Unsafe when taken together; where its sum is
//    hidden, it hides at least one. Further groups are hidden until it is so, the smallest first.
// 3. A table in which that cannot be reached, because too many lines have one group only, hides all
//    its groups.
//
// With a filter, rows that it leaves out are given too. A group is then shown only if it would be
// shown without the filter, and if what the filter leaves out of it is nobody or is not Unsafe, so
// that subtracting tells nothing.
class Protection {
 public:
  // `areas` has one entry per attribute.
  Protection(MeasureKind kind, std::vector<Areas> areas) : kind_(kind), areas_(std::move(areas)) {}

  // The records of one unit in one category, in `group`.
  void Add(const Group& group, const std::string& category, const Sums& sums, int unit,
           bool filtered_out);

  // Call after the last Add. Whether the group is hidden; the empty group is the total.
  bool Hides(const Group& group);
  // Whether not even the groups' names may be listed (rule 3).
  bool HidesAllGroups();

 private:
  // Of each attribute: as asked, as its larger area, or left out.
  enum class Level { kValue, kArea, kNone };
  using Levels = std::vector<Level>;

  struct Cell {
    GroupTotals inside, outside;  // Of the filter.
    bool hidden = false;
  };
  struct Table {
    std::map<Group, Cell> cells;  // Only those with records inside.
    bool closed = false;          // Rule 3.
  };
  // Groups that add up to one group of a coarser table.
  struct Line {
    std::vector<Cell*> cells;
    bool sum_hidden = false;
  };

  static Table Fill(const std::map<Group, Cell>& finest, const std::vector<Areas>& areas,
                    const Levels& levels);
  // `everybody`: the tables without the filter, if there is one.
  Table& Protected(const Levels& levels, bool everybody);
  std::vector<Line> LinesOf(Table& table, const Levels& levels, bool everybody);
  bool GivesAway(const Line& line) const;

  const MeasureKind kind_;
  const std::vector<Areas> areas_;
  std::map<Group, Cell> finest_;
  bool has_filter_ = false;
  std::map<std::pair<bool, Levels>, Table> tables_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_PROTECTION_H_
