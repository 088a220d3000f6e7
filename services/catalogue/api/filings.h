// The RPCs that change programmes.

#ifndef VG_SERVICES_CATALOGUE_API_FILINGS_H_
#define VG_SERVICES_CATALOGUE_API_FILINGS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/feed/signal.h"
#include "common/grpc/call.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/catalogue/api/menus.h"
#include "services/catalogue/domain/filing.h"
#include "services/catalogue/storage/programme_store.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

// How many filings came to what.
struct FilingCounters {
  explicit FilingCounters(metrics::Registry& registry);

  prometheus::Counter& accepted;
  prometheus::Counter& repeated;
  prometheus::Counter& refused;
  prometheus::Counter& consents;
};

// Thread-safe; borrows what it is given.
class Filings {
 public:
  Filings(ProgrammeStore& store, Menus& menus, const Clock& clock, feed::Signal& signal,
          metrics::Registry& registry)
      : store_(store), menus_(menus), clock_(clock), signal_(signal), counters_(registry) {}

  absl::Status Submit(const v1::SubmitProgrammeRequest& request, v1::Programme& response);
  absl::Status Import(
      rpc::Call& call,
      rpc::Stream<v1::ImportProgrammesRequest, v1::ImportProgrammesResponse>& stream);
  absl::Status RecordConsent(const v1::RecordConsentRequest& request, v1::Programme& response);

 private:
  // A filing that has been checked; INVALID_ARGUMENT or NOT_FOUND with paths in the filing.
  absl::StatusOr<Filing> Decode(const v1::Programme& programme,
                                const google::protobuf::RepeatedPtrField<v1::Consent>& consents,
                                absl::Time now);
  // Files the filings of one message, the first of which is number `first` of the stream.
  absl::Status FileBatch(const v1::ImportProgrammesRequest& message, int64_t first,
                         v1::ImportProgrammesResponse& answer);
  void Count(const v1::ImportProgrammesResponse& answer);

  ProgrammeStore& store_;
  Menus& menus_;
  const Clock& clock_;
  feed::Signal& signal_;
  const FilingCounters counters_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_FILINGS_H_
