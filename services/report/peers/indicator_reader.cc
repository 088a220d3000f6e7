#include "services/report/peers/indicator_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/report/domain/errors.h"

namespace vg::report {
namespace {

// With the policy that its figures are protected by.
void PinIndicator(const std::string& resource, const IndicatorFacts& indicator,
                  const EstimateFacts& table, ReadFigure& read) {
  if (!table.policy_digest.empty()) {
    read.Pin(absl::StrCat(resource, "/disclosurePolicy"), table.policy_digest);
  }
  read.Pin(resource, indicator.digest);
}

}  // namespace

const std::string* IndicatorOf(const FigurePlan& plan) {
  if (const auto* estimates = std::get_if<EstimateSource>(&plan.source)) {
    return &estimates->indicator;
  }
  if (const auto* change = std::get_if<ChangeSource>(&plan.source)) return &change->indicator;
  return nullptr;
}

std::vector<MaybeRead> IndicatorReader::Read(const std::vector<const FigurePlan*>& figures) const {
  std::vector<MaybeRead> read(figures.size());
  const absl::StatusOr<IndicatorFacts> indicator = sources_.GetIndicator(*IndicatorOf(*figures[0]));
  if (!indicator.ok()) {
    read[0] = indicator.status();
    return read;
  }
  if (!indicator->on_programmes && plan_.wave.empty()) {
    read[0] = InvalidFields({NoWave(figures[0]->id)});
    return read;
  }
  std::vector<EstimateQuery> queries;  // Each once.
  for (const FigurePlan* figure : figures) {
    for (EstimateQuery& query : QueriesOf(*figure, *indicator)) {
      if (std::find(queries.begin(), queries.end(), query) == queries.end()) {
        queries.push_back(std::move(query));
      }
    }
  }
  const auto tables = sources_.ProtectTables(queries, publication_);
  if (!tables.ok()) {
    TellWhichFails(figures, *indicator, tables.status(), read);
    return read;
  }
  const auto table_of = [&](const EstimateQuery& query) -> const EstimateFacts& {
    const auto found = std::find(queries.begin(), queries.end(), query);
    return (*tables)[static_cast<size_t>(found - queries.begin())];
  };
  for (size_t i = 0; i < figures.size(); ++i) {
    const std::vector<EstimateQuery> asked = QueriesOf(*figures[i], *indicator);
    if (const auto* change = std::get_if<ChangeSource>(&figures[i]->source)) {
      read[i] = ReadChanges(*change, *indicator, table_of(asked[0]), table_of(asked[1]));
    } else {
      read[i] = ReadEstimates(std::get<EstimateSource>(figures[i]->source), *indicator,
                              table_of(asked[0]));
    }
  }
  return read;
}

std::vector<EstimateQuery> IndicatorReader::QueriesOf(const FigurePlan& plan,
                                                      const IndicatorFacts& indicator) const {
  if (const auto* change = std::get_if<ChangeSource>(&plan.source)) {
    // Each by the snapshot of its wave, as they are compared.
    EstimateQuery query{.indicator = change->indicator,
                        .wave = change->wave_before,
                        .breakdown = change->breakdown,
                        .estimation = plan_.estimation};
    EstimateQuery after = query;
    after.wave = plan_.wave;
    return {std::move(query), std::move(after)};
  }
  const auto& source = std::get<EstimateSource>(plan.source);
  EstimateQuery query{.indicator = source.indicator,
                      .wave = indicator.on_programmes ? "" : plan_.wave,
                      .snapshot = plan_.snapshot,
                      .breakdown = source.breakdown,
                      .filter = source.filter};
  // All programmes are there, so there is nothing to estimate.
  if (!indicator.on_programmes) {
    query.estimation = source.estimation.has_value() ? source.estimation : plan_.estimation;
  }
  return {std::move(query)};
}

void IndicatorReader::TellWhichFails(const std::vector<const FigurePlan*>& figures,
                                     const IndicatorFacts& indicator, const absl::Status& refusal,
                                     std::vector<MaybeRead>& read) const {
  read[0] = refusal;
  if (absl::IsUnavailable(refusal) || absl::IsDeadlineExceeded(refusal)) return;
  for (size_t i = 0; i < figures.size(); ++i) {
    for (const EstimateQuery& query : QueriesOf(*figures[i], indicator)) {
      const absl::Status one = sources_.QueryEstimates(query).status();
      if (one.ok()) continue;
      read[0].reset();
      read[i] = one;
      return;
    }
  }
}

absl::StatusOr<ReadFigure> IndicatorReader::ReadEstimates(const EstimateSource& source,
                                                          const IndicatorFacts& indicator,
                                                          const EstimateFacts& table) const {
  ReadFigure read{.moved = table.version != indicator.version};
  ASSIGN_OR_RETURN(read.figure,
                   EstimateFigure(source.indicator, indicator, table, source.breakdown, words_));
  if (source.sort_by_value) SortByValue(read.figure);
  PinIndicator(source.indicator, indicator, table, read);
  return read;
}

absl::StatusOr<ReadFigure> IndicatorReader::ReadChanges(const ChangeSource& source,
                                                        const IndicatorFacts& indicator,
                                                        const EstimateFacts& before,
                                                        const EstimateFacts& after) const {
  ASSIGN_OR_RETURN(const WaveFacts wave_before, sources_.GetWave(source.wave_before));
  ASSIGN_OR_RETURN(const EstimateFacts table,
                   sources_.QueryChanges({.indicator = source.indicator,
                                          .wave_before = source.wave_before,
                                          .wave = plan_.wave,
                                          .breakdown = source.breakdown,
                                          .estimation = plan_.estimation}));
  ReadFigure read{.moved = table.version != indicator.version};
  ASSIGN_OR_RETURN(read.figure, ChangeFigure(source.indicator, indicator, table, before, after,
                                             source.breakdown, words_));
  PinIndicator(source.indicator, indicator, table, read);
  read.Pin(source.wave_before, wave_before.digest, wave_before.last_answers);
  return read;
}

}  // namespace vg::report
