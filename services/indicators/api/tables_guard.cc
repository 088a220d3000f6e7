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

std::set<Group> Tables::Protected::shown() const {
  std::set<Group> shown;
  for (const Estimate& estimate : estimates) {
    if (estimate.state == EstimateState::kPublished) shown.insert(estimate.group);
  }
  return shown;
}

void Tables::Protected::SetSeen(const Protected* earlier) {
  const auto same = [](const Estimate& before, const Estimate& after) {
    return before.state == after.state && before.group == after.group;
  };
  if (earlier != nullptr && std::equal(earlier->estimates.begin(), earlier->estimates.end(),
                                       estimates.begin(), estimates.end(), same)) {
    seen = earlier->seen;
    return;
  }
  seen = Encode(shown());
}

absl::StatusOr<Tables::Known> Tables::KnownTo(const std::string& audience, const Query& query) {
  Known known;
  ASSIGN_OR_RETURN(known.own,
                   disclosures_.Answered(audience, query.stored.serial, query.request.wave()));
  known.all = known.own;
  if (audience == kPublic) return known;
  ASSIGN_OR_RETURN(const std::vector<AnsweredTable> published,
                   disclosures_.Answered(kPublic, query.stored.serial, query.request.wave()));
  known.all.insert(known.all.end(), published.begin(), published.end());
  return known;
}

std::set<Group> Tables::GivenAwayBeside(const Query& query, const Protected& table,
                                        const Query& before, const std::set<Group>& shown) {
  if (AreProtectedTogether(SpecOf(query.request, query.source.units->snapshot),
                           SpecOf(before.request, before.source.units->snapshot))) {
    return {};
  }
  disclosure::UnitRecords records;
  for (int unit = 0; unit < query.sums.sums->size(); ++unit) {
    records.push_back(query.sums.sums->BaseAt(unit).n);
  }
  const disclosure::Policy& policy = query.policy.policy;
  const Seen asked = SeenOf(query.figures(), table.shown());
  const Seen seen = SeenOf(before.figures(), shown);
  std::set<Group> given_away;
  for (const SeenTable* one : {&seen.groups, &seen.total}) {
    for (const int group : disclosure::GivenAway(policy, records, asked.groups, *one)) {
      given_away.insert(query.index->groups[static_cast<size_t>(group)]);
    }
    if (!disclosure::GivenAway(policy, records, asked.total, *one).empty()) {
      given_away.insert(Group());
    }
  }
  return given_away;
}

absl::StatusOr<std::set<Group>> Tables::GivenAwayBy(const Query& query, const Protected& table,
                                                    const std::vector<AnsweredTable>& earlier) {
  std::set<Group> given_away;
  for (const AnsweredTable& each : earlier) {
    v1::QueryEstimatesRequest spec;
    if (!spec.ParseFromString(each.spec)) {
      return absl::DataLossError("what was asked before is unreadable");
    }
    if (AreProtectedTogether(SpecOf(query.request, query.source.units->snapshot), spec)) continue;
    ASSIGN_OR_RETURN(Query before, Prepare(query.stored, spec));
    RETURN_IF_ERROR(Complete(before));
    ASSIGN_OR_RETURN(const std::set<Group> shown, Decode(each.shown));
    given_away.merge(GivenAwayBeside(query, table, before, shown));
  }
  return given_away;
}

absl::StatusOr<std::shared_ptr<const Tables::Protected>> Tables::Guarded(const Query& query,
                                                                         const Viewer& viewer) {
  const std::string key = viewer.audience + " " + query.basis_key();
  const uint64_t content = query.sums.sums->content();
  std::shared_ptr<const Protected> kept = guarded_.Get(key);
  if (kept != nullptr && kept->content == content) return kept;
  for (;;) {
    ASSIGN_OR_RETURN(const Known known, KnownTo(viewer.audience, query));
    std::shared_ptr<const Protected> table = Suppressed(query);
    for (int round = 0; round <= kGuardRounds; ++round) {
      ASSIGN_OR_RETURN(std::set<Group> given_away, GivenAwayBy(query, *table, known.all));
      if (given_away.empty()) break;
      std::set<Group> forbidden = table->forbidden;
      forbidden.merge(given_away);
      if (round == kGuardRounds) {
        for (const Estimate& estimate : TabulateAll(query, AtomsOf(query))) {
          forbidden.insert(estimate.group);
        }
      }
      table = MakeProtected(query, std::move(forbidden), kept.get());
    }
    ASSIGN_OR_RETURN(const bool remembered, Remember(viewer, known, {{&query, table.get()}}));
    // Otherwise the audience has been answered with something else meanwhile, which counts, too.
    if (remembered) return guarded_.Put(key, table);
  }
}

absl::StatusOr<bool> Tables::Remember(
    const Viewer& viewer, const Known& known,
    const std::vector<std::pair<const Query*, const Protected*>>& tables) {
  std::vector<AnsweredTable> newly;
  for (const auto& [query, table] : tables) {
    AnsweredTable answered;
    answered.spec = rpc::DeterministicBytes(SpecOf(query->request, query->source.units->snapshot));
    answered.spec_digest = Sha256Hex(answered.spec);
    answered.shown = table->seen;
    const auto before = std::find_if(
        known.own.begin(), known.own.end(),
        [&](const AnsweredTable& each) { return each.spec_digest == answered.spec_digest; });
    if (before != known.own.end() && before->shown != answered.shown) {
      // What was shown once is known, whatever is hidden now.
      ASSIGN_OR_RETURN(std::set<Group> seen, Decode(before->shown));
      seen.merge(table->shown());
      answered.shown = Encode(seen);
    }
    if (before == known.own.end() || before->shown != answered.shown) {
      newly.push_back(std::move(answered));
    }
  }
  if (newly.empty()) return true;
  RETURN_IF_ERROR(viewer.may_see_more);
  const Query& any = *tables[0].first;
  return disclosures_.Remember(viewer.audience, any.stored.serial, any.request.wave(), known.own,
                               newly, clock_.Now());
}

}  // namespace vg::indicators
