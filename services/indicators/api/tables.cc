#include "services/indicators/api/tables.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/digest/digest.h"
#include "common/digest/secret.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/estimation_proto.h"
#include "services/indicators/domain/perturbed_table.h"
#include "services/indicators/domain/units.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;
namespace survey = voortgang::survey::v1;

constexpr int kValuePlaces = 6;

void ToProto(const Estimate& estimate, bool tells_secondary, v1::Estimate& proto) {
  for (const std::string& value : estimate.group) proto.add_group(value);
  proto.set_category(estimate.category);
  proto.set_state(StateToProto(estimate.state));
  if (estimate.value.has_value()) {
    *proto.mutable_unweighted_value() = RoundedToProto(*estimate.value);
  }
  proto.set_n(estimate.n);
  proto.set_unit_count(estimate.unit_count);
  proto.set_positive_count(estimate.positive_count);
  proto.set_hidden_reason(ReasonToProto(estimate.reason, tells_secondary));
}

// Rows that are as they were `earlier` are left as they are.
void FillRows(const MadeTable& made, const Viewer& viewer, const MadeTable& earlier,
              v1::EstimateTable& response) {
  const std::vector<Estimate>& estimates = *made.estimates;
  const bool moved = earlier.estimates == nullptr ||
                     earlier.estimates->size() != estimates.size() ||
                     response.estimates_size() != static_cast<int>(estimates.size());
  if (moved) {
    response.clear_estimates();
    response.mutable_estimates()->Reserve(static_cast<int>(estimates.size()));
  }
  for (size_t i = 0; i < estimates.size(); ++i) {
    const WeightedFigure* const figure = made.FigureAt(i);
    if (!moved && figure == earlier.FigureAt(i) &&
        IsUnchanged((*earlier.estimates)[i], estimates[i])) {
      continue;
    }
    v1::Estimate& row =
        moved ? *response.add_estimates() : *response.mutable_estimates(static_cast<int>(i));
    row.Clear();
    ToProto(estimates[i], viewer.tells_secondary, row);
    if (figure != nullptr) ToProto(*figure, *row.mutable_weighted());
  }
}

// The units of a snapshot that answer in the role; for programmes, schools.
Population AskedOf(const UnitTable& units, survey::Role role,
                   const std::set<std::string>& sectors) {
  Population population{units, {}};
  const char* const kind = role == survey::ROLE_BOARD          ? "boards/"
                           : role == survey::ROLE_MUNICIPALITY ? "municipalities/"
                                                               : "schools/";
  for (int unit = 0; unit < units.size(); ++unit) {
    if (!absl::StartsWith(units.name(unit), kind)) continue;
    if (!sectors.empty() && !sectors.contains(units.Get(unit, Attribute::kSector))) continue;
    population.units.push_back(unit);
  }
  return population;
}

absl::Status StillFolding(const std::string& name) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "FOLDING",
      absl::StrCat(name, " is still being folded from the beginning; ask again in a moment"),
      {{"resource", name}});
}

bool HasSums(const SumsColumns& sums, int unit) {
  return !sums.BaseAt(unit).IsZero() ||
         std::any_of(sums.categories().begin(), sums.categories().end(),
                     [unit](const auto& category) { return !category.At(unit).IsZero(); });
}

// Units with sums that are not in the design.
int UnitsOutside(const UnitFigures& figures) {
  int outside = 0;
  for (int unit = 0; unit < figures.sums->size(); ++unit) {
    if (!figures.sums->BaseAt(unit).IsZero() && figures.DesignRow(unit) < 0) ++outside;
  }
  return outside;
}

void FillProvenance(const Tables::Query& query, v1::Provenance& provenance) {
  provenance.set_role(query.source.role);
  provenance.set_snapshot(query.source.units->snapshot);
  provenance.set_snapshot_digest(query.source.units->digest);
  provenance.set_folded_change_count(query.sums.folded);
}

void FillDisclosure(const Tables::Query& query, const Viewer& viewer,
                    const Tables::Protected& table, v1::DisclosureSummary& disclosure) {
  int hidden = 0, secondary = 0;
  const Estimate* last = nullptr;
  for (const Estimate& estimate : table.estimates) {
    // The categories of a group follow each other, and are hidden together.
    const bool same_group = last != nullptr && last->group == estimate.group;
    last = &estimate;
    if (same_group || estimate.state != EstimateState::kSuppressed) continue;
    ++hidden;
    if (estimate.reason == disclosure::Reason::kSecondary) ++secondary;
  }
  disclosure.set_policy_version(query.policy.version);
  disclosure.set_policy_digest(query.policy.digest);
  disclosure.set_hidden_group_count(hidden);
  if (viewer.tells_secondary) disclosure.set_secondary_group_count(secondary);
  disclosure.set_groups_withheld(table.groups_withheld);
  disclosure.set_unprotected(viewer.unprotected);
}

// Everything but the rows.
void FillSummaries(const Tables::Query& query, const Viewer& viewer, const Tables::Protected& table,
                   const WeightedTable* weighted, v1::EstimateTable& response) {
  response.set_indicator(query.request.indicator());
  response.set_version(query.stored.version);
  response.set_digest(query.stored.digest);
  response.set_wave(query.request.wave());
  *response.mutable_breakdowns() = query.request.breakdowns();
  response.clear_provenance();
  FillProvenance(query, *response.mutable_provenance());
  response.clear_disclosure();
  FillDisclosure(query, viewer, table, *response.mutable_disclosure());
  response.clear_estimation();
  if (weighted == nullptr) return;
  const bool total_shown =
      !table.estimates.empty() && table.estimates.front().state == EstimateState::kPublished;
  v1::EstimationSummary& summary = *response.mutable_estimation();
  ToProto(*weighted, total_shown, summary);
  if (weighted->plan.design == DesignKind::kSample) {
    summary.set_sample_digest(query.source.sample->digest);
  }
  if (weighted->weighting->estimator.has_value()) {
    summary.set_units_outside(UnitsOutside(query.figures()));
  }
}

}  // namespace

v1::EstimateState StateToProto(EstimateState state) {
  switch (state) {
    case EstimateState::kPublished:
      return v1::ESTIMATE_STATE_PUBLISHED;
    case EstimateState::kSuppressed:
      return v1::ESTIMATE_STATE_SUPPRESSED;
    case EstimateState::kEmpty:
      break;
  }
  return v1::ESTIMATE_STATE_EMPTY;
}

voortgang::type::v1::Decimal RoundedToProto(const Exact& value) {
  return rpc::ToProto(value.Round(kValuePlaces, Rounding::kHalfEven));
}

UnitFigures Tables::Query::figures() const {
  return {sums.sums.get(), index.get(), left_out.get(),
          weights == nullptr ? nullptr : &weights->design_rows, holders.get()};
}

std::vector<Areas> Tables::Query::areas() const { return AreasOf(breakdowns, source.units->units); }

std::string Tables::Query::basis_key() const {
  return absl::StrCat(stored.serial, " ", request.wave(), " ",
                      left_out == nullptr ? "" : request.filter().SerializeAsString(), " ",
                      absl::StrJoin(source.categories, ","), " ", index_key, " ", policy.digest);
}

std::shared_ptr<const std::vector<int>> Tables::HoldersOf(const SnapshotUnits& units, int size) {
  std::shared_ptr<const std::vector<int>> kept = holders_.Get(units.digest);
  if (kept != nullptr && kept->size() >= static_cast<size_t>(size)) return kept;
  std::string key;
  const std::shared_ptr<const TableIndex> boards =
      Index({{Attribute::kBoard, ""}}, units, nullptr, size, &key);
  std::vector<int> holders;
  for (size_t unit = 0; unit < boards->group_of.size(); ++unit) {
    const int board = boards->group_of[unit];
    const bool known = board >= 0 && !boards->groups[static_cast<size_t>(board)][0].empty();
    holders.push_back(known ? board
                            : static_cast<int>(boards->groups.size()) + static_cast<int>(unit));
  }
  return holders_.Put(units.digest, std::make_shared<const std::vector<int>>(std::move(holders)));
}

std::shared_ptr<const TableIndex> Tables::Index(const std::vector<Breakdown>& breakdowns,
                                                const SnapshotUnits& units,
                                                const WaveSample* sample, int size,
                                                std::string* key) {
  *key =
      absl::StrCat(units.snapshot, " ", units.digest, " ", sample == nullptr ? "" : sample->digest);
  for (const Breakdown& breakdown : breakdowns) {
    absl::StrAppend(key, breakdown.attribute.has_value() ? " r:" : " s:",
                    breakdown.attribute.has_value()
                        ? absl::StrCat(static_cast<int>(*breakdown.attribute))
                        : breakdown.of_sample);
  }
  std::shared_ptr<const TableIndex> index = indexes_.Get(*key);
  if (index != nullptr && index->group_of.size() >= static_cast<size_t>(size)) return index;
  NumberUnits(units.units);
  return indexes_.Put(*key, std::make_shared<const TableIndex>(
                                IndexOf(breakdowns, units.units, sample, sums_.memory().Names())));
}

// The units of a snapshot will answer: better to know them all at once than one by one.
void Tables::NumberUnits(const UnitTable& units) {
  std::vector<std::string> names;
  for (int unit = 0; unit < units.size(); ++unit) names.push_back(units.name(unit));
  (void)sums_.memory().Number(names);
}

absl::StatusOr<std::shared_ptr<const std::vector<char>>> Tables::LeftOut(const Query& query) {
  // Boards and municipalities pass every filter.
  if (query.request.filter().ByteSizeLong() == 0 || query.source.role == survey::ROLE_BOARD ||
      query.source.role == survey::ROLE_MUNICIPALITY) {
    return nullptr;
  }
  const SnapshotUnits& units = *query.source.units;
  const std::string key = absl::StrCat(units.snapshot, " ", units.digest, " ",
                                       query.request.filter().SerializeAsString());
  std::shared_ptr<const std::vector<char>> left_out = left_out_.Get(key);
  if (left_out != nullptr && left_out->size() >= static_cast<size_t>(query.sums.sums->size())) {
    return left_out;
  }
  ASSIGN_OR_RETURN(const std::set<std::string> schools,
                   peers_.Schools(units.snapshot, query.request.filter()));
  std::vector<char> made;
  for (const std::string* name : sums_.memory().Names()) {
    made.push_back(schools.contains(*name) ? 0 : 1);
  }
  return left_out_.Put(key, std::make_shared<const std::vector<char>>(std::move(made)));
}

absl::StatusOr<std::shared_ptr<const Tables::Weights>> Tables::WeightsOf(const Query& query) {
  const TableSource& source = query.source;
  ASSIGN_OR_RETURN(const std::shared_ptr<const SnapshotUnits> frame, peers_.Units(source.frame));
  const std::string key = absl::StrCat(
      frame->snapshot, " ", frame->digest, " ",
      source.sample == nullptr ? "" : source.sample->digest, " ", source.role, " ",
      absl::StrJoin(source.sectors, ","), " ", absl::StrJoin(source.counted_as, ","), " ",
      query.sums.respondents->presence(), " ", query.request.estimation().SerializeAsString());
  std::shared_ptr<const Weights> kept = weights_.Get(key);
  if (kept != nullptr && kept->design_rows.size() >= static_cast<size_t>(query.sums.sums->size())) {
    return kept;
  }
  auto made = std::make_shared<Weights>();
  made->key = key;
  ASSIGN_OR_RETURN(made->plan,
                   PlanFromProto(query.request.estimation(), frame->units, source.sample.get()));
  std::vector<estimation::SampledUnit> sample;
  if (made->plan.design == DesignKind::kSample) {
    for (const auto& [name, member] : source.sample->members) {
      sample.push_back(member.unit);
      if (!made->plan.persons_of_sample) continue;
      const auto persons =
          member.attributes.find(query.request.estimation().respondents_attribute());
      if (persons != member.attributes.end()) {
        (void)absl::SimpleAtoi(persons->second, &sample.back().persons);
      }
    }
  }
  const std::vector<const std::string*> names = sums_.memory().Names();
  Answered respondents;
  for (const SumsColumns::Category& counted : query.sums.respondents->categories()) {
    if (!source.counted_as.contains(counted.name)) continue;
    for (size_t unit = 0; unit < counted.n.size(); ++unit) {
      if (counted.n[unit] != 0) respondents[*names[unit]] += counted.n[unit];
    }
  }
  ASSIGN_OR_RETURN(Weighting weighting,
                   MakeWeighting(made->plan, AskedOf(frame->units, source.role, source.sectors),
                                 sample, respondents));
  made->design_rows.assign(names.size(), -1);
  if (weighting.estimator.has_value()) {
    for (size_t unit = 0; unit < names.size(); ++unit) {
      made->design_rows[unit] = weighting.estimator->design().Find(*names[unit]);
    }
  }
  made->weighting = std::make_shared<const Weighting>(std::move(weighting));
  return weights_.Put(key, std::move(made));
}

TableAtoms Tables::AtomsOf(const Query& query) {
  return indicators::AtomsOf(query.policy.policy, query.figures(), SilentUnits(query));
}

std::vector<Estimate> Tables::TabulateAll(const Query& query, const TableAtoms& atoms) {
  std::vector<Estimate> estimates =
      Tabulate(query.source.definition->rules, query.source.categories, *query.index, atoms);
  if (!query.policy.policy.hide_zeros) return estimates;
  std::set<Group> there;
  for (const Estimate& estimate : estimates) there.insert(estimate.group);
  std::vector<Estimate> nobody;
  for (const GroupedSums& row : RowsToProtect(query)) {
    if (row.filtered_out || !there.insert(row.group).second) continue;
    for (const Estimate& total : estimates) {
      if (!total.group.empty()) break;
      nobody.push_back({.group = row.group,
                        .category = total.category,
                        .place = query.figures().GroupOf(row.unit)});
    }
  }
  estimates.insert(estimates.end(), nobody.begin(), nobody.end());
  std::stable_sort(estimates.begin(), estimates.end(),
                   [](const Estimate& a, const Estimate& b) { return a.group < b.group; });
  return estimates;
}

// Those who were asked and are silent, if the policy hides that.
std::vector<int> Tables::SilentUnits(const Query& query) {
  std::vector<int> silent;
  if (!query.policy.policy.hide_zeros) return silent;
  const UnitTable& units = query.source.units->units;
  const Population asked = AskedOf(units, query.source.role, query.source.sectors);
  std::set<std::string_view> population;
  for (const int unit : asked.units) population.insert(units.name(unit));
  const std::vector<const std::string*> names = sums_.memory().Names();
  const UnitFigures figures = query.figures();
  for (int unit = 0; unit < static_cast<int>(figures.index->group_of.size()); ++unit) {
    if (figures.GroupOf(unit) < 0 || HasSums(*figures.sums, unit)) continue;
    if (population.contains(*names[static_cast<size_t>(unit)])) silent.push_back(unit);
  }
  return silent;
}

std::vector<GroupedSums> Tables::RowsToProtect(const Query& query) {
  const UnitFigures figures = query.figures();
  std::vector<GroupedSums> rows = RowsOf(figures);
  for (const int unit : SilentUnits(query)) {
    const int group = figures.GroupOf(unit);
    rows.push_back({figures.index->groups[static_cast<size_t>(group)],
                    "",
                    {},
                    unit,
                    unit,
                    figures.LeavesOut(unit)});
  }
  return rows;
}

std::shared_ptr<const Tables::Shape> Tables::ShapeOf(const Query& query,
                                                     const std::vector<int>& places) {
  const std::string key =
      absl::StrCat(query.index_key, " ",
                   query.left_out == nullptr ? "" : query.request.filter().SerializeAsString());
  const std::shared_ptr<const Shape> kept = shapes_.Get(key);
  // Another if somebody answered in a group that had nobody, or nobody has any more.
  if (kept != nullptr && kept->index == query.index && kept->places == places) return kept;
  Shape made{query.index, places, indicators::ShapeOf(places, *query.index, query.areas()), {}};
  made.cells.push_back(made.shape->CellOf(0, Group()));
  for (const Group& group : query.index->groups) {
    made.cells.push_back(made.shape->CellOf(0, group));
  }
  return shapes_.Put(key, std::make_shared<const Shape>(std::move(made)));
}

disclosure::Protection Tables::ProtectionOf(const Query& query, const Shape& shape,
                                            TableAtoms atoms,
                                            const std::set<Group>& forbidden) const {
  disclosure::Protection protection(query.policy.policy, query.source.definition->rules.kind,
                                    shape.shape, std::move(atoms.categories),
                                    std::move(atoms.totals));
  for (const Group& group : forbidden) protection.Forbid(group);
  return protection;
}

std::shared_ptr<const Tables::Protected> Tables::MakeProtected(const Query& query,
                                                               std::set<Group> forbidden,
                                                               const Protected* earlier) {
  TableAtoms atoms = AtomsOf(query);
  const std::shared_ptr<const Shape> shape = ShapeOf(query, atoms.places);
  auto made = std::make_shared<Protected>();
  made->content = atoms.content;
  made->estimates = TabulateAll(query, atoms);
  disclosure::Protection protection = ProtectionOf(query, *shape, std::move(atoms), forbidden);
  made->forbidden = std::move(forbidden);
  made->groups_withheld = protection.HidesAllGroups();
  const auto reason_of = [&](const Estimate& estimate) {
    return protection.ReasonAt(shape->cells[static_cast<size_t>(estimate.place + 1)]);
  };
  Protect(reason_of, made->groups_withheld, made->estimates);
  made->SetSeen(earlier);
  return made;
}

std::shared_ptr<const Tables::Protected> Tables::Suppressed(const Query& query) {
  const std::string key = query.basis_key();
  const std::shared_ptr<const Protected> kept = suppressed_.Get(key);
  if (kept != nullptr && kept->content == query.sums.sums->content()) return kept;
  return suppressed_.Put(key, MakeProtected(query, {}, kept.get()));
}

absl::StatusOr<std::shared_ptr<const Tables::Protected>> Tables::Perturbed(const Query& query) {
  const std::vector<const std::string*> names = sums_.memory().Names();
  std::shared_ptr<const std::vector<uint64_t>> keys = unit_keys_.Get("");
  if (keys == nullptr || keys->size() < names.size()) {
    ASSIGN_OR_RETURN(const std::string secret, disclosures_.Secret());
    std::vector<uint64_t> made;
    for (const std::string* name : names) {
      uint64_t key = 0;
      const std::string octets = HmacSha256(secret, absl::StrCat("unit ", *name));
      std::memcpy(&key, octets.data(), sizeof(key));
      made.push_back(key);
    }
    keys = unit_keys_.Put("", std::make_shared<const std::vector<uint64_t>>(std::move(made)));
  }
  auto made = std::make_shared<Protected>();
  made->estimates =
      Tabulate(query.source.definition->rules, query.source.categories, query.figures());
  Perturb(query.policy.policy, query.source.definition->rules.kind, *keys, query.figures(),
          made->estimates);
  // What was changed in one row may depend on all others.
  for (Estimate& estimate : made->estimates) estimate.stamp = query.sums.sums->content();
  return made;
}

absl::StatusOr<std::shared_ptr<const Tables::Protected>> Tables::ProtectedFor(
    const Query& query, const Viewer& viewer) {
  if (viewer.unprotected) {
    auto made = std::make_shared<Protected>();
    made->estimates = TabulateAll(query, AtomsOf(query));
    return made;
  }
  if (!query.policy.policy.suppresses()) return Perturbed(query);
  return Guarded(query, viewer);
}

absl::StatusOr<bool> Tables::GivesAway(const Query& query) {
  const WeightingPlan& plan = query.weights->plan;
  std::vector<std::vector<Breakdown>> tables;
  for (const std::vector<Attribute>& attributes : WeightAttributes(plan)) {
    std::vector<Breakdown>& table = tables.emplace_back();
    for (const Attribute attribute : attributes) table.push_back({attribute, ""});
  }
  if (plan.design == DesignKind::kSample) tables.push_back({{std::nullopt, "stratum"}});
  if (tables.empty()) return false;
  const std::string key =
      absl::StrCat(query.sums.sums->content(), " ", query.stored.serial, " ",
                   query.left_out == nullptr ? "" : query.request.filter().SerializeAsString(), " ",
                   query.weights->key, " ", query.policy.digest);
  if (const std::shared_ptr<const bool> kept = give_away_.Get(key)) return *kept;
  ASSIGN_OR_RETURN(const std::shared_ptr<const SnapshotUnits> frame,
                   peers_.Units(query.source.frame));
  bool gives_away = false;
  for (const std::vector<Breakdown>& table : tables) {
    std::string index_key;
    const std::shared_ptr<const TableIndex> index =
        Index(table, *frame, query.source.sample.get(), query.sums.sums->size(), &index_key);
    UnitFigures figures = query.figures();
    figures.index = index.get();
    gives_away =
        gives_away || WeightsTellHiddenGroups(query.policy.policy, query.source.definition->rules,
                                              AreasOf(table, frame->units), figures);
  }
  give_away_.Put(key, std::make_shared<const bool>(gives_away));
  return gives_away;
}

std::string Tables::DigestOf(const SumsColumns& sums) {
  const std::string key = absl::StrCat(sums.content());
  if (const std::shared_ptr<const std::string> kept = digests_.Get(key)) return *kept;
  // Numbers of units differ from process to process, names do not.
  const std::vector<const std::string*> names = sums_.memory().Names();
  std::vector<int> units(static_cast<size_t>(sums.size()));
  std::iota(units.begin(), units.end(), 0);
  std::sort(units.begin(), units.end(), [&names](int a, int b) {
    return *names[static_cast<size_t>(a)] < *names[static_cast<size_t>(b)];
  });
  std::vector<const SumsColumns::Category*> categories;
  for (const SumsColumns::Category& category : sums.categories()) categories.push_back(&category);
  std::sort(categories.begin(), categories.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  DigestBuilder digest("voortgang.indicators.columns.v1");
  const auto add = [&](const std::string& unit, const std::string& category, const Sums& row) {
    if (row.IsZero()) return;
    digest.Text(unit).Text(category).Integer(row.n).Integer(row.sum).Integer(row.squares);
  };
  for (const int unit : units) {
    const std::string& name = *names[static_cast<size_t>(unit)];
    add(name, "", sums.BaseAt(unit));
    for (const SumsColumns::Category* category : categories) {
      add(name, category->name, category->At(unit));
    }
  }
  return *digests_.Put(key, std::make_shared<const std::string>(digest.Finish()));
}

std::string Tables::ContentOf(const Query& query) {
  return ContentWith(query, DigestOf(*query.sums.sums),
                     query.sums.respondents == nullptr ? "" : DigestOf(*query.sums.respondents));
}

std::string Tables::BasisOf(const Query& query) { return ContentWith(query, "", ""); }

std::string Tables::ContentWith(const Query& query, const std::string& sums,
                                const std::string& respondents) {
  const TableSource& source = query.source;
  DigestBuilder digest("voortgang.indicators.content.v1");
  digest.Text(query.stored.digest).Integer(query.stored.version).Text(sums).Text(respondents);
  digest.Text(query.policy.digest).Integer(query.policy.version);
  digest.Text(source.units->snapshot).Text(source.units->digest).Text(source.frame);
  digest.Text(source.sample == nullptr ? "" : source.sample->digest);
  digest.Integer(source.role).Text(absl::StrJoin(source.categories, " "));
  digest.Text(absl::StrJoin(source.sectors, " ")).Text(absl::StrJoin(source.counted_as, " "));
  return digest.Finish();
}

absl::StatusOr<Tables::Query> Tables::Prepare(const StoredIndicator& stored,
                                              const v1::QueryEstimatesRequest& request) {
  Query query{.stored = stored, .request = request};
  ASSIGN_OR_RETURN(query.source, SourceOf(stored, request, measures_, peers_));
  ASSIGN_OR_RETURN(query.breakdowns,
                   BreakdownsFromProto(request.breakdowns(), query.source.units->units,
                                       query.source.sample.get()));
  ASSIGN_OR_RETURN(const std::optional<StoredPolicy> policy, disclosures_.FindPolicy(stored.id));
  ASSIGN_OR_RETURN(query.policy, InForce(policy));
  ASSIGN_OR_RETURN(
      query.sums, sums_.View(stored.serial, stored.feed, request.wave(), request.has_estimation()));
  if (!query.sums.live) return StillFolding(request.indicator());
  return query;
}

absl::Status Tables::Complete(Query& query) {
  const SnapshotUnits& units = *query.source.units;
  query.index = Index(query.breakdowns, units, query.source.sample.get(), query.sums.sums->size(),
                      &query.index_key);
  query.holders = HoldersOf(units, query.sums.sums->size());
  ASSIGN_OR_RETURN(query.left_out, LeftOut(query));
  if (query.request.has_estimation()) {
    ASSIGN_OR_RETURN(query.weights, WeightsOf(query));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const WeightedTable>> Tables::WeightedOf(const Query& query,
                                                                        const Viewer& viewer,
                                                                        const Protected& table,
                                                                        const MadeTable& earlier) {
  if (query.weights == nullptr) return nullptr;
  auto weighted = std::make_shared<WeightedTable>();
  weighted->plan = query.weights->plan;
  weighted->weighting = query.weights->weighting;
  if (!viewer.unprotected) {
    // Beside counts that were changed, estimates would tell what they were.
    weighted->withheld = !query.policy.policy.suppresses();
    if (!weighted->withheld) {
      ASSIGN_OR_RETURN(weighted->withheld, GivesAway(query));
    }
  }
  Weigh(query.source.definition->rules, query.figures(), table.estimates, *weighted,
        {earlier.estimates.get(), earlier.weighted.get()});
  return weighted;
}

absl::StatusOr<MadeTable> Tables::Make(const StoredIndicator& stored,
                                       const v1::QueryEstimatesRequest& request,
                                       const Viewer& viewer, v1::EstimateTable& response) {
  ASSIGN_OR_RETURN(Query query, Prepare(stored, request));
  return Make(std::move(query), viewer, response);
}

absl::StatusOr<MadeTable> Tables::Make(Query query, const Viewer& viewer,
                                       v1::EstimateTable& response, const MadeTable& earlier) {
  RETURN_IF_ERROR(Complete(query));
  ASSIGN_OR_RETURN(std::shared_ptr<const Protected> table, ProtectedFor(query, viewer));
  return Tell(query, viewer, std::move(table), earlier, response);
}

absl::StatusOr<MadeTable> Tables::Tell(const Query& query, const Viewer& viewer,
                                       std::shared_ptr<const Protected> table,
                                       const MadeTable& earlier, v1::EstimateTable& response) {
  // The estimates live as long as the table that they are part of.
  MadeTable made{.estimates = {table, &table->estimates}};
  ASSIGN_OR_RETURN(made.weighted, WeightedOf(query, viewer, *table, earlier));
  FillRows(made, viewer, earlier, response);
  FillSummaries(query, viewer, *table, made.weighted.get(), response);
  return made;
}

absl::Status Tables::Audit(const StoredIndicator& stored, const v1::QueryEstimatesRequest& request,
                           const Viewer& viewer, v1::TableAudit& response) {
  ASSIGN_OR_RETURN(Query query, Prepare(stored, request));
  if (!query.policy.policy.suppresses()) {
    return InvalidField("query.indicator", "NOT_APPLICABLE",
                        "has a policy that hides nothing, so that there is nothing to audit");
  }
  RETURN_IF_ERROR(Complete(query));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Protected> table, Guarded(query, viewer));
  TableAtoms atoms = AtomsOf(query);
  const std::shared_ptr<const Shape> shape = ShapeOf(query, atoms.places);
  disclosure::Protection protection =
      ProtectionOf(query, *shape, std::move(atoms), table->forbidden);
  ToProto(protection.MakeAudit(), query.policy, viewer.tells_secondary, response);
  response.set_folded_change_count(query.sums.folded);
  return absl::OkStatus();
}

}  // namespace vg::indicators
