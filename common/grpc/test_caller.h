// Calls of a test on behalf of somebody, over a channel inside the process.

#ifndef VG_COMMON_GRPC_TEST_CALLER_H_
#define VG_COMMON_GRPC_TEST_CALLER_H_

#include <string>

#include "grpcpp/client_context.h"

#include "common/auth/authenticator.h"

namespace vg::rpc {

// Makes the call of `context` one of `name` ("users/jansen"). Servers believe it over an in-process
// channel, with or without a principals file.
inline void CallAs(grpc::ClientContext& context, const std::string& name,
                   auth::Roles roles = auth::Roles::All()) {
  context.AddMetadata(auth::kPassedOnKey,
                      auth::PassOn({.name = name, .title = "", .roles = roles, .via = ""}));
}

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_TEST_CALLER_H_
