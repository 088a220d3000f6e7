// The RPCs that change one programme.

#ifndef VG_SERVICES_CATALOGUE_API_FILINGS_H_
#define VG_SERVICES_CATALOGUE_API_FILINGS_H_

#include "absl/status/status.h"

#include "common/feed/signal.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/catalogue/api/filing_desk.h"
#include "services/catalogue/api/menus.h"
#include "services/catalogue/storage/programme_store.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

// Thread-safe; borrows what it is given.
class Filings {
 public:
  Filings(ProgrammeStore& store, Menus& menus, const Clock& clock, feed::Signal& signal,
          metrics::Registry& registry)
      : store_(store), menus_(menus), clock_(clock), signal_(signal), counters_(registry) {}

  absl::Status Submit(const v1::SubmitProgrammeRequest& request, v1::Programme& response);
  absl::Status RecordConsent(const v1::RecordConsentRequest& request, v1::Programme& response);
  absl::Status RecordChoiceStatus(const v1::RecordChoiceStatusRequest& request,
                                  v1::Programme& response);

 private:
  ProgrammeStore& store_;
  Menus& menus_;
  const Clock& clock_;
  feed::Signal& signal_;
  const FilingCounters counters_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_FILINGS_H_
