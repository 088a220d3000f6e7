#include "services/survey/domain/disposition.h"

#include <utility>

namespace vg::survey {

Disposition UnitFieldwork::disposition() const {
  if (complete_responses > 0) return Disposition::kComplete;
  if (partial_responses > 0) return Disposition::kPartial;
  return found;
}

bool UnitFieldwork::to_remind(const Awaited& awaited) const {
  // Who began and then refused is left alone.
  if (found == Disposition::kRefused || found == Disposition::kIneligible) return false;
  if (awaited.many && awaited.enough > 0) return complete_responses < awaited.enough;
  if (awaited.many && awaited.room) return *awaited.room || partial_responses > 0;
  return complete_responses == 0;
}

Exact ResponseCounts::units() const {
  Exact sum;
  for (const Exact& count : by_disposition) sum += count;
  return sum;
}

Exact ResponseCounts::eligible() const { return units() - of(Disposition::kIneligible); }

std::optional<Exact> ResponseCounts::gross() const {
  const Exact asked = eligible();
  if (asked.IsZero()) return std::nullopt;
  return (of(Disposition::kComplete) + of(Disposition::kPartial)) / asked;
}

std::optional<Exact> ResponseCounts::net() const {
  const Exact asked = eligible();
  if (asked.IsZero()) return std::nullopt;
  return of(Disposition::kComplete) / asked;
}

ResponseTable CountResponse(const Frame& frame, Role role,
                            const std::vector<std::string>& breakdowns, bool weighted,
                            const Fieldwork& fieldwork) {
  ResponseTable table;
  const Exact one = 1;
  std::vector<std::string> group(breakdowns.size());
  for (const Unit* const unit : frame.UnitsOf(role)) {
    const auto known = fieldwork.find(unit->name);
    const Disposition disposition =
        known == fieldwork.end() ? Disposition::kUnknown : known->second.disposition();
    const Exact& weight = weighted ? frame.Weight(unit->name, role) : one;
    table.all.Add(disposition, weight);
    if (breakdowns.empty()) continue;
    for (size_t i = 0; i < breakdowns.size(); ++i) {
      group[i] = ValueOf(unit->attributes, breakdowns[i]);
    }
    table.groups[group].Add(disposition, weight);
  }
  return table;
}

}  // namespace vg::survey
