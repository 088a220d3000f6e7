#include "services/report/peers/gather.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/report/domain/errors.h"

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
    digest.Text(StateName(cell.state)).Number(cell.value).Integer(cell.n).Integer(cell.units);
    digest.Integer(cell.positive).Integer(cell.answers);
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
    if (!Has<EstimateSource>()) {
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
      Pin(plan_.wave, wave_.digest);
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
    return ReadResponse();
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
    ASSIGN_OR_RETURN(EstimateFacts table, sources_.QueryEstimates(query));
    const bool has_total = std::any_of(table.rows.begin(), table.rows.end(),
                                       [](const EstimateRow& row) { return row.group.empty(); });
    if (!has_total) {
      query.breakdown.clear();
      ASSIGN_OR_RETURN(EstimateFacts total, sources_.QueryEstimates(query));
      table.rows.insert(table.rows.begin(), total.rows.begin(), total.rows.end());
    }
    // Defined anew between the two calls: the words would not be those of the numbers.
    if (table.version != indicator.version) moved_ = true;

    Figure figure{.kind = indicator.mean ? ValueKind::kMean : ValueKind::kShare,
                  .unit = indicator.mean ? indicator.unit : "",
                  .breakdown = source.breakdown};
    figure.provenance = {
        .resource = source.indicator,
        .version = indicator.version,
        .digest = indicator.digest,
        .description = indicator.description.empty() ? indicator.title : indicator.description,
        .respondents = RespondentsLabel(indicator.on_programmes ? "programme" : table.respondents)};
    RETURN_IF_ERROR(FillIn(table, indicator, figure));
    if (source.sort_by_value) SortByValue(figure);
    Pin(source.indicator, indicator.digest);
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
      const bool asked = std::any_of(
          indicator.questionnaires.begin(), indicator.questionnaires.end(),
          [&](const std::string& name) { return questionnaire.name.starts_with(name + "/"); });
      const auto question = questionnaire.options.find(indicator.value);
      if (!asked || question == questionnaire.options.end()) continue;
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

  absl::StatusOr<Figure> ReadAllocations(const AllocationSource& source) {
    ASSIGN_OR_RETURN(const RunFacts run, sources_.GetRun(source.run));
    Figure figure{.kind = ValueKind::kAmount, .unit = run.currency};
    figure.groups.push_back({.id = "", .text = TotalLabel()});
    figure.cells.emplace_back();
    for (const RunFacts::Component& component : run.components) {
      figure.categories.push_back(
          {.id = component.id,
           .text = component.title.empty() ? LocalizedText{component.id, ""} : component.title});
      figure.cells[0].push_back({.state = CellState::kShown,
                                 .value = component.total,
                                 .n = component.recipients,
                                 .units = component.recipients});
    }
    if (figure.categories.empty()) {
      figure.categories.emplace_back();
      figure.cells[0].emplace_back();
    }
    figure.overall = Cell{.state = CellState::kShown,
                          .value = run.total,
                          .n = run.determined,
                          .units = run.determined};
    figure.undetermined = run.undetermined;
    figure.provenance = {
        .resource = source.run,
        .digest = run.digest,
        .description = run.scheme_title,
        .respondents = run.municipalities ? LocalizedText{"Gemeenten", "Municipalities"}
                                          : LocalizedText{"Schoolvestigingen", "School branches"}};
    Pin(source.run, run.digest);
    Pin(run.scheme_version, run.scheme_digest);
    return figure;
  }

  absl::StatusOr<Figure> ReadResponse() {
    Figure figure{.kind = ValueKind::kResponse};
    figure.groups.push_back({.id = "", .text = TotalLabel()});
    figure.cells.emplace_back();
    for (const RoleFacts& role : wave_.roles) {
      figure.categories.push_back({.id = role.role, .text = RespondentsLabel(role.role)});
      Cell cell{.n = role.invited,
                .units = role.invited,
                .positive = role.answered,
                .answers = role.responses};
      if (role.invited > 0) {
        cell.state = CellState::kShown;
        ASSIGN_OR_RETURN(cell.value, Exact::FromFraction(role.answered, role.invited));
      }
      figure.cells[0].push_back(cell);
    }
    if (figure.categories.empty()) {
      figure.categories.emplace_back();
      figure.cells[0].emplace_back();
    }
    figure.provenance = {
        .resource = plan_.wave,
        .digest = wave_.digest,
        .description = {"Aandeel van de uitgenodigde scholen, besturen en gemeenten met ten minste "
                        "één volledig antwoord.",
                        "Share of the schools, boards and municipalities invited with at least "
                        "one complete response."}};
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
