// Funding's real program, to be killed. For tests only.

#ifndef VG_SERVICES_FUNDING_FUNDING_PROCESS_H_
#define VG_SERVICES_FUNDING_FUNDING_PROCESS_H_

#include <string>

#include "common/testing/service_process.h"
#include "voortgang/funding/v1/approval_service.grpc.pb.h"

namespace vg::funding {

// On a place such as "--data_dir=/folder" or "--database_url=postgresql://...", with a file of
// principals.
class FundingProcess : public ServiceProcess<voortgang::funding::v1::ApprovalService> {
 public:
  FundingProcess(const std::string& place, const std::string& principals)
      : ServiceProcess("voortgang-funding", {"--principals=" + principals, place}) {}
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_FUNDING_PROCESS_H_
