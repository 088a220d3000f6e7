// Writes a made-up country in the layouts of DUO and CBS, oddities included: Windows-1252, CRLF,
// decimal commas, codes without leading zeros, suppressed counts.

#ifndef VG_SERVICES_CLI_SYNTHETIC_PUBLIC_FILES_H_
#define VG_SERVICES_CLI_SYNTHETIC_PUBLIC_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/cli/synthetic/population.h"

namespace vg::synthetic {

struct PublicFile {
  std::string file_name;  // "vestigingen-bo-2021.csv"
  std::string bytes;
};

// The files of one vintage: registers of primary and secondary branches, both pupil counts, scores
// of schools and of municipalities, municipalities with their province and with their population.
std::vector<PublicFile> PublicFiles(const Population& population, uint64_t seed);

}  // namespace vg::synthetic

#endif  // VG_SERVICES_CLI_SYNTHETIC_PUBLIC_FILES_H_
