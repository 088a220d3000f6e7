// Policy tests: what a scheme gives, beside what those who know the rules expect of it. Needs no
// server.

#ifndef VG_SERVICES_CLI_ACTIONS_POLICY_SUITE_H_
#define VG_SERVICES_CLI_ACTIONS_POLICY_SUITE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace vg::cli {

// One thing that is not as expected.
struct PolicyDifference {
  std::string recipient;  // Empty: of all together.
  std::string
      what;  // "amount", "components[bo]", "payments[vo, 2022-11]", "undetermined", "total".
  std::string expected;
  std::string found;
};

struct PolicyOutcome {
  std::string test;
  std::vector<PolicyDifference> differences;  // Empty: it passed.
  // How the amounts of the recipients with a difference came about, in English, in their order.
  std::vector<std::pair<std::string, std::vector<std::string>>> explanations;

  bool passed() const { return differences.empty(); }
};

struct PolicyReport {
  std::string file;
  std::string scheme;  // The file of the scheme.
  std::string digest;  // Of the scheme.
  std::vector<PolicyOutcome> outcomes;
};

// Runs the tests of `path`. The error names file and line: of a test file that cannot be read, a
// scheme that has faults, or a test that is not about the scheme (a component that it has not).
absl::StatusOr<PolicyReport> RunPolicySuite(const std::string& path);

// For people: a line per test, and under those that failed what was expected, what was found, and
// the sentences that explain it.
std::string PolicyText(const PolicyReport& report);
// For programs: one object on one line.
std::string PolicyJson(const PolicyReport& report);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_POLICY_SUITE_H_
