#include "services/indicators/domain/disclosure/protection.h"

#include <numeric>
#include <utility>

namespace vg::indicators::disclosure {

void Protection::Add(const Group& group, const std::string& category, const Sums& sums, int holder,
                     bool filtered_out) {
  rows_.push_back({group, category, sums, holder, {!filtered_out}});
  has_filter_ = has_filter_ || filtered_out;
}

const TableFamily& Protection::Solved() {
  if (family_ != nullptr) return *family_;
  TableSpec table;
  table.attributes.resize(areas_.size());
  std::iota(table.attributes.begin(), table.attributes.end(), 0);
  table.filter = has_filter_ ? 0 : -1;
  family_ = std::make_unique<TableFamily>(policy_, kind_, areas_, std::vector{table},
                                          Together::kEachAlone);
  for (const UnitRow& row : rows_) family_->Add(row);
  for (const Group& group : forbidden_) family_->Forbid(0, group);
  family_->Solve();
  return *family_;
}

}  // namespace vg::indicators::disclosure
