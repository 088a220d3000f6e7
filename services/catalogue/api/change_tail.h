// The RPC that hands the changes of programmes to those who keep figures up to date.

#ifndef VG_SERVICES_CATALOGUE_API_CHANGE_TAIL_H_
#define VG_SERVICES_CATALOGUE_API_CHANGE_TAIL_H_

#include "absl/status/status.h"

#include "common/feed/signal.h"
#include "common/grpc/call.h"
#include "common/sql/database.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

namespace v1 = voortgang::catalogue::v1;

// Thread-safe; borrows what it is given.
class ChangeTail {
 public:
  ChangeTail(sql::Database& database, feed::Signal& signal)
      : database_(database), signal_(signal) {}

  absl::Status Stream(rpc::Call& call, const v1::TailProgrammeChangesRequest& request,
                      rpc::Writer<v1::TailProgrammeChangesResponse>& writer);

 private:
  sql::Database& database_;
  feed::Signal& signal_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_CHANGE_TAIL_H_
