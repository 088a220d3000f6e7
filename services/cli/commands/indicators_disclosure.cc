#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "voortgang/indicators/v1/disclosure_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::indicators::v1;
using Stub = v1::DisclosureService::Stub;

struct AuditArguments {
  std::string indicator, wave, snapshot;
  std::vector<std::string> breakdowns;
};

std::string LimitText(bool known, double value) {
  return known ? absl::StrFormat("%.6g", value) : "no limit";
}

absl::Status Audit(Session& session, const AuditArguments& arguments) {
  v1::AuditTableRequest request;
  v1::QueryEstimatesRequest& query = *request.mutable_query();
  query.set_indicator(Named("indicators/", arguments.indicator));
  if (!arguments.wave.empty()) query.set_wave(Named("waves/", arguments.wave));
  if (!arguments.snapshot.empty()) query.set_snapshot(Named("snapshots/", arguments.snapshot));
  for (const std::string& attribute : arguments.breakdowns) query.add_breakdowns(attribute);
  ASSIGN_OR_RETURN(const v1::TableAudit audit,
                   session.ClientOf<v1::DisclosureService>().Call(&Stub::AuditTable, request));
  if (session.json) {
    session.PrintJson(audit);
    return absl::OkStatus();
  }
  Table table({{"Group"},
               {"Category"},
               {"Number"},
               {"At least", Align::kRight},
               {"At most", Align::kRight},
               {"Hidden for"},
               {"Holds"}});
  for (const v1::FeasibleInterval& each : audit.intervals()) {
    table.Add({each.group().empty() ? "all" : absl::StrJoin(each.group(), ", "), each.category(),
               EnumText(each.quantity()), LimitText(each.has_lower(), each.lower()),
               LimitText(each.has_upper(), each.upper()), EnumText(each.reason()),
               each.protected_() ? "yes" : "NO"});
  }
  if (audit.hidden_group_count() > 0) session.Print(table);
  session.Print(absl::StrCat(
      audit.hidden_group_count() > 0 ? "\n" : "", Number(audit.shown_group_count()),
      " groups shown, ", Number(audit.hidden_group_count()), " hidden; policy version ",
      audit.policy_version(), "; ", Number(audit.table_count()), " tables held together; ",
      audit.protected_() ? "every hidden group is as uncertain as the policy wants\n"
                         : "SOME HIDDEN GROUPS ARE KNOWN TOO WELL\n"));
  return absl::OkStatus();
}

void Show(Session& session, const v1::PolicyVersion& version) {
  if (session.json) {
    session.PrintJson(version);
    return;
  }
  const v1::DisclosurePolicy& policy = version.policy();
  Table table({{"Policy"}, {absl::StrCat(version.indicator(), ", version ", version.version())}});
  table.Add({"records, at least", Number(policy.minimum_records())});
  table.Add({"units, at least", Number(policy.minimum_units())});
  if (policy.has_dominance()) {
    table.Add(
        {"dominance", absl::StrCat("the ", policy.dominance().largest(), " largest boards at most ",
                                   Percent(absl::StrCat(policy.dominance().share())))});
  }
  if (policy.has_p_percent()) {
    table.Add({"p% rule", absl::StrCat(policy.p_percent().percent(), "%")});
  }
  table.Add({"groups of nobody", EnumText(policy.zeros())});
  table.Add({"cost of hiding", EnumText(policy.cost())});
  if (policy.has_rounding()) {
    table.Add({"method", absl::StrCat(EnumText(policy.rounding().kind()), " rounding to ",
                                      policy.rounding().base())});
  } else if (policy.has_cell_key()) {
    table.Add({"method", absl::StrCat("noise by cell key of at most ", policy.cell_key().largest(),
                                      ", variance ", policy.cell_key().variance())});
  } else {
    table.Add({"method", "suppression"});
  }
  if (!version.set_by().empty()) table.Add({"set by", version.set_by()});
  session.Print(table);
}

absl::Status ShowPolicy(Session& session, const std::string& indicator, int version) {
  v1::GetPolicyRequest request;
  request.set_indicator(Named("indicators/", indicator));
  request.set_version(version);
  ASSIGN_OR_RETURN(const v1::PolicyVersion policy,
                   session.ClientOf<v1::DisclosureService>().Call(&Stub::GetPolicy, request));
  Show(session, policy);
  return absl::OkStatus();
}

absl::Status SetPolicy(Session& session, const std::string& indicator, const std::string& file,
                       bool dry_run) {
  v1::SetPolicyRequest request;
  request.set_indicator(Named("indicators/", indicator));
  request.set_validate_only(dry_run);
  Document document;
  RETURN_IF_ERROR(document.Read(file, request.mutable_policy()));
  const auto client = session.ClientOf<v1::DisclosureService>();
  ASSIGN_OR_RETURN(const v1::PolicyVersion version,
                   document.Send("policy", [&] { return client.Call(&Stub::SetPolicy, request); }));
  Show(session, version);
  return absl::OkStatus();
}

}  // namespace

void AddIndicatorsDisclosureCommands(CLI::App& indicators, Session& session) {
  auto audit_arguments = std::make_shared<AuditArguments>();
  CLI::App* audit = indicators.add_subcommand(
      "audit", "Show what can be worked out about the hidden groups of a table");
  audit->add_option("indicator", audit_arguments->indicator, "The indicator's id")->required();
  audit->add_option("--wave", audit_arguments->wave, "The wave, for indicators on responses");
  audit->add_option("--snapshot", audit_arguments->snapshot,
                    "The snapshot, for indicators on programmes");
  audit->add_option("--by", audit_arguments->breakdowns, "At most three attributes, as with query")
      ->delimiter(',')
      ->allow_extra_args(false);
  session.OnRun(audit, [&session, audit_arguments] { return Audit(session, *audit_arguments); });

  CLI::App* policy =
      indicators.add_subcommand("policy", "How figures are kept from identifying anybody");
  policy->require_subcommand(1);
  auto indicator = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  auto version = std::make_shared<int>(0);
  auto dry_run = std::make_shared<bool>(false);
  CLI::App* show = policy->add_subcommand("show", "Show the policy of an indicator");
  show->add_option("indicator", *indicator, "The indicator's id")->required();
  show->add_option("--version", *version, "An earlier version");
  session.OnRun(
      show, [&session, indicator, version] { return ShowPolicy(session, *indicator, *version); });
  CLI::App* set = policy->add_subcommand("set", "Set the policy of an indicator from YAML");
  set->add_option("indicator", *indicator, "The indicator's id")->required();
  set->add_option("file", *file, "The policy")->required();
  set->add_flag("--dry-run", *dry_run, "Check it, set nothing");
  session.OnRun(set, [&session, indicator, file, dry_run] {
    return SetPolicy(session, *indicator, *file, *dry_run);
  });
}

}  // namespace vg::cli
