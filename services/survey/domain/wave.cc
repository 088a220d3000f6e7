#include "services/survey/domain/wave.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

bool Overlap(const WaveQuestionnaire& a, const WaveQuestionnaire& b) {
  if (a.role != b.role) return false;
  if (KindAsked(a.role) != UnitKind::kSchool || a.sectors.empty() || b.sectors.empty()) return true;
  return std::any_of(a.sectors.begin(), a.sectors.end(),
                     [&b](Sector sector) { return Asks(b, sector); });
}

std::string_view SectorWords(Sector sector) {
  switch (sector) {
    case Sector::kPrimary:
      return "primary education";
    case Sector::kSecondary:
      return "secondary education";
    case Sector::kSpecial:
      return "special education";
    case Sector::kNone:
      break;
  }
  return "no sector";
}

}  // namespace

std::string WaveQuestionnaire::version_name() const {
  return absl::StrCat("questionnaires/", questionnaire, "/versions/", version);
}

absl::Status CheckWave(const Wave& wave, std::string_view prefix) {
  if (wave.close_time <= wave.open_time)
    return TimesReversed(absl::StrCat(Av(prefix), "close_time"));
  const auto& asked = wave.questionnaires;
  for (size_t i = 0; i < asked.size(); ++i) {
    const std::string field = absl::StrCat(Av(prefix), "questionnaires[", i, "]");
    for (size_t j = 0; j < i; ++j) {
      if (asked[i].questionnaire == asked[j].questionnaire) {
        return QuestionnaireTwice(field + ".questionnaire_version",
                                  "questionnaires/" + asked[i].questionnaire);
      }
      if (Overlap(asked[i], asked[j])) {
        return RoleTakenTwice(field, asked[i].role, asked[j].version_name());
      }
    }
  }
  return absl::OkStatus();
}

std::string OpeningDigest(const Wave& wave) {
  DigestBuilder digest("voortgang.survey.wave.v1");
  digest.Text(wave.id).Text(wave.title.nl).Text(wave.title.en).Text(wave.snapshot);
  digest.List(wave.questionnaires.size());
  for (const WaveQuestionnaire& asked : wave.questionnaires) {
    digest.Text(asked.questionnaire).Integer(asked.version).List(asked.sectors.size());
    for (const Sector sector : asked.sectors) digest.Integer(static_cast<int>(sector));
  }
  digest.Integer(absl::ToUnixMicros(wave.open_time)).Integer(absl::ToUnixMicros(wave.close_time));
  return digest.Finish();
}

absl::Status CheckOpen(const Wave& wave, absl::Time now) {
  if (now < wave.open_time) return WaveNotOpen(wave.name(), wave.open_time);
  if (now >= wave.close_time) return WaveClosed(wave.name(), wave.close_time);
  return absl::OkStatus();
}

bool Asks(const WaveQuestionnaire& questionnaire, Sector sector) {
  if (KindAsked(questionnaire.role) != UnitKind::kSchool) return true;
  return questionnaire.sectors.empty() ||
         std::find(questionnaire.sectors.begin(), questionnaire.sectors.end(), sector) !=
             questionnaire.sectors.end();
}

Frame::Frame(const Wave& wave, const std::vector<Unit>& units)
    : wave_name_(wave.name()), snapshot_(wave.snapshot), questionnaires_(wave.questionnaires) {
  for (const WaveQuestionnaire& asked : questionnaires_) {
    version_names_.push_back(asked.version_name());
  }
  sectors_.reserve(units.size());
  for (const Unit& unit : units) sectors_.emplace(unit.name, unit.sector);
}

absl::StatusOr<int> Frame::Match(std::string_view questionnaire_version,
                                 std::string_view unit) const {
  const auto name = std::find(version_names_.begin(), version_names_.end(), questionnaire_version);
  if (name == version_names_.end()) {
    return WrongQuestionnaire(absl::StrCat("must be a questionnaire of ", wave_name_, "; ",
                                           Av(questionnaire_version), " is not"));
  }
  const int place = static_cast<int>(name - version_names_.begin());
  const WaveQuestionnaire& asked = questionnaires_[place];
  if (KindOf(unit) != KindAsked(asked.role)) return WrongUnit(unit, asked.role);
  const auto found = sectors_.find(Av(unit));
  if (found == sectors_.end()) return UnknownUnit(unit, snapshot_);
  if (!Asks(asked, found->second)) {
    return WrongQuestionnaire(absl::StrCat("is not put to ", Av(SectorWords(found->second)),
                                           ", the sector of ", Av(unit)));
  }
  return place;
}

std::map<Role, int64_t> CountPopulation(const Wave& wave, const std::vector<Unit>& units) {
  std::map<Role, int64_t> population;
  for (const WaveQuestionnaire& asked : wave.questionnaires) {
    int64_t& count = population[asked.role];
    for (const Unit& unit : units) {
      if (KindOf(unit.name) == KindAsked(asked.role) && Asks(asked, unit.sector)) ++count;
    }
  }
  return population;
}

}  // namespace vg::survey
