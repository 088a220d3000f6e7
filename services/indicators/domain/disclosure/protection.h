// Which groups of one table may not be shown.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PROTECTION_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PROTECTION_H_

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/indicators/domain/disclosure/policy.h"
#include "services/indicators/domain/disclosure/table_family.h"
#include "services/indicators/domain/measure.h"

namespace vg::indicators::disclosure {

// Disclosure control of a table together with the tables that it adds up to: a table of two
// attributes with those of each of them and with the total, a table of municipalities with that of
// provinces. What is hidden depends on the figures alone, never on which table was asked for first,
// so that those tables can be laid side by side. See TableFamily.
//
// With a filter, rows that it leaves out are given too: who has the figures with and without it can
// subtract.
class Protection {
 public:
  // `areas` has one entry per attribute.
  Protection(const Policy& policy, MeasureKind kind, std::vector<Areas> areas)
      : attributes_(areas.size()),
        family_(std::make_unique<TableFamily>(policy, kind, std::move(areas),
                                              std::vector<TableSpec>(), Together::kEachAlone)) {}

  // The records of one unit in one category, in `group`. `holder`: who knows the unit's figures.
  void Add(const Group& group, const std::string& category, const Sums& sums, int holder,
           bool filtered_out);

  // The group is to be hidden for another reason; the empty group is the total.
  void Forbid(const Group& group) {
    forbidden_.insert(group);
    solved_ = false;
  }

  // Call after the last Add. Why the group is hidden, or kNone; the empty group is the total.
  Reason ReasonOf(const Group& group) { return Solved().ReasonOf(0, group); }
  bool Hides(const Group& group) { return ReasonOf(group) != Reason::kNone; }
  // Whether not even the groups' names may be listed.
  bool HidesAllGroups() { return Solved().Withholds(0); }
  // What can be worked out about the hidden groups.
  Audit MakeAudit() { return Solved().AuditOf(0); }

 private:
  const TableFamily& Solved();

  const size_t attributes_;
  bool has_filter_ = false, solved_ = false;
  std::set<Group> forbidden_;
  std::unique_ptr<TableFamily> family_;
};

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PROTECTION_H_
