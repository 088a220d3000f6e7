// Pages for staff, behind a token.
//
//   /staff/waves/{wave}/               -> /staff/waves/{wave}/nl/
//   /staff/waves/{wave}/{nl|en}/       how the wave goes: response and first estimates

#ifndef VG_SERVICES_REPORT_API_STAFF_SITE_H_
#define VG_SERVICES_REPORT_API_STAFF_SITE_H_

#include <vector>

#include "common/auth/authenticator.h"
#include "common/http/server.h"
#include "common/time/clock.h"
#include "services/report/peers/sources.h"

namespace vg::report {

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
