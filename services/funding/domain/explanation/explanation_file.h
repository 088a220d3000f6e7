// An explanation as a file that holds everything it takes to compute the amount again.
//
// The file is JSON: objects with their members by name, indented by two blanks, UTF-8, one line end
// after it. Numbers that are computed with are texts, decimals or fractions ("701.16", "2/37");
// JSON's own numbers are lines, places and shares. services/funding/README.md documents the
// members. `digest` is the SHA-256 of the same object without `digest`, on one line without blanks.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_FILE_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/recipient_source.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/explanation/evidence.h"

namespace vg::funding {

inline constexpr std::string_view kExplanationFormat = "voortgang.funding.explanation";
inline constexpr int kExplanationVersion = 1;

// What the amount belongs to, by the names of the API.
struct RunIdentity {
  std::string name;    // "runs/r1"
  std::string digest;  // Of the run.
  std::string scheme_version;
  int calculator_version = 0;
  std::string build_version;
};

// The whole text. `allocation` and `workings` are what `calculator` explained of
// `evidence.recipient`. With `all`, the recipients of the run, the file also has what the rules
// read of each of them, if figures over all matter; the error is that of reading them.
absl::StatusOr<std::string> ExplanationFile(const Calculator& calculator, const RunIdentity& run,
                                            const SnapshotIdentity& snapshot,
                                            const PopulationFigures& population,
                                            const Evidence& evidence, const Allocation& allocation,
                                            const std::vector<Working>& workings,
                                            const RecipientSource* all = nullptr);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_FILE_H_
