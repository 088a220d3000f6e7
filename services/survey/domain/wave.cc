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

absl::Status CheckQuotas(const Wave& wave, std::string_view prefix) {
  const auto& quotas = wave.quotas;
  for (size_t i = 0; i < quotas.size(); ++i) {
    const std::string field = absl::StrCat(Av(prefix), "quotas[", i, "]");
    if (std::any_of(quotas.begin(), quotas.begin() + static_cast<ptrdiff_t>(i),
                    [&](const Quota& other) { return other.id == quotas[i].id; })) {
      return QuotaTwice(field + ".id", quotas[i].id);
    }
    if (!AsksRole(wave, quotas[i].role)) return RoleNotAsked(field + ".role", quotas[i].role);
  }
  return absl::OkStatus();
}

// Samples stand beside the wave in what opens it.
absl::Status CheckSamples(const Wave& wave) {
  for (size_t i = 0; i < wave.samples.size(); ++i) {
    const Role role = wave.samples[i].role;
    const std::string field = absl::StrCat("samples[", i, "].role");
    if (!AsksRole(wave, role)) return RoleNotAsked(field, role);
    if (std::any_of(wave.samples.begin(), wave.samples.begin() + static_cast<ptrdiff_t>(i),
                    [role](const SampleSummary& other) { return other.role == role; })) {
      return SampleTwice(field, role);
    }
  }
  return absl::OkStatus();
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
  RETURN_IF_ERROR(CheckQuotas(wave, prefix));
  return CheckSamples(wave);
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
  // Records that are there only when there is something to say: waves without keep their digests.
  for (const WaveQuestionnaire& asked : wave.questionnaires) {
    if (asked.access == Access::kAnybody) continue;
    digest.Record("access").Text(asked.questionnaire).Integer(static_cast<int>(asked.access));
  }
  for (const Quota& quota : wave.quotas) {
    digest.Record("quota").Text(quota.id).Integer(static_cast<int>(quota.role));
    digest.List(quota.where.size());
    for (const auto& [name, value] : quota.where) digest.Text(name).Text(value);
    digest.Integer(quota.limit);
  }
  for (const SampleSummary& sample : wave.samples) digest.Record("sample").Text(sample.digest);
  return digest.Finish();
}

absl::Status CheckOpen(const Wave& wave, absl::Time now) {
  if (now < wave.open_time) return WaveNotOpen(wave.name(), wave.open_time);
  if (now >= wave.close_time) return WaveClosed(wave.name(), wave.close_time);
  return absl::OkStatus();
}

bool AsksRole(const Wave& wave, Role role) {
  return std::any_of(wave.questionnaires.begin(), wave.questionnaires.end(),
                     [role](const WaveQuestionnaire& asked) { return asked.role == role; });
}

bool Asks(const WaveQuestionnaire& questionnaire, Sector sector) {
  if (KindAsked(questionnaire.role) != UnitKind::kSchool) return true;
  return questionnaire.sectors.empty() ||
         std::find(questionnaire.sectors.begin(), questionnaire.sectors.end(), sector) !=
             questionnaire.sectors.end();
}

std::map<Role, int64_t> CountPopulation(const Wave& wave, const std::vector<Unit>& units) {
  std::map<Role, int64_t> population;
  for (const WaveQuestionnaire& asked : wave.questionnaires) {
    int64_t& count = population[asked.role];
    for (const Unit& unit : units) {
      if (KindOf(unit.name) == KindAsked(asked.role) && Asks(asked, unit.sector)) ++count;
    }
  }
  for (const SampleSummary& sample : wave.samples) population[sample.role] = sample.units;
  return population;
}

}  // namespace vg::survey
