// Why a response was refused, in a form that may be kept.

#ifndef VG_SERVICES_SURVEY_API_REFUSED_ANSWERS_H_
#define VG_SERVICES_SURVEY_API_REFUSED_ANSWERS_H_

#include "common/metrics/metrics.h"
#include "services/survey/domain/response_checker.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

inline constexpr int kMaxRefusedAnswers = 50;

// Batches of responses whose refusals could not be written down.
prometheus::Counter& UnnotedRefusals(metrics::Registry& metrics);

// The violations of `verdict`, at most kMaxRefusedAnswers, as a Refusal with nothing but its
// answers. What a respondent sent is left out of it: fields and sentences end where they would
// quote an answer.
voortgang::survey::v1::Refusal RefusedAnswers(const Verdict& verdict);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_REFUSED_ANSWERS_H_
