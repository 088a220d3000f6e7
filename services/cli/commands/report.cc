#include "services/cli/commands/report.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/download_edition.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "voortgang/report/v1/report_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::report::v1;
using Stub = v1::ReportService::Stub;

absl::Status Compose(Session& session, const std::string& file, const std::string& id,
                     bool dry_run) {
  v1::ComposeEditionRequest request;
  request.set_edition_id(id.empty() ? IdOf(file) : id);
  request.set_validate_only(dry_run);
  Document document;
  RETURN_IF_ERROR(document.Read(file, request.mutable_plan()));
  ASSIGN_OR_RETURN(const v1::Edition edition, document.Send("plan", [&] {
    return session.ClientOf<v1::ReportService>().Call(&Stub::ComposeEdition, request,
                                                      absl::Minutes(5));
  }));
  if (session.json) {
    session.PrintJson(edition);
  } else {
    session.Print(absl::StrCat(dry_run ? "Checked " : "Composed ", edition.name(), ": ",
                               edition.assets_size(), " files; digest ",
                               edition.digest().substr(0, 12), "\n"));
  }
  return absl::OkStatus();
}

// "2022-04-14T09:00:00Z", or with another offset from UTC.
absl::Status ReadTime(const std::string& text, google::protobuf::Timestamp& time) {
  if (google::protobuf::util::TimeUtil::FromString(text, &time)) return absl::OkStatus();
  return InvalidField("embargo", "TIME_INVALID",
                      "must be a time such as 2022-04-14T09:00:00+02:00, is \"" + text + "\"");
}

absl::Status Publish(Session& session, const std::string& id, const std::string& embargo) {
  v1::PublishEditionRequest request;
  request.set_name(Named("editions/", id));
  if (!embargo.empty()) RETURN_IF_ERROR(ReadTime(embargo, *request.mutable_embargo_time()));
  ASSIGN_OR_RETURN(const v1::Edition edition,
                   session.ClientOf<v1::ReportService>().Call(&Stub::PublishEdition, request));
  if (session.json) {
    session.PrintJson(edition);
  } else {
    session.Print(
        edition.state() == v1::EDITION_STATE_EMBARGOED
            ? absl::StrCat("Embargoed ", edition.name(), " until ",
                           google::protobuf::util::TimeUtil::ToString(edition.publish_time()), "\n")
            : absl::StrCat("Published ", edition.name(), "\n"));
  }
  return absl::OkStatus();
}

absl::Status Recall(Session& session, const std::string& id) {
  v1::RecallEditionRequest request;
  request.set_name(Named("editions/", id));
  ASSIGN_OR_RETURN(const v1::Edition edition,
                   session.ClientOf<v1::ReportService>().Call(&Stub::RecallEdition, request));
  if (session.json) {
    session.PrintJson(edition);
  } else {
    session.Print(absl::StrCat(edition.name(), " is a draft\n"));
  }
  return absl::OkStatus();
}

absl::Status Verify(Session& session, const std::string& id) {
  v1::VerifyEditionRequest request;
  request.set_name(Named("editions/", id));
  ASSIGN_OR_RETURN(
      const v1::VerifyEditionResponse verified,
      session.ClientOf<v1::ReportService>().Call(&Stub::VerifyEdition, request, absl::Minutes(5)));
  if (session.json) {
    session.PrintJson(verified);
  } else {
    Table table({{"What differs"}, {"Kept"}, {"Now"}});
    const auto digits = [](const std::string& digest) {
      return digest.empty() ? std::string("-") : digest.substr(0, 12);
    };
    for (const v1::InputDifference& input : verified.inputs()) {
      table.Add({input.resource(), digits(input.pinned_digest()), digits(input.digest())});
    }
    for (const v1::FileDifference& file : verified.files()) {
      table.Add({file.path(), digits(file.kept_sha256()), digits(file.sha256())});
    }
    if (verified.inputs_size() + verified.files_size() > 0) session.Print(table);
    session.Print(absl::StrCat(
        verified.file_count(), " files computed from ",
        verified.inputs_unmoved() ? absl::StrCat("the same ", verified.input_count(), " inputs: ")
                                  : std::string("the numbers kept, as inputs have moved: "),
        verified.identical() ? "byte for byte the edition\n" : "they differ\n"));
  }
  if (verified.identical()) return absl::OkStatus();
  return Error(absl::StatusCode::kDataLoss, "EDITION_DIFFERS",
               "the edition that is kept is not the one that its inputs give");
}

absl::Status List(Session& session) {
  const auto report = session.ClientOf<v1::ReportService>();
  Table table({{"Edition"}, {"Title"}, {"Month"}, {"State"}, {"Files", Align::kRight}, {"Digest"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListEditionsResponse>(
      [&](const std::string& token) {
        v1::ListEditionsRequest request;
        request.set_page_token(token);
        return report.Call(&Stub::ListEditions, request);
      },
      [&](const v1::ListEditionsResponse& page) {
        for (const v1::Edition& edition : page.editions()) {
          if (session.json) {
            session.PrintJson(edition);
          } else {
            table.Add({edition.name(), Text(edition.plan().title()),
                       Day(edition.plan().edition_month()).substr(0, 7), EnumText(edition.state()),
                       Number(edition.assets_size()), edition.digest().substr(0, 12)});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status Download(Session& session, const std::string& id, const std::string& folder) {
  v1::GetEditionRequest request;
  request.set_name(Named("editions/", id));
  ASSIGN_OR_RETURN(const v1::Edition edition,
                   session.ClientOf<v1::ReportService>().Call(&Stub::GetEdition, request));
  RETURN_IF_ERROR(DownloadEdition(session, edition, folder));
  if (!session.json) {
    session.Print(absl::StrCat(edition.assets_size(), " files written to ", folder, "\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddReportCommands(CLI::App& app, Session& session) {
  CLI::App* report = app.add_subcommand("report", "Editions of the progress report");
  report->require_subcommand(1);

  auto file = std::make_shared<std::string>();
  auto id = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>(false);
  CLI::App* compose = report->add_subcommand("compose", "Compose an edition from a YAML plan");
  compose->add_option("file", *file, "The plan")->required();
  compose->add_option("--id", *id, "The edition's id; by default the file's name");
  compose->add_flag("--dry-run", *dry_run, "Compose it, keep nothing");
  session.OnRun(compose,
                [&session, file, id, dry_run] { return Compose(session, *file, *id, *dry_run); });

  auto publish_id = std::make_shared<std::string>();
  CLI::App* publish = report->add_subcommand("publish", "Publish a draft, now or later");
  publish->add_option("edition", *publish_id, "The edition's id")->required();
  auto embargo = std::make_shared<std::string>();
  publish->add_option(
      "--embargo", *embargo,
      "From when the world may see it, such as 2022-04-14T09:00:00+02:00; by default now");
  session.OnRun(
      publish, [&session, publish_id, embargo] { return Publish(session, *publish_id, *embargo); });

  auto recall_id = std::make_shared<std::string>();
  CLI::App* recall = report->add_subcommand("recall", "Make an embargoed edition a draft again");
  recall->add_option("edition", *recall_id, "The edition's id")->required();
  session.OnRun(recall, [&session, recall_id] { return Recall(session, *recall_id); });

  auto verify_id = std::make_shared<std::string>();
  CLI::App* verify = report->add_subcommand(
      "verify", "Compute an edition again from its pinned inputs and compare every byte");
  verify->add_option("edition", *verify_id, "The edition's id")->required();
  session.OnRun(verify, [&session, verify_id] { return Verify(session, *verify_id); });

  CLI::App* list = report->add_subcommand("list", "List editions");
  session.OnRun(list, [&session] { return List(session); });

  auto download_id = std::make_shared<std::string>();
  auto folder = std::make_shared<std::string>();
  CLI::App* download = report->add_subcommand("download", "Write an edition's files to a folder");
  download->add_option("edition", *download_id, "The edition's id")->required();
  download->add_option("folder", *folder, "The folder")->required();
  session.OnRun(download, [&session, download_id, folder] {
    return Download(session, *download_id, *folder);
  });

  AddReportPdf(*report, session);
}

}  // namespace vg::cli
