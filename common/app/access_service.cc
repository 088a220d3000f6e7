#include "common/app/access_service.h"

namespace vg {

grpc::ServerUnaryReactor* AccessService::WhoAmI(grpc::CallbackServerContext* context,
                                                const voortgang::access::v1::WhoAmIRequest* request,
                                                voortgang::access::v1::Caller* response) {
  return calls_.Unary(context, request, response,
                      [](const rpc::Call& call, const voortgang::access::v1::WhoAmIRequest&,
                         voortgang::access::v1::Caller& answer) {
                        const auth::Principal& caller = call.caller();
                        answer.set_name(caller.name);
                        answer.set_title(caller.title);
                        for (const auth::Role role : caller.roles.List()) answer.add_roles(role);
                        return absl::OkStatus();
                      });
}

}  // namespace vg
