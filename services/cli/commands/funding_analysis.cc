#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/explanation.h"
#include "services/cli/render/run_text.h"
#include "services/cli/render/values.h"
#include "services/funding/domain/explanation/explanation_verifier.h"
#include "voortgang/funding/v1/funding_analysis_service.grpc.pb.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::FundingAnalysisService::Stub;

// A national run computed twice, on a busy machine.
constexpr absl::Duration kPatience = absl::Minutes(2);

// Rules that differ from those of a run or of a published scheme.
struct RulesArguments {
  std::string scheme, file, snapshot;
  std::vector<std::string> parameters;

  void AddTo(CLI::App* command) {
    command->add_option("--scheme", scheme,
                        "A published scheme's id; its newest version unless …/versions/N");
    command->add_option("--file", file, "A scheme as YAML that need not be published")
        ->excludes("--scheme");
    command->add_option("--parameter", parameters,
                        "Another value of a parameter: rate_bo=500, or rate.bo=500 of a table");
    command->add_option("--snapshot", snapshot, "The snapshot's id");
  }
};

std::string SchemeVersionNamed(const std::string& scheme) {
  return absl::StrContains(scheme, "/versions/")
             ? Named("schemes/", scheme)
             : absl::StrCat(Named("schemes/", scheme), "/versions/latest");
}

// "16SW03" -> "schools/16SW03", "GM0363" -> "municipalities/GM0363".
std::string RecipientNamed(const std::string& code) {
  if (absl::StrContains(code, "/")) return code;
  return absl::StrCat(absl::StartsWith(code, "GM") ? "municipalities/" : "schools/", code);
}

// "name=value" in two; INVALID_ARGUMENT without '='.
absl::Status Split(const std::string& text, const char* option, std::string& name,
                   std::string& value) {
  const size_t sign = text.find('=');
  if (sign == std::string::npos || sign == 0) {
    return Error(absl::StatusCode::kInvalidArgument, "BAD_OPTION",
                 absl::StrCat(option, " must be name=value, and is '", text, "'"));
  }
  name = text.substr(0, sign);
  value = text.substr(sign + 1);
  return absl::OkStatus();
}

template <typename Request>
absl::Status SetRules(const RulesArguments& arguments, Document& document, Request& request) {
  if (!arguments.file.empty()) {
    RETURN_IF_ERROR(document.Read(arguments.file, request.mutable_scheme()));
  } else if (!arguments.scheme.empty()) {
    request.set_scheme_version(SchemeVersionNamed(arguments.scheme));
  }
  for (const std::string& text : arguments.parameters) {
    v1::ParameterValue& parameter = *request.add_parameters();
    RETURN_IF_ERROR(Split(text, "--parameter", *parameter.mutable_name(),
                          *parameter.mutable_value()->mutable_value()));
  }
  if (!arguments.snapshot.empty()) {
    request.set_snapshot(Named("snapshots/", arguments.snapshot));
  }
  return absl::OkStatus();
}

// What `call` answers; what is wrong with a scheme's file is told by its lines.
template <typename Call>
auto Send(const RulesArguments& arguments, const Document& document, const Call& call) {
  return arguments.file.empty() ? call() : document.Send("scheme", call);
}

struct SimulateArguments {
  RulesArguments rules;
  std::string recipient;
  std::vector<std::string> facts;
};

absl::Status Simulate(Session& session, const SimulateArguments& arguments) {
  v1::SimulateRequest request;
  Document document;
  RETURN_IF_ERROR(SetRules(arguments.rules, document, request));
  if (!arguments.recipient.empty()) request.set_recipient(RecipientNamed(arguments.recipient));
  for (const std::string& text : arguments.facts) {
    std::string name;
    std::string value;
    RETURN_IF_ERROR(Split(text, "--set", name, value));
    (*request.mutable_facts())[name] = value;
  }
  ASSIGN_OR_RETURN(const v1::SimulateResponse answer, Send(arguments.rules, document, [&] {
                     return session.ClientOf<v1::FundingAnalysisService>().Call(&Stub::Simulate,
                                                                                request, kPatience);
                   }));
  if (session.json) {
    session.PrintJson(answer);
  } else if (answer.has_explanation()) {
    session.Print(ExplanationText(answer.explanation()));
  } else {
    session.Print(RunTable(answer.run()));
    session.Print(RunNotes(answer.run()));
  }
  return absl::OkStatus();
}

struct ExplainArguments {
  std::string run, recipient, file;
  bool with_population = false;
};

absl::Status Explain(Session& session, const ExplainArguments& arguments) {
  const std::string name =
      absl::StrCat(Named("runs/", arguments.run), "/allocations/", arguments.recipient);
  if (!arguments.file.empty()) {
    v1::ExportExplanationRequest request;
    request.set_name(name);
    request.set_with_population(arguments.with_population);
    ASSIGN_OR_RETURN(
        const v1::ExportExplanationResponse file,
        session.ClientOf<v1::FundingAnalysisService>().Call(&Stub::ExportExplanation, request));
    RETURN_IF_ERROR(WriteFile(arguments.file, file.content()));
    if (!session.json) {
      session.Print(absl::StrCat("Wrote ", arguments.file, ". Anybody can check it: voortgang ",
                                 "funding verify ", arguments.file, "\n"));
    }
    return absl::OkStatus();
  }
  v1::ExplainAllocationRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(const v1::Explanation explanation,
                   session.ClientOf<v1::FundingService>().Call(
                       &v1::FundingService::Stub::ExplainAllocation, request));
  if (session.json) {
    session.PrintJson(explanation);
  } else {
    session.Print(ExplanationText(explanation));
  }
  return absl::OkStatus();
}

absl::Status Verify(Session& session, const std::string& path, bool quiet) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const absl::StatusOr<funding::VerifiedExplanation> verified = funding::VerifyExplanation(text);
  if (!verified.ok()) return Annotate(verified.status(), path);
  const funding::VerifiedExplanation& verification = *verified;
  int64_t differences = 0;
  for (const funding::VerifiedItem& finding : verification.findings) {
    const bool differs = finding.outcome == funding::VerifiedItem::Outcome::kDiffers;
    differences += differs ? 1 : 0;
    if (session.json || (quiet && !differs)) continue;
    const char* mark = differs                                                      ? "WRONG  "
                       : finding.outcome == funding::VerifiedItem::Outcome::kAgrees ? "ok     "
                                                                                    : "?      ";
    session.Print(absl::StrCat(mark, finding.what, "\n"));
  }
  if (differences > 0) {
    return Error(absl::StatusCode::kFailedPrecondition, "EXPLANATION_DIFFERS",
                 absl::StrCat(path, " does not agree with itself in ", differences,
                              differences == 1 ? " place" : " places",
                              ": do not rely on it; ask for it again"));
  }
  if (!session.json) {
    session.Print(absl::StrCat("Everything in ", path, " agrees: ", verification.recipient, ", ",
                               verification.amount, ".\n"));
  }
  return absl::OkStatus();
}

struct CompareArguments {
  std::string before, after;
  std::vector<std::string> recipients;
  bool unchanged = false;
  bool summary = false;
  int limit = 10;
};

absl::Status Compare(Session& session, const CompareArguments& arguments) {
  v1::CompareRunsRequest request;
  request.set_before(Named("runs/", arguments.before));
  request.set_after(Named("runs/", arguments.after));
  for (const std::string& code : arguments.recipients) {
    request.add_recipients(RecipientNamed(code));
  }
  request.set_unchanged(arguments.unchanged || !arguments.recipients.empty());
  request.set_summary_only(arguments.summary);
  const auto funding = session.ClientOf<v1::FundingAnalysisService>();
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  const auto reader = funding.stub().CompareRuns(context.get(), request);
  v1::CompareRunsResponse message;
  v1::ComparisonSummary summary;
  int shown = 0;
  int more = 0;
  while (reader->Read(&message)) {
    if (message.has_summary()) summary = message.summary();
    if (session.json) {
      session.PrintJson(message);
      continue;
    }
    for (const v1::AmountDifference& difference : message.differences()) {
      if (arguments.limit > 0 && shown == arguments.limit) {
        ++more;
        continue;
      }
      ++shown;
      session.Print(DifferenceText(difference));
    }
  }
  RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
  if (session.json) return absl::OkStatus();
  if (more > 0) {
    session.Print(absl::StrCat("… and ", Number(more), " more; --limit 0 shows all.\n"));
  }
  if (shown > 0) session.Print("\n");
  session.Print(CauseTable(summary));
  session.Print("\n");
  for (const auto& sentence : summary.sentences()) {
    session.Print(absl::StrCat(Text(sentence), "\n"));
  }
  return absl::OkStatus();
}

struct WhatIfArguments {
  RulesArguments rules;
  std::string run;
  std::vector<std::string> attributes;
  int largest = 5;
};

absl::Status WhatIf(Session& session, const WhatIfArguments& arguments) {
  v1::WhatIfRequest request;
  Document document;
  request.set_run(Named("runs/", arguments.run));
  RETURN_IF_ERROR(SetRules(arguments.rules, document, request));
  for (const std::string& attribute : arguments.attributes) request.add_attributes(attribute);
  request.set_largest_count(arguments.largest);
  ASSIGN_OR_RETURN(const v1::WhatIfResponse answer, Send(arguments.rules, document, [&] {
                     return session.ClientOf<v1::FundingAnalysisService>().Call(&Stub::WhatIf,
                                                                                request, kPatience);
                   }));
  if (session.json) {
    session.PrintJson(answer);
    return absl::OkStatus();
  }
  session.Print(ChangeRowsTable({}, answer.all()));
  for (const v1::ChangeTable& table : answer.tables()) {
    session.Print("\n");
    session.Print(ChangeRowsTable(table, answer.all()));
  }
  session.Print("\n");
  session.Print(BandTable(answer));
  session.Print("\n");
  session.Print(CauseTable(answer.summary()));
  for (const auto* extremes : {&answer.largest_gains(), &answer.largest_losses()}) {
    if (extremes->empty()) continue;
    session.Print(extremes == &answer.largest_gains() ? "\nThe largest gains\n"
                                                      : "\nThe largest losses\n");
    for (const v1::AmountDifference& difference : *extremes) {
      session.Print(DifferenceText(difference));
    }
  }
  if (answer.has_above_budget()) {
    session.Print(
        absl::StrCat("\nThat is ", Amount(answer.above_budget()), " above the budget.\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddFundingAnalysisCommands(CLI::App& funding, Session& session) {
  auto simulate_arguments = std::make_shared<SimulateArguments>();
  CLI::App* simulate = funding.add_subcommand(
      "simulate",
      "Compute amounts and keep nothing: of all, of one recipient, or of one that is made up.\n"
      "  voortgang funding simulate --scheme npo --snapshot 2020-10-01 --recipient 16SW03\n"
      "      --set pupils.bo=250\n"
      "  voortgang funding simulate --file draft.yaml --set pupils.bo=250 --set score=100");
  simulate_arguments->rules.AddTo(simulate);
  simulate->add_option("--recipient", simulate_arguments->recipient,
                       "Such as 16SW03 or GM0363; none: all, or a made-up one with --set");
  simulate->add_option("--set", simulate_arguments->facts,
                       "What the register would say: pupils.bo=250; an empty value is not known");
  session.OnRun(simulate,
                [&session, simulate_arguments] { return Simulate(session, *simulate_arguments); });

  auto explain_arguments = std::make_shared<ExplainArguments>();
  CLI::App* explain = funding.add_subcommand("explain", "How one amount came about");
  explain->add_option("run", explain_arguments->run, "The run's id")->required();
  explain->add_option("recipient", explain_arguments->recipient, "Such as 16SW03 or GM0363")
      ->required();
  explain->add_option("--export", explain_arguments->file,
                      "Write a file with all that it takes to compute the amount again");
  explain->add_flag("--with-population", explain_arguments->with_population,
                    "The file has all recipients too, for figures over all of them");
  session.OnRun(explain,
                [&session, explain_arguments] { return Explain(session, *explain_arguments); });

  auto file = std::make_shared<std::string>();
  auto quiet = std::make_shared<bool>(false);
  CLI::App* verify = funding.add_subcommand(
      "verify",
      "Compute an exported explanation again, with nothing but the file; needs no server.\n"
      "tools/verify-explanation.py does the same in plain Python.");
  verify->add_option("file", *file, "What explain --export wrote")->required();
  verify->add_flag("--quiet", *quiet, "Only what does not agree");
  session.OnRun(verify, [&session, file, quiet] { return Verify(session, *file, *quiet); });

  auto compare_arguments = std::make_shared<CompareArguments>();
  CLI::App* compare = funding.add_subcommand(
      "compare",
      "Why two runs differ: every cent by its parameter, input, rule or event.\n"
      "  voortgang funding compare provisional final --recipient 16SW03");
  compare->add_option("before", compare_arguments->before, "A run's id")->required();
  compare->add_option("after", compare_arguments->after, "Another run's id")->required();
  compare->add_option("--recipient", compare_arguments->recipients,
                      "Only these: 16SW03, GM0363; the summary is of them");
  compare->add_flag("--unchanged", compare_arguments->unchanged, "Also those that stay the same");
  compare->add_flag("--summary", compare_arguments->summary, "Only the causes over all");
  compare->add_option("--limit", compare_arguments->limit, "The most recipients to show; 0 for all")
      ->capture_default_str();
  session.OnRun(compare,
                [&session, compare_arguments] { return Compare(session, *compare_arguments); });

  auto what_if_arguments = std::make_shared<WhatIfArguments>();
  CLI::App* what_if = funding.add_subcommand(
      "what-if",
      "Who would win and who would lose, over the whole country.\n"
      "  voortgang funding what-if r1 --parameter rate_bo=750 --by province --by size");
  what_if->add_option("run", what_if_arguments->run, "The run to hold it against")->required();
  what_if_arguments->rules.AddTo(what_if);
  what_if->add_option("--by", what_if_arguments->attributes,
                      "province, sector, denomination, size, score_quintile, board, municipality,\n"
                      "or any other attribute that the snapshot has, such as corop_region");
  what_if
      ->add_option("--largest", what_if_arguments->largest,
                   "How many of the largest gains and losses to explain")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  session.OnRun(what_if,
                [&session, what_if_arguments] { return WhatIf(session, *what_if_arguments); });
}

}  // namespace vg::cli
