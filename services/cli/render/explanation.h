// The explanation of an amount as people read it.

#ifndef VG_SERVICES_CLI_RENDER_EXPLANATION_H_
#define VG_SERVICES_CLI_RENDER_EXPLANATION_H_

#include <string>

#include "voortgang/funding/v1/run.pb.h"

namespace vg::cli {

// The recipient, the sentences, then the calculation of every component that applies, indented.
std::string ExplanationText(const voortgang::funding::v1::Explanation& explanation);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_EXPLANATION_H_
