// Tables that are protected together, as for a publication.

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/tables.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;
using disclosure::TableFamily;
using disclosure::TableSpec;

constexpr int kAttempts = 3;  // To see all tables at one moment.

template <typename Key>
int PlaceIn(const Key& key, std::vector<Key>& keys) {
  const auto found = std::find(keys.begin(), keys.end(), key);
  if (found != keys.end()) return static_cast<int>(found - keys.begin());
  keys.push_back(key);
  return static_cast<int>(keys.size()) - 1;
}

absl::Status Moving() {
  return Error(
      absl::StatusCode::kUnavailable, "FIGURES_MOVE",
      "answers come in so fast that the tables could not be seen at one moment; ask again");
}

std::string PlaceOf(size_t query) { return absl::StrCat("queries[", query, "]"); }

}  // namespace

// Tables of one indicator, wave and snapshot.
struct Tables::Linked {
  std::vector<size_t> places;  // Among all.
  std::unique_ptr<TableFamily> family;
};

void Tables::Link(const std::vector<Query>& queries, Linked& linked) {
  std::vector<std::string> attributes, filters;
  std::vector<Areas> areas;
  std::vector<TableSpec> specs;
  std::vector<const Query*> by_filter;
  std::vector<std::pair<const Query*, size_t>> by_attribute;  // A table that has it, and where.
  for (const size_t place : linked.places) {
    const Query& query = queries[place];
    TableSpec& spec = specs.emplace_back();
    const std::vector<Areas> own_areas = query.areas();
    for (size_t i = 0; i < query.breakdowns.size(); ++i) {
      const int attribute = PlaceIn(query.request.breakdowns(static_cast<int>(i)), attributes);
      if (static_cast<size_t>(attribute) == areas.size()) {
        areas.push_back(own_areas[i]);
        by_attribute.emplace_back(&query, i);
      }
      spec.attributes.push_back(attribute);
    }
    if (query.left_out == nullptr) continue;
    spec.filter = PlaceIn(query.request.filter().SerializeAsString(), filters);
    if (static_cast<size_t>(spec.filter) == by_filter.size()) by_filter.push_back(&query);
  }
  const Query& any = queries[linked.places[0]];
  linked.family =
      std::make_unique<TableFamily>(any.policy.policy, any.source.definition->rules.kind, areas,
                                    std::move(specs), disclosure::Together::kAll);
  disclosure::UnitRow unit;
  int last = -1;
  for (const GroupedSums& row : RowsToProtect(any)) {
    unit.category = row.category;
    unit.sums = row.sums;
    unit.holder = row.holder;
    if (row.unit != last) {
      last = row.unit;
      unit.values.clear();
      for (const auto& [query, i] : by_attribute) {
        const int group = query->figures().GroupOf(row.unit);
        unit.values.push_back(group < 0 ? "" : query->index->groups[static_cast<size_t>(group)][i]);
      }
      unit.passes.clear();
      for (const Query* query : by_filter) {
        unit.passes.push_back(!query->figures().LeavesOut(row.unit));
      }
    }
    linked.family->Add(unit);
  }
}

absl::Status Tables::MakeTogether(const std::vector<Asked>& asked, const Viewer& viewer,
                                  v1::ProtectedTables& response) {
  std::vector<Query> queries;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    queries.clear();
    std::map<std::string, std::set<int64_t>> moments;  // By feed.
    for (size_t i = 0; i < asked.size(); ++i) {
      absl::StatusOr<Query> query = Prepare(asked[i].stored, *asked[i].request);
      RETURN_IF_ERROR(Annotate(query.status(), PlaceOf(i)));
      RETURN_IF_ERROR(Annotate(Complete(*query), PlaceOf(i)));
      moments[asked[i].stored.feed].insert(query->sums.folded);
      queries.push_back(*std::move(query));
    }
    const bool one_moment = std::all_of(moments.begin(), moments.end(),
                                        [](const auto& each) { return each.second.size() == 1; });
    if (one_moment) break;
    if (attempt + 1 == kAttempts) return Moving();
  }

  std::map<std::tuple<int64_t, std::string, std::string>, Linked> by_source;
  for (size_t i = 0; i < queries.size(); ++i) {
    if (!queries[i].policy.policy.suppresses()) continue;
    by_source[{queries[i].stored.serial, queries[i].request.wave(),
               queries[i].source.units->snapshot}]
        .places.push_back(i);
  }
  std::vector<Linked> linked;
  for (auto& [source, each] : by_source) linked.push_back(std::move(each));
  // Remembered before they are answered, or somebody could see them unguarded.
  ASSIGN_OR_RETURN(ProtectedTables tables, GuardTogether(queries, linked, viewer));

  for (size_t i = 0; i < queries.size(); ++i) {
    response.add_audits();
    if (tables[i] == nullptr) {
      ASSIGN_OR_RETURN(tables[i], Perturbed(queries[i]));
    }
    v1::EstimateTable& table = *response.add_tables();
    RETURN_IF_ERROR(Annotate(Tell(queries[i], viewer, tables[i], {}, table).status(), PlaceOf(i)));
  }
  for (const Linked& each : linked) {
    for (size_t i = 0; i < each.places.size(); ++i) {
      const Query& query = queries[each.places[i]];
      v1::TableAudit& audit = *response.mutable_audits(static_cast<int>(each.places[i]));
      ToProto(each.family->AuditOf(static_cast<int>(i)), query.policy, viewer.tells_secondary,
              audit);
      audit.set_folded_change_count(query.sums.folded);
    }
  }
  return absl::OkStatus();
}

Tables::ProtectedTables Tables::MakeLinked(const std::vector<Query>& queries,
                                           const std::vector<Linked>& linked) {
  ProtectedTables tables(queries.size());
  for (const Linked& each : linked) {
    each.family->Solve();
    for (size_t i = 0; i < each.places.size(); ++i) {
      const int table = static_cast<int>(i);
      auto made = std::make_shared<Protected>();
      const Query& query = queries[each.places[i]];
      made->estimates = TabulateAll(query, AtomsOf(query));
      made->groups_withheld = each.family->Withholds(table);
      const auto reason_of = [&](const Estimate& estimate) {
        return each.family->ReasonOf(table, estimate.group);
      };
      Protect(reason_of, made->groups_withheld, made->estimates);
      made->SetSeen(nullptr);
      tables[each.places[i]] = std::move(made);
    }
  }
  return tables;
}

absl::StatusOr<bool> Tables::ForbidGivenAway(const std::vector<Query>& queries,
                                             const ProtectedTables& tables, const KnownOf& known,
                                             bool last_round, std::vector<Linked>& linked) {
  bool any = false;
  for (Linked& each : linked) {
    for (size_t i = 0; i < each.places.size(); ++i) {
      const size_t place = each.places[i];
      const Query& query = queries[place];
      const Protected& table = *tables[place];
      ASSIGN_OR_RETURN(std::set<Group> given_away,
                       GivenAwayBy(query, table, known.at(KeyOf(query)).all));
      for (size_t other = 0; other < place; ++other) {
        if (tables[other] == nullptr || KeyOf(queries[other]) != KeyOf(query)) continue;
        given_away.merge(GivenAwayBeside(query, table, queries[other], tables[other]->shown()));
      }
      if (given_away.empty()) continue;
      any = true;
      for (const Group& group : last_round ? table.shown() : given_away) {
        each.family->Forbid(static_cast<int>(i), group);
      }
    }
  }
  return any;
}

absl::StatusOr<Tables::ProtectedTables> Tables::GuardTogether(const std::vector<Query>& queries,
                                                              std::vector<Linked>& linked,
                                                              const Viewer& viewer) {
  for (;;) {
    KnownOf known;
    for (Linked& each : linked) {
      Link(queries, each);
      const Query& query = queries[each.places[0]];
      ASSIGN_OR_RETURN(known[KeyOf(query)], KnownTo(viewer.audience, query));
    }
    ProtectedTables tables = MakeLinked(queries, linked);
    for (int round = 0;; ++round) {
      ASSIGN_OR_RETURN(const bool hide_more,
                       ForbidGivenAway(queries, tables, known, round >= kGuardRounds, linked));
      if (!hide_more) break;
      tables = MakeLinked(queries, linked);
    }
    bool remembered = true;
    for (const auto& [key, seen] : known) {
      std::vector<std::pair<const Query*, const Protected*>> answered;
      for (size_t i = 0; i < queries.size(); ++i) {
        if (tables[i] == nullptr || KeyOf(queries[i]) != key) continue;
        answered.emplace_back(&queries[i], tables[i].get());
      }
      ASSIGN_OR_RETURN(const bool kept, Remember(viewer, seen, answered));
      remembered = remembered && kept;
    }
    if (remembered) return tables;
  }
}

}  // namespace vg::indicators
