#include "services/cli/render/refusals.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "services/cli/render/values.h"

namespace vg::cli {
namespace {

constexpr size_t kShown = 20;

}  // namespace

void PrintOutcome(const Session& session, const IntakeOutcome& outcome, const std::string& noun) {
  const auto refused = static_cast<int64_t>(outcome.refused.size());
  if (session.json) {
    nlohmann::json json = {{"accepted", outcome.accepted},
                           {"repeated", outcome.repeated},
                           {"refused", nlohmann::json::array()}};
    for (const Refusal& refusal : outcome.refused) {
      nlohmann::json told = {{"index", refusal.index},
                             {"name", refusal.name},
                             {"reason", refusal.reason},
                             {"field", refusal.field},
                             {"message", refusal.message}};
      if (!refusal.question.empty()) told["question"] = refusal.question;
      if (refusal.instance != 0) told["instance"] = refusal.instance;
      json["refused"].push_back(std::move(told));
    }
    session.Print(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    return;
  }
  if (refused > 0) {
    Table table({{"Item", Align::kRight}, {"Name"}, {"Code"}, {"Where"}, {"What is wrong"}});
    for (size_t i = 0; i < std::min(kShown, outcome.refused.size()); ++i) {
      const Refusal& refusal = outcome.refused[i];
      table.Add(
          {Number(refusal.index), refusal.name, refusal.reason, refusal.place(), refusal.message});
    }
    session.Print(table);
  }
  session.Print(absl::StrCat(Number(outcome.accepted), " ", noun, " accepted, ",
                             Number(outcome.repeated), " were there already, ", Number(refused),
                             " refused\n"));
}

}  // namespace vg::cli
