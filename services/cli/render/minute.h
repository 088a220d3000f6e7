// Moments as people read them.

#ifndef VG_SERVICES_CLI_RENDER_MINUTE_H_
#define VG_SERVICES_CLI_RENDER_MINUTE_H_

#include <string>

#include "google/protobuf/timestamp.pb.h"

namespace vg::cli {

// "2022-04-01 09:30 UTC"; "–" for a time that is none.
std::string Minute(const google::protobuf::Timestamp& time);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_MINUTE_H_
