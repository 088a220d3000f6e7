// Causes of differences as people read them.

#ifndef VG_SERVICES_FUNDING_DOMAIN_COMPARISON_COMPARISON_WORDS_H_
#define VG_SERVICES_FUNDING_DOMAIN_COMPARISON_COMPARISON_WORDS_H_

#include <string>

#include "common/expression/unit.h"
#include "common/expression/value.h"
#include "common/numeric/money.h"
#include "services/funding/domain/comparison/comparison.h"
#include "services/funding/domain/text.h"

namespace vg::funding {

// "+€5,609.28", "-€3.00"; in Dutch "+€ 5.609,28".
std::string Signed(Money money, Language language);

// "Pupils: 8 pupils more (250 to 258)", "Rate: €701.16 per pupil became €500.00 per pupil".
Text ChangeInWords(const Text& title, const expression::Value& before,
                   const expression::Value& after, const expression::Unit& unit);

// "The component is new", "Joined with 16SW01".
Text CauseInWords(const Cause& cause, bool came, bool went);

// Of an event, whoever it happened to: "Openings".
Text TitleOf(CauseKind event);

// `what`, then the amount.
Text WithAmount(const Text& what, Money amount);

// What a comparison came to: a few sentences, the largest causes first.
std::vector<Text> SummaryInWords(const ComparisonTotals& totals, Currency currency);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_COMPARISON_COMPARISON_WORDS_H_
