// The border of the indicators service.

#ifndef VG_SERVICES_INDICATORS_API_INDICATORS_SERVICE_H_
#define VG_SERVICES_INDICATORS_API_INDICATORS_SERVICE_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/grpc/call.h"
#include "common/grpc/call_pipeline.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/indicators/api/feed_folding.h"
#include "services/indicators/api/figure_counts.h"
#include "services/indicators/api/figure_streams.h"
#include "services/indicators/api/measures.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/api/table_cache.h"
#include "services/indicators/api/tables.h"
#include "services/indicators/api/trends.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/sums_store.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"

namespace vg::indicators {

// Borrows everything; thread-safe.
class IndicatorsService final
    : public voortgang::indicators::v1::IndicatorsService::CallbackService {
 public:
  IndicatorsService(IndicatorStore& indicators, SumsStore& sums, Tables& tables, Measures& measures,
                    Peers& peers, std::vector<FeedFolding*> foldings, cache::Cache& cache,
                    metrics::Registry& metrics, const Clock& clock, rpc::CallPipeline& calls)
      : indicators_(indicators),
        measures_(measures),
        peers_(peers),
        tables_(tables),
        table_cache_(tables_, cache),
        trends_(tables_, measures, peers),
        streams_(
            [this](rpc::Call& call, const voortgang::indicators::v1::QueryEstimatesRequest& request,
                   voortgang::indicators::v1::EstimateTable& response) {
              return Answer(call, request, response);
            },
            [this](rpc::Call& call, const voortgang::indicators::v1::QueryEstimatesRequest& request,
                   const voortgang::indicators::v1::EstimateTable& response) {
              Note(call, request, response);
            },
            indicators, sums.folded()),
        foldings_(std::move(foldings)),
        counts_(metrics),
        clock_(clock),
        calls_(calls) {}

  grpc::ServerUnaryReactor* DefineIndicator(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::DefineIndicatorRequest* request,
      voortgang::indicators::v1::Indicator* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&IndicatorsService::Define, this));
  }
  grpc::ServerUnaryReactor* GetIndicator(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::GetIndicatorRequest* request,
      voortgang::indicators::v1::Indicator* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&IndicatorsService::Get, this));
  }
  grpc::ServerUnaryReactor* ListIndicators(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::ListIndicatorsRequest* request,
      voortgang::indicators::v1::ListIndicatorsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&IndicatorsService::List, this));
  }
  grpc::ServerUnaryReactor* QueryEstimates(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::QueryEstimatesRequest* request,
      voortgang::indicators::v1::EstimateTable* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&IndicatorsService::Query, this));
  }
  grpc::ServerWriteReactor<voortgang::indicators::v1::EstimateTable>* StreamEstimates(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::StreamEstimatesRequest* request) override {
    return calls_.ServerStream<voortgang::indicators::v1::EstimateTable>(
        context, request, std::bind_front(&FigureStreams::InParts, &streams_));
  }
  grpc::ServerWriteReactor<voortgang::indicators::v1::EstimateTable>* WatchEstimates(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::WatchEstimatesRequest* request) override {
    return calls_.ServerStream<voortgang::indicators::v1::EstimateTable>(
        context, request, std::bind_front(&FigureStreams::Watch, &streams_));
  }
  grpc::ServerWriteReactor<voortgang::indicators::v1::ExportEstimatesResponse>* ExportEstimates(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::ExportEstimatesRequest* request) override {
    return calls_.ServerStream<voortgang::indicators::v1::ExportEstimatesResponse>(
        context, request, std::bind_front(&FigureStreams::Export, &streams_));
  }
  grpc::ServerUnaryReactor* CompareWaves(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::CompareWavesRequest* request,
      voortgang::indicators::v1::WaveComparison* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&IndicatorsService::Compare, this));
  }
  grpc::ServerUnaryReactor* GetFoldState(
      grpc::CallbackServerContext* context,
      const voortgang::indicators::v1::GetFoldStateRequest* request,
      voortgang::indicators::v1::FoldState* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&IndicatorsService::FoldState, this));
  }

 private:
  absl::Status Define(const voortgang::indicators::v1::DefineIndicatorRequest& request,
                      voortgang::indicators::v1::Indicator& response);
  absl::Status Get(const voortgang::indicators::v1::GetIndicatorRequest& request,
                   voortgang::indicators::v1::Indicator& response);
  absl::Status List(const voortgang::indicators::v1::ListIndicatorsRequest& request,
                    voortgang::indicators::v1::ListIndicatorsResponse& response);
  absl::Status Query(rpc::Call& call,
                     const voortgang::indicators::v1::QueryEstimatesRequest& request,
                     voortgang::indicators::v1::EstimateTable& response);
  // A table as the caller may see it; and what is noted of a table that is sent.
  absl::Status Answer(rpc::Call& call,
                      const voortgang::indicators::v1::QueryEstimatesRequest& request,
                      voortgang::indicators::v1::EstimateTable& response);
  void Note(rpc::Call& call, const voortgang::indicators::v1::QueryEstimatesRequest& request,
            const voortgang::indicators::v1::EstimateTable& response);
  absl::Status Compare(rpc::Call& call,
                       const voortgang::indicators::v1::CompareWavesRequest& request,
                       voortgang::indicators::v1::WaveComparison& response);
  absl::Status FoldState(const voortgang::indicators::v1::GetFoldStateRequest& request,
                         voortgang::indicators::v1::FoldState& response);

  IndicatorStore& indicators_;
  Measures& measures_;
  Peers& peers_;
  Tables& tables_;
  TableCache table_cache_;
  Trends trends_;
  const FigureStreams streams_;
  const std::vector<FeedFolding*> foldings_;
  FigureCounts counts_;
  const Clock& clock_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_INDICATORS_SERVICE_H_
