#include "services/funding/domain/errors.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::funding {

absl::Status BadScheme(std::vector<SchemeFault> faults, std::string_view prefix) {
  ErrorDetails details{.reason = "BAD_SCHEME"};
  std::string message = faults.size() == 1
                            ? std::string("The scheme has a fault.")
                            : absl::StrCat("The scheme has ", faults.size(), " faults.");
  for (SchemeFault& fault : faults) {
    fault.violation.field.insert(0, prefix);
    absl::StrAppend(&message, "\n", fault.violation.field, ": ", fault.violation.sentence);
    if (fault.line > 0 && !details.metadata.contains("line")) {
      details.metadata["line"] = absl::StrCat(fault.line);
      details.metadata["column"] = absl::StrCat(fault.column);
    }
    details.violations.push_back(std::move(fault.violation));
  }
  return Error(absl::StatusCode::kInvalidArgument, std::move(message), std::move(details));
}

absl::Status RunExists(std::string_view run, std::string_view scheme_version,
                       std::string_view snapshot) {
  return AlreadyExists(run, "RUN_EXISTS",
                       absl::StrCat(Av(run), " exists and applies ", Av(scheme_version), " to ",
                                    Av(snapshot), "; choose another run_id"));
}

absl::Status DuplicateRecipient(std::string_view code) {
  return Error(absl::StatusCode::kFailedPrecondition, "DUPLICATE_RECIPIENT",
               absl::StrCat("the snapshot has ", Av(code), " twice; each recipient is paid once"),
               {{"recipient", std::string(code)}});
}

absl::Status BadRegister(std::string_view recipient, std::string_view what) {
  return Error(absl::StatusCode::kFailedPrecondition, "BAD_REGISTER",
               absl::StrCat("the registry has ", Av(what), " for ", Av(recipient),
                            "; nothing is allocated until it is right"),
               {{"recipient", std::string(recipient)}});
}

absl::Status SnapshotChanged(std::string_view snapshot, std::string_view pinned,
                             std::string_view found) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "SNAPSHOT_CHANGED",
      absl::StrCat("the registry's ", Av(snapshot), " is not the content that was allocated on"),
      {{"resource", std::string(snapshot)},
       {"pinned_digest", std::string(pinned)},
       {"found_digest", std::string(found)}});
}

absl::Status AmountDiffers(std::string_view resource, int calculator_version) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "AMOUNT_DIFFERS",
      absl::StrCat("computing ", Av(resource), " again does not give what was kept; it was ",
                   "computed by version ", calculator_version, " of the arithmetic"),
      {{"resource", std::string(resource)},
       {"calculator_version", absl::StrCat(calculator_version)}});
}

absl::Status NotSupersedable(std::string_view run, std::string_view why) {
  return Error(absl::StatusCode::kFailedPrecondition, "NOT_SUPERSEDABLE",
               absl::StrCat("no run can take the place of ", Av(run), ": ", Av(why)),
               {{"resource", std::string(run)}, {"field", "supersedes"}});
}

absl::Status RunsNotComparable(std::string_view what, std::string_view before,
                               std::string_view after) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "RUNS_NOT_COMPARABLE",
      absl::StrCat("the runs have not the same ", Av(what), ": ", Av(before), " and ", Av(after),
                   "; compare runs of one grant, currency and kind of recipients"),
      {{"field", std::string(what)}});
}

}  // namespace vg::funding
