// What every page tells a browser about itself.

#ifndef VG_SERVICES_REPORT_API_PAGE_HEADERS_H_
#define VG_SERVICES_REPORT_API_PAGE_HEADERS_H_

#include "common/http/server.h"

namespace vg::report {

// Pages load their own style and nothing else, run nothing, send nothing, and stand in no frame.
inline void AddPageHeaders(http::Response& response) {
  response.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.emplace_back("Permissions-Policy",
                                "camera=(), geolocation=(), interest-cohort=(), microphone=()");
}

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_PAGE_HEADERS_H_
