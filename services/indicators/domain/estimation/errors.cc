#include "services/indicators/domain/estimation/errors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::indicators::estimation {
namespace {

// As many names as a message bears.
constexpr size_t kNamesTold = 10;

absl::Status BadDesign(std::string_view reason, std::string message) {
  return Error(absl::StatusCode::kInvalidArgument, reason, std::move(message));
}

}  // namespace

absl::Status BadWeight(std::string_view unit, double weight) {
  return BadDesign("BAD_WEIGHT",
                   absl::StrCat("the weight of ", Av(unit), " must be more than 0; is ", weight));
}

absl::Status StagesDiffer(std::string_view unit) {
  return BadDesign("STAGES_DIFFER",
                   absl::StrCat(Av(unit), " must have as many stages as the others"));
}

absl::Status SizesDiffer(std::string_view unit) {
  return BadDesign("SIZES_DIFFER",
                   absl::StrCat("the population size that ", Av(unit),
                                " tells must be that of all that were drawn with it"));
}

absl::Status SampledTwice(std::string_view unit) {
  return BadDesign("SAMPLED_TWICE", absl::StrCat(Av(unit), " must be in the sample once"));
}

absl::Status ClusterInTwoStrata(std::string_view cluster) {
  return BadDesign("CLUSTER_IN_TWO_STRATA",
                   absl::StrCat("\"", Av(cluster), "\" must have been drawn from one stratum"));
}

absl::Status PopulationTooSmall(int64_t drawn, int64_t population_size) {
  return BadDesign("POPULATION_TOO_SMALL",
                   absl::StrCat(drawn, " were drawn out of ", population_size,
                                "; a population is at least what was drawn"));
}

absl::Status LonelyStrata(const std::vector<std::string>& strata) {
  const bool more = strata.size() > kNamesTold;
  const std::vector<std::string> told(strata.begin(),
                                      more ? strata.begin() + kNamesTold : strata.end());
  const std::string names = absl::StrJoin(told, "\", \"");
  return Error(absl::StatusCode::kFailedPrecondition, "LONELY_STRATUM",
               absl::StrCat("one only answered in stratum \"", names, "\"",
                            more ? absl::StrCat(" and ", strata.size() - kNamesTold, " more") : "",
                            ": its variance cannot be estimated; merge strata, or say by "
                            "lonely_stratum what to do"),
               {{"strata", absl::StrJoin(told, " ")}});
}

absl::Status PersonsUnknown(std::string_view unit) {
  return Error(absl::StatusCode::kFailedPrecondition, "PERSONS_UNKNOWN",
               absl::StrCat("it is not known how many persons ", Av(unit),
                            " has, so that those who answered cannot stand for them"),
               {{"unit", std::string(unit)}});
}

absl::Status MoreThanPersons(std::string_view unit) {
  return Error(absl::StatusCode::kFailedPrecondition, "MORE_THAN_PERSONS",
               absl::StrCat("more answered of ", Av(unit),
                            " than it has persons by the attribute that should tell"),
               {{"unit", std::string(unit)}});
}

absl::Status LonelyPersons(int64_t units) {
  return Error(absl::StatusCode::kFailedPrecondition, "LONELY_STRATUM",
               absl::StrCat("one person of several only answered in ", units,
                            " units: how much persons differ there cannot be estimated; say by "
                            "lonely_stratum what to do"),
               {{"units", absl::StrCat(units)}});
}

absl::Status EmptyClass(std::string_view name, double total) {
  return Error(absl::StatusCode::kFailedPrecondition, "EMPTY_CLASS",
               absl::StrCat("nobody answered of ", Av(name), ", which must come to ", total,
                            ": no weights can do that; calibrate to fewer or coarser attributes"),
               {{"class", std::string(name)}});
}

absl::Status ZeroTotal(std::string_view name) {
  return Error(absl::StatusCode::kFailedPrecondition, "ZERO_TOTAL",
               absl::StrCat("some answered of ", Av(name),
                            ", of which the population has none; their weight would be 0"),
               {{"class", std::string(name)}});
}

absl::Status NotConverged(int iterations, double discrepancy, std::string_view worst) {
  return Error(absl::StatusCode::kFailedPrecondition, "NOT_CONVERGED",
               absl::StrCat("no weights within the bounds reach all totals: after ", iterations,
                            " rounds ", Av(worst), " is still off by ", discrepancy,
                            " of its total; widen the bounds or calibrate to fewer attributes"),
               {{"class", std::string(worst)}});
}

absl::Status BadBounds(double lower, double upper) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_BOUNDS",
               absl::StrCat("bounds must be 0 or more and below 1, and more than 1; are ", lower,
                            " and ", upper));
}

absl::Status TooFewClasses() {
  return Error(absl::StatusCode::kFailedPrecondition, "TOO_FEW_CLASSES",
               "a population of one class cannot be answered for unevenly");
}

absl::Status TooManyReplicates(int64_t replicates, int64_t most) {
  return Error(absl::StatusCode::kFailedPrecondition, "TOO_MANY_REPLICATES",
               absl::StrCat("a jackknife of calibrated weights calibrates once per cluster, at "
                            "most ",
                            most, " times; here are ", replicates, " clusters: use linearization"));
}

}  // namespace vg::indicators::estimation
