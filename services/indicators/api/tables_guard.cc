// The guard: a table is held against what its audience has seen before.

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "common/digest/digest.h"
#include "common/grpc/canonical.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/tables.h"
#include "services/indicators/domain/disclosure/guard.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;
using disclosure::SeenTable;

// Rounds of hiding more; what is left to give away after them hides the whole table.
constexpr int kRounds = 5;

// What was asked, without what does not change which units a figure is of.
v1::QueryEstimatesRequest SpecOf(const v1::QueryEstimatesRequest& request,
                                 const std::string& snapshot) {
  v1::QueryEstimatesRequest spec = request;
  spec.clear_estimation();
  spec.clear_unprotected();
  spec.set_snapshot(snapshot);
  return spec;
}

// The attributes of a breakdown with those of all tables that it adds up to.
std::set<std::string> Attributes(const v1::QueryEstimatesRequest& spec) {
  std::set<std::string> attributes(spec.breakdowns().begin(), spec.breakdowns().end());
  if (attributes.contains("municipality")) attributes.insert("province");
  return attributes;
}

// Tables of which one adds up to the other are protected beside each other as it is.
bool AreProtectedTogether(const v1::QueryEstimatesRequest& a, const v1::QueryEstimatesRequest& b) {
  if (a.snapshot() != b.snapshot() || a.has_filter() || b.has_filter()) return false;
  const std::set<std::string> of_a = Attributes(a), of_b = Attributes(b);
  return std::includes(of_a.begin(), of_a.end(), of_b.begin(), of_b.end()) ||
         std::includes(of_b.begin(), of_b.end(), of_a.begin(), of_a.end());
}

// The groups of a table, and its total, as two tables.
struct Seen {
  SeenTable groups, total;
};

Seen SeenOf(const UnitFigures& figures, const std::set<Group>& shown) {
  Seen seen;
  const std::vector<Group>& groups = figures.index->groups;
  for (const Group& group : groups) seen.groups.shown.push_back(shown.contains(group) ? 1 : 0);
  seen.total.shown = {shown.contains(Group()) ? char{1} : char{0}};
  const int units =
      std::min(figures.sums->size(), static_cast<int>(figures.index->group_of.size()));
  for (int unit = 0; unit < units; ++unit) {
    const bool out = figures.LeavesOut(unit);
    seen.groups.group_of.push_back(out || groups.empty() ? -1 : figures.GroupOf(unit));
    seen.total.group_of.push_back(out ? -1 : 0);
  }
  return seen;
}

std::set<Group> ShownOf(const std::vector<Estimate>& estimates) {
  std::set<Group> shown;
  for (const Estimate& estimate : estimates) {
    if (estimate.state == EstimateState::kPublished) shown.insert(estimate.group);
  }
  return shown;
}

std::string Encode(const std::set<Group>& shown) {
  v1::EstimateTable table;
  for (const Group& group : shown) {
    *table.add_estimates()->mutable_group() = {group.begin(), group.end()};
  }
  return rpc::DeterministicBytes(table);
}

absl::StatusOr<std::set<Group>> Decode(const std::string& octets) {
  v1::EstimateTable table;
  if (!table.ParseFromString(octets)) {
    return absl::DataLossError("what was answered before is unreadable");
  }
  std::set<Group> shown;
  for (const v1::Estimate& estimate : table.estimates()) {
    shown.emplace(estimate.group().begin(), estimate.group().end());
  }
  return shown;
}

}  // namespace

absl::StatusOr<std::set<Group>> Tables::GivenAwayBy(const Query& query, const Protected& table,
                                                    const std::vector<AnsweredTable>& earlier) {
  disclosure::UnitRecords records;
  for (int unit = 0; unit < query.sums.sums->size(); ++unit) {
    records.push_back(query.sums.sums->BaseAt(unit).n);
  }
  const Seen asked = SeenOf(query.figures(), ShownOf(table.estimates));
  const v1::QueryEstimatesRequest own = SpecOf(query.request, query.source.units->snapshot);
  std::set<Group> given_away;
  for (const AnsweredTable& each : earlier) {
    v1::QueryEstimatesRequest spec;
    if (!spec.ParseFromString(each.spec)) {
      return absl::DataLossError("what was asked before is unreadable");
    }
    if (AreProtectedTogether(own, spec)) continue;
    ASSIGN_OR_RETURN(Query before, Prepare(query.stored, spec));
    RETURN_IF_ERROR(Complete(before));
    ASSIGN_OR_RETURN(const std::set<Group> shown, Decode(each.shown));
    const Seen seen = SeenOf(before.figures(), shown);
    for (const SeenTable* one : {&seen.groups, &seen.total}) {
      const disclosure::Policy& policy = query.policy.policy;
      for (const int group : disclosure::GivenAway(policy, records, asked.groups, *one)) {
        given_away.insert(query.index->groups[static_cast<size_t>(group)]);
      }
      if (!disclosure::GivenAway(policy, records, asked.total, *one).empty()) {
        given_away.insert(Group());
      }
    }
  }
  return given_away;
}

absl::StatusOr<std::shared_ptr<const Tables::Protected>> Tables::Guarded(
    const Query& query, const std::string& audience) {
  const std::string key = audience + " " + query.content_key();
  if (std::shared_ptr<const Protected> kept = guarded_.Get(key)) return kept;
  ASSIGN_OR_RETURN(std::vector<AnsweredTable> earlier,
                   disclosures_.Answered(audience, query.stored.serial, query.request.wave()));
  const std::vector<AnsweredTable> own = earlier;
  if (audience != kPublic) {
    ASSIGN_OR_RETURN(const std::vector<AnsweredTable> published,
                     disclosures_.Answered(kPublic, query.stored.serial, query.request.wave()));
    earlier.insert(earlier.end(), published.begin(), published.end());
  }
  std::shared_ptr<const Protected> table = Suppressed(query);
  for (int round = 0; round <= kRounds; ++round) {
    ASSIGN_OR_RETURN(const std::set<Group> given_away, GivenAwayBy(query, *table, earlier));
    if (given_away.empty()) break;
    auto next = std::make_shared<Protected>();
    next->forbidden = table->forbidden;
    next->forbidden.insert(given_away.begin(), given_away.end());
    next->estimates = TabulateAll(query);
    if (round == kRounds) {
      for (const Estimate& estimate : next->estimates) next->forbidden.insert(estimate.group);
    }
    disclosure::Protection protection = ProtectionOf(query, next->forbidden);
    Protect(protection, next->estimates);
    next->groups_withheld = protection.HidesAllGroups();
    table = std::move(next);
  }
  RETURN_IF_ERROR(Remember(query, *table, audience, own));
  return guarded_.Put(key, table);
}

absl::Status Tables::Remember(const Query& query, const Protected& table,
                              const std::string& audience,
                              const std::vector<AnsweredTable>& known) {
  AnsweredTable answered;
  answered.spec = rpc::DeterministicBytes(SpecOf(query.request, query.source.units->snapshot));
  answered.spec_digest = Sha256Hex(answered.spec);
  answered.shown = Encode(ShownOf(table.estimates));
  for (const AnsweredTable& each : known) {
    if (each.spec_digest == answered.spec_digest && each.shown == answered.shown) {
      return absl::OkStatus();
    }
  }
  return disclosures_.Remember(audience, query.stored.serial, query.request.wave(), answered,
                               clock_.Now());
}

}  // namespace vg::indicators
