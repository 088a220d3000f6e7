// Figures of one indicator, whose tables are protected together.

#ifndef VG_SERVICES_REPORT_PEERS_INDICATOR_READER_H_
#define VG_SERVICES_REPORT_PEERS_INDICATOR_READER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "services/report/domain/edition.h"
#include "services/report/domain/figure.h"
#include "services/report/domain/plan.h"
#include "services/report/peers/estimate_figures.h"
#include "services/report/peers/sources.h"

namespace vg::report {

// A figure with what it was computed from.
struct ReadFigure {
  Figure figure;
  std::vector<Input> inputs;
  // Defined anew between two calls: the words would not be those of the numbers.
  bool moved = false;

  void Pin(std::string resource, std::string digest,
           std::optional<absl::CivilDay> cut_off = std::nullopt) {
    inputs.push_back(
        {.resource = std::move(resource), .digest = std::move(digest), .cut_off = cut_off});
  }
};

// Open where another figure that was to be read with it fails.
using MaybeRead = std::optional<absl::StatusOr<ReadFigure>>;

// The indicator of a figure; null if it has none.
const std::string* IndicatorOf(const FigurePlan& plan);

// Borrows everything. Thread-safe if the sources are.
class IndicatorReader {
 public:
  // Tables are published under the name `publication`, or as the caller may see them if that is
  // empty.
  IndicatorReader(const EditionPlan& plan, const std::string& publication, Sources& sources,
                  EstimateWords words)
      : plan_(plan), publication_(publication), sources_(sources), words_(words) {}

  // One or more figures of `plan`, all of one indicator, in that order. Errors as Gather, each in
  // the place of the figure that it is about.
  std::vector<MaybeRead> Read(const std::vector<const FigurePlan*>& figures) const;

 private:
  // The table of a figure; of a change the one before and the one after.
  std::vector<EstimateQuery> QueriesOf(const FigurePlan& plan,
                                       const IndicatorFacts& indicator) const;
  // `refusal` is of many tables; the author of the plan has to know of which.
  void TellWhichFails(const std::vector<const FigurePlan*>& figures,
                      const IndicatorFacts& indicator, const absl::Status& refusal,
                      std::vector<MaybeRead>& read) const;
  absl::StatusOr<ReadFigure> ReadEstimates(const EstimateSource& source,
                                           const IndicatorFacts& indicator,
                                           const EstimateFacts& table) const;
  absl::StatusOr<ReadFigure> ReadChanges(const ChangeSource& source,
                                         const IndicatorFacts& indicator,
                                         const EstimateFacts& before,
                                         const EstimateFacts& after) const;

  const EditionPlan& plan_;
  const std::string& publication_;
  Sources& sources_;
  const EstimateWords words_;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_INDICATOR_READER_H_
