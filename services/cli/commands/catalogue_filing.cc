#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/board_file.h"
#include "services/cli/actions/intake.h"
#include "services/cli/commands/catalogue.h"
#include "services/cli/render/refusals.h"
#include "services/cli/render/values.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::catalogue::v1;

absl::Status Import(Session& session, const std::string& path, bool dry_run) {
  std::ifstream lines(path);
  if (!lines) {
    return Error(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                 absl::StrCat(path, " cannot be read"));
  }
  int64_t line_number = 0;
  absl::Status malformed;
  v1::ImportProgrammesRequest terms;
  terms.set_validate_only(dry_run);
  ASSIGN_OR_RETURN(
      const IntakeOutcome outcome,
      ImportProgrammesOn(session, terms, 0, [&](v1::ProgrammeFiling& filing) {
        std::string line;
        while (std::getline(lines, line)) {
          ++line_number;
          if (line.empty()) continue;
          const auto parsed = google::protobuf::util::JsonStringToMessage(line, &filing);
          if (parsed.ok()) return true;
          malformed = Error(absl::StatusCode::kInvalidArgument, "MALFORMED_LINE",
                            absl::StrCat(path, " line ", line_number,
                                         " is no filing: ", std::string(parsed.message())),
                            {{"line", absl::StrCat(line_number)}});
          return false;
        }
        return false;
      }));
  PrintOutcome(session, outcome, dry_run ? "programmes would be" : "programmes");
  return malformed;
}

struct BoardArguments {
  std::string file, board, snapshot, school_year, edition;
  bool dry_run = false;
  int from = 0;
};

// What the file says, with what the command line says in its place.
absl::StatusOr<v1::ImportProgrammesRequest> ReadBoardFile(const BoardArguments& arguments) {
  v1::ImportProgrammesRequest read;
  if (absl::EndsWithIgnoreCase(arguments.file, ".csv")) {
    if (arguments.school_year.empty() || arguments.edition.empty()) {
      return InvalidField(arguments.school_year.empty() ? "--school-year" : "--edition", "REQUIRED",
                          "must be given with a .csv file, which does not say it");
    }
    ASSIGN_OR_RETURN(const std::string text, ReadFile(arguments.file));
    absl::StatusOr<v1::ImportProgrammesRequest> rows =
        ReadBoardCsv(text, arguments.school_year, Named("menuEditions/", arguments.edition));
    if (!rows.ok()) return Annotate(rows.status(), arguments.file);
    read = *std::move(rows);
  } else {
    RETURN_IF_ERROR(Document().Read(arguments.file, &read));
  }
  if (!arguments.board.empty()) read.set_board(Named("boards/", arguments.board));
  if (!arguments.snapshot.empty()) read.set_snapshot(Named("snapshots/", arguments.snapshot));
  if (!arguments.school_year.empty()) read.set_school_year(arguments.school_year);
  read.set_validate_only(read.validate_only() || arguments.dry_run);
  if (arguments.from < 0 || arguments.from > read.filings_size()) {
    return InvalidField("--from", "OUT_OF_RANGE",
                        absl::StrCat("is one of the ", read.filings_size(), " filings"));
  }
  read.set_first_index(arguments.from);
  return read;
}

void PrintSummary(const Session& session, const v1::BoardSummary& summary) {
  session.Print(absl::StrCat(summary.board(), " has ", Number(summary.school_count()), " schools; ",
                             Number(summary.filed_count()), " have a programme for ",
                             summary.school_year(), "\n"));
  if (summary.unfiled_schools().empty()) return;
  Table table({{"Not filed"}});
  for (const std::string& school : summary.unfiled_schools()) table.Add({school});
  session.Print(table);
}

absl::Status FileBoard(Session& session, const BoardArguments& arguments) {
  ASSIGN_OR_RETURN(v1::ImportProgrammesRequest read, ReadBoardFile(arguments));
  v1::ImportProgrammesRequest terms = read;
  terms.clear_filings();
  int next = arguments.from;
  ASSIGN_OR_RETURN(
      const IntakeOutcome outcome,
      ImportProgrammesOn(session, terms, read.filings_size(), [&](v1::ProgrammeFiling& filing) {
        if (next == read.filings_size()) return false;
        filing = read.filings(next++);
        return true;
      }));
  PrintOutcome(session, outcome, read.validate_only() ? "programmes would be" : "programmes");
  if (!outcome.board) return absl::OkStatus();
  if (session.json) {
    session.PrintJson(*outcome.board);
  } else {
    PrintSummary(session, *outcome.board);
  }
  return absl::OkStatus();
}

}  // namespace

void AddFilingCommands(CLI::App& catalogue, Session& session) {
  auto path = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>();
  CLI::App* import = catalogue.add_subcommand(
      "import", "Stream school programmes in, one JSON object per line; repeating is safe");
  import->add_option("file", *path, "The file of filings")->required();
  import->add_flag("--dry-run", *dry_run, "Check everything, store nothing");
  session.OnRun(import, [&session, path, dry_run] { return Import(session, *path, *dry_run); });

  auto arguments = std::make_shared<BoardArguments>();
  CLI::App* board = catalogue.add_subcommand(
      "file-board",
      "File the programmes of all schools of a board from one file, and see which have none.\n"
      "Repeating is safe.");
  board->footer(kBoardFileHelp);
  board->add_option("file", arguments->file, "The file, .csv or .yaml")->required();
  board->add_option("--board", arguments->board,
                    "Such as 40740: only its schools are taken, and those without are listed");
  board->add_option("--snapshot", arguments->snapshot,
                    "The snapshot that says which schools the board has");
  board->add_option("--school-year", arguments->school_year, "Such as 2021-2022");
  board->add_option("--edition", arguments->edition,
                    "The menu edition that a .csv file chose from");
  board->add_flag("--dry-run", arguments->dry_run, "Check everything, store nothing");
  board->add_option("--from", arguments->from, "Go on behind so many filings of the file");
  session.OnRun(board, [&session, arguments] { return FileBoard(session, *arguments); });
}

}  // namespace vg::cli
