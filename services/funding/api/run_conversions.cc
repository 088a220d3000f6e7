#include "services/funding/api/run_conversions.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "services/funding/api/names.h"
#include "services/funding/api/population_conversions.h"
#include "services/funding/domain/calculation/instalments.h"

namespace vg::funding {

namespace v1 = voortgang::funding::v1;

v1::Run ToProto(const RunResult& result, const Calculator& calculator,
                const SnapshotIdentity& snapshot, std::string_view scheme_version,
                absl::Time create_time) {
  v1::Run run;
  run.set_scheme_version(std::string(scheme_version));
  run.set_scheme_digest(calculator.digest());
  run.set_snapshot(SnapshotName(snapshot.id));
  run.set_snapshot_digest(snapshot.digest);
  run.set_state(result.provisional ? v1::RUN_STATE_PROVISIONAL : v1::RUN_STATE_FINAL);
  *run.mutable_create_time() = rpc::ToProto(create_time);
  run.set_digest(result.digest);
  *run.mutable_total() = rpc::ToProto(result.total);
  for (size_t i = 0; i < result.component_totals.size(); ++i) {
    v1::ComponentTotal& total = *run.add_component_totals();
    total.set_component(calculator.scheme().components[i].id);
    *total.mutable_total() = rpc::ToProto(result.component_totals[i].total);
    total.set_recipient_count(result.component_totals[i].recipients);
  }
  run.set_determined_count(result.determined);
  run.set_undetermined_count(result.undetermined);
  run.set_above_budget(result.above_budget);
  run.set_calculator_version(kCalculatorVersion);
  run.set_build_version(std::string(BuildVersion()));
  for (const AbsentFact& fact : result.absent_facts) {
    v1::AbsentFact& absent = *run.add_absent_facts();
    absent.set_name(fact.name);
    absent.set_recipient_count(fact.recipients);
  }
  AddFigures(result.population, run);
  return run;
}

std::string FactsOf(const v1::Run& run) { return run.SerializeAsString(); }

absl::StatusOr<v1::Run> ToProto(const RunRow& row) {
  v1::Run run;
  if (!run.ParseFromString(row.facts)) {
    return absl::DataLossError(absl::StrCat(RunName(row.id), " cannot be read"));
  }
  run.set_name(RunName(row.id));
  if (!row.supersedes.empty()) run.set_supersedes(RunName(row.supersedes));
  if (!row.superseded_by.empty()) {
    run.set_superseded_by(RunName(row.superseded_by));
    run.set_state(v1::RUN_STATE_SUPERSEDED);
  }
  return run;
}

v1::Allocation ToProto(const Allocation& allocation, std::string_view run, const Scheme& scheme) {
  v1::Allocation proto;
  proto.set_name(AllocationName(run, allocation.code));
  proto.set_recipient(RecipientName(scheme.recipients, allocation.code));
  proto.set_title(allocation.title);
  if (allocation.amount.has_value()) *proto.mutable_amount() = rpc::ToProto(*allocation.amount);
  for (const ComponentAmount& part : allocation.components) {
    const Component& component = scheme.components[part.component];
    v1::AllocationComponent& shown = *proto.add_components();
    shown.set_component(component.id);
    if (!part.amount.has_value()) continue;
    *shown.mutable_amount() = rpc::ToProto(*part.amount);
    for (const Payment& payment :
         PaymentsOf(*part.amount, component.instalments, component.payment_rounding)) {
      v1::Payment& planned = *shown.add_payments();
      *planned.mutable_month() = rpc::ToProto(absl::CivilDay(payment.month));
      *planned.mutable_amount() = rpc::ToProto(payment.amount);
    }
  }
  proto.set_undetermined_reason(allocation.undetermined_reason);
  return proto;
}

}  // namespace vg::funding
