// Tables that are laid side by side, with what of them may be shown.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_FAMILY_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_FAMILY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/indicators/domain/disclosure/policy.h"
#include "services/indicators/domain/disclosure/sensitivity.h"
#include "services/indicators/domain/disclosure/suppression.h"
#include "services/indicators/domain/disclosure/table_shape.h"
#include "services/indicators/domain/measure.h"

namespace vg::indicators::disclosure {

// The sums of one unit in one category.
struct UnitRow {
  Group values;  // By attribute of the family.
  std::string category;
  Sums sums;
  int holder = 0;            // Who knows the unit's figures: its board.
  std::vector<bool> passes;  // By filter of the family.
};

// What the units of an atom add up to.
struct AtomTotals {
  GroupTotals totals;
  int holder = kNoHolder;

  // The base row of a unit that `of` knows. `by_holder`: a rule asks for it.
  void AddUnit(const Sums& base, int of, bool by_holder);
};

// Whether a rule of the policy asks what each holder adds.
bool WantsHolders(const Policy& policy);

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

// Disclosure control of tables of one indicator, each seen with all that it adds up to. See
// TableShape.
//
// Nobody is asked which groups there are: that a group has no unit, or none that answered, is known
// (unless the policy hides it).
class TableFamily {
 public:
  // `areas` has one entry per attribute.
  TableFamily(const Policy& policy, MeasureKind kind, std::vector<Areas> areas,
              std::vector<TableSpec> tables, Together together);
  // Of rows that were added up before: `atoms` are those of the shape, `categories` those of their
  // totals. Without Add and SetTables.
  TableFamily(const Policy& policy, MeasureKind kind, std::shared_ptr<const TableShape> shape,
              std::vector<std::string> categories, std::vector<AtomTotals> atoms);

  // Each unit has one row of the empty category, and at most one of each other.
  void Add(const UnitRow& row);
  // A group of a table is to be hidden for a reason from outside (kDifferencing); the empty group
  // is the table's total. Before Solve.
  void Forbid(int table, const Group& group) { forbidden_.emplace(table, group); }
  // Other tables over the same rows. Before Solve.
  void SetTables(std::vector<TableSpec> tables);
  // Call after the last Add, before what follows; again after Forbid or SetTables. `earlier` is the
  // outcome for the same shape with other atoms, or null: it saves work and changes nothing.
  void Solve(const Suppression* earlier = nullptr);
  const Suppression& solution() const { return solution_; }

  // Of a table asked for, by its place; the empty group is its total. kNone for what is not there.
  Reason ReasonOf(int table, const Group& group) const;
  // The same of a cell of the shape.
  Reason ReasonAt(int cell) const {
    return cell < 0 ? Reason::kNone : solution_.reasons[static_cast<size_t>(cell)];
  }
  // Whether not even the names of the table's groups may be told.
  bool Withholds(int table) const;
  // What everybody knows who sees the table and those that are with it.
  Audit AuditOf(int table) const;

 private:
  void MakeShape();
  void AddQuantities();
  void AddCell(int cell);
  void SetNeeds(int cell, const GroupTotals& totals);
  double SumOf(const GroupTotals& totals, const std::string& category) const;
  GroupTotals TotalsOf(const std::vector<int>& atoms) const;

  const Policy policy_;
  const MeasureKind kind_;
  const std::vector<Areas> areas_;
  std::vector<TableSpec> specs_;
  const Together together_ = Together::kEachAlone;
  std::shared_ptr<const TableShape> shape_;  // Null while rows come.
  std::map<AtomKey, int> places_;
  const std::pair<const AtomKey, int>* last_ = nullptr;  // Of the last row.
  std::vector<std::string> categories_;
  std::vector<AtomTotals> atoms_;
  std::set<std::pair<int, Group>> forbidden_;
  SuppressionProblem problem_;
  Suppression solution_;
};

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_FAMILY_H_
