#include "services/indicators/domain/disclosure/protection.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace vg::indicators::disclosure {

std::shared_ptr<const TableShape> Protection::ShapeOf(std::vector<Areas> areas,
                                                      const std::vector<AtomKey>& atoms) {
  TableSpec table;
  table.attributes.resize(areas.size());
  std::iota(table.attributes.begin(), table.attributes.end(), 0);
  const bool filtered = std::any_of(atoms.begin(), atoms.end(),
                                    [](const AtomKey& atom) { return !atom.passes.at(0); });
  table.filter = filtered ? 0 : -1;
  return std::make_shared<const TableShape>(std::move(areas), std::vector<TableSpec>{table},
                                            Together::kEachAlone, atoms);
}

const TableFamily& Protection::Solved() {
  if (!solved_) family_.Solve(earlier_.get());
  solved_ = true;
  return family_;
}

}  // namespace vg::indicators::disclosure
