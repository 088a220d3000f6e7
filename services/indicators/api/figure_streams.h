// Tables that come in parts, again and again, or as files.

#ifndef VG_SERVICES_INDICATORS_API_FIGURE_STREAMS_H_
#define VG_SERVICES_INDICATORS_API_FIGURE_STREAMS_H_

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/feed/signal.h"
#include "common/grpc/call.h"
#include "services/indicators/storage/indicator_store.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

// What the streams of the API do. Borrows everything; thread-safe.
class FigureStreams {
 public:
  // Answers a query as QueryEstimates does.
  using Answer = std::function<absl::Status(
      rpc::Call& call, const voortgang::indicators::v1::QueryEstimatesRequest& request,
      voortgang::indicators::v1::EstimateTable& response)>;
  // Is told of every table before it is sent.
  using Note = std::function<void(rpc::Call& call,
                                  const voortgang::indicators::v1::QueryEstimatesRequest& request,
                                  const voortgang::indicators::v1::EstimateTable& response)>;

  // `folded` is notified when this process has folded a batch; what others folded is noticed within
  // half a second.
  FigureStreams(Answer answer, Note note, const IndicatorStore& indicators, feed::Signal& folded)
      : answer_(std::move(answer)),
        note_(std::move(note)),
        indicators_(indicators),
        folded_(folded) {}

  absl::Status InParts(rpc::Call& call,
                       const voortgang::indicators::v1::StreamEstimatesRequest& request,
                       rpc::Writer<voortgang::indicators::v1::EstimateTable>& writer) const;
  absl::Status Watch(rpc::Call& call,
                     const voortgang::indicators::v1::WatchEstimatesRequest& request,
                     rpc::Writer<voortgang::indicators::v1::EstimateTable>& writer) const;
  absl::Status Export(
      rpc::Call& call, const voortgang::indicators::v1::ExportEstimatesRequest& request,
      rpc::Writer<voortgang::indicators::v1::ExportEstimatesResponse>& writer) const;

 private:
  const Answer answer_;
  const Note note_;
  const IndicatorStore& indicators_;
  feed::Signal& folded_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_FIGURE_STREAMS_H_
