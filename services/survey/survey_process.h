// The survey's real program, to be killed. For tests only.

#ifndef VG_SERVICES_SURVEY_SURVEY_PROCESS_H_
#define VG_SERVICES_SURVEY_SURVEY_PROCESS_H_

#include <string>

#include "common/testing/service_process.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::survey {

// On a place such as "--data_dir=/folder" or "--database_url=postgresql://...".
class SurveyProcess : public ServiceProcess<voortgang::survey::v1::SurveyService> {
 public:
  explicit SurveyProcess(const std::string& place) : ServiceProcess("voortgang-survey", {place}) {}
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_SURVEY_PROCESS_H_
