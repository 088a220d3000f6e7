// The RPCs about invitations.

#ifndef VG_SERVICES_SURVEY_API_INVITATIONS_H_
#define VG_SERVICES_SURVEY_API_INVITATIONS_H_

#include <string>

#include "absl/status/status.h"

#include "common/grpc/call_pipeline.h"
#include "common/time/clock.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/storage/invitation_store.h"
#include "voortgang/survey/v1/fieldwork_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// With its token if there is a secret to make it of.
v1::Invitation ToProto(const Wave& wave, const Invitation& invitation, std::string_view secret);

// Borrows what it is given. Thread-safe.
class Invitations {
 public:
  Invitations(InvitationStore& store, WaveCache& waves, const Clock& clock)
      : store_(store), waves_(waves), clock_(clock) {}

  absl::Status BatchCreate(const v1::BatchCreateInvitationsRequest& request,
                           v1::BatchCreateInvitationsResponse& response);
  absl::Status Create(rpc::Call& call, const v1::CreateInvitationsRequest& request,
                      rpc::Writer<v1::CreateInvitationsResponse>& writer);
  absl::Status List(const v1::ListInvitationsRequest& request,
                    v1::ListInvitationsResponse& response);
  absl::Status Revoke(const v1::RevokeInvitationRequest& request, v1::Invitation& response);

 private:
  // The secret of the wave if tokens are to be told, otherwise nothing.
  absl::StatusOr<std::string> SecretIf(bool show_tokens, int64_t wave);

  InvitationStore& store_;
  WaveCache& waves_;
  const Clock& clock_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_INVITATIONS_H_
