// What a table needs to know of units: their groups, who passes a filter, what they weigh.

#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "services/indicators/api/asked_units.h"
#include "services/indicators/api/estimation_proto.h"
#include "services/indicators/api/tables.h"

namespace vg::indicators {

namespace survey = voortgang::survey::v1;

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
                   MakeWeighting(made->plan, AskedOf(source, frame->units), sample, respondents));
  made->design_rows.assign(names.size(), -1);
  if (weighting.estimator.has_value()) {
    for (size_t unit = 0; unit < names.size(); ++unit) {
      made->design_rows[unit] = weighting.estimator->design().Find(*names[unit]);
    }
  }
  made->weighting = std::make_shared<const Weighting>(std::move(weighting));
  return weights_.Put(key, std::move(made));
}

}  // namespace vg::indicators
