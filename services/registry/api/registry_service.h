// The gRPC service of the registry.

#ifndef VG_SERVICES_REGISTRY_API_REGISTRY_SERVICE_H_
#define VG_SERVICES_REGISTRY_API_REGISTRY_SERVICE_H_

#include "absl/status/status.h"
#include "grpcpp/grpcpp.h"

#include "common/grpc/call_pipeline.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/registry/api/snapshot_import.h"
#include "services/registry/storage/registry_store.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::registry {

namespace v1 = voortgang::registry::v1;

// Borrows what it is given.
class RegistryService final : public v1::RegistryService::CallbackService {
 public:
  RegistryService(RegistryStore& store, const Clock& clock, metrics::Registry& metrics,
                  rpc::CallPipeline& calls);

  grpc::ServerBidiReactor<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>* ImportSnapshot(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetSnapshot(grpc::CallbackServerContext* context,
                                        const v1::GetSnapshotRequest* request,
                                        v1::Snapshot* response) override;
  grpc::ServerUnaryReactor* ListSnapshots(grpc::CallbackServerContext* context,
                                          const v1::ListSnapshotsRequest* request,
                                          v1::ListSnapshotsResponse* response) override;
  grpc::ServerUnaryReactor* ListRefusedRows(grpc::CallbackServerContext* context,
                                            const v1::ListRefusedRowsRequest* request,
                                            v1::ListRefusedRowsResponse* response) override;
  grpc::ServerUnaryReactor* GetSchool(grpc::CallbackServerContext* context,
                                      const v1::GetSchoolRequest* request,
                                      v1::School* response) override;
  grpc::ServerUnaryReactor* ListSchools(grpc::CallbackServerContext* context,
                                        const v1::ListSchoolsRequest* request,
                                        v1::ListSchoolsResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportSchoolsResponse>* ExportSchools(
      grpc::CallbackServerContext* context, const v1::ExportSchoolsRequest* request) override;
  grpc::ServerUnaryReactor* GetBoard(grpc::CallbackServerContext* context,
                                     const v1::GetBoardRequest* request,
                                     v1::Board* response) override;
  grpc::ServerUnaryReactor* ListBoards(grpc::CallbackServerContext* context,
                                       const v1::ListBoardsRequest* request,
                                       v1::ListBoardsResponse* response) override;
  grpc::ServerUnaryReactor* GetMunicipality(grpc::CallbackServerContext* context,
                                            const v1::GetMunicipalityRequest* request,
                                            v1::Municipality* response) override;
  grpc::ServerUnaryReactor* ListMunicipalities(grpc::CallbackServerContext* context,
                                               const v1::ListMunicipalitiesRequest* request,
                                               v1::ListMunicipalitiesResponse* response) override;
  grpc::ServerUnaryReactor* DiffSnapshots(grpc::CallbackServerContext* context,
                                          const v1::DiffSnapshotsRequest* request,
                                          v1::DiffSnapshotsResponse* response) override;

 private:
  absl::Status SnapshotNamed(const v1::GetSnapshotRequest& request, v1::Snapshot& response);
  absl::Status Snapshots(const v1::ListSnapshotsRequest& request,
                         v1::ListSnapshotsResponse& response);
  absl::Status RefusedRows(const v1::ListRefusedRowsRequest& request,
                           v1::ListRefusedRowsResponse& response);
  absl::Status SchoolNamed(const v1::GetSchoolRequest& request, v1::School& response);
  absl::Status Schools(const v1::ListSchoolsRequest& request, v1::ListSchoolsResponse& response);
  absl::Status Export(rpc::Call& call, const v1::ExportSchoolsRequest& request,
                      rpc::Writer<v1::ExportSchoolsResponse>& writer);
  absl::Status BoardNamed(const v1::GetBoardRequest& request, v1::Board& response);
  absl::Status Boards(const v1::ListBoardsRequest& request, v1::ListBoardsResponse& response);
  absl::Status MunicipalityNamed(const v1::GetMunicipalityRequest& request,
                                 v1::Municipality& response);
  absl::Status Municipalities(const v1::ListMunicipalitiesRequest& request,
                              v1::ListMunicipalitiesResponse& response);
  absl::Status Differences(const v1::DiffSnapshotsRequest& request,
                           v1::DiffSnapshotsResponse& response);

  RegistryStore& store_;
  SnapshotImports imports_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_API_REGISTRY_SERVICE_H_
