#include "services/catalogue/api/uptakes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "common/grpc/page_token.h"
#include "common/grpc/type_conversions.h"
#include "common/numeric/exact.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/filing_desk.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/errors.h"
#include "services/catalogue/domain/plan_check.h"
#include "services/catalogue/domain/uptake.h"

namespace vg::catalogue {
namespace {

constexpr rpc::PageLimits kGroupPage = {.default_size = 100, .max_size = 500};
constexpr int kSharePlaces = 6;

// `programmes`: all that were filed, the denominator of its share.
void ToProto(const Uptake& uptake, int64_t programmes, v1::Uptake& out) {
  out.mutable_intervention()->set_id(uptake.intervention);
  out.set_programme_count(uptake.total());
  out.set_planned_count(uptake.planned);
  out.set_running_count(uptake.running);
  out.set_finished_count(uptake.finished);
  out.set_stopped_count(uptake.stopped);
  const absl::StatusOr<Exact> share = Exact::FromFraction(uptake.total(), programmes);
  if (share.ok())
    *out.mutable_share() = rpc::ToProto(share->Round(kSharePlaces, Rounding::kHalfEven));
  out.set_pupils_reached(uptake.pupils);
  out.set_pupils_said_count(uptake.pupils_said);
  *out.mutable_planned_amount() = rpc::ToProto(Money{uptake.cents});
  out.set_amount_said_count(uptake.amount_said);
}

void ToProto(const UptakeGroup& group, v1::UptakeGroup& out) {
  out.mutable_group()->Assign(group.key.begin(), group.key.end());
  out.set_school_count(group.schools);
  out.set_programme_count(group.programmes);
  for (const Uptake& uptake : group.uptake) ToProto(uptake, group.programmes, *out.add_uptake());
}

// With what `edition` says at `place` of its menu.
void Describe(const PublishedMenu& edition, size_t place, v1::Uptake& out) {
  *out.mutable_intervention() = edition.proto.interventions(static_cast<int>(place));
  out.set_menu_edition(edition.menu.name());
}

// Leaves those of `names`, if there are any.
absl::Status Select(const google::protobuf::RepeatedPtrField<std::string>& names,
                    std::vector<Uptake>& uptake) {
  if (names.empty()) return absl::OkStatus();
  std::set<std::string> wanted;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(std::string id, InterventionIdOf(name, "interventions"));
    wanted.insert(std::move(id));
  }
  std::erase_if(uptake, [&](const Uptake& one) { return !wanted.contains(one.intervention); });
  return absl::OkStatus();
}

}  // namespace

struct Uptakes::Year {
  YearCounts counts;
  YearChoices choices;  // Only if asked for.
};

absl::StatusOr<Uptakes::Year> Uptakes::Read(const std::string& school_year, bool one_by_one) {
  // A second time where something had to be counted first.
  for (bool counted : {false, true}) {
    Year year;
    if (one_by_one) {
      ASSIGN_OR_RETURN(std::tie(year.counts, year.choices), store_.Choices(school_year));
    } else {
      ASSIGN_OR_RETURN(year.counts, store_.Count(school_year));
    }
    if (counted || year.counts.uncounted == 0) return year;
    RETURN_IF_ERROR(store_.CountAnew(CountedChoicesOf));
  }
  return absl::InternalError("unreachable");
}

absl::StatusOr<std::shared_ptr<const SchoolTable>> Uptakes::SchoolsFor(
    const v1::GetUptakeRequest& request) {
  if (request.snapshot().empty()) return InvalidFields({NeededWith("snapshot", "breakdowns")});
  ASSIGN_OR_RETURN(std::shared_ptr<const SchoolTable> schools,
                   registry_.Schools(request.snapshot()));
  std::vector<FieldViolation> violations =
      schools->CheckBreakdowns({request.breakdowns().begin(), request.breakdowns().end()});
  if (!violations.empty()) return InvalidFields(std::move(violations));
  return schools;
}

absl::Status Uptakes::DescribeFormer(v1::GetUptakeResponse& response) {
  std::vector<std::shared_ptr<const PublishedMenu>> editions;
  for (v1::Uptake& uptake : *response.mutable_uptake()) {
    if (!uptake.menu_edition().empty()) continue;
    if (editions.empty()) {
      ASSIGN_OR_RETURN(editions, menus_.All());
    }
    const std::string id = uptake.intervention().id();
    for (auto edition = editions.rbegin(); edition != editions.rend(); ++edition) {
      const std::optional<size_t> place = (*edition)->menu.Find(id);
      if (!place) continue;
      Describe(**edition, *place, uptake);
      break;
    }
  }
  return absl::OkStatus();
}

absl::Status Uptakes::Get(const v1::GetUptakeRequest& request, v1::GetUptakeResponse& response) {
  if (!IsSchoolYear(request.school_year())) {
    return InvalidFields({BadYear("school_year", request.school_year())});
  }
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kGroupPage));
  ASSIGN_OR_RETURN(const auto published, menus_.FindNamed(request.menu_edition(), "menu_edition"));
  const std::vector<std::string> breakdowns = {request.breakdowns().begin(),
                                               request.breakdowns().end()};
  std::shared_ptr<const SchoolTable> schools;
  if (!breakdowns.empty()) {
    ASSIGN_OR_RETURN(schools, SchoolsFor(request));
  }
  ASSIGN_OR_RETURN(const Year year, Read(request.school_year(), !breakdowns.empty()));
  std::vector<Uptake> whole = Rank(published->menu, year.counts.choices);
  RETURN_IF_ERROR(Select(request.interventions(), whole));
  for (const Uptake& uptake : whole) {
    v1::Uptake& out = *response.add_uptake();
    ToProto(uptake, year.counts.programmes, out);
    if (uptake.place) Describe(*published, *uptake.place, out);
  }
  RETURN_IF_ERROR(DescribeFormer(response));
  response.set_programme_count(year.counts.programmes);
  response.set_menu_digest(published->proto.digest());
  if (breakdowns.empty()) return absl::OkStatus();

  response.set_school_count(static_cast<int64_t>(schools->size()));
  response.set_snapshot_digest(schools->digest());
  const std::vector<UptakeGroup> groups = BreakDown(year.choices, *schools, breakdowns, whole);
  response.set_group_count(static_cast<int64_t>(groups.size()));
  auto next = groups.begin();
  if (!page.position.empty()) {
    ASSIGN_OR_RETURN(const GroupKey after, rpc::UnpackPosition(page.position, breakdowns.size()));
    next = std::upper_bound(
        groups.begin(), groups.end(), after,
        [](const GroupKey& key, const UptakeGroup& group) { return key < group.key; });
  }
  for (size_t i = 0; i < page.size && next != groups.end(); ++i, ++next) {
    ToProto(*next, *response.add_groups());
  }
  if (next != groups.end()) {
    response.set_next_page_token(
        rpc::NextPageToken(request, rpc::PackPosition(std::prev(next)->key)));
  }
  return absl::OkStatus();
}

}  // namespace vg::catalogue
