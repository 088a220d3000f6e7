// What happened to recipients between two snapshots, as far as the register can prove it.

#ifndef VG_SERVICES_FUNDING_DOMAIN_COMPARISON_EVENTS_H_
#define VG_SERVICES_FUNDING_DOMAIN_COMPARISON_EVENTS_H_

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/numeric/exact.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

enum class EventKind { kOpening, kClosure, kMerger, kSplit, kBoundaryChange };
std::string_view NameOf(EventKind kind);  // "opening", "boundary_change"

// One event in the life of a recipient.
struct Event {
  EventKind kind = EventKind::kOpening;
  // The other recipient: of a merger who took over or who was taken over, of a split likewise, of a
  // change of boundaries the other municipality. Empty if there is none.
  std::string other;
  // How much of the difference of each fact it accounts for: {"pupils.bo": 50, "pupils.total": 50}.
  // Empty for a recipient that only one of the snapshots has: there all of the amount is the
  // event's.
  std::map<std::string, Exact> moved;

  friend bool operator==(const Event&, const Event&) = default;
};

// A recipient that one snapshot or both have.
struct Passage {
  const Recipient* before = nullptr;  // Null if it came.
  const Recipient* after = nullptr;   // Null if it went.
  std::vector<Event> events;          // By other and kind. One if it came or went.

  const std::string& code() const { return before != nullptr ? before->code : after->code; }
};

// What the registry takes for mergers of branches, both ways.
struct Lineage {
  std::map<std::string, std::string> heirs;    // Of branches that are gone: who goes on.
  std::map<std::string, std::string> origins;  // Of branches that are new: whose they were.
};

// All recipients of a kind, by code. Borrows the recipients; `branches_…` are the school branches
// of both snapshots, which for schools are the recipients themselves.
//
// A branch that is gone has merged if the registry names an heir that had fewer pupils before; else
// it was closed. A branch that is new has split off if the registry, looking backwards, names an
// origin that has fewer pupils now; else it was opened. Of two branches in a merger or split, the
// pupils and score of the one account for as much of the difference of the other.
//
// The pupils of a municipality change with branches that open or close in it, or that stand in
// another one after a change of boundaries (or a removal); such a branch counts with the mean of
// its two counts, and what its count changed by is not the event's. A municipality that is gone or
// new has changed boundaries if branches of it stand elsewhere; else it was closed or opened.
//
// Exchanging before and after exchanges openings and closures, mergers and splits, and the signs.
std::vector<Passage> PassagesOf(RecipientKind kind, std::span<const Recipient> before,
                                std::span<const Recipient> after,
                                std::span<const Recipient> branches_before,
                                std::span<const Recipient> branches_after, const Lineage& lineage);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_COMPARISON_EVENTS_H_
