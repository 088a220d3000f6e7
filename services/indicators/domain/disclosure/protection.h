// Which groups of one table may not be shown.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PROTECTION_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PROTECTION_H_

#include <cstddef>
#include <memory>
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
// With a filter, what it leaves out is given too: who has the figures with and without it can
// subtract.
class Protection {
 public:
  // The shape of such a table; `areas` has one entry per attribute. Each of `atoms` says whether it
  // passes the filter.
  static std::shared_ptr<const TableShape> ShapeOf(std::vector<Areas> areas,
                                                   const std::vector<AtomKey>& atoms);

  // `atoms` are those of the shape, `categories` those of their totals.
  Protection(const Policy& policy, MeasureKind kind, std::shared_ptr<const TableShape> shape,
             std::vector<std::string> categories, std::vector<AtomTotals> atoms)
      : family_(policy, kind, std::move(shape), std::move(categories), std::move(atoms)) {}

  // The outcome for the same shape with other atoms saves work and changes nothing.
  void StartFrom(std::shared_ptr<const Suppression> earlier) { earlier_ = std::move(earlier); }
  const Suppression& Outcome() { return Solved().solution(); }

  // The group is to be hidden for another reason; the empty group is the total.
  void Forbid(const Group& group) {
    family_.Forbid(0, group);
    solved_ = false;
  }

  // Why the group is hidden, or kNone; the empty group is the total.
  Reason ReasonOf(const Group& group) { return Solved().ReasonOf(0, group); }
  // The same of a cell of the shape; none if it is -1.
  Reason ReasonAt(int cell) { return Solved().ReasonAt(cell); }
  bool Hides(const Group& group) { return ReasonOf(group) != Reason::kNone; }
  // Whether not even the groups' names may be listed.
  bool HidesAllGroups() { return Solved().Withholds(0); }
  // What can be worked out about the hidden groups.
  Audit MakeAudit() { return Solved().AuditOf(0); }

 private:
  const TableFamily& Solved();

  bool solved_ = false;
  std::shared_ptr<const Suppression> earlier_;
  TableFamily family_;
};

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_PROTECTION_H_
