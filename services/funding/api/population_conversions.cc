#include "services/funding/api/population_conversions.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/numeric/exact.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;
using expression::Absence;

// Before the id of a component whose pot is divided; no call begins so.
constexpr char kDistribution[] = "distribution:";
// Exact reads no more digits at once from outsiders; a sum of fractions has thousands.
constexpr size_t kDigitsAtOnce = 100;

void Write(const Gap& gap, v1::PopulationFigure& figure) {
  if (gap.empty()) return;
  v1::PopulationGap& proto = *figure.mutable_gap();
  proto.set_cause(gap.cause);
  if (!gap.cause.empty()) {
    proto.set_absence(gap.absence == Absence::kSuppressed      ? "suppressed"
                      : gap.absence == Absence::kNotApplicable ? "not_applicable"
                                                               : "missing");
  }
  proto.set_fault(gap.fault);
  proto.set_recipient_count(gap.recipients);
  for (const std::string& code : gap.codes) proto.add_codes(code);
}

Gap Read(const v1::PopulationGap& proto) {
  return {.cause = proto.cause(),
          .absence = proto.absence() == "suppressed"       ? Absence::kSuppressed
                     : proto.absence() == "not_applicable" ? Absence::kNotApplicable
                                                           : Absence::kMissing,
          .fault = proto.fault(),
          .recipients = proto.recipient_count(),
          .codes = {proto.codes().begin(), proto.codes().end()}};
}

absl::Status Damaged() { return absl::DataLossError("a figure of the run cannot be read"); }

// A whole number of any length, without a sign.
absl::StatusOr<Exact> ReadDigits(std::string_view digits) {
  Exact number;
  while (!digits.empty()) {
    const std::string_view some = digits.substr(0, kDigitsAtOnce);
    const absl::StatusOr<Exact> next = Exact::FromDecimal(some);
    if (!next.ok() || !next->IsInteger() || some[0] == '-') return Damaged();
    number = number * PowerOfTen(static_cast<int>(some.size())) + *next;
    digits.remove_prefix(some.size());
  }
  return number;
}

// What Exact::ToText writes, of any length.
absl::StatusOr<Exact> ReadNumber(std::string_view text) {
  if (text.size() <= kDigitsAtOnce) {
    const absl::StatusOr<Exact> number = Exact::FromText(text);
    if (!number.ok()) return Damaged();
    return number;
  }
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos && text.find('.') != std::string_view::npos) {
    const size_t point = text.find('.');
    ASSIGN_OR_RETURN(Exact number, ReadDigits(text.substr(0, point)));
    Exact scale = 1;
    for (std::string_view rest = text.substr(point + 1); !rest.empty();) {
      const std::string_view some = rest.substr(0, kDigitsAtOnce);
      ASSIGN_OR_RETURN(const Exact next, ReadDigits(some));
      scale /= PowerOfTen(static_cast<int>(some.size()));
      number += next * scale;
      rest.remove_prefix(some.size());
    }
    return negative ? -number : number;
  }
  ASSIGN_OR_RETURN(Exact number, ReadDigits(text.substr(0, slash)));
  if (slash != std::string_view::npos) {
    ASSIGN_OR_RETURN(const Exact denominator, ReadDigits(text.substr(slash + 1)));
    if (denominator.IsZero()) return Damaged();
    number /= denominator;
  }
  return negative ? -number : number;
}

absl::StatusOr<ShareFigure> ReadShare(const v1::PopulationFigure& proto) {
  ShareFigure figure{.group = proto.group(),
                     .members = proto.member_count(),
                     .pot = {},
                     .weight = {},
                     .cutoff = std::nullopt,
                     .last = proto.last(),
                     .rest = {}};
  ASSIGN_OR_RETURN(figure.pot, ReadNumber(proto.pot()));
  ASSIGN_OR_RETURN(figure.weight, ReadNumber(proto.value()));
  ASSIGN_OR_RETURN(figure.rest, ReadNumber(proto.rest()));
  if (!proto.cutoff().empty()) {
    ASSIGN_OR_RETURN(figure.cutoff, ReadNumber(proto.cutoff()));
  }
  if (proto.has_gap()) figure.gap = Read(proto.gap());
  return figure;
}

absl::StatusOr<GroupFigure> ReadGroup(const v1::PopulationFigure& proto) {
  GroupFigure figure{
      .group = proto.group(), .members = proto.member_count(), .value = std::nullopt};
  if (!proto.value().empty()) {
    ASSIGN_OR_RETURN(figure.value, ReadNumber(proto.value()));
  }
  if (proto.has_gap()) figure.gap = Read(proto.gap());
  return figure;
}

}  // namespace

void AddFigures(const PopulationFigures& population, v1::Run& run) {
  for (const CallFigures& call : population.calls) {
    for (const GroupFigure& figure : call.groups) {
      v1::PopulationFigure& proto = *run.add_population_figures();
      proto.set_call(call.call);
      proto.set_group(figure.group);
      proto.set_member_count(figure.members);
      if (figure.value.has_value()) proto.set_value(figure.value->ToText());
      Write(figure.gap, proto);
    }
  }
  for (const DistributionFigures& distribution : population.distributions) {
    for (const ShareFigure& figure : distribution.groups) {
      v1::PopulationFigure& proto = *run.add_population_figures();
      proto.set_call(absl::StrCat(kDistribution, distribution.component));
      proto.set_group(figure.group);
      proto.set_member_count(figure.members);
      proto.set_value(figure.weight.ToText());
      proto.set_pot(figure.pot.ToText());
      if (figure.cutoff.has_value()) proto.set_cutoff(figure.cutoff->ToText());
      proto.set_last(figure.last);
      proto.set_rest(figure.rest.ToText());
      Write(figure.gap, proto);
    }
  }
}

absl::StatusOr<PopulationFigures> FiguresOfRun(const v1::Run& run) {
  PopulationFigures population;
  for (const v1::PopulationFigure& proto : run.population_figures()) {
    absl::string_view component = proto.call();
    if (absl::ConsumePrefix(&component, kDistribution)) {
      auto& all = population.distributions;
      if (all.empty() || absl::string_view(all.back().component) != component) {
        all.emplace_back().component = std::string(component);
      }
      ASSIGN_OR_RETURN(all.back().groups.emplace_back(), ReadShare(proto));
    } else {
      auto& all = population.calls;
      if (all.empty() || all.back().call != proto.call()) all.emplace_back().call = proto.call();
      ASSIGN_OR_RETURN(all.back().groups.emplace_back(), ReadGroup(proto));
    }
  }
  return population;
}

}  // namespace vg::funding
