// Whether an edition that was computed again is the one that was kept.

#ifndef VG_SERVICES_REPORT_DOMAIN_VERIFICATION_H_
#define VG_SERVICES_REPORT_DOMAIN_VERIFICATION_H_

#include <map>
#include <string>
#include <vector>

#include "services/report/domain/edition.h"

namespace vg::report {

// Something that is not on both sides alike; empty where it is missing.
struct Difference {
  std::string name;  // An input's resource or a file's path.
  std::string kept;  // Its digest in the edition.
  std::string now;   // Its digest as computed again.
  friend bool operator==(const Difference&, const Difference&) = default;
};

// By name.
std::vector<Difference> CompareInputs(const std::vector<Input>& kept,
                                      const std::vector<Input>& now);

// `kept`: SHA-256 by path.
std::vector<Difference> CompareFiles(const std::map<std::string, std::string>& kept,
                                     const std::vector<File>& now);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_VERIFICATION_H_
