#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "services/cli/actions/download_edition.h"
#include "services/cli/demo/steps.h"
#include "services/cli/render/values.h"
#include "voortgang/report/v1/report_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace report = voortgang::report::v1;

std::string ReportFolder(const DemoOptions& options) {
  return absl::StrCat(options.folder, "/report");
}

}  // namespace

absl::StatusOr<std::string> PublishReport(Story& story) {
  const auto client = story.session.ClientOf<report::ReportService>();
  const std::vector<std::string> plans = Documents(story.options, "reports");
  if (plans.empty()) return "no report";
  report::ComposeEditionRequest compose;
  compose.set_edition_id(IdOf(plans.front()));
  RETURN_IF_ERROR(Document().Read(plans.front(), compose.mutable_plan()));
  compose.mutable_plan()->set_snapshot(story.last_snapshot);
  compose.mutable_plan()->set_synthetic(true);  // The answers are made up, whatever the registers.
  absl::StatusOr<report::Edition> composed =
      client.Call(&report::ReportService::Stub::ComposeEdition, compose, absl::Minutes(5));
  if (!composed.ok() && DetailsOf(composed.status()).reason == "EDITION_PUBLISHED") {
    report::GetEditionRequest get;
    get.set_name(absl::StrCat("editions/", compose.edition_id()));
    composed = client.Call(&report::ReportService::Stub::GetEdition, get);
  }
  RETURN_IF_ERROR(composed.status());
  report::PublishEditionRequest publish;
  publish.set_name(composed->name());
  ASSIGN_OR_RETURN(story.edition,
                   client.Call(&report::ReportService::Stub::PublishEdition, publish));
  RETURN_IF_ERROR(DownloadEdition(story.session, story.edition, ReportFolder(story.options)));
  return absl::StrCat(story.edition.name(), ": ", story.edition.assets_size(), " files in ",
                      ReportFolder(story.options), "; digest ",
                      story.edition.digest().substr(0, 12));
}

absl::Status PrintHeadline(const Story& story) {
  ASSIGN_OR_RETURN(const std::string text,
                   ReadFile(absl::StrCat(ReportFolder(story.options), "/annex/headline.csv")));
  ASSIGN_OR_RETURN(const CsvTable headline, ReadCsvTable(text));
  Table table({{"What the report says"}, {"", Align::kLeft}, {"n", Align::kRight}});
  for (const CsvTable::Row& row : headline.rows) {
    const auto cell = [&](std::string_view column) {
      const auto found = std::find(headline.header.begin(), headline.header.end(), column);
      return found == headline.header.end()
                 ? std::string()
                 : row.cells[static_cast<size_t>(found - headline.header.begin())];
    };
    table.Add({cell("title_en"), cell("value_en"), cell("n")});
  }
  story.session.Print(table);
  const std::string id = story.edition.name().substr(std::string("editions/").size());
  story.session.Print(
      absl::StrCat("\nThe report: ", story.options.page, "/editions/", id, "/nl/\n"));
  return absl::OkStatus();
}

}  // namespace vg::cli
