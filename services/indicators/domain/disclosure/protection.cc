#include "services/indicators/domain/disclosure/protection.h"

#include <numeric>
#include <utility>

namespace vg::indicators::disclosure {

void Protection::Add(const Group& group, const std::string& category, const Sums& sums, int holder,
                     bool filtered_out) {
  family_->Add({group, category, sums, holder, {!filtered_out}});
  has_filter_ = has_filter_ || filtered_out;
}

const TableFamily& Protection::Solved() {
  if (solved_) return *family_;
  TableSpec table;
  table.attributes.resize(attributes_);
  std::iota(table.attributes.begin(), table.attributes.end(), 0);
  table.filter = has_filter_ ? 0 : -1;
  family_->SetTables({table});
  for (const Group& group : forbidden_) family_->Forbid(0, group);
  family_->Solve();
  solved_ = true;
  return *family_;
}

}  // namespace vg::indicators::disclosure
