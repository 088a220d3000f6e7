#include "services/cli/render/minute.h"

#include "absl/time/time.h"

#include "common/grpc/type_conversions.h"

namespace vg::cli {

std::string Minute(const google::protobuf::Timestamp& time) {
  const auto moment = rpc::FromProto(time, "time");
  if (!moment.ok()) return "–";
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", *moment, absl::UTCTimeZone());
}

}  // namespace vg::cli
