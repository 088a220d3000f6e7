// Days in formulas: texts such as '2022-03-01', which compare as days do, and how far they lie
// apart.

#ifndef VG_SERVICES_FUNDING_DOMAIN_SCHEMES_CALENDAR_H_
#define VG_SERVICES_FUNDING_DOMAIN_SCHEMES_CALENDAR_H_

#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"

#include "common/expression/environment.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// The months that begin on a day from `from` up to and without `until`; 0 if there is none: from
// 2022-03-01 until 2022-08-01 are 5, and from 2022-03-02 are 4.
int64_t MonthsBetween(absl::CivilDay from, absl::CivilDay until);

// What is wrong with a literal that stands for a day, as a sentence; empty if nothing.
std::string FaultOfDay(size_t argument, const expression::Value& literal);

// Declares the texts school_year.start, school_year.end (the first day after it) and
// reference_date, and the functions
//
//     months(from, until)      MonthsBetween
//     year_share(from, until)  the same within the school year, in twelfths: 5/12
//     days_between(from, until)
//                              days from `from` up to and without `until`; 0 if there is none
void DeclareCalendar(const Scheme& scheme, expression::Environment& environment);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_SCHEMES_CALENDAR_H_
