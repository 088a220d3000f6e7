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

// `recipients` by code.
absl::Status Check(const Calculator& calculator, const std::vector<Recipient>& recipients) {
  for (size_t i = 0; i < recipients.size(); ++i) {
    if (i > 0 && recipients[i - 1].code == recipients[i].code) {
      return DuplicateRecipient(recipients[i].code);
    }
    RETURN_IF_ERROR(calculator.Check(recipients[i]));
  }
  return absl::OkStatus();
}

// Every allocation, each in its place; the answer is how many recipients lack which fact.
std::vector<AbsentFact> ComputeAll(const Calculator& calculator,
                                   const std::vector<Recipient>& recipients, int threads,
                                   RunResult& run) {
  std::vector<AbsentFact> absent;
  for (const Fact* fact : calculator.facts()) absent.push_back({fact->name, 0});
  const size_t parts = PartsFor(recipients.size(), threads);
  std::vector<std::vector<AbsentFact>> counted(parts, absent);
  run.allocations.resize(recipients.size());
  InParts(recipients.size(), parts, [&](size_t part, size_t begin, size_t end) {
    expression::Frame frame = calculator.NewFrame();
    for (size_t place = begin; place < end; ++place) {
      run.allocations[place] = calculator.Compute(recipients[place], frame, run.population);
      for (size_t i = 0; i < absent.size(); ++i) {
        if (frame.Get(calculator.rules().slots[i]).absent()) ++counted[part][i].recipients;
      }
    }
  });
  for (const std::vector<AbsentFact>& part : counted) {
    for (size_t i = 0; i < absent.size(); ++i) absent[i].recipients += part[i].recipients;
  }
  return absent;
}

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
                                   std::vector<Recipient> recipients, int threads) {
  const Scheme& scheme = calculator.scheme();
  std::ranges::sort(recipients, {}, &Recipient::code);
  RETURN_IF_ERROR(Check(calculator, recipients));
  RunResult run;
  run.total = {0, scheme.currency};
  run.component_totals.assign(scheme.components.size(), {.total = {0, scheme.currency}});
  run.population = FiguresOf(calculator, recipients, threads);
  run.absent_facts = ComputeAll(calculator, recipients, threads, run);
  for (const Allocation& allocation : run.allocations) {
    if (allocation.amount.has_value()) {
      RETURN_IF_ERROR(AddUp(allocation, run));
      ++run.determined;
    } else {
      ++run.undetermined;
    }
  }
  std::erase_if(run.absent_facts, [](const AbsentFact& fact) { return fact.recipients == 0; });
  run.provisional = calculator.provisional() || snapshot.count_date != scheme.count_date;
  run.above_budget = scheme.budget.has_value() && run.total.cents > scheme.budget->cents;
  run.digest = DigestOf(calculator, snapshot, run.allocations);
  return run;
}

}  // namespace vg::funding
