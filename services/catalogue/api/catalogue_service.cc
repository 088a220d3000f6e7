#include "services/catalogue/api/catalogue_service.h"

#include <functional>

namespace vg::catalogue {

CatalogueService::CatalogueService(sql::Database& database, Registry& registry, const Clock& clock,
                                   feed::Signal& signal, metrics::Registry& metrics,
                                   rpc::CallPipeline& calls)
    : calls_(calls),
      menu_store_(database),
      programme_store_(database),
      touched_(database),
      menus_(menu_store_, clock),
      menu_queries_(menus_, touched_),
      filings_(programme_store_, menus_, clock, signal, metrics),
      import_(programme_store_, menus_, registry, clock, signal, metrics),
      programmes_(programme_store_),
      uptakes_(programme_store_, menus_, registry),
      tail_(database, kProgrammeFeed, signal) {}

grpc::ServerUnaryReactor* CatalogueService::PublishMenuEdition(
    grpc::CallbackServerContext* context, const v1::PublishMenuEditionRequest* request,
    v1::MenuEdition* response) {
  return calls_.Unary(context, request, response, std::bind_front(&Menus::Publish, &menus_));
}

grpc::ServerUnaryReactor* CatalogueService::GetMenuEdition(grpc::CallbackServerContext* context,
                                                           const v1::GetMenuEditionRequest* request,
                                                           v1::MenuEdition* response) {
  return calls_.Unary(context, request, response, std::bind_front(&Menus::Get, &menus_));
}

grpc::ServerUnaryReactor* CatalogueService::ListMenuEditions(
    grpc::CallbackServerContext* context, const v1::ListMenuEditionsRequest* request,
    v1::ListMenuEditionsResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&Menus::List, &menus_));
}

grpc::ServerUnaryReactor* CatalogueService::ListInterventions(
    grpc::CallbackServerContext* context, const v1::ListInterventionsRequest* request,
    v1::ListInterventionsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&Menus::ListInterventions, &menus_));
}

grpc::ServerUnaryReactor* CatalogueService::SearchInterventions(
    grpc::CallbackServerContext* context, const v1::SearchInterventionsRequest* request,
    v1::SearchInterventionsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&MenuQueries::Search, &menu_queries_));
}

grpc::ServerUnaryReactor* CatalogueService::ListInterventionEditions(
    grpc::CallbackServerContext* context, const v1::ListInterventionEditionsRequest* request,
    v1::ListInterventionEditionsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&MenuQueries::ListInterventionEditions, &menu_queries_));
}

grpc::ServerUnaryReactor* CatalogueService::DiffMenuEditions(
    grpc::CallbackServerContext* context, const v1::DiffMenuEditionsRequest* request,
    v1::DiffMenuEditionsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&MenuQueries::Diff, &menu_queries_));
}

grpc::ServerUnaryReactor* CatalogueService::ListTouchedProgrammes(
    grpc::CallbackServerContext* context, const v1::ListTouchedProgrammesRequest* request,
    v1::ListTouchedProgrammesResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&MenuQueries::ListTouched, &menu_queries_));
}

grpc::ServerUnaryReactor* CatalogueService::SubmitProgramme(
    grpc::CallbackServerContext* context, const v1::SubmitProgrammeRequest* request,
    v1::Programme* response) {
  return calls_.Unary(context, request, response, std::bind_front(&Filings::Submit, &filings_));
}

grpc::ServerBidiReactor<v1::ImportProgrammesRequest, v1::ImportProgrammesResponse>*
CatalogueService::ImportProgrammes(grpc::CallbackServerContext* context) {
  return calls_.BidiStream<v1::ImportProgrammesRequest, v1::ImportProgrammesResponse>(
      context, std::bind_front(&ProgrammeImport::Import, &import_));
}

grpc::ServerUnaryReactor* CatalogueService::RecordConsent(grpc::CallbackServerContext* context,
                                                          const v1::RecordConsentRequest* request,
                                                          v1::Programme* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&Filings::RecordConsent, &filings_));
}

grpc::ServerUnaryReactor* CatalogueService::RecordChoiceStatus(
    grpc::CallbackServerContext* context, const v1::RecordChoiceStatusRequest* request,
    v1::Programme* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&Filings::RecordChoiceStatus, &filings_));
}

grpc::ServerUnaryReactor* CatalogueService::GetProgramme(grpc::CallbackServerContext* context,
                                                         const v1::GetProgrammeRequest* request,
                                                         v1::Programme* response) {
  return calls_.Unary(context, request, response, std::bind_front(&Programmes::Get, &programmes_));
}

grpc::ServerUnaryReactor* CatalogueService::ListProgrammes(grpc::CallbackServerContext* context,
                                                           const v1::ListProgrammesRequest* request,
                                                           v1::ListProgrammesResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&Programmes::List, &programmes_));
}

grpc::ServerUnaryReactor* CatalogueService::ListProgrammeRevisions(
    grpc::CallbackServerContext* context, const v1::ListProgrammeRevisionsRequest* request,
    v1::ListProgrammeRevisionsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&Programmes::ListRevisions, &programmes_));
}

grpc::ServerUnaryReactor* CatalogueService::DiffProgrammeRevisions(
    grpc::CallbackServerContext* context, const v1::DiffProgrammeRevisionsRequest* request,
    v1::DiffProgrammeRevisionsResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&Programmes::DiffRevisions, &programmes_));
}

grpc::ServerUnaryReactor* CatalogueService::GetUptake(grpc::CallbackServerContext* context,
                                                      const v1::GetUptakeRequest* request,
                                                      v1::GetUptakeResponse* response) {
  return calls_.Unary(context, request, response, std::bind_front(&Uptakes::Get, &uptakes_));
}

grpc::ServerWriteReactor<v1::TailProgrammeChangesResponse>* CatalogueService::TailProgrammeChanges(
    grpc::CallbackServerContext* context, const v1::TailProgrammeChangesRequest* request) {
  return calls_.ServerStream<v1::TailProgrammeChangesResponse>(
      context, request,
      [this](rpc::Call& call, const v1::TailProgrammeChangesRequest& message,
             rpc::Writer<v1::TailProgrammeChangesResponse>& writer) {
        return tail_.Stream(call, message, writer);
      });
}

grpc::ServerUnaryReactor* CatalogueService::GetProgrammeChangeHeads(
    grpc::CallbackServerContext* context, const v1::GetProgrammeChangeHeadsRequest* request,
    voortgang::feed::v1::FeedHeads* response) {
  return calls_.Unary(context, request, response,
                      [this](const v1::GetProgrammeChangeHeadsRequest&,
                             voortgang::feed::v1::FeedHeads& heads) { return tail_.Heads(heads); });
}

}  // namespace vg::catalogue
