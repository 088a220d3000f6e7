#include "services/funding/domain/schemes/calendar.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

using expression::Environment;
using expression::Type;
using expression::Value;

// A function of two days.
void DeclarePeriod(std::string name, std::function<Exact(absl::CivilDay, absl::CivilDay)> measure,
                   Environment& environment) {
  const absl::Status declared = environment.DeclareFunction(
      {.name = std::move(name),
       .parameters = {Type::Text(), Type::Text()},
       .result = Type::Number(),
       .body = [measure =
                    std::move(measure)](std::span<const Value> days) -> absl::StatusOr<Value> {
         ASSIGN_OR_RETURN(const absl::CivilDay from, ParseDay(days[0].text()));
         ASSIGN_OR_RETURN(const absl::CivilDay until, ParseDay(days[1].text()));
         return Value::Number(measure(from, until));
       },
       .check_literal = FaultOfDay});
  if (!declared.ok()) std::abort();  // Our own names.
}

void DeclareDay(std::string_view name, absl::CivilDay day, Environment& environment) {
  (void)environment.DeclareConstant(name, Type::Text(), Value::Text(FormatDay(day)));
}

}  // namespace

int64_t MonthsBetween(absl::CivilDay from, absl::CivilDay until) {
  // The first month that begins on the day or after it.
  const auto first = [](absl::CivilDay day) {
    const absl::CivilMonth month(day);
    return absl::CivilDay(month) == day ? month : month + 1;
  };
  return std::max<int64_t>(0, first(until) - first(from));
}

std::string FaultOfDay(size_t /*argument*/, const Value& literal) {
  if (ParseDay(literal.text()).ok()) return "";
  return absl::StrCat("'", literal.text().substr(0, 40), "' is no day; write it as '2022-03-01'");
}

void DeclareCalendar(const Scheme& scheme, Environment& environment) {
  const absl::CivilDay start = StartOfYear(scheme);
  const absl::CivilDay end = EndOfYear(scheme);
  DeclareDay("school_year.start", start, environment);
  DeclareDay("school_year.end", end, environment);
  DeclareDay("reference_date", ReferenceDate(scheme), environment);
  DeclarePeriod(
      "months",
      [](absl::CivilDay from, absl::CivilDay until) { return Exact(MonthsBetween(from, until)); },
      environment);
  DeclarePeriod(
      "year_share",
      [start, end](absl::CivilDay from, absl::CivilDay until) {
        return Exact(MonthsBetween(std::max(from, start), std::min(until, end))) / 12;
      },
      environment);
  DeclarePeriod(
      "days_between",
      [](absl::CivilDay from, absl::CivilDay until) {
        return Exact(std::max<int64_t>(0, until - from));
      },
      environment);
}

}  // namespace vg::funding
