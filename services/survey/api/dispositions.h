// The RPCs about what came of units: findings, reminders and response rates.

#ifndef VG_SERVICES_SURVEY_API_DISPOSITIONS_H_
#define VG_SERVICES_SURVEY_API_DISPOSITIONS_H_

#include "absl/status/status.h"

#include "common/time/clock.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/storage/fieldwork_store.h"
#include "services/survey/storage/invitation_store.h"
#include "voortgang/survey/v1/fieldwork_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Dispositions {
 public:
  Dispositions(FieldworkStore& store, InvitationStore& invitations, WaveCache& waves,
               const Clock& clock)
      : store_(store), invitations_(invitations), waves_(waves), clock_(clock) {}

  absl::Status Record(const v1::RecordDispositionsRequest& request,
                      v1::RecordDispositionsResponse& response);
  absl::Status List(const v1::ListUnitDispositionsRequest& request,
                    v1::ListUnitDispositionsResponse& response);
  absl::Status Findings(const v1::ListFindingsRequest& request, v1::ListFindingsResponse& response);
  absl::Status ListReminders(const v1::ListRemindersRequest& request,
                             v1::ListRemindersResponse& response);
  absl::Status RecordReminders(const v1::RecordRemindersRequest& request,
                               v1::RecordRemindersResponse& response);
  absl::Status Rates(const v1::GetResponseRatesRequest& request, v1::ResponseRates& response);

 private:
  absl::Status AddInvitations(const ReadyWave& wave, Role role,
                              v1::ListRemindersResponse& response);

  FieldworkStore& store_;
  InvitationStore& invitations_;
  WaveCache& waves_;
  const Clock& clock_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_DISPOSITIONS_H_
