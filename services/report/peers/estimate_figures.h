// Figures that are estimated: what indicators say of responses and programmes.

#ifndef VG_SERVICES_REPORT_PEERS_ESTIMATE_FIGURES_H_
#define VG_SERVICES_REPORT_PEERS_ESTIMATE_FIGURES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/report/domain/figure.h"
#include "services/report/peers/sources.h"

namespace vg::report {

// The id of the group with a value of an attribute; the empty value is that of units of which it is
// not known.
std::string GroupId(const std::string& value);

// Whether an indicator is about the answers to a questionnaire.
bool IsAbout(const IndicatorFacts& indicator, const QuestionnaireFacts& questionnaire);

// Where the words of an estimate come from. Borrowed.
struct EstimateWords {
  const std::vector<QuestionnaireFacts>& questionnaires;  // That were answered.
  const Words& interventions;                             // By the menu.
  const Words& municipalities;                            // May be empty for other breakdowns.
};

// The table of the indicator "indicators/{indicator}" by `breakdown` (empty for none). INTERNAL for
// a table by several attributes.
absl::StatusOr<Figure> EstimateFigure(const std::string& resource, const IndicatorFacts& indicator,
                                      const EstimateFacts& table, const std::string& breakdown,
                                      const EstimateWords& words);

// The same of a table of differences, of which only those are shown of which both figures are:
// those of the tables `before` and `after`.
absl::StatusOr<Figure> ChangeFigure(const std::string& resource, const IndicatorFacts& indicator,
                                    EstimateFacts table, const EstimateFacts& before,
                                    const EstimateFacts& after, const std::string& breakdown,
                                    const EstimateWords& words);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_ESTIMATE_FIGURES_H_
