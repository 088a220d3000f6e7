#include "common/app/flags.h"
#include "common/app/server.h"
#include "common/status/status_macros.h"
#include "services/report/wiring.h"

int main(int argc, char** argv) {
  return vg::RunServer(vg::ParseServerFlags(argc, argv, "voortgang-report"),
                       [](vg::Platform& platform) -> absl::StatusOr<vg::Modules> {
                         vg::Modules modules;
                         ASSIGN_OR_RETURN(modules.emplace_back(), vg::report::MakeReport(platform));
                         return modules;
                       });
}
