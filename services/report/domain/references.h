// What texts say of figures: references, which become numbers and names, and claims, which must
// hold.
//
//   {consent}                       the total's value of the figure "consent"
//   {consent@primary}               that of a group of its breakdown
//   {choices:small-groups}          that of a category
//   {choices:#1}                    the name of the category with the highest share …
//   {choices:#1:value}              … and its value
//   [bijna alle]{team >= 90%}       words, and what must be so for them to be true
//   [de meeste]{consent majority}   more than half, beyond chance where there is an interval
//   [meer]{trouble@5 > trouble@1}   two figures against one another
//   [steeg]{consent-change rose}    a change beyond chance; also: fell, unchanged, minority

#ifndef VG_SERVICES_REPORT_DOMAIN_REFERENCES_H_
#define VG_SERVICES_REPORT_DOMAIN_REFERENCES_H_

#include <string>
#include <string_view>
#include <vector>

#include "common/numeric/format.h"
#include "common/status/error.h"
#include "services/report/domain/figure.h"
#include "services/report/domain/plan.h"
#include "services/report/domain/rich_text.h"

namespace vg::report {

// `text` with every reference replaced and every claim checked. What cannot be resolved, and a
// claim that does not hold, is added to `violations` at `place`, every fault of the text, not the
// first alone. Words that come in are not looked through again: a category called "{x}" stays
// "{x}".
RichText ResolveText(std::string_view text, const Figures& figures, Language language,
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
