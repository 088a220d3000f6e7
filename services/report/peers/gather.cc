#include "services/report/peers/gather.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/report/domain/errors.h"
#include "services/report/peers/indicator_reader.h"
#include "services/report/peers/plain_figures.h"

namespace vg::report {
namespace {

constexpr int kAttempts = 3;  // To see all figures at one moment.

const std::string& BreakdownOf(const FigurePlan& plan) {
  static const std::string& none = *new std::string;
  if (const auto* estimates = std::get_if<EstimateSource>(&plan.source)) {
    return estimates->breakdown;
  }
  if (const auto* change = std::get_if<ChangeSource>(&plan.source)) return change->breakdown;
  return none;
}

class Gatherer {
 public:
  Gatherer(const EditionPlan& plan, const std::string& publication, Sources& sources,
           ForEach for_each)
      : plan_(plan), publication_(publication), sources_(sources), for_each_(for_each) {
    for (size_t s = 0; s < plan_.sections.size(); ++s) {
      for (size_t f = 0; f < plan_.sections[s].figures.size(); ++f) {
        places_.push_back({&plan_.sections[s].figures[f], PlaceOf(s, f)});
      }
    }
  }

  absl::StatusOr<Gathered> Run() {
    RETURN_IF_ERROR(ReadRegisters());
    if (std::none_of(places_.begin(), places_.end(),
                     [](const Place& place) { return IndicatorOf(*place.plan) != nullptr; })) {
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
  struct Place {
    const FigurePlan* plan;
    std::string name;  // "plan.sections[2].figures[0]"
  };
  // Figures that are read together, by their places: all of one indicator, or one of another kind.
  using Job = std::vector<size_t>;

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
    const bool names_municipalities =
        std::any_of(places_.begin(), places_.end(),
                    [](const Place& place) { return BreakdownOf(*place.plan) == "municipality"; });
    if (names_municipalities) {
      ASSIGN_OR_RETURN(municipalities_, sources_.GetMunicipalities(plan_.snapshot));
    }
    return absl::OkStatus();
  }

  absl::Status ReadFigures() {
    if (!plan_.wave.empty()) RETURN_IF_ERROR(ReadWave());
    const std::vector<Job> jobs = Jobs();
    read_.assign(places_.size(), std::nullopt);
    for_each_(jobs.size(), [&](size_t i) { Do(jobs[i]); });
    for (size_t i = 0; i < places_.size(); ++i) {
      if (read_[i].has_value()) RETURN_IF_ERROR(Annotate(read_[i]->status(), places_[i].name));
    }
    for (size_t i = 0; i < places_.size(); ++i) {
      ReadFigure& read = **read_[i];
      for (Input& input : read.inputs) gathered_.inputs.push_back(std::move(input));
      moved_ = moved_ || read.moved;
      Finish(*places_[i].plan, read.figure);
      gathered_.figures.push_back(std::move(read.figure));
    }
    return absl::OkStatus();
  }

  absl::Status ReadWave() {
    auto wave = sources_.GetWave(plan_.wave);
    RETURN_IF_ERROR(Annotate(wave.status(), "plan.wave"));
    wave_ = *std::move(wave);
    if (plan_.cut_off.has_value() && wave_.last_answers.value_or(*plan_.cut_off) > *plan_.cut_off) {
      return AfterCutOff(plan_.wave, *wave_.last_answers, *plan_.cut_off);
    }
    Pin(plan_.wave, wave_.digest);
    gathered_.inputs.back().cut_off =
        plan_.cut_off.has_value() ? plan_.cut_off : wave_.last_answers;
    for (const QuestionnaireFacts& questionnaire : wave_.questionnaires) {
      Pin(questionnaire.name, questionnaire.digest);
    }
    return absl::OkStatus();
  }

  // In the order of the plan.
  std::vector<Job> Jobs() const {
    std::vector<Job> jobs;
    std::map<std::string, size_t> of_indicators;
    for (size_t i = 0; i < places_.size(); ++i) {
      const std::string* const indicator = IndicatorOf(*places_[i].plan);
      if (indicator == nullptr) {
        jobs.push_back({i});
        continue;
      }
      const auto [found, is_new] = of_indicators.emplace(*indicator, jobs.size());
      if (is_new) jobs.emplace_back();
      jobs[found->second].push_back(i);
    }
    return jobs;
  }

  // On any thread: writes into read_ at the job's own places only. Where one of them fails others
  // may be left open.
  void Do(const Job& job) {
    if (IndicatorOf(*places_[job.front()].plan) == nullptr) {
      read_[job.front()] = Read(*places_[job.front()].plan);
      return;
    }
    std::vector<const FigurePlan*> figures;
    for (const size_t place : job) figures.push_back(places_[place].plan);
    const IndicatorReader reader(plan_, publication_, sources_,
                                 {.questionnaires = wave_.questionnaires,
                                  .interventions = menu_.interventions,
                                  .municipalities = municipalities_});
    std::vector<MaybeRead> read = reader.Read(figures);
    for (size_t i = 0; i < job.size(); ++i) read_[job[i]] = std::move(read[i]);
  }

  absl::StatusOr<ReadFigure> Read(const FigurePlan& plan) {
    if (const auto* allocations = std::get_if<AllocationSource>(&plan.source)) {
      return ReadAllocations(*allocations);
    }
    if (const auto* books = std::get_if<BooksSource>(&plan.source)) return ReadBooks(*books);
    if (const auto* spending = std::get_if<SpendingSource>(&plan.source)) {
      return ReadSpending(*spending);
    }
    ReadFigure read;
    ASSIGN_OR_RETURN(read.figure, ResponseFigure(plan_.wave, wave_));
    return read;
  }

  absl::StatusOr<ReadFigure> ReadAllocations(const AllocationSource& source) {
    ASSIGN_OR_RETURN(const RunFacts run, sources_.GetRun(source.run));
    ReadFigure read{.figure = AllocationFigure(source.run, run)};
    read.Pin(source.run, run.digest);
    read.Pin(run.scheme_version, run.scheme_digest);
    return read;
  }

  absl::StatusOr<ReadFigure> ReadBooks(const BooksSource& source) {
    ASSIGN_OR_RETURN(const BooksFacts books, sources_.GetBooks(source.grant));
    ReadFigure read{.figure = BooksFigure(source.grant, books)};
    for (const Input& book : books.books) read.Pin(book.resource, book.digest);
    return read;
  }

  absl::StatusOr<ReadFigure> ReadSpending(const SpendingSource& source) {
    ASSIGN_OR_RETURN(const SpendingFacts spending, sources_.GetSpending(source.grant, source.year));
    ReadFigure read{.figure = SpendingFigure(source, spending)};
    read.Pin(read.figure.provenance.resource, spending.digest);
    return read;
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
  const std::string& publication_;
  Sources& sources_;
  const ForEach for_each_;
  std::vector<Place> places_;
  Gathered gathered_;
  MenuFacts menu_;
  WaveFacts wave_;
  Words municipalities_;
  std::vector<MaybeRead> read_;  // By place.
  bool moved_ = false;
};

}  // namespace

absl::StatusOr<Gathered> Gather(const EditionPlan& plan, const std::string& publication,
                                Sources& sources, ForEach for_each) {
  return Gatherer(plan, publication, sources, for_each).Run();
}

}  // namespace vg::report
