// Any bytes as the request of any method, chosen by the first two: read or refused, never a crash,
// and what is refused is refused by name. What this checks is all that stands before a handler.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "common/grpc/validation.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"
#include "voortgang/funding/v1/funding_service.pb.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"
#include "voortgang/registry/v1/registry_service.pb.h"
#include "voortgang/report/v1/report_service.pb.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace {

using google::protobuf::Descriptor;

std::vector<const Descriptor*> Requests() {
  std::vector<const Descriptor*> requests;
  for (const Descriptor* const known :
       {voortgang::registry::v1::GetSchoolRequest::descriptor(),
        voortgang::survey::v1::SubmitResponseRequest::descriptor(),
        voortgang::catalogue::v1::SubmitProgrammeRequest::descriptor(),
        voortgang::funding::v1::ListAllocationsRequest::descriptor(),
        voortgang::indicators::v1::QueryEstimatesRequest::descriptor(),
        voortgang::report::v1::ComposeEditionRequest::descriptor()}) {
    const google::protobuf::FileDescriptor& file = *known->file();
    for (int i = 0; i < file.service_count(); ++i) {
      for (int j = 0; j < file.service(i)->method_count(); ++j) {
        requests.push_back(file.service(i)->method(j)->input_type());
      }
    }
  }
  return requests;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto& requests = *new std::vector<const Descriptor*>(Requests());
  if (size < 2) return 0;
  const Descriptor* const type = requests[(data[0] * size_t{256} + data[1]) % requests.size()];
  const std::unique_ptr<google::protobuf::Message> request(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!request->ParseFromArray(data + 2, static_cast<int>(size) - 2)) return 0;
  const absl::Status checked = vg::rpc::Validate(*request);
  const auto violations = vg::rpc::Violations(*request);
  if (violations.size() > vg::rpc::kMaxViolations) std::abort();
  for (const vg::FieldViolation& violation : violations) {
    if (violation.field.empty() || violation.reason.empty()) std::abort();
  }
  if (!checked.ok() && vg::DetailsOf(checked).violations.empty()) std::abort();
  return 0;
}
