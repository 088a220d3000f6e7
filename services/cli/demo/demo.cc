#include "services/cli/demo/demo.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "common/time/clock.h"
#include "services/cli/actions/download_edition.h"
#include "services/cli/actions/import_snapshot.h"
#include "services/cli/actions/intake.h"
#include "services/cli/demo/vintages.h"
#include "services/cli/render/explanation.h"
#include "services/cli/render/values.h"
#include "services/cli/synthetic/population.h"
#include "services/cli/synthetic/programmes.h"
#include "services/cli/synthetic/public_files.h"
#include "services/cli/synthetic/responses.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/report/v1/report_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace funding = voortgang::funding::v1;
namespace indicators = voortgang::indicators::v1;
namespace registry = voortgang::registry::v1;
namespace report = voortgang::report::v1;
namespace survey = voortgang::survey::v1;

constexpr char kSchoolYear[] = "2021-2022";
// " (3 lack a count)"; empty for none.
std::string Undetermined(int64_t count) {
  return count == 0 ? "" : absl::StrCat(" (", Number(count), " lack a count)");
}

// " (411 rows left out)"; empty for none.
std::string LeftOut(const registry::ImportResult& result) {
  int64_t rows = 0;
  for (const registry::SourceFile& source : result.snapshot().sources()) {
    rows += source.refused_count();
  }
  return rows == 0 ? "" : absl::StrCat(" (", Number(rows), " rows left out)");
}

constexpr absl::Duration kFoldPatience = absl::Minutes(2);

// Rows that public files of several vintages are known to have and that a snapshot does without:
// closed schools, counts of another year, municipalities from before the boundaries changed.
constexpr const char* kAllowed[] = {"SCHOOL_NOT_IN_REGISTER", "COUNT_DATE_DIFFERS",
                                    "UNKNOWN_MUNICIPALITY"};

class Demo {
 public:
  Demo(Session& session, const DemoOptions& options) : session_(session), options_(options) {}

  absl::Status Run() {
    if (Documents("menus").empty()) {
      return Error(absl::StatusCode::kNotFound, "NO_EXAMPLES",
                   absl::StrCat(options_.examples,
                                " holds no example documents; name their folder with --examples"));
    }
    RETURN_IF_ERROR(Step("Registers", [this] { return Registers(); }));
    RETURN_IF_ERROR(Step("Menu", [this] { return Menus(); }));
    RETURN_IF_ERROR(Step("Programmes", [this] { return Programmes(); }));
    RETURN_IF_ERROR(Step("Funding", [this] { return Funding(); }));
    RETURN_IF_ERROR(Step("Survey", [this] { return Survey(); }));
    RETURN_IF_ERROR(Step("Indicators", [this] { return Indicators(); }));
    RETURN_IF_ERROR(Step("Report", [this] { return Report(); }));
    session_.Print(absl::StrCat("\nHow one amount came about\n\n", explanation_, "\n"));
    return Headline();
  }

 private:
  template <typename Work>
  absl::Status Step(const char* label, const Work& work) {
    const absl::Time start = clock_.Now();
    ASSIGN_OR_RETURN(const std::string said, work());
    session_.Print(absl::StrFormat("%-12s%s (%.1f s)\n", label, said,
                                   absl::ToDoubleSeconds(clock_.Now() - start)));
    return absl::OkStatus();
  }

  // The documents of one kind, by name.
  std::vector<std::string> Documents(const char* kind) const {
    std::vector<std::string> paths;
    std::error_code error;
    const std::string folder = absl::StrCat(options_.examples, "/", kind);
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  absl::StatusOr<std::vector<Vintage>> Vintages() {
    if (!options_.data.empty()) return FindVintages(options_.data);
    const std::string folder = absl::StrCat(options_.folder, "/data");
    const synthetic::Population first = synthetic::MakePopulation(options_.seed);
    const synthetic::Population second = synthetic::NextYear(first, options_.seed);
    for (const synthetic::Population* population : {&first, &second}) {
      for (const synthetic::PublicFile& file : synthetic::PublicFiles(*population, options_.seed)) {
        RETURN_IF_ERROR(
            WriteFile(absl::StrCat(folder, "/", population->count_year, "-10-01/", file.file_name),
                      file.bytes));
      }
    }
    return FindVintages(folder);
  }

  absl::StatusOr<std::string> Registers() {
    ASSIGN_OR_RETURN(std::vector<Vintage> vintages, Vintages());
    std::string said;
    for (const Vintage& vintage : vintages) {
      registry::ImportPlan plan;
      plan.set_snapshot_id(vintage.count_date);
      plan.set_synthetic(options_.data.empty());
      ParseDate(vintage.count_date, plan.mutable_count_date());
      for (const char* code : kAllowed) plan.add_allowed_refusals(code);
      ASSIGN_OR_RETURN(const std::vector<ImportFile> files, ReadImportFiles(vintage.files));
      ASSIGN_OR_RETURN(const ImportOutcome outcome, ImportSnapshot(session_, plan, files));
      if (!outcome.result.stored()) {
        std::string first = "no row is named";
        const auto row = std::find_if(outcome.refused.begin(), outcome.refused.end(),
                                      [](const registry::RefusedRow& refused) {
                                        return std::find(std::begin(kAllowed), std::end(kAllowed),
                                                         refused.code()) == std::end(kAllowed);
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
    first_snapshot_ = absl::StrCat("snapshots/", vintages.front().count_date);
    last_snapshot_ = absl::StrCat("snapshots/", vintages.back().count_date);
    RETURN_IF_ERROR(LoadSchools());
    return said;
  }

  absl::Status LoadSchools() {
    const auto client = session_.ClientOf<registry::RegistryService>();
    registry::ExportSchoolsRequest request;
    request.set_parent(last_snapshot_);
    const auto context = rpc::NewClientContext(absl::Minutes(2));
    const auto reader = client.stub().ExportSchools(context.get(), request);
    registry::ExportSchoolsResponse batch;
    schools_.clear();
    while (reader->Read(&batch)) {
      for (registry::School& school : *batch.mutable_schools()) {
        schools_.push_back(std::move(school));
      }
    }
    return rpc::FromGrpcStatus(reader->Finish());
  }

  absl::StatusOr<std::string> Menus() {
    const auto client = session_.ClientOf<catalogue::CatalogueService>();
    std::string said;
    for (const std::string& path : Documents("menus")) {
      catalogue::PublishMenuEditionRequest request;
      request.set_menu_edition_id(IdOf(path));
      RETURN_IF_ERROR(Document().Read(path, request.mutable_menu_edition()));
      ASSIGN_OR_RETURN(
          menu_, client.Call(&catalogue::CatalogueService::Stub::PublishMenuEdition, request));
      absl::StrAppend(&said, said.empty() ? "" : "; ", IdOf(path), ": ", menu_.interventions_size(),
                      " interventions");
      // Schools chose in the summer of 2021, from the first edition there was.
      if (chosen_from_.name().empty() ||
          menu_.start_date().year() * 12 + menu_.start_date().month() <
              chosen_from_.start_date().year() * 12 + chosen_from_.start_date().month()) {
        chosen_from_ = menu_;
      }
    }
    return said;
  }

  absl::StatusOr<std::string> Programmes() {
    auto school = schools_.begin();
    ASSIGN_OR_RETURN(const IntakeOutcome outcome,
                     ImportProgrammes(session_, static_cast<int64_t>(schools_.size()),
                                      [&](catalogue::ProgrammeFiling& filing) {
                                        while (school != schools_.end()) {
                                          auto made = synthetic::MakeFiling(
                                              options_.seed, *school++, chosen_from_, kSchoolYear);
                                          if (!made.has_value()) continue;
                                          filing = *std::move(made);
                                          return true;
                                        }
                                        return false;
                                      }));
    RETURN_IF_ERROR(NoneRefused(outcome));
    return absl::StrCat(Number(outcome.accepted + outcome.repeated), " school programmes");
  }

  absl::StatusOr<std::string> Funding() {
    const auto client = session_.ClientOf<funding::FundingService>();
    std::string said;
    for (const std::string& path : Documents("schemes")) {
      funding::PublishSchemeRequest publish;
      publish.set_scheme_id(IdOf(path));
      RETURN_IF_ERROR(Document().Read(path, publish.mutable_content()));
      ASSIGN_OR_RETURN(const funding::SchemeVersion version,
                       client.Call(&funding::FundingService::Stub::PublishScheme, publish));
      if (version.content().school_year() != kSchoolYear) continue;
      funding::AllocateRequest allocate;
      allocate.set_run_id(IdOf(path));
      allocate.set_scheme_version(version.name());
      allocate.set_snapshot(first_snapshot_);
      ASSIGN_OR_RETURN(const funding::Run run, client.Call(&funding::FundingService::Stub::Allocate,
                                                           allocate, absl::Minutes(2)));
      absl::StrAppend(&said, said.empty() ? "" : "; ", Amount(run.total()), " for ",
                      Number(run.determined_count()),
                      version.content().recipients() == funding::RECIPIENT_KIND_SCHOOL
                          ? " schools"
                          : " municipalities",
                      Undetermined(run.undetermined_count()));
      if (version.content().recipients() == funding::RECIPIENT_KIND_SCHOOL) {
        RETURN_IF_ERROR(ExplainOne(run));
      }
    }
    return said;
  }

  // The first school whose amount has more than one part.
  absl::Status ExplainOne(const funding::Run& run) {
    const auto client = session_.ClientOf<funding::FundingService>();
    funding::ListAllocationsRequest list;
    list.set_parent(run.name());
    list.set_page_size(1000);
    ASSIGN_OR_RETURN(const funding::ListAllocationsResponse page,
                     client.Call(&funding::FundingService::Stub::ListAllocations, list));
    const auto several = std::find_if(
        page.allocations().begin(), page.allocations().end(),
        [](const funding::Allocation& allocation) {
          return std::count_if(allocation.components().begin(), allocation.components().end(),
                               [](const funding::AllocationComponent& component) {
                                 return component.amount().units() > 0;
                               }) > 1;
        });
    if (several == page.allocations().end()) return absl::OkStatus();
    funding::ExplainAllocationRequest request;
    request.set_name(several->name());
    ASSIGN_OR_RETURN(const funding::Explanation explanation,
                     client.Call(&funding::FundingService::Stub::ExplainAllocation, request));
    explanation_ = ExplanationText(explanation);
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Survey() {
    const auto client = session_.ClientOf<survey::SurveyService>();
    std::vector<survey::QuestionnaireVersion> versions;
    for (const std::string& path : Documents("questionnaires")) {
      survey::PublishQuestionnaireRequest publish;
      publish.set_questionnaire_id(IdOf(path));
      RETURN_IF_ERROR(Document().Read(path, publish.mutable_content()));
      ASSIGN_OR_RETURN(survey::QuestionnaireVersion version,
                       client.Call(&survey::SurveyService::Stub::PublishQuestionnaire, publish));
      versions.push_back(std::move(version));
    }
    const std::vector<std::string> waves = Documents("waves");
    if (waves.empty()) return "no wave";
    survey::OpenWaveRequest open;
    open.set_wave_id(IdOf(waves.front()));
    RETURN_IF_ERROR(Document().Read(waves.front(), open.mutable_wave()));
    open.mutable_wave()->set_snapshot(last_snapshot_);
    ASSIGN_OR_RETURN(const survey::Wave wave,
                     client.Call(&survey::SurveyService::Stub::OpenWave, open, absl::Minutes(1)));
    ASSIGN_OR_RETURN(std::vector<survey::Response> responses, MakeResponses(wave, versions));
    size_t next = 0;
    ASSIGN_OR_RETURN(const IntakeOutcome outcome,
                     ImportResponses(session_, static_cast<int64_t>(responses.size()), false,
                                     [&](survey::Response& response) {
                                       if (next == responses.size()) return false;
                                       response = std::move(responses[next++]);
                                       return true;
                                     }));
    RETURN_IF_ERROR(NoneRefused(outcome));
    survey::GetWaveProgressRequest progress_request;
    progress_request.set_name(wave.name());
    ASSIGN_OR_RETURN(const survey::WaveProgress progress,
                     client.Call(&survey::SurveyService::Stub::GetWaveProgress, progress_request));
    std::string said;
    for (const survey::RoleProgress& role : progress.roles()) {
      absl::StrAppend(&said, said.empty() ? "" : ", ", Number(role.complete_responses()), " ",
                      EnumText(role.role()));
    }
    return absl::StrCat(said, " responses");
  }

  absl::StatusOr<std::vector<survey::Response>> MakeResponses(
      const survey::Wave& wave, const std::vector<survey::QuestionnaireVersion>& versions) {
    std::vector<survey::Response> responses;
    for (const survey::QuestionnaireVersion& version : versions) {
      const synthetic::Responses maker(options_.seed, wave.name(), version);
      const auto add = [&](const std::string& unit, voortgang::type::v1::Sector sector) {
        for (survey::Response& response : maker.Of(unit, sector)) {
          responses.push_back(std::move(response));
        }
      };
      switch (version.content().role()) {
        case survey::ROLE_BOARD: {
          ASSIGN_OR_RETURN(const std::vector<std::string> boards, Boards());
          for (const std::string& board : boards) {
            add(board, voortgang::type::v1::SECTOR_UNSPECIFIED);
          }
          break;
        }
        case survey::ROLE_MUNICIPALITY: {
          ASSIGN_OR_RETURN(const std::vector<std::string> municipalities, Municipalities());
          for (const std::string& municipality : municipalities) {
            add(municipality, voortgang::type::v1::SECTOR_UNSPECIFIED);
          }
          break;
        }
        default:
          for (const registry::School& school : schools_) add(school.school(), school.sector());
      }
    }
    return responses;
  }

  absl::StatusOr<std::vector<std::string>> Boards() {
    const auto client = session_.ClientOf<registry::RegistryService>();
    std::vector<std::string> boards;
    RETURN_IF_ERROR(ForEachPage<registry::ListBoardsResponse>(
        [&](const std::string& token) {
          registry::ListBoardsRequest request;
          request.set_parent(last_snapshot_);
          request.set_page_size(1000);
          request.set_page_token(token);
          return client.Call(&registry::RegistryService::Stub::ListBoards, request);
        },
        [&](const registry::ListBoardsResponse& page) {
          for (const registry::Board& board : page.boards()) boards.push_back(board.board());
          return true;
        }));
    return boards;
  }

  absl::StatusOr<std::vector<std::string>> Municipalities() {
    const auto client = session_.ClientOf<registry::RegistryService>();
    std::vector<std::string> municipalities;
    RETURN_IF_ERROR(ForEachPage<registry::ListMunicipalitiesResponse>(
        [&](const std::string& token) {
          registry::ListMunicipalitiesRequest request;
          request.set_parent(last_snapshot_);
          request.set_page_size(1000);
          request.set_page_token(token);
          return client.Call(&registry::RegistryService::Stub::ListMunicipalities, request);
        },
        [&](const registry::ListMunicipalitiesResponse& page) {
          for (const registry::Municipality& municipality : page.municipalities()) {
            municipalities.push_back(municipality.municipality());
          }
          return true;
        }));
    return municipalities;
  }

  absl::StatusOr<std::string> Indicators() {
    const auto client = session_.ClientOf<indicators::IndicatorsService>();
    const std::vector<std::string> documents = Documents("indicators");
    for (const std::string& path : documents) {
      indicators::DefineIndicatorRequest request;
      request.set_indicator_id(IdOf(path));
      RETURN_IF_ERROR(Document().Read(path, request.mutable_definition()));
      RETURN_IF_ERROR(Annotate(
          client.Call(&indicators::IndicatorsService::Stub::DefineIndicator, request).status(),
          path));
    }
    const absl::Time give_up = clock_.Now() + kFoldPatience;
    for (;;) {
      ASSIGN_OR_RETURN(const indicators::FoldState state,
                       client.Call(&indicators::IndicatorsService::Stub::GetFoldState,
                                   indicators::GetFoldStateRequest()));
      int64_t folded = 0, behind = 0, backfilling = 0;
      for (const indicators::FeedFoldState& feed : state.feeds()) {
        folded += feed.folded_count();
        behind += feed.head_count() - feed.folded_count();
        backfilling += feed.backfilling_count();
      }
      if (behind == 0 && backfilling == 0) {
        return absl::StrCat(documents.size(), " indicators over ", Number(folded), " changes");
      }
      if (clock_.Now() > give_up) {
        return Error(absl::StatusCode::kDeadlineExceeded, "FOLDING",
                     absl::StrCat("the indicators are still ", behind, " changes behind"));
      }
      absl::SleepFor(absl::Milliseconds(50));
    }
  }

  absl::StatusOr<std::string> Report() {
    const auto client = session_.ClientOf<report::ReportService>();
    const std::vector<std::string> plans = Documents("reports");
    if (plans.empty()) return "no report";
    report::ComposeEditionRequest compose;
    compose.set_edition_id(IdOf(plans.front()));
    RETURN_IF_ERROR(Document().Read(plans.front(), compose.mutable_plan()));
    compose.mutable_plan()->set_snapshot(last_snapshot_);
    compose.mutable_plan()->set_synthetic(
        true);  // The answers are made up, whatever the registers.
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
    ASSIGN_OR_RETURN(edition_, client.Call(&report::ReportService::Stub::PublishEdition, publish));
    RETURN_IF_ERROR(DownloadEdition(session_, edition_, ReportFolder()));
    return absl::StrCat(edition_.name(), ": ", edition_.assets_size(), " files in ", ReportFolder(),
                        "; digest ", edition_.digest().substr(0, 12));
  }

  absl::Status Headline() {
    ASSIGN_OR_RETURN(const std::string text,
                     ReadFile(absl::StrCat(ReportFolder(), "/annex/headline.csv")));
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
    session_.Print(table);
    const std::string id = edition_.name().substr(std::string("editions/").size());
    session_.Print(absl::StrCat("\nThe report: ", options_.page, "/editions/", id, "/nl/\n"));
    return absl::OkStatus();
  }

  std::string ReportFolder() const { return absl::StrCat(options_.folder, "/report"); }

  absl::Status NoneRefused(const IntakeOutcome& outcome) {
    if (outcome.refused.empty()) return absl::OkStatus();
    const Refusal& first = outcome.refused.front();
    return Error(absl::StatusCode::kInvalidArgument, first.reason,
                 absl::StrCat(outcome.refused.size(), " items were refused, the first ", first.name,
                              " at ", first.field, ": ", first.message));
  }

  Session& session_;
  const DemoOptions options_;
  const SystemClock clock_;
  std::string first_snapshot_, last_snapshot_;
  std::vector<registry::School> schools_;
  catalogue::MenuEdition menu_, chosen_from_;
  std::string explanation_;
  report::Edition edition_;
};

}  // namespace

absl::Status RunDemo(Session& session, const DemoOptions& options) {
  return Demo(session, options).Run();
}

}  // namespace vg::cli
