#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"

#include "common/auth/new_token.h"
#include "common/auth/principal.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/private_file.h"
#include "voortgang/access/v1/access_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::access::v1;

absl::Status WhoAmI(Session& session) {
  ASSIGN_OR_RETURN(const v1::Caller caller,
                   session.ClientOf<v1::AccessService>().Call(&v1::AccessService::Stub::WhoAmI,
                                                              v1::WhoAmIRequest()));
  if (session.json) {
    session.PrintJson(caller);
    return absl::OkStatus();
  }
  std::vector<std::string> roles;
  for (const int role : caller.roles())
    roles.push_back(auth::NameOf(static_cast<auth::Role>(role)));
  Table table({{"Name"}, {"Title"}, {"Roles"}});
  table.Add({caller.name(), caller.title(), absl::StrJoin(roles, ", ")});
  session.Print(table);
  return absl::OkStatus();
}

absl::Status NewToken(Session& session, const std::string& file) {
  ASSIGN_OR_RETURN(const auth::NewToken made, auth::MakeToken());
  if (!file.empty()) RETURN_IF_ERROR(WritePrivateFile(file, made.token + "\n"));
  if (session.json) {
    nlohmann::json json = {{"token_sha256", made.sha256}};
    if (file.empty()) json["token"] = made.token;
    session.Print(json.dump() + "\n");
    return absl::OkStatus();
  }
  session.Print(absl::StrCat(
      file.empty() ? absl::StrCat("Token, for whoever calls (shown this once):\n  ", made.token)
                   : absl::StrCat("The token is in ", file, ", which only you can read."),
      "\n\nFor the principals file, with a name and roles of your choice:\n"
      "  - name: users/jansen\n"
      "    title: A. Jansen\n"
      "    roles: [reader]\n"
      "    token_sha256: ",
      made.sha256, "\n"));
  return absl::OkStatus();
}

}  // namespace

void AddAccessCommands(CLI::App& app, Session& session) {
  CLI::App* who = app.add_subcommand(
      "whoami",
      "Whom the server takes you for, and what you may do: ask this when you are refused");
  session.OnRun(who, [&session] { return WhoAmI(session); });

  CLI::App* token = app.add_subcommand("token", "Tokens that tell callers apart");
  token->require_subcommand(1);
  auto file = std::make_shared<std::string>();
  CLI::App* made = token->add_subcommand(
      "new",
      "Make a token and its digest. The digest goes into the server's principals file\n"
      "(--principals), the token to whoever calls: voortgang --token-file FILE, or the variable\n"
      "VOORTGANG_TOKEN, or \"authorization: Bearer <token>\" in other clients.");
  made->add_option("--out", *file, "A new file for the token, which only you can read");
  session.OnRun(made, [&session, file] { return NewToken(session, *file); });
}

}  // namespace vg::cli
