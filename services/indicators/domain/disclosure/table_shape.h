// Which cells there are in tables that are laid side by side, whatever is in them.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_SHAPE_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_SHAPE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "services/indicators/domain/disclosure/suppression.h"

namespace vg::indicators::disclosure {

// One value per attribute of the breakdown.
using Group = std::vector<std::string>;

// The larger areas of one attribute's values, by value, whose figures can be asked for too: the
// province of a municipality. Empty if there are none.
using Areas = std::map<std::string, std::string>;

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

// Units that no table tells apart.
struct AtomKey {
  Group values;              // By attribute of the family.
  std::vector<bool> passes;  // By filter of the family.

  friend auto operator<=>(const AtomKey&, const AtomKey&) = default;
};

// The tables asked for with all that they add up to: a table of two attributes with those of each
// of them and the total, a table of municipalities with that of provinces; with a filter, also the
// same tables without it, for who has both can subtract. Immutable, so that it can be kept from one
// query to the next.
class TableShape {
 public:
  // `areas` has one entry per attribute; `atoms` are all different.
  TableShape(std::vector<Areas> areas, std::vector<TableSpec> specs, Together together,
             const std::vector<AtomKey>& atoms);

  const Cells& cells() const { return cells_; }
  // The tables of the family, asked for or not. Coarse ones first.
  const std::vector<TableCells>& tables() const { return tables_; }
  // By cell: the atoms that the filter leaves out of the same group; empty without one.
  const std::vector<std::vector<int>>& left_out() const { return left_out_; }

  // Of a table asked for, by its place.
  int NodeOf(int table) const { return node_of_[static_cast<size_t>(table)]; }
  bool HasGroups(int table) const { return !specs_[static_cast<size_t>(table)].attributes.empty(); }
  // All tables that are seen with it, itself included.
  std::vector<int> SeenWith(int table) const;
  // Of a group of a table asked for; the empty group is its total. -1 for what is not there.
  int CellOf(int table, const Group& group) const;
  // The groups of a table asked for, in the order of their values, with their cells.
  std::vector<std::pair<Group, int>> GroupsOf(int table) const;

 private:
  // Of each attribute: left out, as its larger area, as asked. In order of fineness.
  enum class Level : uint8_t { kNone, kArea, kValue };
  // A table of the family.
  struct Node {
    int filter = -1;
    std::vector<Level> levels;
    std::map<Group, int> cells;  // By group, of all attributes.

    bool IsCoarserThan(const Node& other) const;
    int Fineness() const;
  };

  void MakeNodes();
  void AddCells(Node& node, const std::vector<AtomKey>& atoms);
  void FindLeftOut();
  const std::string& CoarseValue(size_t attribute, Level level, const std::string& value) const;
  int FindNode(int filter, const std::vector<int>& attributes) const;

  const std::vector<Areas> areas_;
  const std::vector<TableSpec> specs_;
  const Together together_;
  std::vector<Node> nodes_;
  std::vector<int> node_of_, total_node_of_;  // By table asked for.
  Cells cells_;
  std::vector<TableCells> tables_;
  std::vector<std::vector<int>> left_out_;
};

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_TABLE_SHAPE_H_
