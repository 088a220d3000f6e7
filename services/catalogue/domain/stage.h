// How far a programme is, and what is missing for it to be complete.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_STAGE_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_STAGE_H_

#include <vector>

#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// As the API numbers them.
enum class Stage {
  kFiled = 0,
  kScanned = 1,
  kGoalsSet = 2,
  kChosen = 3,
  kConsulted = 4,
  kConsented = 5,
  kRunning = 6,
  kFinished = 7
};

// How the consent of one council stands.
enum class Standing {
  kMissing,   // Not given: nothing recorded, only asked for, or refused.
  kOutdated,  // Given for choices that changed since, or before they were made.
  kGiven      // Wholly or partly.
};
Standing StandingOf(const Programme& programme, CouncilBody body);

// Whether money is used above school level, which asks for the consent of the GMR.
bool AboveSchoolLevel(const Plan& plan);

// The furthest step that was reached, whatever was skipped.
Stage StageOf(const Programme& programme);

// What is missing, in the order of the steps. Programme.gaps lists the codes.
std::vector<Finding> GapsOf(const Programme& programme);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_STAGE_H_
