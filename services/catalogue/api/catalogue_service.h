// The gRPC service of the catalogue.

#ifndef VG_SERVICES_CATALOGUE_API_CATALOGUE_SERVICE_H_
#define VG_SERVICES_CATALOGUE_API_CATALOGUE_SERVICE_H_

#include "common/feed/signal.h"
#include "common/grpc/call_pipeline.h"
#include "common/grpc/change_tail.h"
#include "common/metrics/metrics.h"
#include "common/sql/database.h"
#include "common/time/clock.h"
#include "services/catalogue/api/filings.h"
#include "services/catalogue/api/menu_queries.h"
#include "services/catalogue/api/menus.h"
#include "services/catalogue/api/programme_import.h"
#include "services/catalogue/api/programmes.h"
#include "services/catalogue/api/uptakes.h"
#include "services/catalogue/peers/registry.h"
#include "services/catalogue/storage/menu_store.h"
#include "services/catalogue/storage/programme_store.h"
#include "services/catalogue/storage/touched_programmes.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::catalogue {

// Every method is one line: the pipeline calls the class that knows how. Borrows what it is given.
class CatalogueService final : public v1::CatalogueService::CallbackService {
 public:
  CatalogueService(sql::Database& database, Registry& registry, const Clock& clock,
                   feed::Signal& signal, metrics::Registry& metrics, rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* PublishMenuEdition(grpc::CallbackServerContext* context,
                                               const v1::PublishMenuEditionRequest* request,
                                               v1::MenuEdition* response) override;
  grpc::ServerUnaryReactor* GetMenuEdition(grpc::CallbackServerContext* context,
                                           const v1::GetMenuEditionRequest* request,
                                           v1::MenuEdition* response) override;
  grpc::ServerUnaryReactor* ListMenuEditions(grpc::CallbackServerContext* context,
                                             const v1::ListMenuEditionsRequest* request,
                                             v1::ListMenuEditionsResponse* response) override;
  grpc::ServerUnaryReactor* ListInterventions(grpc::CallbackServerContext* context,
                                              const v1::ListInterventionsRequest* request,
                                              v1::ListInterventionsResponse* response) override;
  grpc::ServerUnaryReactor* SearchInterventions(grpc::CallbackServerContext* context,
                                                const v1::SearchInterventionsRequest* request,
                                                v1::SearchInterventionsResponse* response) override;
  grpc::ServerUnaryReactor* ListInterventionEditions(
      grpc::CallbackServerContext* context, const v1::ListInterventionEditionsRequest* request,
      v1::ListInterventionEditionsResponse* response) override;
  grpc::ServerUnaryReactor* DiffMenuEditions(grpc::CallbackServerContext* context,
                                             const v1::DiffMenuEditionsRequest* request,
                                             v1::DiffMenuEditionsResponse* response) override;
  grpc::ServerUnaryReactor* ListTouchedProgrammes(
      grpc::CallbackServerContext* context, const v1::ListTouchedProgrammesRequest* request,
      v1::ListTouchedProgrammesResponse* response) override;
  grpc::ServerUnaryReactor* SubmitProgramme(grpc::CallbackServerContext* context,
                                            const v1::SubmitProgrammeRequest* request,
                                            v1::Programme* response) override;
  grpc::ServerBidiReactor<v1::ImportProgrammesRequest, v1::ImportProgrammesResponse>*
  ImportProgrammes(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* RecordConsent(grpc::CallbackServerContext* context,
                                          const v1::RecordConsentRequest* request,
                                          v1::Programme* response) override;
  grpc::ServerUnaryReactor* RecordChoiceStatus(grpc::CallbackServerContext* context,
                                               const v1::RecordChoiceStatusRequest* request,
                                               v1::Programme* response) override;
  grpc::ServerUnaryReactor* GetProgramme(grpc::CallbackServerContext* context,
                                         const v1::GetProgrammeRequest* request,
                                         v1::Programme* response) override;
  grpc::ServerUnaryReactor* ListProgrammes(grpc::CallbackServerContext* context,
                                           const v1::ListProgrammesRequest* request,
                                           v1::ListProgrammesResponse* response) override;
  grpc::ServerUnaryReactor* ListProgrammeRevisions(
      grpc::CallbackServerContext* context, const v1::ListProgrammeRevisionsRequest* request,
      v1::ListProgrammeRevisionsResponse* response) override;
  grpc::ServerUnaryReactor* DiffProgrammeRevisions(
      grpc::CallbackServerContext* context, const v1::DiffProgrammeRevisionsRequest* request,
      v1::DiffProgrammeRevisionsResponse* response) override;
  grpc::ServerUnaryReactor* GetUptake(grpc::CallbackServerContext* context,
                                      const v1::GetUptakeRequest* request,
                                      v1::GetUptakeResponse* response) override;
  grpc::ServerWriteReactor<v1::TailProgrammeChangesResponse>* TailProgrammeChanges(
      grpc::CallbackServerContext* context,
      const v1::TailProgrammeChangesRequest* request) override;
  grpc::ServerUnaryReactor* GetProgrammeChangeHeads(
      grpc::CallbackServerContext* context, const v1::GetProgrammeChangeHeadsRequest* request,
      voortgang::feed::v1::FeedHeads* response) override;

 private:
  rpc::CallPipeline& calls_;
  MenuStore menu_store_;            // Outlives those below, which borrow it.
  ProgrammeStore programme_store_;  // Likewise.
  TouchedProgrammes touched_;       // Likewise.
  Menus menus_;                     // Likewise.
  MenuQueries menu_queries_;
  Filings filings_;
  ProgrammeImport import_;
  Programmes programmes_;
  Uptakes uptakes_;
  rpc::ChangeTail tail_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_CATALOGUE_SERVICE_H_
