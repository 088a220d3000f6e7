// The main job of the suite in one go: from registers to the published report.

#ifndef VG_SERVICES_CLI_DEMO_DEMO_H_
#define VG_SERVICES_CLI_DEMO_DEMO_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

#include "services/cli/session.h"

namespace vg::cli {

struct DemoOptions {
  std::string examples =
      "deploy/examples";        // Menus, schemes, questionnaires, wave, indicators, report.
  std::string data;             // Public data; empty: a made-up country.
  std::string folder = "demo";  // Where generated data and the report go.
  std::string page = "http://127.0.0.1:8080";  // Where the suite serves pages.
  // Who approves the amounts, as somebody else than the caller; empty: they stay a draft.
  std::string approver_token_file;
  uint64_t seed = 1;
};

// Imports two snapshots, publishes the menus, files programmes, allocates money, approves and
// releases it, pays the first instalment, accounts for it, asks questions, streams answers in,
// defines indicators, and composes and publishes the report. Every step may be repeated: a second
// run, or one after an interruption, ends with the same figures.
absl::Status RunDemo(Session& session, const DemoOptions& options);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_DEMO_DEMO_H_
