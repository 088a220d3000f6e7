#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"

#include "common/metrics/version.h"
#include "services/cli/commands/commands.h"
#include "services/cli/commands/funding.h"
#include "services/cli/render/error_text.h"
#include "services/cli/session.h"

int main(int argc, char** argv) {
  vg::cli::Session session;
  CLI::App app(
      "Runs an education recovery programme: who there is, what they are asked, what they chose,\n"
      "what they get, and what the report says of it.\n\n"
      "Every command talks to a running suite: start one with voortgang-standalone.");
  app.name("voortgang");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string(vg::kVersion) + " (" + vg::kRevision + ")");
  app.add_option("--server", session.server,
                 "The suite's address, or one by service: registry=host:port,survey=host:port,...")
      ->envname("VOORTGANG_SERVER")
      ->capture_default_str();
  app.add_option("--token-file", session.token_file,
                 "File with the token that says who calls; or put the token in VOORTGANG_TOKEN")
      ->envname("VOORTGANG_TOKEN_FILE");
  app.add_option("--tls-ca", session.tls.authority,
                 "Call over TLS; who signs the server's certificate, PEM")
      ->envname("VOORTGANG_TLS_CA");
  app.add_option("--tls-cert", session.tls.certificate, "Certificate to show the server, PEM")
      ->envname("VOORTGANG_TLS_CERT");
  app.add_option("--tls-key", session.tls.key, "The key of --tls-cert")
      ->envname("VOORTGANG_TLS_KEY");
  app.add_option_function<std::string>(
         "--output", [&session](const std::string& form) { session.json = form == "json"; },
         "table for people; json for programs: one object per line")
      ->check(CLI::IsMember({"table", "json"}))
      ->default_str("table");

  vg::cli::AddRegistryCommands(app, session);
  vg::cli::AddSurveyCommands(app, session);
  vg::cli::AddCatalogueCommands(app, session);
  vg::cli::AddFundingCommands(app, session);
  vg::cli::AddLedgerCommands(app, session);
  vg::cli::AddPaymentsCommands(app, session);
  vg::cli::AddAccountabilityCommands(app, session);
  vg::cli::AddIndicatorsCommands(app, session);
  vg::cli::AddReportCommands(app, session);
  vg::cli::AddAccessCommands(app, session);
  vg::cli::AddGenerateCommand(app, session);
  vg::cli::AddDemoCommand(app, session);
  CLI11_PARSE(app, argc, argv);

  if (session.outcome().ok()) return 0;
  const std::string text = session.json ? vg::cli::ErrorJson(session.outcome())
                                        : vg::cli::ErrorText(session.outcome(), session.server);
  std::fputs(text.c_str(), stderr);
  return 1;
}
