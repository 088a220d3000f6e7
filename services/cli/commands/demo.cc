#include "services/cli/demo/demo.h"

#include <memory>

#include "services/cli/commands/commands.h"

namespace vg::cli {

void AddDemoCommand(CLI::App& app, Session& session) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* demo = app.add_subcommand(
      "demo",
      "The whole chain on example files: registers, menu, programmes, money, survey, report");
  demo->add_option("--examples", options->examples, "The folder of example files")
      ->capture_default_str();
  demo->add_option("--data", options->data,
                   "A folder of DUO and CBS files; by default a country is made up");
  demo->add_option("--folder", options->folder, "Where made-up data and the report go")
      ->capture_default_str();
  demo->add_option("--page", options->page, "Where the suite serves pages")->capture_default_str();
  demo->add_option(
      "--approver-token-file", options->approver_token_file,
      "The token of somebody who approves the amounts; without one they stay a draft,\n"
      "for who made them may not approve them");
  demo->add_option("--seed", options->seed, "The same seed gives the same country and answers")
      ->capture_default_str();
  session.OnRun(demo, [&session, options] { return RunDemo(session, *options); });
}

}  // namespace vg::cli
