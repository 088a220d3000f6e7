#include "services/report/peers/gather.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/report/domain/errors.h"
#include "services/report/peers/estimate_figures.h"
#include "services/report/peers/plain_figures.h"

namespace vg::report {
namespace {

constexpr int kAttempts = 3;  // To see all figures at one moment.

class Gatherer {
 public:
  Gatherer(const EditionPlan& plan, Sources& sources) : plan_(plan), sources_(sources) {}

  absl::StatusOr<Gathered> Run() {
    RETURN_IF_ERROR(ReadRegisters());
    if (!Has<EstimateSource>() && !Has<ChangeSource>()) {
      RETURN_IF_ERROR(ReadFigures());
      return std::move(gathered_);
    }
    FoldProgress before;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      ASSIGN_OR_RETURN(before, sources_.GetFoldProgress());
      if (before.behind != 0 || before.backfilling != 0) break;
      Gathered kept = gathered_;
      RETURN_IF_ERROR(ReadFigures());
      ASSIGN_OR_RETURN(const FoldProgress after, sources_.GetFoldProgress());
      if (after == before && !moved_) return std::move(gathered_);
      gathered_ = std::move(kept);
      moved_ = false;
      before = after;
    }
    return Folding(before.behind, before.backfilling);
  }

 private:
  template <typename Source>
  bool Has() const {
    return std::any_of(plan_.sections.begin(), plan_.sections.end(),
                       [](const SectionPlan& section) {
                         return std::any_of(section.figures.begin(), section.figures.end(),
                                            [](const FigurePlan& figure) {
                                              return std::holds_alternative<Source>(figure.source);
                                            });
                       });
  }

  // What never changes.
  absl::Status ReadRegisters() {
    const auto snapshot = sources_.GetSnapshot(plan_.snapshot);
    RETURN_IF_ERROR(Annotate(snapshot.status(), "plan.snapshot"));
    Pin(plan_.snapshot, snapshot->digest);
    if (!plan_.menu_edition.empty()) {
      auto menu = sources_.GetMenu(plan_.menu_edition);
      RETURN_IF_ERROR(Annotate(menu.status(), "plan.menu_edition"));
      Pin(plan_.menu_edition, menu->digest);
      menu_ = *std::move(menu);
    }
    return absl::OkStatus();
  }

  absl::Status ReadFigures() {
    if (!plan_.wave.empty()) {
      auto wave = sources_.GetWave(plan_.wave);
      RETURN_IF_ERROR(Annotate(wave.status(), "plan.wave"));
      wave_ = *std::move(wave);
      if (plan_.cut_off.has_value() &&
          wave_.last_answers.value_or(*plan_.cut_off) > *plan_.cut_off) {
        return AfterCutOff(plan_.wave, *wave_.last_answers, *plan_.cut_off);
      }
      Pin(plan_.wave, wave_.digest);
      gathered_.inputs.back().cut_off =
          plan_.cut_off.has_value() ? plan_.cut_off : wave_.last_answers;
      for (const QuestionnaireFacts& questionnaire : wave_.questionnaires) {
        Pin(questionnaire.name, questionnaire.digest);
      }
    }
    for (size_t s = 0; s < plan_.sections.size(); ++s) {
      for (size_t f = 0; f < plan_.sections[s].figures.size(); ++f) {
        const FigurePlan& plan = plan_.sections[s].figures[f];
        absl::StatusOr<Figure> figure = Read(plan);
        RETURN_IF_ERROR(Annotate(figure.status(), PlaceOf(s, f)));
        Finish(plan, *figure);
        gathered_.figures.push_back(*std::move(figure));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Figure> Read(const FigurePlan& plan) {
    if (const auto* estimates = std::get_if<EstimateSource>(&plan.source)) {
      return ReadEstimates(plan, *estimates);
    }
    if (const auto* allocations = std::get_if<AllocationSource>(&plan.source)) {
      return ReadAllocations(*allocations);
    }
    if (const auto* books = std::get_if<BooksSource>(&plan.source)) return ReadBooks(*books);
    if (const auto* spending = std::get_if<SpendingSource>(&plan.source)) {
      return ReadSpending(*spending);
    }
    if (const auto* change = std::get_if<ChangeSource>(&plan.source)) return ReadChanges(*change);
    return ResponseFigure(plan_.wave, wave_);
  }

  absl::StatusOr<Figure> ReadEstimates(const FigurePlan& plan, const EstimateSource& source) {
    ASSIGN_OR_RETURN(const IndicatorFacts indicator, sources_.GetIndicator(source.indicator));
    if (!indicator.on_programmes && plan_.wave.empty()) {
      return InvalidFields({NoWave(plan.id)});
    }
    EstimateQuery query{.indicator = source.indicator,
                        .wave = indicator.on_programmes ? "" : plan_.wave,
                        .snapshot = plan_.snapshot,
                        .breakdown = source.breakdown,
                        .filter = source.filter};
    // All programmes are there, so there is nothing to estimate.
    if (!indicator.on_programmes) {
      query.estimation = source.estimation.has_value() ? source.estimation : plan_.estimation;
    }
    ASSIGN_OR_RETURN(EstimateFacts table, sources_.QueryEstimates(query));
    const bool has_total = std::any_of(table.rows.begin(), table.rows.end(),
                                       [](const EstimateRow& row) { return row.group.empty(); });
    if (!has_total) {
      query.breakdown.clear();
      ASSIGN_OR_RETURN(EstimateFacts total, sources_.QueryEstimates(query));
      table.rows.insert(table.rows.begin(), total.rows.begin(), total.rows.end());
      table.population = total.population;
    }
    CheckVersion(indicator, table);
    ASSIGN_OR_RETURN(const EstimateWords words, WordsFor(source.breakdown));
    ASSIGN_OR_RETURN(Figure figure,
                     EstimateFigure(source.indicator, indicator, table, source.breakdown, words));
    if (source.sort_by_value) SortByValue(figure);
    PinIndicator(source.indicator, indicator, table);
    return figure;
  }

  absl::StatusOr<Figure> ReadChanges(const ChangeSource& source) {
    ASSIGN_OR_RETURN(const IndicatorFacts indicator, sources_.GetIndicator(source.indicator));
    ASSIGN_OR_RETURN(const WaveFacts before, sources_.GetWave(source.wave_before));
    ASSIGN_OR_RETURN(const EstimateFacts table,
                     sources_.QueryChanges({.indicator = source.indicator,
                                            .wave_before = source.wave_before,
                                            .wave = plan_.wave,
                                            .breakdown = source.breakdown,
                                            .estimation = plan_.estimation}));
    CheckVersion(indicator, table);
    ASSIGN_OR_RETURN(const EstimateWords words, WordsFor(source.breakdown));
    ASSIGN_OR_RETURN(Figure figure,
                     ChangeFigure(source.indicator, indicator, table, source.breakdown, words));
    PinIndicator(source.indicator, indicator, table);
    Pin(source.wave_before, before.digest);
    gathered_.inputs.back().cut_off = before.last_answers;
    return figure;
  }

  // Defined anew between the two calls: the words would not be those of the numbers.
  void CheckVersion(const IndicatorFacts& indicator, const EstimateFacts& table) {
    if (table.version != indicator.version) moved_ = true;
  }

  absl::StatusOr<EstimateWords> WordsFor(const std::string& breakdown) {
    if (breakdown == "municipality" && municipalities_.empty()) {
      ASSIGN_OR_RETURN(municipalities_, sources_.GetMunicipalities(plan_.snapshot));
    }
    return EstimateWords{.questionnaires = wave_.questionnaires,
                         .interventions = menu_.interventions,
                         .municipalities = municipalities_};
  }

  absl::StatusOr<Figure> ReadAllocations(const AllocationSource& source) {
    ASSIGN_OR_RETURN(const RunFacts run, sources_.GetRun(source.run));
    Pin(source.run, run.digest);
    Pin(run.scheme_version, run.scheme_digest);
    return AllocationFigure(source.run, run);
  }

  absl::StatusOr<Figure> ReadBooks(const BooksSource& source) {
    ASSIGN_OR_RETURN(const BooksFacts books, sources_.GetBooks(source.grant));
    for (const Input& book : books.books) Pin(book.resource, book.digest);
    return BooksFigure(source.grant, books);
  }

  absl::StatusOr<Figure> ReadSpending(const SpendingSource& source) {
    ASSIGN_OR_RETURN(const SpendingFacts spending, sources_.GetSpending(source.grant, source.year));
    Figure figure = SpendingFigure(source, spending);
    Pin(figure.provenance.resource, spending.digest);
    return figure;
  }

  // What all kinds of figures have.
  void Finish(const FigurePlan& plan, Figure& figure) {
    figure.id = plan.id;
    figure.title = plan.title;
    figure.chart_size = plan.chart_size > 0 ? plan.chart_size : kChartSize;
    for (std::vector<Label>* labels : {&figure.groups, &figure.categories}) {
      for (Label& label : *labels) {
        const auto found = plan.labels.find(label.id);
        if (found != plan.labels.end()) label.text = found->second;
      }
    }
    figure.provenance.data_digest = DataDigest(figure);
    Pin(absl::StrCat("figures/", figure.id), figure.provenance.data_digest);
  }

  // With the policy that its figures are protected by.
  void PinIndicator(const std::string& resource, const IndicatorFacts& indicator,
                    const EstimateFacts& table) {
    if (!table.policy_digest.empty()) {
      Pin(absl::StrCat(resource, "/disclosurePolicy"), table.policy_digest);
    }
    Pin(resource, indicator.digest);
  }

  void Pin(std::string resource, std::string digest) {
    gathered_.inputs.push_back({.resource = std::move(resource), .digest = std::move(digest)});
  }

  const EditionPlan& plan_;
  Sources& sources_;
  Gathered gathered_;
  MenuFacts menu_;
  WaveFacts wave_;
  Words municipalities_;
  bool moved_ = false;
};

}  // namespace

absl::StatusOr<Gathered> Gather(const EditionPlan& plan, Sources& sources) {
  return Gatherer(plan, sources).Run();
}

}  // namespace vg::report
