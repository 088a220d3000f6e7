#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/import_snapshot.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::registry::v1;
using Stub = v1::RegistryService::Stub;

// Shown of the rows that were refused; --output json shows all.
constexpr size_t kRefusedShown = 20;

int64_t KnownPupils(const v1::School& school) {
  int64_t pupils = 0;
  for (const v1::PupilCount& count : school.pupil_counts()) pupils += count.count().value();
  return pupils;
}

std::string Counts(const v1::School& school) {
  std::vector<std::string> parts;
  for (const v1::PupilCount& count : school.pupil_counts()) {
    parts.push_back(absl::StrCat(EnumText(count.school_type()), " ", CountText(count.count())));
  }
  return parts.empty() ? "no count" : absl::StrJoin(parts, ", ");
}

void PrintRefused(Session& session, const std::vector<v1::RefusedRow>& refused) {
  if (refused.empty()) return;
  Table table({{"File"}, {"Line", Align::kRight}, {"Column"}, {"Code"}, {"What and what to do"}});
  for (size_t i = 0; i < refused.size() && i < kRefusedShown; ++i) {
    const v1::RefusedRow& row = refused[i];
    table.Add({row.file_name(), absl::StrCat(row.line()), row.column(), row.code(),
               absl::StrCat(row.message(), " ", row.hint())});
  }
  session.Print(table);
  if (refused.size() > kRefusedShown) {
    session.Print(absl::StrCat("… and ",
                               Number(static_cast<int64_t>(refused.size() - kRefusedShown)),
                               " more; --output json shows them all.\n"));
  }
}

struct ImportArguments {
  std::string id, title, count_date;
  std::vector<std::string> files, allowed;
  bool dry_run = false, synthetic = false;
};

absl::Status Import(Session& session, const ImportArguments& arguments) {
  v1::ImportPlan plan;
  plan.set_snapshot_id(arguments.id);
  plan.set_title(arguments.title);
  plan.set_validate_only(arguments.dry_run);
  plan.set_synthetic(arguments.synthetic);
  if (!ParseDate(arguments.count_date, plan.mutable_count_date())) {
    return InvalidField("--count-date", "IMPOSSIBLE_DATE", "write the day as 2021-10-01");
  }
  for (const std::string& code : arguments.allowed) plan.add_allowed_refusals(code);
  ASSIGN_OR_RETURN(const std::vector<ImportFile> files, ReadImportFiles(arguments.files));
  ASSIGN_OR_RETURN(const ImportOutcome outcome, ImportSnapshot(session, plan, files));
  if (session.json) {
    for (const v1::RefusedRow& row : outcome.refused) session.PrintJson(row);
    session.PrintJson(outcome.result);
  } else {
    PrintRefused(session, outcome.refused);
    for (const auto& [code, count] : outcome.result.refused_by_code()) {
      session.Print(absl::StrCat(Number(count), " × ", code, "\n"));
    }
  }
  if (!outcome.result.has_snapshot()) {
    return Error(
        absl::StatusCode::kInvalidArgument, "ROWS_REFUSED",
        "nothing was imported: correct the rows above, or leave them out with --allow CODE");
  }
  if (!session.json) {
    const v1::SnapshotTotals& totals = outcome.result.snapshot().totals();
    session.Print(absl::StrCat(
        outcome.result.stored() ? "Imported " : "Checked ", outcome.result.snapshot().name(), ": ",
        Number(totals.school_count()), " schools, ", Number(totals.board_count()), " boards, ",
        Number(totals.municipality_count()), " municipalities, ", Number(totals.pupil_count()),
        " pupils; digest ", outcome.result.snapshot().digest().substr(0, 12), "\n"));
  }
  return absl::OkStatus();
}

absl::Status Snapshots(Session& session) {
  const auto registry = session.ClientOf<v1::RegistryService>();
  Table table({{"Snapshot"},
               {"Count date"},
               {"Schools", Align::kRight},
               {"Boards", Align::kRight},
               {"Municipalities", Align::kRight},
               {"Pupils", Align::kRight},
               {"Digest"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListSnapshotsResponse>(
      [&](const std::string& token) {
        v1::ListSnapshotsRequest request;
        request.set_page_token(token);
        return registry.Call(&Stub::ListSnapshots, request);
      },
      [&](const v1::ListSnapshotsResponse& page) {
        for (const v1::Snapshot& snapshot : page.snapshots()) {
          if (session.json) {
            session.PrintJson(snapshot);
            continue;
          }
          const v1::SnapshotTotals& totals = snapshot.totals();
          table.Add({snapshot.name(), Day(snapshot.count_date()), Number(totals.school_count()),
                     Number(totals.board_count()), Number(totals.municipality_count()),
                     Number(totals.pupil_count()), snapshot.digest().substr(0, 12)});
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct SchoolsArguments {
  std::string snapshot, text, school;
  std::vector<std::string> sectors, municipalities, boards, provinces;
  int limit = 50;
};

absl::Status Schools(Session& session, const SchoolsArguments& arguments) {
  const auto registry = session.ClientOf<v1::RegistryService>();
  v1::ListSchoolsRequest request;
  request.set_parent(Named("snapshots/", arguments.snapshot));
  v1::SchoolFilter& filter = *request.mutable_filter();
  filter.set_text(arguments.text);
  for (const std::string& sector : arguments.sectors) {
    const int value = EnumValue(voortgang::type::v1::Sector_descriptor(), sector);
    if (value < 1) {
      return InvalidField("--sector", "UNKNOWN_SECTOR", "is one of primary, secondary, special");
    }
    filter.add_sectors(static_cast<voortgang::type::v1::Sector>(value));
  }
  for (const std::string& id : arguments.municipalities) {
    filter.add_municipalities(Named("municipalities/", id));
  }
  for (const std::string& id : arguments.boards) filter.add_boards(Named("boards/", id));
  for (const std::string& title : arguments.provinces) filter.add_provinces(title);
  if (!arguments.school.empty()) filter.add_schools(Named("schools/", arguments.school));
  request.set_page_size(arguments.limit > 0 ? std::min(arguments.limit, 1000) : 1000);

  Table table({{"School"},
               {"Name"},
               {"Place"},
               {"Municipality"},
               {"Board"},
               {"Sector"},
               {"Pupils", Align::kRight},
               {"By type"},
               {"Score", Align::kRight}});
  int64_t shown = 0, total = 0;
  RETURN_IF_ERROR(ForEachPage<v1::ListSchoolsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return registry.Call(&Stub::ListSchools, request);
      },
      [&](const v1::ListSchoolsResponse& page) {
        total = page.total_size();
        for (const v1::School& school : page.schools()) {
          if (arguments.limit > 0 && shown == arguments.limit) return false;
          ++shown;
          if (session.json) {
            session.PrintJson(school);
            continue;
          }
          table.Add({school.school(), school.title(), school.place(), school.municipality(),
                     school.board(), EnumText(school.sector()), Number(KnownPupils(school)),
                     Counts(school),
                     school.has_disadvantage_score() ? school.disadvantage_score().value() : "–"});
        }
        return arguments.limit == 0 || shown < arguments.limit;
      }));
  if (session.json) return absl::OkStatus();
  session.Print(table);
  if (total > shown) {
    session.Print(
        absl::StrCat(Number(shown), " of ", Number(total), " schools; --limit 0 shows all.\n"));
  }
  return absl::OkStatus();
}

struct DiffArguments {
  std::string before, after;
  std::vector<std::string> kinds;
  int limit = 50;
};

absl::Status Diff(Session& session, const DiffArguments& arguments) {
  const auto registry = session.ClientOf<v1::RegistryService>();
  v1::DiffSnapshotsRequest request;
  request.set_before(Named("snapshots/", arguments.before));
  request.set_after(Named("snapshots/", arguments.after));
  for (const std::string& kind : arguments.kinds) {
    const int value = EnumValue(v1::SchoolChangeKind_descriptor(), kind);
    if (value < 1) {
      return InvalidField("--kind", "UNKNOWN_KIND",
                          "is one of opened, closed, merged, moved-municipality, changed-board, "
                          "changed-count");
    }
    request.add_kinds(static_cast<v1::SchoolChangeKind>(value));
  }
  request.set_page_size(arguments.limit > 0 ? std::min(arguments.limit, 1000) : 1000);
  Table table({{"School"}, {"Name"}, {"What happened"}, {"Before"}, {"After"}});
  Table totals({{"What happened"}, {"Schools", Align::kRight}});
  int64_t shown = 0;
  RETURN_IF_ERROR(ForEachPage<v1::DiffSnapshotsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return registry.Call(&Stub::DiffSnapshots, request);
      },
      [&](const v1::DiffSnapshotsResponse& page) {
        if (totals.empty()) {
          for (const auto& [kind, count] : page.totals()) totals.Add({kind, Number(count)});
        }
        for (const v1::SchoolChange& change : page.changes()) {
          if (arguments.limit > 0 && shown == arguments.limit) return false;
          ++shown;
          if (session.json) {
            session.PrintJson(change);
          } else {
            table.Add({change.school(), change.title(), EnumText(change.kind()), change.before(),
                       change.after()});
          }
        }
        return arguments.limit == 0 || shown < arguments.limit;
      }));
  if (session.json) return absl::OkStatus();
  session.Print(table);
  session.Print("\n");
  session.Print(totals);
  return absl::OkStatus();
}

absl::Status Municipalities(Session& session, const std::string& snapshot) {
  const auto registry = session.ClientOf<v1::RegistryService>();
  Table table({{"Municipality"},
               {"Name"},
               {"Province"},
               {"Population", Align::kRight},
               {"Schools", Align::kRight},
               {"Pupils", Align::kRight}});
  RETURN_IF_ERROR(ForEachPage<v1::ListMunicipalitiesResponse>(
      [&](const std::string& token) {
        v1::ListMunicipalitiesRequest request;
        request.set_parent(Named("snapshots/", snapshot));
        request.set_page_size(1000);
        request.set_page_token(token);
        return registry.Call(&Stub::ListMunicipalities, request);
      },
      [&](const v1::ListMunicipalitiesResponse& page) {
        for (const v1::Municipality& municipality : page.municipalities()) {
          if (session.json) {
            session.PrintJson(municipality);
            continue;
          }
          table.Add({municipality.municipality(), municipality.title(), municipality.province(),
                     municipality.has_population() ? Number(municipality.population()) : "–",
                     Number(municipality.school_count()), Number(municipality.pupil_count())});
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status Boards(Session& session, const std::string& snapshot) {
  const auto registry = session.ClientOf<v1::RegistryService>();
  Table table({{"Board"}, {"Schools", Align::kRight}, {"Pupils", Align::kRight}});
  RETURN_IF_ERROR(ForEachPage<v1::ListBoardsResponse>(
      [&](const std::string& token) {
        v1::ListBoardsRequest request;
        request.set_parent(Named("snapshots/", snapshot));
        request.set_page_size(1000);
        request.set_page_token(token);
        return registry.Call(&Stub::ListBoards, request);
      },
      [&](const v1::ListBoardsResponse& page) {
        for (const v1::Board& board : page.boards()) {
          if (session.json) {
            session.PrintJson(board);
          } else {
            table.Add({board.board(), Number(board.school_count()), Number(board.pupil_count())});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status Refused(Session& session, const std::string& snapshot) {
  const auto registry = session.ClientOf<v1::RegistryService>();
  std::vector<v1::RefusedRow> rows;
  RETURN_IF_ERROR(ForEachPage<v1::ListRefusedRowsResponse>(
      [&](const std::string& token) {
        v1::ListRefusedRowsRequest request;
        request.set_parent(Named("snapshots/", snapshot));
        request.set_page_size(1000);
        request.set_page_token(token);
        return registry.Call(&Stub::ListRefusedRows, request);
      },
      [&](const v1::ListRefusedRowsResponse& page) {
        rows.insert(rows.end(), page.refused_rows().begin(), page.refused_rows().end());
        return true;
      }));
  if (session.json) {
    for (const v1::RefusedRow& row : rows) session.PrintJson(row);
  } else {
    PrintRefused(session, rows);
  }
  return absl::OkStatus();
}

}  // namespace

void AddRegistryCommands(CLI::App& app, Session& session) {
  CLI::App* registry = app.add_subcommand("registry", "Schools, boards and municipalities");
  registry->require_subcommand(1);

  auto import_arguments = std::make_shared<ImportArguments>();
  CLI::App* import = registry->add_subcommand(
      "import", "Import a snapshot from DUO and CBS files: all of it or nothing");
  import->add_option("files", import_arguments->files, "Files, or folders of *.csv")->required();
  import->add_option("--id", import_arguments->id, "The snapshot's id, such as 2021-10-01")
      ->required();
  import
      ->add_option("--count-date", import_arguments->count_date,
                   "The day on which pupils were counted")
      ->required();
  import->add_option("--title", import_arguments->title, "What people call it");
  import
      ->add_option("--allow", import_arguments->allowed,
                   "A code of refused rows that may be left out, such as SCHOOL_NOT_IN_REGISTER")
      ->allow_extra_args(false);
  import->add_flag("--dry-run", import_arguments->dry_run, "Check everything, store nothing");
  import->add_flag("--synthetic", import_arguments->synthetic, "The data are made up");
  session.OnRun(import,
                [&session, import_arguments] { return Import(session, *import_arguments); });

  CLI::App* snapshots = registry->add_subcommand("snapshots", "List snapshots");
  session.OnRun(snapshots, [&session] { return Snapshots(session); });

  auto schools_arguments = std::make_shared<SchoolsArguments>();
  CLI::App* schools = registry->add_subcommand("schools", "List the schools of a snapshot");
  schools->add_option("snapshot", schools_arguments->snapshot, "The snapshot's id")->required();
  schools->add_option("--sector", schools_arguments->sectors, "primary, secondary or special")
      ->allow_extra_args(false);
  schools->add_option("--municipality", schools_arguments->municipalities, "Such as GM0363")
      ->allow_extra_args(false);
  schools->add_option("--board", schools_arguments->boards, "Such as 40740")
      ->allow_extra_args(false);
  schools->add_option("--province", schools_arguments->provinces, "Such as Utrecht")
      ->allow_extra_args(false);
  schools->add_option("--school", schools_arguments->school, "Such as 16SW03");
  schools->add_option("--text", schools_arguments->text, "A part of the name or place");
  schools->add_option("--limit", schools_arguments->limit, "The most to show; 0 for all")
      ->capture_default_str();
  session.OnRun(schools,
                [&session, schools_arguments] { return Schools(session, *schools_arguments); });

  auto diff_arguments = std::make_shared<DiffArguments>();
  CLI::App* diff = registry->add_subcommand("diff", "What happened between two snapshots");
  diff->add_option("before", diff_arguments->before, "The older snapshot's id")->required();
  diff->add_option("after", diff_arguments->after, "The newer snapshot's id")->required();
  diff->add_option("--kind", diff_arguments->kinds, "Such as closed or changed-board")
      ->allow_extra_args(false);
  diff->add_option("--limit", diff_arguments->limit, "The most to show; 0 for all")
      ->capture_default_str();
  session.OnRun(diff, [&session, diff_arguments] { return Diff(session, *diff_arguments); });

  auto municipalities_of = std::make_shared<std::string>();
  CLI::App* municipalities = registry->add_subcommand("municipalities", "List municipalities");
  municipalities->add_option("snapshot", *municipalities_of, "The snapshot's id")->required();
  session.OnRun(municipalities, [&session, municipalities_of] {
    return Municipalities(session, *municipalities_of);
  });

  auto boards_of = std::make_shared<std::string>();
  CLI::App* boards = registry->add_subcommand("boards", "List boards");
  boards->add_option("snapshot", *boards_of, "The snapshot's id")->required();
  session.OnRun(boards, [&session, boards_of] { return Boards(session, *boards_of); });

  auto snapshot = std::make_shared<std::string>();
  CLI::App* refused = registry->add_subcommand("refused", "The rows that an import left out");
  refused->add_option("snapshot", *snapshot, "The snapshot's id")->required();
  session.OnRun(refused, [&session, snapshot] { return Refused(session, *snapshot); });
}

}  // namespace vg::cli
