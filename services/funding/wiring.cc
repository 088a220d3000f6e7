#include "services/funding/wiring.h"

#include <string_view>
#include <vector>

#include "common/requests/janitor.h"
#include "common/requests/request_log.h"
#include "common/status/status_macros.h"
#include "services/funding/api/accountability_service.h"
#include "services/funding/api/approval_service.h"
#include "services/funding/api/funding_analysis_service.h"
#include "services/funding/api/funding_service.h"
#include "services/funding/api/ledger_service.h"
#include "services/funding/api/payment_service.h"
#include "services/funding/peers/grpc_register.h"
#include "services/funding/storage/approval_store.h"
#include "services/funding/storage/funding_store.h"
#include "services/funding/storage/ledger_auditor.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/release_store.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;
namespace registry = voortgang::registry::v1;

class FundingModule final : public Module {
 public:
  FundingModule(sql::Database& database, Platform& platform)
      : platform_(platform),
        store_(database),
        approvals_(database),
        releases_(database),
        ledger_(database),
        plan_(database),
        register_(platform.ClientOf<registry::RegistryService>("registry")),
        service_(store_, register_, platform.clock(), platform.metrics(),
                 platform.Pipeline(v1::FundingService::service_full_name())),
        analysis_(store_, register_,
                  platform.Pipeline(v1::FundingAnalysisService::service_full_name())),
        approval_service_(store_, approvals_, releases_, register_, platform.clock(),
                          platform.Pipeline(v1::ApprovalService::service_full_name())),
        ledger_service_(ledger_, plan_, platform.Pipeline(v1::LedgerService::service_full_name())),
        auditor_(ledger_, platform.metrics()),
        payees_(database),
        payments_(database),
        statements_(database),
        differences_(database),
        payment_service_(payees_, payments_, statements_, differences_, register_, platform.clock(),
                         platform.metrics(),
                         platform.Pipeline(v1::PaymentService::service_full_name())),
        accountability_(database),
        recoveries_(database),
        carry_overs_(database),
        accountability_service_(accountability_, recoveries_, carry_overs_, register_,
                                platform.clock(),
                                platform.Pipeline(v1::AccountabilityService::service_full_name())),
        janitor_(database, platform.clock()) {}

  std::string_view name() const override { return "funding"; }
  std::vector<grpc::Service*> grpc_services() override {
    return {&service_,        &analysis_,        &approval_service_,
            &ledger_service_, &payment_service_, &accountability_service_};
  }
  // Amounts that are kept are read without it.
  std::vector<Dependency> dependencies() override {
    return {platform_.Peer("registry", /*required=*/false)};
  }
  absl::Status Start() override {
    auditor_.Start();
    janitor_.Start();
    return absl::OkStatus();
  }
  void Stop() override {
    janitor_.Stop();
    auditor_.Stop();
  }

 private:
  Platform& platform_;
  FundingStore store_;
  ApprovalStore approvals_;
  ReleaseStore releases_;
  LedgerStore ledger_;
  PaymentPlanStore plan_;
  GrpcRegister register_;
  FundingService service_;  // This and the ones below borrow the ones above.
  FundingAnalysisService analysis_;
  ApprovalService approval_service_;
  LedgerService ledger_service_;
  LedgerAuditor auditor_;
  PayeeStore payees_;
  PaymentStore payments_;
  StatementStore statements_;
  DifferenceStore differences_;
  PaymentService payment_service_;
  AccountabilityStore accountability_;
  RecoveryStore recoveries_;
  CarryOverStore carry_overs_;
  AccountabilityService accountability_service_;
  requests::Janitor janitor_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Module>> MakeFunding(Platform& platform) {
  ASSIGN_OR_RETURN(sql::Database * database,
                   platform.OpenDatabase("funding", {kSchema, requests::kSchema}));
  return std::make_unique<FundingModule>(*database, platform);
}

}  // namespace vg::funding
