// An amount explained to a school leader.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_SENTENCES_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_SENTENCES_H_

#include <vector>

#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/explanation/evidence.h"
#include "services/funding/domain/text.h"

namespace vg::funding {

// What `allocation` is, on what it rests, how each component came about, when it is paid, and which
// numbers were used: in Dutch and English, a sentence each, the most important first. `allocation`
// and `workings` are what `calculator` explained; `rows` say where the facts were read.
std::vector<Text> Sentences(const Calculator& calculator, const SnapshotIdentity& snapshot,
                            const Allocation& allocation, const std::vector<Working>& workings,
                            const std::vector<FactRows>& rows = {});

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_SENTENCES_H_
