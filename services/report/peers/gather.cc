#include "services/report/peers/gather.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/report/domain/errors.h"
#include "services/report/peers/plain_figures.h"

namespace vg::report {
namespace {

constexpr int kAttempts = 3;  // To see all figures at one moment.

std::string StateName(CellState state) {
  switch (state) {
    case CellState::kShown:
      return "shown";
    case CellState::kSuppressed:
      return "suppressed";
    case CellState::kEmpty:
      return "empty";
  }
  return "";
}

// Over all numbers of a figure and the ids that name them, not over its words.
std::string DataDigest(const Figure& figure) {
  DigestBuilder digest("voortgang.report.figure.v1");
  digest.Text(figure.provenance.resource).Integer(figure.provenance.version);
  digest.Text(figure.provenance.digest).Text(figure.breakdown).Text(figure.unit);
  const auto add = [&digest](const Cell& cell) {
    digest.Text(StateName(cell.state)).Integer(static_cast<int>(cell.hidden));
    digest.Number(cell.value).Integer(cell.n).Integer(cell.units);
    digest.Integer(cell.positive).Integer(cell.answers);
    digest.OptionalNumber(cell.standard_error).OptionalNumber(cell.p_value);
    if (cell.interval.has_value()) {
      digest.Number(cell.interval->lower).Number(cell.interval->upper);
    } else {
      digest.Absent();
    }
  };
  digest.List(figure.groups.size());
  for (size_t g = 0; g < figure.groups.size(); ++g) {
    digest.Record("group").Text(figure.groups[g].id).List(figure.categories.size());
    for (size_t c = 0; c < figure.categories.size(); ++c) {
      digest.Text(figure.categories[c].id);
      add(figure.cells[g][c]);
    }
  }
  if (figure.overall.has_value()) {
    add(*figure.overall);
  } else {
    digest.Absent();
  }
  return digest.Integer(figure.undetermined).Finish();
}

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
    // Defined anew between the two calls: the words would not be those of the numbers.
    if (table.version != indicator.version) moved_ = true;

    Figure figure{.kind = indicator.mean ? ValueKind::kMean : ValueKind::kShare,
                  .unit = indicator.mean ? indicator.unit : "",
                  .breakdown = source.breakdown};
    figure.population = table.population;
    figure.provenance = ProvenanceOf(source.indicator, indicator, table);
    RETURN_IF_ERROR(FillIn(table, indicator, figure));
    if (source.sort_by_value) SortByValue(figure);
    if (!table.policy_digest.empty()) {
      Pin(absl::StrCat(source.indicator, "/disclosurePolicy"), table.policy_digest);
    }
    Pin(source.indicator, indicator.digest);
    return figure;
  }

  Provenance ProvenanceOf(const std::string& resource, const IndicatorFacts& indicator,
                          const EstimateFacts& table) const {
    const std::string study = indicator.on_programmes ? "programme" : table.respondents;
    return {.resource = resource,
            .version = indicator.version,
            .digest = indicator.digest,
            .description = indicator.description.empty() ? indicator.title : indicator.description,
            .respondents = RespondentsLabel(study),
            .study = study,
            .questions = QuestionsOf(indicator),
            .method = indicator.on_programmes
                          ? LocalizedText{"Telling van alle ingediende schoolprogramma's.",
                                          "Count of all school programmes filed."}
                          : table.method};
  }

  // The questions that the expressions of an indicator name, as they were put.
  std::vector<LocalizedText> QuestionsOf(const IndicatorFacts& indicator) const {
    std::vector<LocalizedText> questions;
    for (const QuestionnaireFacts& questionnaire : wave_.questionnaires) {
      if (!Asks(questionnaire, indicator)) continue;
      for (const auto& [id, words] : questionnaire.questions) {
        const bool named = std::any_of(
            indicator.expressions.begin(), indicator.expressions.end(),
            [&id = id](const std::string& expression) { return Names(expression, id); });
        if (named) questions.push_back(words);
      }
    }
    return questions;
  }

  static bool Asks(const QuestionnaireFacts& questionnaire, const IndicatorFacts& indicator) {
    return std::any_of(
        indicator.questionnaires.begin(), indicator.questionnaires.end(),
        [&](const std::string& name) { return questionnaire.name.starts_with(name + "/"); });
  }

  // Whether `id` stands in `expression` as a whole name.
  static bool Names(std::string_view expression, std::string_view id) {
    const auto part_of_name = [](char c) {
      return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
    };
    for (size_t at = expression.find(id); at != std::string_view::npos;
         at = expression.find(id, at + 1)) {
      const size_t end = at + id.size();
      if ((at == 0 || !part_of_name(expression[at - 1])) &&
          (end == expression.size() || !part_of_name(expression[end]))) {
        return true;
      }
    }
    return false;
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
    if (table.version != indicator.version) moved_ = true;
    Figure figure{.kind = ValueKind::kChange,
                  .unit = indicator.mean ? indicator.unit : "",
                  .breakdown = source.breakdown,
                  .provenance = ProvenanceOf(source.indicator, indicator, table)};
    RETURN_IF_ERROR(FillIn(table, indicator, figure));
    Pin(source.indicator, indicator.digest);
    Pin(source.wave_before, before.digest);
    gathered_.inputs.back().cut_off = before.last_answers;
    return figure;
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
    Figure figure = SpendingFigure(source.grant, spending);
    Pin(figure.provenance.resource, spending.digest);
    return figure;
  }

  absl::Status FillIn(const EstimateFacts& table, const IndicatorFacts& indicator, Figure& figure) {
    std::map<std::string, size_t> groups, categories;
    const auto place = [](std::map<std::string, size_t>& places, std::vector<Label>& labels,
                          const std::string& id, bool& added) {
      const auto [found, is_new] = places.emplace(id, labels.size());
      added = is_new;
      if (is_new) labels.push_back({.id = id});
      return found->second;
    };
    bool added = false;
    // The total first, whatever the order of the table; an unknown value of the attribute, whose
    // id is empty, too, gets one that no value has.
    const auto group_of = [](const EstimateRow& row) {
      return row.group.empty() ? std::string() : "=" + row.group[0];
    };
    place(groups, figure.groups, "", added);
    figure.groups[0].text = TotalLabel();
    for (const EstimateRow& row : table.rows) {
      if (row.group.size() > 1) {
        return absl::InternalError("an estimate by one attribute has several groups");
      }
      place(groups, figure.groups, group_of(row), added);
      if (added) {
        if (figure.breakdown == "municipality") RETURN_IF_ERROR(ReadMunicipalities());
        figure.groups.back().text = GroupLabel(figure.breakdown, row.group[0], municipalities_);
      }
      place(categories, figure.categories, row.category, added);
      if (added) figure.categories.back().text = CategoryLabel(indicator, row.category);
    }
    if (figure.categories.empty()) figure.categories.emplace_back();
    figure.cells.assign(figure.groups.size(), std::vector<Cell>(figure.categories.size()));
    for (const EstimateRow& row : table.rows) {
      figure.cells[groups[group_of(row)]][categories[row.category]] = row.cell;
    }
    for (Label& label : figure.groups) {
      if (!label.id.empty()) label.id = label.id == "=" ? "unknown" : label.id.substr(1);
    }
    return absl::OkStatus();
  }

  // The option's words on the questionnaire that was answered; the menu's for programmes.
  LocalizedText CategoryLabel(const IndicatorFacts& indicator, const std::string& id) {
    if (id.empty()) return {};
    for (const QuestionnaireFacts& questionnaire : wave_.questionnaires) {
      const auto question = questionnaire.options.find(indicator.value);
      if (!Asks(questionnaire, indicator) || question == questionnaire.options.end()) continue;
      for (const Label& option : question->second) {
        if (option.id == id) return option.text;
      }
    }
    if (indicator.on_programmes) {
      const auto found = menu_.interventions.find(id);
      if (found != menu_.interventions.end()) return found->second;
    }
    return {id, ""};
  }

  absl::Status ReadMunicipalities() {
    if (!municipalities_.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(municipalities_, sources_.GetMunicipalities(plan_.snapshot));
    return absl::OkStatus();
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
