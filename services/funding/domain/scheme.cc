#include "services/funding/domain/scheme.h"

#include "common/digest/digest.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

void Add(const Text& text, DigestBuilder& digest) { digest.Text(text.nl).Text(text.en); }

void Add(const RoundingRule& rounding, DigestBuilder& digest) {
  digest.Integer(rounding.decimals).Text(RoundingName(rounding.rule));
}

void Add(const Parameter& parameter, DigestBuilder& digest) {
  digest.Record("parameter").Text(parameter.id);
  Add(parameter.title, digest);
  digest.Number(parameter.value)
      .Text(parameter.unit)
      .Text(parameter.legal_reference)
      .Flag(parameter.provisional);
  if (parameter.note.has_value()) {
    Add(*parameter.note, digest);
  } else {
    digest.Absent();
  }
}

void Add(const Component& component, DigestBuilder& digest) {
  digest.Record("component").Text(component.id);
  Add(component.title, digest);
  digest.Text(component.condition).Text(component.formula);
  Add(component.rounding, digest);
  digest.Text(component.legal_reference).List(component.instalments.size());
  for (const Instalment& instalment : component.instalments) {
    digest.Record("instalment")
        .Text(FormatDay(absl::CivilDay(instalment.month)))
        .Integer(instalment.share)
        .Integer(instalment.of);
  }
  Add(component.payment_rounding, digest);
}

}  // namespace

std::string DigestOf(const Scheme& scheme) {
  DigestBuilder digest("voortgang.funding.scheme.v1");
  Add(scheme.title, digest);
  digest.Text(scheme.grant)
      .Text(scheme.school_year)
      .Text(FormatDay(scheme.count_date))
      .Text(scheme.recipients == RecipientKind::kSchool ? "school" : "municipality")
      .Text(scheme.currency.code());
  digest.List(scheme.parameters.size());
  for (const Parameter& parameter : scheme.parameters) Add(parameter, digest);
  digest.List(scheme.components.size());
  for (const Component& component : scheme.components) Add(component, digest);
  digest.Text(scheme.legal_reference);
  if (scheme.budget.has_value()) {
    digest.Amount(*scheme.budget);
  } else {
    digest.Absent();
  }
  return digest.Finish();
}

}  // namespace vg::funding
