// The RPCs about extensions.

#ifndef VG_SERVICES_SURVEY_API_EXTENSIONS_H_
#define VG_SERVICES_SURVEY_API_EXTENSIONS_H_

#include "absl/status/status.h"

#include "common/time/clock.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/storage/extension_store.h"
#include "voortgang/survey/v1/fieldwork_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Extensions {
 public:
  Extensions(ExtensionStore& store, WaveCache& waves, const Clock& clock)
      : store_(store), waves_(waves), clock_(clock) {}

  absl::Status Grant(const v1::GrantExtensionRequest& request, v1::Extension& response);
  absl::Status Revoke(const v1::RevokeExtensionRequest& request, v1::Extension& response);
  absl::Status List(const v1::ListExtensionsRequest& request, v1::ListExtensionsResponse& response);

 private:
  ExtensionStore& store_;
  WaveCache& waves_;
  const Clock& clock_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_EXTENSIONS_H_
