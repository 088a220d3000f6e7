// Any bytes: a document or errors with places, never a crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/status/error.h"
#include "common/yaml/yaml.h"
#include "voortgang/funding/v1/scheme.pb.h"
#include "voortgang/survey/v1/questionnaire.pb.h"

namespace {

void Read(std::string_view text, google::protobuf::Message& message) {
  const absl::Status status =
      vg::ParseYaml(text, &message, nullptr, {.max_bytes = 64 << 10, .max_nodes = 10'000});
  if (!status.ok() && vg::DetailsOf(status).violations.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  voortgang::survey::v1::Questionnaire questionnaire;
  Read(text, questionnaire);
  voortgang::funding::v1::Scheme scheme;
  Read(text, scheme);
  return 0;
}
