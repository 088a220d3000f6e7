// The other services over gRPC.

#ifndef VG_SERVICES_REPORT_PEERS_GRPC_SOURCES_H_
#define VG_SERVICES_REPORT_PEERS_GRPC_SOURCES_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/grpc/client.h"
#include "services/report/peers/sources.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"
#include "voortgang/funding/v1/accountability_service.grpc.pb.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"
#include "voortgang/funding/v1/ledger_service.grpc.pb.h"
#include "voortgang/indicators/v1/disclosure_service.grpc.pb.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::report {

class GrpcSources final : public Sources {
 public:
  struct Clients {
    rpc::Client<voortgang::registry::v1::RegistryService> registry;
    rpc::Client<voortgang::survey::v1::SurveyService> survey;
    rpc::Client<voortgang::catalogue::v1::CatalogueService> catalogue;
    rpc::Client<voortgang::funding::v1::FundingService> funding;
    rpc::Client<voortgang::funding::v1::LedgerService> ledger;
    rpc::Client<voortgang::funding::v1::AccountabilityService> accountability;
    rpc::Client<voortgang::indicators::v1::IndicatorsService> indicators;
    rpc::Client<voortgang::indicators::v1::DisclosureService> disclosures;
  };
  explicit GrpcSources(Clients clients) : clients_(std::move(clients)) {}

  absl::StatusOr<FoldProgress> GetFoldProgress() override;
  absl::StatusOr<SnapshotFacts> GetSnapshot(const std::string& name) override;
  absl::StatusOr<Words> GetMunicipalities(const std::string& snapshot) override;
  absl::StatusOr<WaveFacts> GetWave(const std::string& name) override;
  absl::StatusOr<MenuFacts> GetMenu(const std::string& name) override;
  absl::StatusOr<RunFacts> GetRun(const std::string& name) override;
  absl::StatusOr<std::map<std::string, IndicatorFacts>> ListIndicators() override;
  absl::StatusOr<IndicatorFacts> GetIndicator(const std::string& name) override;
  absl::StatusOr<BooksFacts> GetBooks(const std::string& grant) override;
  absl::StatusOr<SpendingFacts> GetSpending(const std::string& grant, int year) override;
  absl::StatusOr<EstimateFacts> QueryChanges(const ChangeQuery& query) override;
  absl::StatusOr<EstimateFacts> QueryEstimates(const EstimateQuery& query) override;
  absl::StatusOr<std::vector<EstimateFacts>> ProtectTables(
      const std::vector<EstimateQuery>& queries, const std::string& publication) override;

 private:
  const Clients clients_;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_GRPC_SOURCES_H_
