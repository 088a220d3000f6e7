#include "services/report/api/plan_proto.h"

#include <utility>
#include <vector>

#include "common/grpc/canonical.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::report {
namespace {

LocalizedText TextOf(const voortgang::type::v1::LocalizedText& text) {
  return {.nl = text.nl(), .en = text.en()};
}

template <typename Repeated>
std::vector<std::string> TextsOf(const Repeated& texts) {
  return {texts.begin(), texts.end()};
}

template <typename Repeated>
std::vector<int> NumbersOf(const Repeated& numbers) {
  return {numbers.begin(), numbers.end()};
}

SchoolFilter FilterOf(const voortgang::registry::v1::SchoolFilter& filter) {
  return {.sectors = NumbersOf(filter.sectors()),
          .municipalities = TextsOf(filter.municipalities()),
          .boards = TextsOf(filter.boards()),
          .provinces = TextsOf(filter.provinces()),
          .denominations = TextsOf(filter.denominations()),
          .school_types = NumbersOf(filter.school_types()),
          .schools = TextsOf(filter.schools()),
          .text = filter.text()};
}

// Of a message with the field `estimation`.
template <typename Proto>
Estimation EstimationOf(const Proto& proto) {
  if (!proto.has_estimation()) return std::nullopt;
  return rpc::DeterministicBytes(proto.estimation());
}

FigurePlan FigureOf(const v1::Figure& proto) {
  FigurePlan figure{
      .id = proto.id(), .title = TextOf(proto.title()), .chart_size = proto.chart_size()};
  switch (proto.source_case()) {
    case v1::Figure::kEstimates:
      figure.source = EstimateSource{.indicator = proto.estimates().indicator(),
                                     .breakdown = proto.estimates().breakdown(),
                                     .filter = FilterOf(proto.estimates().filter()),
                                     .sort_by_value = proto.estimates().sort_by_value(),
                                     .estimation = EstimationOf(proto.estimates())};
      break;
    case v1::Figure::kAllocations:
      figure.source = AllocationSource{.run = proto.allocations().run()};
      break;
    case v1::Figure::kResponse:
      figure.source = ResponseSource{};
      break;
    case v1::Figure::kBooks:
      figure.source = BooksSource{.grant = proto.books().grant()};
      break;
    case v1::Figure::kSpending:
      figure.source =
          SpendingSource{.grant = proto.spending().grant(), .year = proto.spending().year()};
      break;
    case v1::Figure::kChanges:
      figure.source = ChangeSource{.indicator = proto.changes().indicator(),
                                   .wave_before = proto.changes().wave_before(),
                                   .breakdown = proto.changes().breakdown()};
      break;
    case v1::Figure::SOURCE_NOT_SET:
      break;
  }
  for (const auto& [id, text] : proto.labels()) figure.labels[id] = TextOf(text);
  return figure;
}

}  // namespace

absl::StatusOr<EditionPlan> FromProto(const std::string& id, const v1::EditionPlan& proto) {
  EditionPlan plan{.title = TextOf(proto.title()),
                   .number = proto.number(),
                   .explanation = TextOf(proto.explanation()),
                   .snapshot = proto.snapshot(),
                   .wave = proto.wave(),
                   .menu_edition = proto.menu_edition(),
                   .synthetic = proto.synthetic()};
  ASSIGN_OR_RETURN(plan.month, rpc::FromProto(proto.edition_month(), "plan.edition_month"));
  if (proto.has_next_edition_month()) {
    ASSIGN_OR_RETURN(plan.next_month,
                     rpc::FromProto(proto.next_edition_month(), "plan.next_edition_month"));
  }
  for (const v1::HeadlineFigure& line : proto.headline()) {
    plan.headline.push_back(
        {.title = TextOf(line.title()), .figure = line.figure(), .category = line.category()});
  }
  for (const v1::ReportSection& section : proto.sections()) {
    SectionPlan& added = plan.sections.emplace_back();
    added.id = section.id();
    added.title = TextOf(section.title());
    added.text = TextOf(section.text());
    for (const v1::Figure& figure : section.figures()) added.figures.push_back(FigureOf(figure));
  }
  plan.sectors = NumbersOf(proto.sectors());
  if (proto.has_planned_date()) {
    ASSIGN_OR_RETURN(plan.planned_date, rpc::FromProto(proto.planned_date(), "plan.planned_date"));
  }
  if (proto.has_cut_off_date()) {
    ASSIGN_OR_RETURN(plan.cut_off, rpc::FromProto(proto.cut_off_date(), "plan.cut_off_date"));
  }
  plan.estimation = EstimationOf(proto);
  for (const v1::ExternalDocument& document : proto.documents()) {
    plan.documents.push_back({.title = TextOf(document.title()),
                              .url = document.url(),
                              .link_only = document.rights() != v1::DOCUMENT_RIGHTS_OPEN});
  }
  plan.revises = proto.revises();
  plan.revision_reason = TextOf(proto.revision_reason());
  std::vector<FieldViolation> violations = Check(id, plan);
  if (!violations.empty()) return InvalidFields(std::move(violations));
  return plan;
}

}  // namespace vg::report
