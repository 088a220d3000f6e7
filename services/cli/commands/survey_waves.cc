// Commands about waves: opening, changing and following them.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/status.h"
#include "common/numeric/exact.h"
#include "common/numeric/format.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/sample_file.h"
#include "services/cli/commands/commands.h"
#include "services/cli/commands/fieldwork_arguments.h"
#include "services/cli/render/minute.h"
#include "services/cli/render/values.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using Stub = v1::SurveyService::Stub;

struct OpenArguments {
  std::string file, id;
  std::vector<std::string> samples;  // "staff=sample.csv"
};

absl::Status AddSample(const std::string& option, v1::OpenWaveRequest& request) {
  const size_t sign = option.find('=');
  const int role = EnumValue(v1::Role_descriptor(), option.substr(0, sign));
  if (sign == std::string::npos || role <= 0) {
    return InvalidField(
        "--sample", "MALFORMED",
        absl::StrCat("must be role=FILE.csv, such as staff=sample.csv; is '", option, "'"));
  }
  const std::string path = option.substr(sign + 1);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  absl::StatusOr<v1::Sample> sample = ReadSample(text, static_cast<v1::Role>(role));
  if (!sample.ok()) return Annotate(sample.status(), path);
  *request.add_samples() = *std::move(sample);
  return absl::OkStatus();
}

absl::Status Open(Session& session, const OpenArguments& arguments) {
  v1::OpenWaveRequest request;
  request.set_wave_id(arguments.id.empty() ? IdOf(arguments.file) : arguments.id);
  Document document;
  RETURN_IF_ERROR(document.Read(arguments.file, request.mutable_wave()));
  for (const std::string& option : arguments.samples) {
    RETURN_IF_ERROR(AddSample(option, request));
  }
  ASSIGN_OR_RETURN(const v1::Wave wave, document.Send("wave", [&] {
    return session.ClientOf<v1::SurveyService>().Call(&Stub::OpenWave, request, absl::Seconds(60));
  }));
  if (session.json) {
    session.PrintJson(wave);
  } else {
    session.Print(absl::StrCat("Opened ", wave.name(), " on ", wave.snapshot(), "\n"));
  }
  return absl::OkStatus();
}

absl::Status Waves(Session& session) {
  const auto survey = session.ClientOf<v1::SurveyService>();
  Table table({{"Wave"},
               {"Title"},
               {"Snapshot"},
               {"Questionnaires", Align::kRight},
               {"Opens"},
               {"Closes"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListWavesResponse>(
      [&](const std::string& token) {
        v1::ListWavesRequest request;
        request.set_page_token(token);
        return survey.Call(&Stub::ListWaves, request);
      },
      [&](const v1::ListWavesResponse& page) {
        for (const v1::Wave& wave : page.waves()) {
          if (session.json) {
            session.PrintJson(wave);
          } else {
            table.Add({wave.name(), Text(wave.title()), wave.snapshot(),
                       Number(wave.questionnaires_size()), Minute(wave.open_time()),
                       Minute(wave.close_time())});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct ChangeArguments {
  std::string wave, title, title_en, opens, closes;
};

absl::Status Change(Session& session, const ChangeArguments& arguments) {
  v1::UpdateWaveRequest request;
  v1::Wave& wave = *request.mutable_wave();
  wave.set_name(Named("waves/", arguments.wave));
  if (!arguments.title.empty() || !arguments.title_en.empty()) {
    if (arguments.title.empty()) {
      return InvalidField("--title", "REQUIRED", "must be given with --title-en");
    }
    wave.mutable_title()->set_nl(arguments.title);
    wave.mutable_title()->set_en(arguments.title_en);
    request.mutable_update_mask()->add_paths("title");
  }
  if (!arguments.opens.empty()) {
    RETURN_IF_ERROR(ReadTime(arguments.opens, "--opens", *wave.mutable_open_time()));
    request.mutable_update_mask()->add_paths("open_time");
  }
  if (!arguments.closes.empty()) {
    RETURN_IF_ERROR(ReadTime(arguments.closes, "--closes", *wave.mutable_close_time()));
    request.mutable_update_mask()->add_paths("close_time");
  }
  if (request.update_mask().paths().empty()) {
    return InvalidField("--closes", "REQUIRED", "must be given, or --opens or --title");
  }
  ASSIGN_OR_RETURN(const v1::Wave changed,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::UpdateWave, request));
  if (session.json) {
    session.PrintJson(changed);
  } else {
    session.Print(absl::StrCat(changed.name(), " is open from ", Minute(changed.open_time()),
                               " to ", Minute(changed.close_time()), "\n"));
  }
  return absl::OkStatus();
}

Table TableOf(const v1::WaveProgress& progress) {
  Table table({{"Role"},
               {"Asked", Align::kRight},
               {"Started", Align::kRight},
               {"Complete", Align::kRight},
               {"Net response", Align::kRight},
               {"Responses", Align::kRight},
               {"Partial", Align::kRight},
               {"Withdrawn", Align::kRight}});
  for (const v1::RoleProgress& role : progress.roles()) {
    const absl::StatusOr<Exact> share =
        Exact::FromFraction(role.complete_units(), role.population_units());
    table.Add({EnumText(role.role()), Number(role.population_units()), Number(role.started_units()),
               Number(role.complete_units()),
               share.ok() ? FormatPercentage(*share, 1, Language::kEnglish) : "–",
               Number(role.complete_responses()), Number(role.partial_responses()),
               Number(role.withdrawn_responses())});
  }
  return table;
}

void Show(Session& session, const v1::WaveProgress& progress) {
  if (session.json) {
    session.PrintJson(progress);
  } else {
    session.Print(TableOf(progress));
  }
}

struct ProgressArguments {
  std::string wave;
  bool follow = false;
  int interval_millis = 0;
};

absl::Status Follow(Session& session, const ProgressArguments& arguments) {
  v1::WatchWaveProgressRequest request;
  request.set_name(Named("waves/", arguments.wave));
  request.set_interval_millis(arguments.interval_millis);
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  const auto survey = session.ClientOf<v1::SurveyService>();
  const auto reader = survey.stub().WatchWaveProgress(context.get(), request);
  v1::WaveProgress progress;
  for (bool first = true; reader->Read(&progress); first = false) {
    if (!session.json && !first) session.Print("\n");
    Show(session, progress);
    session.Flush();
  }
  return rpc::FromGrpcStatus(reader->Finish());
}

absl::Status Progress(Session& session, const ProgressArguments& arguments) {
  if (arguments.follow) return Follow(session, arguments);
  v1::GetWaveProgressRequest request;
  request.set_name(Named("waves/", arguments.wave));
  ASSIGN_OR_RETURN(const v1::WaveProgress progress,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::GetWaveProgress, request));
  Show(session, progress);
  return absl::OkStatus();
}

}  // namespace

void AddSurveyWaveCommands(CLI::App& survey, Session& session) {
  auto open_arguments = std::make_shared<OpenArguments>();
  CLI::App* open = survey.add_subcommand("open", "Open a wave from YAML");
  open->add_option("file", open_arguments->file, "The wave")->required();
  open->add_option("--id", open_arguments->id, "Its id; by default the file's name");
  open->add_option("--sample", open_arguments->samples,
                   "role=FILE.csv: ask a sample of that role, such as staff=sample.csv");
  open->footer(kSampleFileHelp);
  session.OnRun(open, [&session, open_arguments] { return Open(session, *open_arguments); });

  CLI::App* waves = survey.add_subcommand("waves", "List waves");
  session.OnRun(waves, [&session] { return Waves(session); });

  auto change_arguments = std::make_shared<ChangeArguments>();
  CLI::App* change =
      survey.add_subcommand("change", "Change when a wave is open, or what it is called");
  change->add_option("wave", change_arguments->wave, "The wave's id")->required();
  change->add_option("--opens", change_arguments->opens, "Such as 2022-01-13T00:00:00Z");
  change->add_option("--closes", change_arguments->closes, "Such as 2022-07-08T00:00:00Z");
  change->add_option("--title", change_arguments->title, "What it is called, in Dutch");
  change->add_option("--title-en", change_arguments->title_en, "And in English");
  session.OnRun(change,
                [&session, change_arguments] { return Change(session, *change_arguments); });

  auto progress_arguments = std::make_shared<ProgressArguments>();
  CLI::App* progress = survey.add_subcommand("progress", "How fieldwork goes, per role");
  progress->add_option("wave", progress_arguments->wave, "The wave's id")->required();
  CLI::Option* const follow =
      progress->add_flag("--follow", progress_arguments->follow,
                         "Show it again whenever it has changed, until Ctrl-C");
  progress
      ->add_option("--every", progress_arguments->interval_millis,
                   "The least milliseconds between two; by default 1000")
      ->needs(follow)
      ->check(CLI::Range(0, 60'000));
  session.OnRun(progress,
                [&session, progress_arguments] { return Progress(session, *progress_arguments); });
}

}  // namespace vg::cli
