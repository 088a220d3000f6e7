#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/import_snapshot.h"
#include "services/cli/demo/steps.h"
#include "services/cli/demo/vintages.h"
#include "services/cli/render/values.h"
#include "services/cli/synthetic/population.h"
#include "services/cli/synthetic/public_files.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace registry = voortgang::registry::v1;

// " (411 rows left out)"; empty for none.
std::string LeftOut(const registry::ImportResult& result) {
  int64_t rows = 0;
  for (const registry::SourceFile& source : result.snapshot().sources()) {
    rows += source.refused_count();
  }
  return rows == 0 ? "" : absl::StrCat(" (", Number(rows), " rows left out)");
}

// Rows that public files of several vintages are known to have and that a snapshot does without:
// closed schools, counts of another year, municipalities from before the boundaries changed.
constexpr const char* kAllowed[] = {"SCHOOL_NOT_IN_REGISTER", "COUNT_DATE_DIFFERS",
                                    "UNKNOWN_MUNICIPALITY"};

absl::StatusOr<std::vector<Vintage>> Vintages(const DemoOptions& options) {
  if (!options.data.empty()) return FindVintages(options.data);
  const std::string folder = absl::StrCat(options.folder, "/data");
  const synthetic::Population first = synthetic::MakePopulation(options.seed);
  const synthetic::Population second = synthetic::NextYear(first, options.seed);
  for (const synthetic::Population* population : {&first, &second}) {
    for (const synthetic::PublicFile& file : synthetic::PublicFiles(*population, options.seed)) {
      RETURN_IF_ERROR(
          WriteFile(absl::StrCat(folder, "/", population->count_year, "-10-01/", file.file_name),
                    file.bytes));
    }
  }
  return FindVintages(folder);
}

absl::Status LoadSchools(Story& story) {
  const auto client = story.session.ClientOf<registry::RegistryService>();
  registry::ExportSchoolsRequest request;
  request.set_parent(story.last_snapshot);
  const auto context = rpc::NewClientContext(absl::Minutes(2));
  const auto reader = client.stub().ExportSchools(context.get(), request);
  registry::ExportSchoolsResponse batch;
  story.schools.clear();
  while (reader->Read(&batch)) {
    for (registry::School& school : *batch.mutable_schools()) {
      story.schools.push_back(std::move(school));
    }
  }
  return rpc::FromGrpcStatus(reader->Finish());
}

}  // namespace

absl::StatusOr<std::string> ImportRegisters(Story& story) {
  ASSIGN_OR_RETURN(std::vector<Vintage> vintages, Vintages(story.options));
  std::string said;
  for (const Vintage& vintage : vintages) {
    registry::ImportPlan plan;
    plan.set_snapshot_id(vintage.count_date);
    plan.set_synthetic(story.options.data.empty());
    ParseDate(vintage.count_date, plan.mutable_count_date());
    for (const char* code : kAllowed) plan.add_allowed_refusals(code);
    ASSIGN_OR_RETURN(const std::vector<ImportFile> files, ReadImportFiles(vintage.files));
    ASSIGN_OR_RETURN(const ImportOutcome outcome, ImportSnapshot(story.session, plan, files));
    if (!outcome.result.stored()) {
      std::string first = "no row is named";
      const auto row = std::find_if(
          outcome.refused.begin(), outcome.refused.end(), [](const registry::RefusedRow& refused) {
            return std::find(std::begin(kAllowed), std::end(kAllowed), refused.code()) ==
                   std::end(kAllowed);
          });
      if (row != outcome.refused.end()) {
        first = absl::StrCat(row->file_name(), " line ", row->line(), ": ", row->message(), " [",
                             row->code(), "]");
      }
      return Error(
          absl::StatusCode::kInvalidArgument, "ROWS_REFUSED",
          absl::StrCat("the registers of ", vintage.count_date, " were not imported: ", first));
    }
    const registry::SnapshotTotals& totals = outcome.result.snapshot().totals();
    absl::StrAppend(&said, said.empty() ? "" : "; ", vintage.count_date, ": ",
                    Number(totals.school_count()), " schools, ", Number(totals.pupil_count()),
                    " pupils", LeftOut(outcome.result));
  }
  story.first_snapshot = absl::StrCat("snapshots/", vintages.front().count_date);
  story.last_snapshot = absl::StrCat("snapshots/", vintages.back().count_date);
  RETURN_IF_ERROR(LoadSchools(story));
  return said;
}

}  // namespace vg::cli
