#include "services/funding/domain/calculation/run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/calculation/in_parts.h"
#include "services/funding/domain/calculation/population_pass.h"

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

// What the amounts of a run come to, as they are computed.
class RunBuilder {
 public:
  RunBuilder(const Calculator& calculator, const SnapshotIdentity& snapshot)
      : calculator_(calculator), digest_("voortgang.funding.run.v2") {
    const Scheme& scheme = calculator.scheme();
    run_.total = {0, scheme.currency};
    run_.component_totals.assign(scheme.components.size(), {.total = {0, scheme.currency}});
    for (const Fact* fact : calculator.facts()) run_.absent_facts.push_back({fact->name, 0});
    digest_.Text(calculator.digest()).Text(snapshot.digest);
  }

  // Computes `recipients`, which follow those before by code.
  absl::Status Add(std::span<const Recipient> recipients, const PopulationFigures& population,
                   int threads) {
    Compute(recipients, population, threads);
    for (const Allocation& allocation : batch_) {
      Digest(allocation);
      if (allocation.amount.has_value()) {
        RETURN_IF_ERROR(AddUp(allocation, run_));
        ++run_.determined;
      } else {
        ++run_.undetermined;
      }
    }
    return absl::OkStatus();
  }
  // What Add computed last.
  std::span<const Allocation> batch() const { return batch_; }

  RunResult Finish() && {
    std::erase_if(run_.absent_facts, [](const AbsentFact& fact) { return fact.recipients == 0; });
    run_.digest = digest_.Integer(run_.determined + run_.undetermined).Finish();
    return std::move(run_);
  }

 private:
  void Compute(std::span<const Recipient> recipients, const PopulationFigures& population,
               int threads) {
    const size_t parts = PartsFor(recipients.size(), threads);
    std::vector<std::vector<int64_t>> absent(parts, std::vector<int64_t>(run_.absent_facts.size()));
    batch_.resize(recipients.size());
    InParts(recipients.size(), parts, [&](size_t part, size_t begin, size_t end) {
      expression::Frame frame = calculator_.NewFrame();
      for (size_t place = begin; place < end; ++place) {
        batch_[place] = calculator_.Compute(recipients[place], frame, population);
        for (size_t i = 0; i < run_.absent_facts.size(); ++i) {
          if (frame.Get(calculator_.rules().slots[i]).absent()) ++absent[part][i];
        }
      }
    });
    for (const std::vector<int64_t>& counted : absent) {
      for (size_t i = 0; i < counted.size(); ++i) run_.absent_facts[i].recipients += counted[i];
    }
  }

  void Digest(const Allocation& allocation) {
    digest_.Record("allocation").Text(allocation.code);
    AddAmount(allocation.amount, digest_);
    digest_.List(allocation.components.size());
    for (const ComponentAmount& part : allocation.components) {
      digest_.Text(calculator_.scheme().components[part.component].id);
      AddAmount(part.amount, digest_);
    }
  }

  const Calculator& calculator_;
  RunResult run_;
  DigestBuilder digest_;
  std::vector<Allocation> batch_;
};

}  // namespace

std::string FaultOfSuccession(const Scheme& old, const Scheme& scheme) {
  const auto fault = [](std::string_view what, std::string_view was, std::string_view is) {
    return absl::StrCat("it is of another ", Av(what), ", ", Av(was), " and not ", Av(is));
  };
  if (old.grant != scheme.grant) return fault("grant", old.grant, scheme.grant);
  if (old.school_year != scheme.school_year) {
    return fault("school year", old.school_year, scheme.school_year);
  }
  if (old.currency != scheme.currency) {
    return fault("currency", old.currency.code(), scheme.currency.code());
  }
  if (old.recipients != scheme.recipients) return "it has recipients of another kind";
  return "";
}

std::string_view BuildVersion() { return VOORTGANG_VERSION; }

absl::StatusOr<RunResult> Allocate(const Calculator& calculator, const SnapshotIdentity& snapshot,
                                   const RecipientSource& recipients, int threads,
                                   AllocationSink sink) {
  const Scheme& scheme = calculator.scheme();
  ASSIGN_OR_RETURN(PopulationFigures population, FiguresOf(calculator, recipients, threads));
  RunBuilder builder(calculator, snapshot);
  RETURN_IF_ERROR(
      ForEachChecked(calculator, recipients, [&](std::span<const Recipient> batch) -> absl::Status {
        RETURN_IF_ERROR(builder.Add(batch, population, threads));
        return sink(builder.batch());
      }));
  RunResult run = std::move(builder).Finish();
  run.population = std::move(population);
  run.provisional = calculator.provisional() || snapshot.count_date != scheme.count_date;
  run.above_budget = scheme.budget.has_value() && run.total.cents > scheme.budget->cents;
  return run;
}

absl::StatusOr<RunResult> Allocate(const Calculator& calculator, const SnapshotIdentity& snapshot,
                                   std::vector<Recipient> recipients, int threads) {
  std::ranges::sort(recipients, {}, &Recipient::code);
  std::vector<Allocation> allocations;
  allocations.reserve(recipients.size());
  ASSIGN_OR_RETURN(RunResult run, Allocate(calculator, snapshot, RecipientsAtHand(recipients),
                                           threads, [&](std::span<const Allocation> batch) {
                                             allocations.insert(allocations.end(), batch.begin(),
                                                                batch.end());
                                             return absl::OkStatus();
                                           }));
  run.allocations = std::move(allocations);
  return run;
}

}  // namespace vg::funding
