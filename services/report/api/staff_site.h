// Pages for staff, behind a token.
//
//   /staff/waves/{wave}/               -> /staff/waves/{wave}/nl/
//   /staff/waves/{wave}/{nl|en}/       how the wave goes: response and first estimates

#ifndef VG_SERVICES_REPORT_API_STAFF_SITE_H_
#define VG_SERVICES_REPORT_API_STAFF_SITE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "common/auth/authenticator.h"
#include "common/auth/directory.h"
#include "common/http/server.h"
#include "common/time/clock.h"
#include "services/report/peers/sources.h"

namespace vg::report {

// The principals file of a process as pages follow it: read again when it has changed.
class FollowedPrincipals final : public auth::Authenticator {
 public:
  // Null: everybody is let in, as on a server that runs open.
  explicit FollowedPrincipals(std::unique_ptr<auth::Directory> directory)
      : directory_(std::move(directory)) {}

  absl::StatusOr<auth::PrincipalPtr> Identify(const auth::Credentials& credentials) const override;

 private:
  const std::unique_ptr<auth::Directory> directory_;
};

// Readers show a bearer token, or the same token as the password that a browser asks for (the name
// is not looked at). What is shown is what the other services answer to that caller; nothing is
// kept. Thread-safe; borrows what it is given.
class StaffSite {
 public:
  StaffSite(Sources& sources, const auth::Authenticator& authenticator, const Clock& clock)
      : sources_(sources), authenticator_(authenticator), clock_(clock) {}

  std::vector<http::Route> Routes();

 private:
  http::Response Serve(const http::Request& request);

  Sources& sources_;
  const auth::Authenticator& authenticator_;
  const Clock& clock_;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_STAFF_SITE_H_
