// The questions that a measure uses, held side by side in two versions of a questionnaire.

#ifndef VG_SERVICES_INDICATORS_API_USED_QUESTIONS_H_
#define VG_SERVICES_INDICATORS_API_USED_QUESTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/api/peers.h"
#include "services/indicators/domain/measure.h"
#include "voortgang/survey/v1/questionnaire.pb.h"

namespace vg::indicators {

// A version of a questionnaire, and a measure that was compiled on it.
struct MeasuredVersion {
  std::string name;  // "questionnaires/staff/versions/2"
  const Measure* measure = nullptr;
};

// The number of a version: 2.
int VersionNumber(const std::string& version);

// How those questions relate that the measure uses in either version and that are not the same, by
// the questionnaire's map of its versions, told from the earlier moment `before` to `after`,
// whichever version is newer. Going by ids, an indicator would compare a question with another that
// has its id: that is broken, too.
absl::StatusOr<std::vector<voortgang::survey::v1::QuestionComparison>> CompareUsed(
    Peers& peers, const MeasuredVersion& before, const MeasuredVersion& after);

// The comparison in a sentence, in English where there is one.
std::string WhyOf(const voortgang::survey::v1::QuestionComparison& comparison);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_USED_QUESTIONS_H_
