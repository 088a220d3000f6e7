// The steps of the demo, and what they hand on to each other.

#ifndef VG_SERVICES_CLI_DEMO_STEPS_H_
#define VG_SERVICES_CLI_DEMO_STEPS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/cli/actions/intake.h"
#include "services/cli/demo/demo.h"
#include "services/cli/session.h"
#include "voortgang/catalogue/v1/menu.pb.h"
#include "voortgang/registry/v1/school.pb.h"
#include "voortgang/report/v1/edition.pb.h"

namespace vg::cli {

// The programme whose year the demo plays.
inline constexpr char kSchoolYear[] = "2021-2022";

struct Story {
  Session& session;
  const DemoOptions& options;
  std::string first_snapshot, last_snapshot;             // "snapshots/2020-10-01"
  std::vector<voortgang::registry::v1::School> schools;  // Of the last snapshot.
  voortgang::catalogue::v1::MenuEdition chosen_from;     // The edition from which schools chose.
  std::vector<std::string> runs;                         // Of the programme's year: "runs/a".
  std::string explanation;                               // How one amount came about.
  voortgang::report::v1::Edition edition;
};

// Each does its part, for which those before it have been done, and says in a few words what came
// of it. Each may be repeated.
absl::StatusOr<std::string> ImportRegisters(Story& story);
absl::StatusOr<std::string> PublishMenus(Story& story);
absl::StatusOr<std::string> FileProgrammes(Story& story);
absl::StatusOr<std::string> AllocateMoney(Story& story);
absl::StatusOr<std::string> ReleaseMoney(Story& story);
absl::StatusOr<std::string> PayMoney(Story& story);
absl::StatusOr<std::string> AccountForMoney(Story& story);
absl::StatusOr<std::string> AskQuestions(Story& story);
absl::StatusOr<std::string> DefineIndicators(Story& story);
absl::StatusOr<std::string> PublishReport(Story& story);

// The figures of the published report as a table, and where to read it.
absl::Status PrintHeadline(const Story& story);

// The example documents of one kind ("menus"), by name.
std::vector<std::string> Documents(const DemoOptions& options, const std::string& kind);

// A channel to funding for somebody else, by the token in a file.
absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelAs(const Session& session,
                                                         const std::string& token_file);

// The boards of the last snapshot: "boards/40740".
absl::StatusOr<std::vector<std::string>> BoardsOf(const Story& story);

// An error that names the first refusal, if there is one.
absl::Status NoneRefused(const IntakeOutcome& outcome);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_DEMO_STEPS_H_
