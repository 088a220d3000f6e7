// The gRPC service of the report.

#ifndef VG_SERVICES_REPORT_API_REPORT_SERVICE_H_
#define VG_SERVICES_REPORT_API_REPORT_SERVICE_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/concurrency/executor.h"
#include "common/grpc/call_pipeline.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/report/domain/edition.h"
#include "services/report/peers/gather.h"
#include "services/report/peers/sources.h"
#include "services/report/storage/edition_store.h"
#include "voortgang/report/v1/report_service.grpc.pb.h"

namespace vg::report {

namespace v1 = voortgang::report::v1;

// The most threads that help with one call, beside its own.
inline constexpr size_t kHelpers = 1;

// Borrows what it is given.
class ReportService final : public v1::ReportService::CallbackService {
 public:
  // `helpers` do many things of one call at a time.
  ReportService(EditionStore& store, Sources& sources, Executor& helpers, const Clock& clock,
                metrics::Registry& registry, rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* ComposeEdition(grpc::CallbackServerContext* context,
                                           const v1::ComposeEditionRequest* request,
                                           v1::Edition* response) override;
  grpc::ServerUnaryReactor* PublishEdition(grpc::CallbackServerContext* context,
                                           const v1::PublishEditionRequest* request,
                                           v1::Edition* response) override;
  grpc::ServerUnaryReactor* RecallEdition(grpc::CallbackServerContext* context,
                                          const v1::RecallEditionRequest* request,
                                          v1::Edition* response) override;
  grpc::ServerUnaryReactor* VerifyEdition(grpc::CallbackServerContext* context,
                                          const v1::VerifyEditionRequest* request,
                                          v1::VerifyEditionResponse* response) override;
  grpc::ServerUnaryReactor* GetEdition(grpc::CallbackServerContext* context,
                                       const v1::GetEditionRequest* request,
                                       v1::Edition* response) override;
  grpc::ServerUnaryReactor* ListEditions(grpc::CallbackServerContext* context,
                                         const v1::ListEditionsRequest* request,
                                         v1::ListEditionsResponse* response) override;
  grpc::ServerWriteReactor<v1::DownloadAssetResponse>* DownloadAsset(
      grpc::CallbackServerContext* context, const v1::DownloadAssetRequest* request) override;

 private:
  struct Composed {
    EditionRecord record;
    std::vector<File> files;
  };

  absl::Status Compose(const v1::ComposeEditionRequest& request, v1::Edition& response);
  // Does what a call consists of on several threads.
  void SideBySide(size_t count, absl::FunctionRef<void(size_t)> work);
  // What `plan` asks for, tables as they are published under the name of the edition `publication`,
  // or as the caller may see them if that is empty.
  absl::StatusOr<Gathered> GatherFor(const EditionPlan& plan, const std::string& publication);
  // What composing `record` would answer, without keeping it.
  absl::Status Preview(const EditionRecord& record, absl::Time now, v1::Edition& response);
  // The edition of `plan`, which is that of `proto`, over what was gathered for it.
  absl::StatusOr<Composed> Make(const std::string& id, const v1::EditionPlan& proto,
                                EditionPlan plan, std::vector<Input> inputs,
                                std::vector<Figure> figures);
  absl::Status Publish(const v1::PublishEditionRequest& request, v1::Edition& response);
  absl::Status Recall(const v1::RecallEditionRequest& request, v1::Edition& response);
  absl::Status Verify(const v1::VerifyEditionRequest& request, v1::VerifyEditionResponse& response);
  // The figures of `plan` as the edition `id` keeps them.
  absl::StatusOr<std::vector<Figure>> KeptFigures(const std::string& id, const EditionPlan& plan);
  absl::Status Get(const v1::GetEditionRequest& request, v1::Edition& response);
  absl::Status List(const v1::ListEditionsRequest& request, v1::ListEditionsResponse& response);
  absl::Status Download(rpc::Call& call, const v1::DownloadAssetRequest& request,
                        rpc::Writer<v1::DownloadAssetResponse>& writer);

  EditionStore& store_;
  Sources& sources_;
  Executor& helpers_;
  const Clock& clock_;
  rpc::CallPipeline& calls_;
  prometheus::Counter& composed_;
  prometheus::Counter& published_;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_REPORT_SERVICE_H_
