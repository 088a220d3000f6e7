// What can be wrong with a design, a calibration or what is asked of them.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_ERRORS_H_
#define VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_ERRORS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace vg::indicators::estimation {

// Of designs; INVALID_ARGUMENT but for LonelyStrata.
absl::Status BadWeight(std::string_view unit, double weight);
absl::Status StagesDiffer(std::string_view unit);
absl::Status SizesDiffer(std::string_view unit);
absl::Status SampledTwice(std::string_view unit);
absl::Status ClusterInTwoStrata(std::string_view cluster);
absl::Status PopulationTooSmall(int64_t drawn, int64_t population_size);
// FAILED_PRECONDITION (LONELY_STRATUM).
absl::Status LonelyStrata(const std::vector<std::string>& strata);

// Of a last stage of persons; without numbers, which would tell how many answered there.
// FAILED_PRECONDITION: PERSONS_UNKNOWN, MORE_THAN_PERSONS, LONELY_STRATUM.
absl::Status PersonsUnknown(std::string_view unit);
absl::Status MoreThanPersons(std::string_view unit);
absl::Status LonelyPersons(int64_t units);

// Of calibrations. FAILED_PRECONDITION: EMPTY_CLASS, ZERO_TOTAL, NOT_CONVERGED.
absl::Status EmptyClass(std::string_view name, double total);
absl::Status ZeroTotal(std::string_view name);
absl::Status NotConverged(int iterations, double discrepancy, std::string_view worst);
// INVALID_ARGUMENT (BAD_BOUNDS).
absl::Status BadBounds(double lower, double upper);

// FAILED_PRECONDITION (TOO_FEW_CLASSES), of a test of representativeness.
absl::Status TooFewClasses();
// FAILED_PRECONDITION (TOO_MANY_REPLICATES).
absl::Status TooManyReplicates(int64_t replicates, int64_t most);

}  // namespace vg::indicators::estimation

#endif  // VG_SERVICES_INDICATORS_DOMAIN_ESTIMATION_ERRORS_H_
