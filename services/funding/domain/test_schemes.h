// Schemes and recipients for tests.

#ifndef VG_SERVICES_FUNDING_DOMAIN_TEST_SCHEMES_H_
#define VG_SERVICES_FUNDING_DOMAIN_TEST_SCHEMES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

inline Exact Number(std::string_view text) { return *Exact::FromText(text); }

inline Parameter Rate(std::string id, std::string_view value, std::string unit) {
  return {.id = id,
          .title = {"Tarief " + id, "Rate " + id},
          .value = Number(value),
          .unit = std::move(unit),
          .legal_reference = "artikel 1"};
}

inline Component Part(std::string id, std::string formula, std::string condition = "") {
  return {.id = id,
          .title = {"Deel " + id, "Part " + id},
          .condition = std::move(condition),
          .formula = std::move(formula),
          .legal_reference = "artikel 2"};
}

// bo and (v)so by the rates of 2021-2022, with the disadvantage score of bo.
inline Scheme SchoolScheme() {
  Scheme scheme{.title = {"Regeling scholen", "Scheme of schools"},
                .grant = "npo-schools",
                .school_year = "2021-2022",
                .count_date = absl::CivilDay(2020, 10, 1),
                .recipients = RecipientKind::kSchool,
                .legal_reference = "Stcrt 2021-39244"};
  scheme.parameters = {Rate("rate_bo", "701.16", "EUR/pupil"),
                       Rate("rate_so", "1402.31", "EUR/pupil"),
                       Rate("rate_score", "251.16", "EUR/point")};
  scheme.components = {Part("bo", "rate_bo * pupils.bo", "pupils.bo > 0"),
                       Part("so", "rate_so * (pupils.so + pupils.vso)"),
                       Part("score", "rate_score * score", "pupils.bo > 0 && has(score)")};
  return scheme;
}

inline Recipient School(std::string code, int64_t bo) {
  Recipient school{.code = std::move(code), .title = "De Regenboog"};
  school.pupils[static_cast<size_t>(SchoolType::kBo)] = Count::Known(bo);
  school.sector = Sector::kPrimary;
  school.municipality = "GM0363";
  return school;
}

inline Count& PupilsOf(Recipient& recipient, SchoolType type) {
  return recipient.pupils[static_cast<size_t>(type)];
}

inline SnapshotIdentity CountedInTime() {
  return {"2020-10-01", std::string(64, 'a'), absl::CivilDay(2020, 10, 1)};
}

inline Money Euro(int64_t cents) { return {cents, Currency::Eur()}; }

// As `scheme` pays `recipient`.
inline Allocation Compute(const Scheme& scheme, const Recipient& recipient) {
  absl::StatusOr<Calculator> calculator = Calculator::Make(scheme);
  EXPECT_OK(calculator);
  expression::Frame frame = calculator->NewFrame();
  return calculator->Compute(recipient, frame);
}

// Of the scheme of schools once `change` has made it wrong.
inline absl::Status Refusal(const std::function<void(Scheme&)>& change) {
  Scheme scheme = SchoolScheme();
  change(scheme);
  return Calculator::Make(scheme).status();
}

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_TEST_SCHEMES_H_
