#include "services/indicators/domain/disclosure/table_shape.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <set>

namespace vg::indicators::disclosure {

bool TableShape::Node::IsCoarserThan(const Node& other) const {
  if (filter != other.filter && filter != -1) return false;
  for (size_t i = 0; i < levels.size(); ++i) {
    if (levels[i] > other.levels[i]) return false;
  }
  return filter != other.filter || levels != other.levels;
}

int TableShape::Node::Fineness() const {
  int fineness = 0;
  for (const Level level : levels) fineness += static_cast<int>(level);
  return fineness;
}

TableShape::TableShape(std::vector<Areas> areas, std::vector<TableSpec> specs, Together together,
                       const std::vector<AtomKey>& atoms)
    : areas_(std::move(areas)), specs_(std::move(specs)), together_(together) {
  MakeNodes();
  cells_.atoms = static_cast<int>(atoms.size());
  for (size_t node = 0; node < nodes_.size(); ++node) {
    AddCells(nodes_[node], atoms);
    for (size_t other = 0; other < node; ++other) {
      if (together_ == Together::kAll || nodes_[other].IsCoarserThan(nodes_[node])) {
        tables_[node].ancestors.push_back(static_cast<int>(other));
      }
    }
  }
  FindLeftOut();
  for (const TableSpec& spec : specs_) {
    node_of_.push_back(FindNode(spec.filter, spec.attributes));
    total_node_of_.push_back(FindNode(spec.filter, {}));
  }
  for (size_t node = 0; node < nodes_.size(); ++node) {
    const auto asked = [node](const std::vector<int>& tables) {
      return std::find(tables.begin(), tables.end(), static_cast<int>(node)) != tables.end();
    };
    tables_[node].wanted = asked(node_of_) || asked(total_node_of_);
  }
}

void TableShape::MakeNodes() {
  std::set<std::pair<int, std::vector<Level>>> wanted;
  for (const TableSpec& spec : specs_) {
    std::vector<std::vector<Level>> levels = {std::vector<Level>(areas_.size(), Level::kNone)};
    for (const int attribute : spec.attributes) {
      const auto place = static_cast<size_t>(attribute);
      std::vector<std::vector<Level>> finer;
      for (const std::vector<Level>& each : levels) {
        for (const Level level : {Level::kArea, Level::kValue}) {
          if (level == Level::kArea && areas_[place].empty()) continue;
          finer.push_back(each);
          finer.back()[place] = level;
        }
      }
      levels.insert(levels.end(), finer.begin(), finer.end());
    }
    for (const std::vector<Level>& each : levels) {
      wanted.emplace(-1, each);
      wanted.emplace(spec.filter, each);
    }
  }
  for (const auto& [filter, levels] : wanted) nodes_.push_back({filter, levels, {}});
  std::stable_sort(nodes_.begin(), nodes_.end(), [](const Node& a, const Node& b) {
    return std::pair(a.filter != -1, a.Fineness()) < std::pair(b.filter != -1, b.Fineness());
  });
}

const std::string& TableShape::CoarseValue(size_t attribute, Level level,
                                           const std::string& value) const {
  static const std::string& none = *new std::string();
  if (level == Level::kNone) return none;
  if (level == Level::kValue) return value;
  const auto area = areas_[attribute].find(value);
  return area == areas_[attribute].end() ? none : area->second;
}

void TableShape::AddCells(Node& node, const std::vector<AtomKey>& atoms) {
  std::map<Group, std::vector<int>> members;
  for (size_t atom = 0; atom < atoms.size(); ++atom) {
    if (node.filter != -1 && !atoms[atom].passes[static_cast<size_t>(node.filter)]) continue;
    Group group;
    for (size_t i = 0; i < node.levels.size(); ++i) {
      group.push_back(CoarseValue(i, node.levels[i], atoms[atom].values[i]));
    }
    members[group].push_back(static_cast<int>(atom));
  }
  TableCells& table = tables_.emplace_back();
  for (auto& [group, of_group] : members) {
    const int cell = cells_.size();
    node.cells.emplace(group, cell);
    table.cells.push_back(cell);
    cells_.members.push_back(std::move(of_group));
  }
}

void TableShape::FindLeftOut() {
  left_out_.resize(cells_.members.size());
  for (const Node& node : nodes_) {
    if (node.filter == -1) continue;
    // Every table with a filter has the same one without.
    const Node& unfiltered = *std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& other) {
      return other.filter == -1 && other.levels == node.levels;
    });
    for (const auto& [group, cell] : node.cells) {
      const std::vector<int>& some = cells_.members[static_cast<size_t>(cell)];
      const std::vector<int>& all = cells_.members[static_cast<size_t>(unfiltered.cells.at(group))];
      std::set_difference(all.begin(), all.end(), some.begin(), some.end(),
                          std::back_inserter(left_out_[static_cast<size_t>(cell)]));
    }
  }
}

int TableShape::FindNode(int filter, const std::vector<int>& attributes) const {
  std::vector<Level> levels(areas_.size(), Level::kNone);
  for (const int attribute : attributes) levels[static_cast<size_t>(attribute)] = Level::kValue;
  const auto found = std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& each) {
    return each.filter == filter && each.levels == levels;
  });
  return static_cast<int>(found - nodes_.begin());  // Every table has a node, and its total.
}

std::vector<int> TableShape::SeenWith(int table) const {
  const int node = NodeOf(table);
  std::vector<int> seen = tables_[static_cast<size_t>(node)].ancestors;
  seen.push_back(node);
  if (together_ == Together::kAll) {
    seen.resize(tables_.size());
    std::iota(seen.begin(), seen.end(), 0);
  }
  return seen;
}

int TableShape::CellOf(int table, const Group& group) const {
  const auto place = static_cast<size_t>(table);
  Group widened(areas_.size());
  for (size_t i = 0; i < group.size(); ++i) {
    widened[static_cast<size_t>(specs_[place].attributes[i])] = group[i];
  }
  const Node& node =
      nodes_[static_cast<size_t>(group.empty() ? total_node_of_[place] : node_of_[place])];
  const auto cell = node.cells.find(widened);
  return cell == node.cells.end() ? -1 : cell->second;
}

std::vector<std::pair<Group, int>> TableShape::GroupsOf(int table) const {
  std::vector<std::pair<Group, int>> groups;
  for (const auto& [widened, cell] : nodes_[static_cast<size_t>(NodeOf(table))].cells) {
    Group group;
    for (const int attribute : specs_[static_cast<size_t>(table)].attributes) {
      group.push_back(widened[static_cast<size_t>(attribute)]);
    }
    groups.emplace_back(std::move(group), cell);
  }
  return groups;
}

}  // namespace vg::indicators::disclosure
