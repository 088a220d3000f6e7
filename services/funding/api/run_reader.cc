#include "services/funding/api/run_reader.h"

#include <optional>
#include <span>
#include <thread>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/population_conversions.h"
#include "services/funding/api/run_conversions.h"
#include "services/funding/api/scheme_conversions.h"
#include "services/funding/domain/errors.h"

namespace vg::funding {

namespace v1 = voortgang::funding::v1;

absl::StatusOr<SchemeVersionRow> RunReader::SchemeNamed(std::string_view name,
                                                        std::string_view field) {
  ASSIGN_OR_RETURN(const SchemeVersionId id, ParseSchemeVersion(name, field));
  ASSIGN_OR_RETURN(std::optional<SchemeVersionRow> row, store_.FindScheme(id.scheme, id.version));
  if (!row.has_value()) return NotFound(name);
  return *std::move(row);
}

absl::StatusOr<SchemeVersionRow> RunReader::SchemeOfRun(const RunRow& run) {
  ASSIGN_OR_RETURN(std::optional<SchemeVersionRow> row, store_.FindScheme(run.scheme, run.version));
  if (!row.has_value()) return NotFound(SchemeVersionName(run.scheme, run.version));
  return *std::move(row);
}

absl::StatusOr<RunRow> RunReader::RunOf(std::string_view id) {
  ASSIGN_OR_RETURN(std::optional<RunRow> row, store_.FindRun(id));
  if (!row.has_value()) return NotFound(RunName(id));
  return *std::move(row);
}

absl::StatusOr<PinnedRun> RunReader::Open(std::string_view id) {
  ASSIGN_OR_RETURN(RunRow row, RunOf(id));
  ASSIGN_OR_RETURN(v1::Run run, ToProto(row));
  ASSIGN_OR_RETURN(const SchemeVersionRow scheme, SchemeOfRun(row));
  ASSIGN_OR_RETURN(Calculator calculator, CalculatorOf(scheme));
  ASSIGN_OR_RETURN(SnapshotIdentity snapshot, register_.Identify(row.snapshot));
  if (snapshot.digest != run.snapshot_digest()) {
    return SnapshotChanged(run.snapshot(), run.snapshot_digest(), snapshot.digest);
  }
  return PinnedRun{std::move(row), std::move(run), std::move(calculator), std::move(snapshot)};
}

absl::StatusOr<Computation> RunReader::Compute(const Calculator& calculator,
                                               const SnapshotIdentity& snapshot) {
  Computation computation;
  const RecipientKind kind = calculator.scheme().recipients;
  ASSIGN_OR_RETURN(computation.recipients, register_.Open(snapshot.id, kind));
  if (kind == RecipientKind::kMunicipality) {
    ASSIGN_OR_RETURN(computation.branches, register_.Open(snapshot.id, RecipientKind::kSchool));
  }
  ASSIGN_OR_RETURN(computation.result,
                   Allocate(calculator, snapshot, *computation.recipients,
                            static_cast<int>(std::thread::hardware_concurrency()),
                            [](std::span<const Allocation>) { return absl::OkStatus(); }));
  return computation;
}

absl::StatusOr<Computation> RunReader::ComputeAgain(const PinnedRun& pinned) {
  ASSIGN_OR_RETURN(Computation computation, Compute(pinned.calculator, pinned.snapshot));
  if (computation.result.digest != pinned.run.digest()) {
    return AmountDiffers(RunName(pinned.row.id), pinned.run.calculator_version());
  }
  return computation;
}

absl::StatusOr<ExplainedAmount> RunReader::Explain(const AllocationId& id) {
  // What is not there is said before the registry is asked.
  ASSIGN_OR_RETURN(const RunRow row, RunOf(id.run));
  ASSIGN_OR_RETURN(const SchemeVersionRow scheme_row, SchemeOfRun(row));
  ASSIGN_OR_RETURN(const Scheme scheme, SchemeOf(scheme_row));
  ASSIGN_OR_RETURN(const std::optional<Allocation> kept,
                   store_.FindAllocation(id.run, id.recipient, scheme.currency));
  if (!kept.has_value()) return NotFound(AllocationName(id.run, id.recipient));
  ASSIGN_OR_RETURN(PinnedRun pinned, Open(id.run));
  ASSIGN_OR_RETURN(Evidence evidence,
                   register_.ReadOne(row.snapshot, scheme.recipients, id.recipient));
  ASSIGN_OR_RETURN(PopulationFigures population, FiguresOfRun(pinned.run));
  std::vector<Working> workings;
  Allocation again = pinned.calculator.Explain(evidence.recipient, workings, population);
  if (!again.SameAmounts(*kept)) {
    return AmountDiffers(AllocationName(id.run, id.recipient), pinned.run.calculator_version());
  }
  return ExplainedAmount{std::move(pinned), std::move(population), std::move(evidence),
                         std::move(again), std::move(workings)};
}

}  // namespace vg::funding
