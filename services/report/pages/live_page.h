// How a wave goes while it runs, as a page for staff.

#ifndef VG_SERVICES_REPORT_PAGES_LIVE_PAGE_H_
#define VG_SERVICES_REPORT_PAGES_LIVE_PAGE_H_

#include <string>
#include <string_view>

#include "services/report/domain/live.h"

namespace vg::report {

// The page /staff/waves/{wave}/{language}/.
std::string RenderLive(const LiveWave& wave, Language language);

// What is said instead: who calls is not known or may not see it, or something is missing.
std::string RenderRefusal(std::string_view sentence);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_LIVE_PAGE_H_
