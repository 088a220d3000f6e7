#include <memory>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "services/cli/synthetic/population.h"
#include "services/cli/synthetic/public_files.h"

namespace vg::cli {
namespace {

absl::Status Generate(Session& session, uint64_t seed, const std::string& folder) {
  const synthetic::Population first = synthetic::MakePopulation(seed);
  const synthetic::Population second = synthetic::NextYear(first, seed);
  for (const synthetic::Population* population : {&first, &second}) {
    const std::string vintage = absl::StrCat(folder, "/", population->count_year, "-10-01");
    for (const synthetic::PublicFile& file : synthetic::PublicFiles(*population, seed)) {
      RETURN_IF_ERROR(WriteFile(absl::StrCat(vintage, "/", file.file_name), file.bytes));
    }
    session.Print(absl::StrCat(
        vintage, ": ", Number(static_cast<int64_t>(population->branches.size())),
        " school branches in ", Number(static_cast<int64_t>(population->municipalities.size())),
        " municipalities\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddGenerateCommand(CLI::App& app, Session& session) {
  auto seed = std::make_shared<uint64_t>(1);
  auto folder = std::make_shared<std::string>();
  CLI::App* generate = app.add_subcommand(
      "generate", "Write a made-up country of schools in the layouts of DUO and CBS");
  generate->add_option("folder", *folder, "Where to")->required();
  generate->add_option("--seed", *seed, "The same seed gives the same country")
      ->capture_default_str();
  session.OnRun(generate, [&session, seed, folder] { return Generate(session, *seed, *folder); });
}

}  // namespace vg::cli
