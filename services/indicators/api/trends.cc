#include "services/indicators/api/trends.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/estimation_proto.h"
#include "services/indicators/api/used_questions.h"
#include "services/indicators/domain/trend.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;
namespace survey = voortgang::survey::v1;

// The version of `questionnaire` that `wave` asks; empty if it does not put it.
std::string VersionAsked(const survey::Wave& wave, const std::string& questionnaire) {
  for (const survey::WaveQuestionnaire& asked : wave.questionnaires()) {
    if (absl::StartsWith(asked.questionnaire_version(), questionnaire + "/")) {
      return asked.questionnaire_version();
    }
  }
  return "";
}

survey::QuestionComparison Judged(survey::Comparability comparability, std::string nl,
                                  std::string en) {
  survey::QuestionComparison judged;
  judged.set_comparability(comparability);
  judged.mutable_note()->set_nl(std::move(nl));
  judged.mutable_note()->set_en(std::move(en));
  return judged;
}

void Add(const std::string& before, const std::string& after, survey::QuestionComparison comparison,
         v1::WaveStep& step) {
  // What is new or gone cannot be compared.
  step.set_comparability(std::max(
      step.comparability(), std::min(comparison.comparability(), survey::COMPARABILITY_BROKEN)));
  v1::UsedQuestion& used = *step.add_questions();
  used.set_version_before(before);
  used.set_version_after(after);
  *used.mutable_comparison() = std::move(comparison);
}

absl::Status TrendBroken(const v1::WaveStep& step) {
  std::vector<std::string> questions, sentences;
  std::set<std::string> versions;
  for (const v1::UsedQuestion& used : step.questions()) {
    const survey::QuestionComparison& comparison = used.comparison();
    if (comparison.comparability() < survey::COMPARABILITY_BROKEN) continue;
    const std::string& question =
        comparison.question().empty() ? comparison.former_question() : comparison.question();
    for (const std::string* version : {&used.version_before(), &used.version_after()}) {
      if (!version->empty()) versions.insert(*version);
    }
    if (!question.empty()) questions.push_back(question);
    sentences.push_back(
        absl::StrCat(question, question.empty() ? "" : " of ", used.version_before(),
                     used.version_before().empty() || used.version_after().empty() ? "" : " and ",
                     used.version_after(), ": ", WhyOf(comparison)));
  }
  return Error(absl::StatusCode::kFailedPrecondition, "TREND_BROKEN",
               absl::StrCat("what is measured in ", step.before(), " and ", step.after(),
                            " is not the same (", absl::StrJoin(sentences, "; "),
                            "); allow_broken compares all the same"),
               {{"before", step.before()},
                {"after", step.after()},
                {"questions", absl::StrJoin(questions, " ")},
                {"versions", absl::StrJoin(versions, " ")}});
}

void AddDifferences(const MadeTable& before, const MadeTable& after, v1::WaveStep& step) {
  for (const Difference& difference : Subtract(*before.estimates, *after.estimates)) {
    v1::Difference& told = *step.add_differences();
    *told.mutable_group() = {difference.group.begin(), difference.group.end()};
    told.set_category(difference.category);
    told.set_state(StateToProto(difference.state));
    if (!difference.value.has_value()) continue;
    *told.mutable_unweighted_difference() = RoundedToProto(*difference.value);
    if (after.weighted == nullptr) continue;
    const auto& earlier = before.weighted->figures[difference.before];
    const auto& later = after.weighted->figures[difference.after];
    if (earlier == nullptr || later == nullptr) continue;
    ToProto(Change(*before.weighted, *earlier, *after.weighted, *later), *told.mutable_weighted());
  }
}

absl::Status CheckWaves(const v1::CompareWavesRequest& request) {
  if (request.waves_size() < 2) {
    return InvalidField("waves", "TOO_FEW", "must have at least 2 waves");
  }
  std::set<std::string> seen;
  for (int i = 0; i < request.waves_size(); ++i) {
    if (seen.insert(request.waves(i)).second) continue;
    return InvalidField(absl::StrCat("waves[", i, "]"), "WAVE_TWICE", "is there already");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Trends::AddQuestions(const StoredIndicator& stored, const std::string& before,
                                  const std::string& after, v1::WaveStep& step) {
  std::vector<std::shared_ptr<const Measure>> measures;
  for (const std::string* version : {&before, &after}) {
    ASSIGN_OR_RETURN(measures.emplace_back(), measures_.OnResponses(stored, *version));
    if (measures.back() != nullptr) continue;
    Add(before, after,
        Judged(survey::COMPARABILITY_BROKEN,
               absl::StrCat(*version, " mist een vraag die de indicator gebruikt."),
               absl::StrCat(*version, " lacks a question that the indicator uses.")),
        step);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<survey::QuestionComparison> used,
                   CompareUsed(peers_, {before, measures[0].get()}, {after, measures[1].get()}));
  for (const survey::QuestionComparison& each : used) Add(before, after, each, step);
  return absl::OkStatus();
}

absl::StatusOr<v1::WaveStep> Trends::StepOf(const StoredIndicator& stored,
                                            const std::string& before, const std::string& after) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition, measures_.Read(stored));
  ASSIGN_OR_RETURN(const survey::Wave earlier, peers_.Wave(before));
  ASSIGN_OR_RETURN(const survey::Wave later, peers_.Wave(after));
  v1::WaveStep step;
  step.set_before(before);
  step.set_after(after);
  step.set_comparability(survey::COMPARABILITY_SAME);
  for (const std::string& questionnaire : definition->proto.responses().questionnaires()) {
    const std::string former = VersionAsked(earlier, questionnaire);
    const std::string version = VersionAsked(later, questionnaire);
    if (former == version) continue;
    if (former.empty() || version.empty()) {
      const std::string& lacking = former.empty() ? before : after;
      Add(former, version,
          Judged(former.empty() ? survey::COMPARABILITY_NEW : survey::COMPARABILITY_GONE,
                 absl::StrCat("Niet gesteld in ", lacking, "."),
                 absl::StrCat("Not put in ", lacking, ".")),
          step);
      continue;
    }
    RETURN_IF_ERROR(AddQuestions(stored, former, version, step));
  }
  return step;
}

absl::Status Trends::Compare(const StoredIndicator& stored, const v1::CompareWavesRequest& request,
                             const Viewer& viewer, v1::WaveComparison& response) {
  RETURN_IF_ERROR(CheckWaves(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition, measures_.Read(stored));
  if (definition->proto.has_programmes()) {
    return InvalidField("indicator", "NOT_APPLICABLE",
                        "is on programmes, which waves do not ask about");
  }
  for (int i = 1; i < request.waves_size(); ++i) {
    ASSIGN_OR_RETURN(*response.add_steps(), StepOf(stored, request.waves(i - 1), request.waves(i)));
    const v1::WaveStep& step = response.steps(i - 1);
    if (step.comparability() == survey::COMPARABILITY_BROKEN && !request.allow_broken()) {
      return TrendBroken(step);
    }
  }
  MadeTable former;
  for (int i = 0; i < request.waves_size(); ++i) {
    v1::QueryEstimatesRequest query;
    query.set_indicator(request.indicator());
    query.set_wave(request.waves(i));
    *query.mutable_breakdowns() = request.breakdowns();
    *query.mutable_filter() = request.filter();
    if (request.has_estimation()) *query.mutable_estimation() = request.estimation();
    ASSIGN_OR_RETURN(MadeTable table, tables_.Make(stored, query, viewer, *response.add_tables()));
    if (i > 0) AddDifferences(former, table, *response.mutable_steps(i - 1));
    former = std::move(table);
  }
  return absl::OkStatus();
}

}  // namespace vg::indicators
