// Makes up accounts of boards, and what schools did with the money they got.

#ifndef VG_SERVICES_CLI_SYNTHETIC_MONEY_H_
#define VG_SERVICES_CLI_SYNTHETIC_MONEY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vg::synthetic {

// A file of payees as `voortgang payments payees import` reads it: an account at a bank that does
// not exist for each of `boards` ("boards/40740"), from `valid_from` on.
std::string PayeeFile(const std::vector<std::string>& boards, const std::string& valid_from);

// A file of reports as `voortgang accountability import` reads it: what most of the schools
// ("schools/16SW03", with the whole euros that they received) spent in `year`, by category. Never
// more than they received.
std::string SpendingFile(uint64_t seed, int year,
                         const std::vector<std::pair<std::string, int64_t>>& received);

}  // namespace vg::synthetic

#endif  // VG_SERVICES_CLI_SYNTHETIC_MONEY_H_
