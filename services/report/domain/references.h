// References to figures in texts: "{consent}", "{choices:small-groups}", "{choices:#1}",
// "{choices:#1:value}".

#ifndef VG_SERVICES_REPORT_DOMAIN_REFERENCES_H_
#define VG_SERVICES_REPORT_DOMAIN_REFERENCES_H_

#include <string>
#include <string_view>
#include <vector>

#include "common/numeric/format.h"
#include "common/status/error.h"
#include "services/report/domain/figure.h"
#include "services/report/domain/plan.h"

namespace vg::report {

// `text` with every reference replaced. What cannot be resolved is added to `violations` at
// `place`, every fault of the text, not the first alone. Words that come in are not looked through
// again: a category called "{x}" stays "{x}".
std::string ResolveText(std::string_view text, const Figures& figures, Language language,
                        const std::string& place, std::vector<FieldViolation>& violations);

// A line of the headline table: value and n as readers see them. A category by rank brings its
// name: "Instructie in kleine groepen (61,2%)".
struct HeadlineLine {
  LocalizedText title;
  LocalizedText value;
  int64_t n = 0;
  std::string figure;
};
HeadlineLine ResolveHeadline(const HeadlinePlan& plan, const Figures& figures,
                             const std::string& place, std::vector<FieldViolation>& violations);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_REFERENCES_H_
