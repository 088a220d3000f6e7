#include "services/cli/synthetic/responses.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "services/cli/synthetic/random.h"

namespace vg::synthetic {
namespace {

namespace survey = voortgang::survey::v1;
using voortgang::type::v1::Sector;
using voortgang::type::v1::SECTOR_SECONDARY;
using voortgang::type::v1::SECTOR_SPECIAL;

// How likely an option is, by "question/option" or "question.row/option", in no unit. The shares
// that follow from it are near what the monitor found: half of plans go (very) well, half of
// leaders have (very) much trouble finding staff, two thirds see wellbeing improve.
const std::map<std::string, int, std::less<>>& Weights() {
  static const auto& weights = *new std::map<std::string, int, std::less<>>{
      {"considerations/support_base", 46},
      {"considerations/fits_vision", 42},
      {"considerations/fits_delays", 38},
      {"considerations/earlier_experience", 30},
      {"considerations/evidence", 16},
      {"considerations/feasible", 14},
      {"considerations/staff_available", 12},
      {"considerations/cost", 8},
      {"team_involved/decided", 640},
      {"team_involved/consulted", 335},
      {"team_involved/informed", 20},
      {"team_involved/none", 5},
      {"council_involved/yes_early", 620},
      {"council_involved/yes_late", 345},
      {"council_involved/no", 35},
      {"council_consent/given", 790},
      {"council_consent/partly", 45},
      {"council_consent/requested", 140},
      {"council_consent/refused", 25},
      {"execution/very_well", 110},
      {"execution/well", 430},
      {"execution/neutral", 385},
      {"execution/badly", 60},
      {"execution/very_badly", 15},
      {"stage/not_started", 40},
      {"stage/few_running", 230},
      {"stage/most_running", 520},
      {"stage/all_running", 210},
      {"staff_trouble/very_much", 230},
      {"staff_trouble/much", 280},
      {"staff_trouble/some", 260},
      {"staff_trouble/little", 140},
      {"staff_trouble/none", 90},
      {"effect.wellbeing/very_positive", 130},
      {"effect.wellbeing/positive", 540},
      {"effect.wellbeing/neutral", 280},
      {"effect.wellbeing/negative", 40},
      {"effect.wellbeing/very_negative", 10},
      {"effect.workload/very_positive", 30},
      {"effect.workload/positive", 170},
      {"effect.workload/neutral", 390},
      {"effect.workload/negative", 320},
      {"effect.workload/very_negative", 90},
      {"effect.pleasure/very_positive", 40},
      {"effect.pleasure/positive", 220},
      {"effect.pleasure/neutral", 560},
      {"effect.pleasure/negative", 140},
      {"effect.pleasure/very_negative", 40},
      {"position/teacher", 700},
      {"position/assistant", 170},
      {"position/support", 90},
      {"position/other", 40},
      {"involved/decided", 280},
      {"involved/consulted", 380},
      {"involved/informed", 260},
      {"involved/none", 80},
      {"support/staff", 430},
      {"support/knowledge", 520},
      {"support/analysis", 610},
      {"support/accounting", 690},
      {"measures/wellbeing", 760},
      {"measures/language", 640},
      {"measures/preschool", 580},
      {"measures/sport_culture", 450},
      {"measures/absentees", 380},
      {"measures/facilities", 120},
      {"cooperation/very_well", 180},
      {"cooperation/well", 520},
      {"cooperation/neutral", 240},
      {"cooperation/badly", 50},
      {"cooperation/very_badly", 10},
  };
  return weights;
}

// The same of what was otherwise in autumn.
const std::map<std::string, int, std::less<>>& AutumnWeights() {
  static const auto& weights = *new std::map<std::string, int, std::less<>>{
      {"support/staff", 240}, {"support/knowledge", 390}, {"support/analysis", 600}};
  return weights;
}

int WeightOf(const std::string& option, Season season) {
  if (season == Season::kAutumn) {
    const auto found = AutumnWeights().find(option);
    if (found != AutumnWeights().end()) return found->second;
  }
  const auto found = Weights().find(option);
  return found == Weights().end() ? 100 : found->second;
}

// Questions that are put only after certain answers, so that a made-up respondent skips them as a
// real one does.
struct Follows {
  std::string_view question, earlier;
  std::set<std::string_view> answers;
};
const std::vector<Follows>& Dependencies() {
  static const auto& dependencies = *new std::vector<Follows>{
      {"council_consent", "council_involved", {"yes_early", "yes_late"}},
      {"council_consent", "above_school", {"yes"}},
      {"barriers", "execution", {"neutral", "badly", "very_badly"}},
  };
  return dependencies;
}

template <typename Options>
std::vector<int> WeightsOf(std::string_view question, const Options& options, Sector sector,
                           Season season) {
  std::vector<int> weights;
  for (const survey::Option& option : options) {
    int weight = WeightOf(absl::StrCat(std::string(question), "/", option.id()), season);
    // Special schools see more of an effect on wellbeing, and find staff harder to get.
    if (sector == SECTOR_SPECIAL && option.id() == "positive") weight = weight * 13 / 10;
    if (sector == SECTOR_SECONDARY && option.id() == "very_much") weight = weight * 8 / 10;
    weights.push_back(weight);
  }
  return weights;
}

class Respondent {
 public:
  Respondent(Random random, Sector sector, Season season, survey::Response& response)
      : random_(random), sector_(sector), season_(season), response_(response) {}

  void Answer(const survey::Question& question) {
    for (const Follows& rule : Dependencies()) {
      const auto earlier = chosen_.find(std::string(rule.earlier));
      if (rule.question == question.id() && earlier != chosen_.end() &&
          !rule.answers.contains(earlier->second)) {
        return;
      }
    }
    const bool may_lack = !question.required() && question.required_if().empty();
    if (may_lack && random_.Chance(250)) return;
    survey::Answer answer;
    answer.set_question(question.id());
    switch (question.type_case()) {
      case survey::Question::kSingle:
        answer.set_choice(Draw(question.id(), question.single().options()));
        chosen_[question.id()] = answer.choice();
        break;
      case survey::Question::kMultiple:
        Choose(question, *answer.mutable_choices());
        break;
      case survey::Question::kNumber:
        answer.mutable_number()->set_value(Number(question.number()));
        break;
      case survey::Question::kDate:
        answer.mutable_date()->set_year(2021);
        answer.mutable_date()->set_month(static_cast<int>(random_.Between(8, 12)));
        answer.mutable_date()->set_day(static_cast<int>(random_.Between(1, 28)));
        break;
      case survey::Question::kText:
        answer.set_text("Verzonnen antwoord.");
        break;
      case survey::Question::kMatrix:
        for (const survey::Option& row : question.matrix().rows()) {
          (*answer.mutable_matrix()->mutable_rows())[row.id()] =
              Draw(absl::StrCat(question.id(), ".", row.id()), question.matrix().options());
        }
        break;
      case survey::Question::kRanking:
        Rank(question, *answer.mutable_ranking());
        break;
      case survey::Question::kRepeat:
      case survey::Question::kCalculation:
      case survey::Question::TYPE_NOT_SET:
        return;
    }
    *response_.add_answers() = std::move(answer);
  }

 private:
  template <typename Options>
  std::string Draw(std::string_view question, const Options& options) {
    const size_t drawn = random_.Weighted(WeightsOf(question, options, sector_, season_));
    return options.Get(static_cast<int>(drawn)).id();
  }

  void Choose(const survey::Question& question, survey::OptionList& list) {
    const int most = question.multiple().max_choices();
    const std::vector<int> weights =
        WeightsOf(question.id(), question.multiple().options(), sector_, season_);
    for (int i = 0; i < question.multiple().options_size(); ++i) {
      if (most > 0 && list.options_size() == most) return;
      if (random_.Chance(std::min(weights[static_cast<size_t>(i)], 900))) {
        list.add_options(question.multiple().options(i).id());
      }
    }
  }

  void Rank(const survey::Question& question, survey::OptionList& list) {
    const auto& options = question.ranking().options();
    std::vector<int> weights = WeightsOf(question.id(), options, sector_, season_);
    const int top = std::min(question.ranking().top(), options.size());
    for (int rank = 0; rank < top; ++rank) {
      const size_t drawn = random_.Weighted(weights);
      list.add_options(options.Get(static_cast<int>(drawn)).id());
      weights[drawn] = 0;
    }
  }

  // A working week has few hours to spare; a school has some hundreds of pupils.
  std::string Number(const survey::NumberInput& input) {
    const int64_t whole = random_.Between(1, input.unit() == "hours" ? 12 : 240);
    return input.decimals() > 0 && random_.Chance(300) ? absl::StrCat(whole, ".5")
                                                       : absl::StrCat(whole);
  }

  Random random_;
  const Sector sector_;
  const Season season_;
  survey::Response& response_;
  std::map<std::string, std::string> chosen_;
};

}  // namespace

std::vector<survey::Response> Responses::Of(std::string_view unit, Sector sector) const {
  Random random(seed_, unit, absl::StrCat("who answers ", version_.name()));
  int64_t persons = 0;
  switch (version_.content().role()) {
    case survey::ROLE_SCHOOL_LEADER:
      persons = random.Chance(sector == SECTOR_SECONDARY ? 520 : 450) ? 1 : 0;
      break;
    case survey::ROLE_STAFF:
      persons = random.Chance(166) ? random.Between(1, 8) + random.Below(2) : 0;
      break;
    default:
      persons = random.Chance(season_ == Season::kAutumn ? 300 : 405) ? 1 : 0;
  }
  std::vector<survey::Response> responses;
  for (int number = 1; number <= persons; ++number) responses.push_back(One(unit, sector, number));
  return responses;
}

survey::Response Responses::One(std::string_view unit, Sector sector, int number) const {
  const std::string questionnaire = version_.name().substr(std::string("questionnaires/").size());
  const std::string id =
      absl::StrReplaceAll(absl::StrCat(questionnaire.substr(0, questionnaire.find('/')), "-",
                                       std::string(unit.substr(unit.find('/') + 1)), "-", number),
                          {{"/", "-"}});
  survey::Response response;
  response.set_name(absl::StrCat(wave_, "/responses/", id));
  response.set_questionnaire_version(version_.name());
  response.set_unit(std::string(unit));
  Random random(seed_, id, "answers");
  response.set_partial(random.Chance(30));
  Respondent respondent(random, sector, season_, response);
  int left = response.partial() ? static_cast<int>(random.Between(1, 4)) : 1000;
  for (const survey::Section& section : version_.content().sections()) {
    for (const survey::Question& question : section.questions()) {
      if (left-- > 0) respondent.Answer(question);
    }
  }
  return response;
}

}  // namespace vg::synthetic
