// Tables that are laid side by side, with what of them may be shown.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_FAMILY_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_FAMILY_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/indicators/domain/disclosure/policy.h"
#include "services/indicators/domain/disclosure/sensitivity.h"
#include "services/indicators/domain/disclosure/suppression.h"
#include "services/indicators/domain/measure.h"

namespace vg::indicators::disclosure {

// One value per attribute of the breakdown.
using Group = std::vector<std::string>;

// The larger areas of one attribute's values, by value, whose figures can be asked for too: the
// province of a municipality. Empty if there are none.
using Areas = std::map<std::string, std::string>;

// The sums of one unit in one category.
struct UnitRow {
  Group values;  // By attribute of the family.
  std::string category;
  Sums sums;
  int holder = 0;            // Who knows the unit's figures: its board.
  std::vector<bool> passes;  // By filter of the family.
};

// A table that is asked for.
struct TableSpec {
  std::vector<int> attributes;  // Of the family; its groups are in this order.
  int filter = -1;              // Of the family; -1: no filter.
};

enum class Together {
  // Each table beside those that it adds up to, as if they were all there is: what is hidden does
  // not depend on what else is asked for.
  kEachAlone,
  // All tables and all that they add up to.
  kAll,
};

// What can be worked out about one number of a hidden group.
struct KnownRange {
  Group group;
  QuantityKind quantity = QuantityKind::kRecords;
  std::string category;
  Range range;
  double required_width = 0;
  Reason reason = Reason::kNone;
  bool met = true;
  bool met_beside_holders = true;  // Nor does a board that alone makes up another know it exactly.
};

struct Audit {
  std::vector<KnownRange> ranges;  // By group and quantity; of one of the tables.
  int shown = 0, primary = 0, secondary = 0;
  int64_t secondary_records = 0;
  int tables = 0;  // Taken together.

  bool met() const;
};

// Disclosure control of tables of one indicator. A table is seen with all that it adds up to: a
// table of two attributes with those of each of them and the total, a table of municipalities with
// that of provinces; with a filter, also the same tables without it, for who has both can subtract.
//
// Nobody is asked which groups there are: that a group has no unit, or none that answered, is known
// (unless the policy hides it).
class TableFamily {
 public:
  // `areas` has one entry per attribute.
  TableFamily(const Policy& policy, MeasureKind kind, std::vector<Areas> areas,
              std::vector<TableSpec> tables, Together together);

  // Each unit has one row of the empty category, and at most one of each other.
  void Add(const UnitRow& row);
  // A group of a table is to be hidden for a reason from outside (kDifferencing); the empty group
  // is the table's total. Before Solve.
  void Forbid(int table, const Group& group) { forbidden_.emplace(table, group); }
  // Other tables over the same rows. Before Solve.
  void SetTables(std::vector<TableSpec> tables) { specs_ = std::move(tables); }
  // Call after the last Add, before what follows; again after Forbid or SetTables.
  void Solve();

  // Of a table asked for, by its place; the empty group is its total. kNone for what is not there.
  Reason ReasonOf(int table, const Group& group) const;
  // Whether not even the names of the table's groups may be told.
  bool Withholds(int table) const;
  // What everybody knows who sees the table and those that are with it.
  Audit AuditOf(int table) const;

 private:
  // Of each attribute: left out, as its larger area, as asked. In order of fineness.
  enum class Level : uint8_t { kNone, kArea, kValue };
  // A table of the family, asked for or not.
  struct Node {
    int filter = -1;
    std::vector<Level> levels;
    std::map<Group, int> cells;  // By group, of all attributes.

    bool IsCoarserThan(const Node& other) const;
    int Fineness() const;
  };
  struct Atom {
    std::vector<std::string> values;
    std::vector<bool> passes;
    GroupTotals totals;
    int holder = kNoHolder;
  };

  void MakeNodes();
  std::vector<int> AncestorsOf(size_t node) const;
  void AddCells(Node& node);
  void AddQuantities();
  void SetNeeds(int cell, const GroupTotals& totals);
  std::string CoarseValue(size_t attribute, Level level, const std::string& value) const;
  // The node of a table asked for; of its total.
  int NodeOf(int table) const;
  int TotalNodeOf(int table) const;
  Group Widened(int table, const Group& group) const;
  Group Narrowed(int table, const Group& group) const;
  GroupTotals TotalsOf(const std::vector<int>& atoms) const;
  bool WantsHolders() const;

  const Policy policy_;
  const MeasureKind kind_;
  const std::vector<Areas> areas_;
  std::vector<TableSpec> specs_;
  const Together together_;
  std::vector<Node> nodes_;  // Coarse ones first.
  std::map<std::pair<std::vector<std::string>, std::vector<bool>>, int> places_;
  std::vector<Atom> atoms_;
  size_t last_ = 0;  // Of the last row.
  std::set<std::pair<int, Group>> forbidden_;
  SuppressionProblem problem_;
  Suppression solution_;
};

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_FAMILY_H_
