#include "services/indicators/api/table_source.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::indicators {

namespace v1 = voortgang::indicators::v1;
namespace survey = voortgang::survey::v1;

absl::StatusOr<TableSource> SourceOf(const StoredIndicator& stored,
                                     const v1::QueryEstimatesRequest& request, Measures& measures,
                                     Peers& peers) {
  TableSource source;
  ASSIGN_OR_RETURN(source.definition, measures.Read(stored));
  const Definition* const definition = source.definition.get();
  std::string snapshot = request.snapshot();
  if (definition->proto.has_programmes()) {
    if (!request.wave().empty()) {
      return InvalidField("wave", "NOT_APPLICABLE", "means nothing for an indicator on programmes");
    }
    if (snapshot.empty()) {
      return InvalidField("snapshot", "REQUIRED", "is needed for an indicator on programmes");
    }
    source.frame = snapshot;
    source.counted_as.insert(definition->proto.programmes().school_year());
    ASSIGN_OR_RETURN(source.units, peers.Units(snapshot));
    return source;
  }
  if (request.wave().empty()) {
    return InvalidField("wave", "REQUIRED", "is needed for an indicator on responses");
  }
  ASSIGN_OR_RETURN(const survey::Wave wave, peers.Wave(request.wave()));
  if (snapshot.empty()) snapshot = wave.snapshot();
  source.frame = wave.snapshot();
  bool all_sectors = false;
  for (const std::string& questionnaire : definition->proto.responses().questionnaires()) {
    // A questionnaire that is not in the wave counts nobody; its newest version names the options.
    std::string version = absl::StrCat(questionnaire, "/versions/latest");
    for (const survey::WaveQuestionnaire& asked : wave.questionnaires()) {
      if (absl::StartsWith(asked.questionnaire_version(), questionnaire + "/")) {
        version = asked.questionnaire_version();
        all_sectors = all_sectors || asked.sectors().empty();
        for (const int sector : asked.sectors()) {
          source.sectors.insert(SectorName(static_cast<voortgang::type::v1::Sector>(sector)));
        }
      }
    }
    source.counted_as.insert(questionnaire);
    ASSIGN_OR_RETURN(const Asked asked, measures.Questionnaire(version));
    source.role = asked.role;
    ASSIGN_OR_RETURN(const std::shared_ptr<const Measure> measure,
                     measures.OnResponses(stored, version));
    if (measure == nullptr) continue;
    for (const std::string& category : measure->categories()) {
      if (std::find(source.categories.begin(), source.categories.end(), category) ==
          source.categories.end()) {
        source.categories.push_back(category);
      }
    }
  }
  if (all_sectors || source.role == survey::ROLE_BOARD ||
      source.role == survey::ROLE_MUNICIPALITY) {
    source.sectors.clear();
  }
  // Plain figures by attributes of the register do without the sample.
  ASSIGN_OR_RETURN(source.units, peers.Units(snapshot));
  const bool needed = request.has_estimation() ||
                      std::any_of(request.breakdowns().begin(), request.breakdowns().end(),
                                  [&source](const std::string& name) {
                                    return !source.units->units.FindAttribute(name).has_value();
                                  });
  if (needed) {
    ASSIGN_OR_RETURN(source.sample, peers.Sample(wave, source.role));
  }
  return source;
}

}  // namespace vg::indicators
