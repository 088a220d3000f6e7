#include "services/funding/domain/run.h"

#include <algorithm>
#include <utility>

#include "common/digest/digest.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

// Adds `allocation`, whose amount is known, to the totals.
absl::Status AddUp(const Allocation& allocation, RunResult& run) {
  ASSIGN_OR_RETURN(run.total, Add(run.total, *allocation.amount));
  for (const ComponentAmount& part : allocation.components) {
    ComponentTotal& total = run.component_totals[part.component];
    ASSIGN_OR_RETURN(total.total, Add(total.total, *part.amount));
    if (part.amount->cents != 0) ++total.recipients;
  }
  return absl::OkStatus();
}

void AddAmount(const std::optional<Money>& amount, DigestBuilder& digest) {
  if (amount.has_value()) {
    digest.Amount(*amount);
  } else {
    digest.Absent();
  }
}

std::string DigestOf(const Calculator& calculator, const SnapshotIdentity& snapshot,
                     const std::vector<Allocation>& allocations) {
  DigestBuilder digest("voortgang.funding.run.v1");
  digest.Text(calculator.digest()).Text(snapshot.digest).List(allocations.size());
  for (const Allocation& allocation : allocations) {
    digest.Record("allocation").Text(allocation.code);
    AddAmount(allocation.amount, digest);
    digest.List(allocation.components.size());
    for (const ComponentAmount& part : allocation.components) {
      digest.Text(calculator.scheme().components[part.component].id);
      AddAmount(part.amount, digest);
    }
  }
  return digest.Finish();
}

}  // namespace

absl::StatusOr<RunResult> Allocate(const Calculator& calculator, const SnapshotIdentity& snapshot,
                                   std::vector<Recipient> recipients) {
  const Scheme& scheme = calculator.scheme();
  std::ranges::sort(recipients, {}, &Recipient::code);
  RunResult run;
  run.total = {0, scheme.currency};
  run.component_totals.assign(scheme.components.size(), {.total = {0, scheme.currency}});
  for (const Fact* fact : calculator.facts()) run.absent_facts.push_back({fact->name, 0});
  run.allocations.reserve(recipients.size());
  expression::Frame frame = calculator.NewFrame();
  for (const Recipient& recipient : recipients) {
    if (!run.allocations.empty() && run.allocations.back().code == recipient.code) {
      return DuplicateRecipient(recipient.code);
    }
    Allocation allocation = calculator.Compute(recipient, frame);
    for (size_t i = 0; i < run.absent_facts.size(); ++i) {
      if (calculator.facts()[i]->read(recipient).absent()) ++run.absent_facts[i].recipients;
    }
    if (allocation.amount.has_value()) {
      RETURN_IF_ERROR(AddUp(allocation, run));
      ++run.determined;
    } else {
      ++run.undetermined;
    }
    run.allocations.push_back(std::move(allocation));
  }
  std::erase_if(run.absent_facts, [](const AbsentFact& fact) { return fact.recipients == 0; });
  run.provisional = calculator.provisional() || snapshot.count_date != scheme.count_date;
  run.above_budget = scheme.budget.has_value() && run.total.cents > scheme.budget->cents;
  run.digest = DigestOf(calculator, snapshot, run.allocations);
  return run;
}

}  // namespace vg::funding
