#include "services/funding/api/funding_analysis_service.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/comparison_conversions.h"
#include "services/funding/api/explanation_conversions.h"
#include "services/funding/api/run_conversions.h"
#include "services/funding/api/scheme_conversions.h"
#include "services/funding/api/scheme_proto.h"
#include "services/funding/domain/calculation/fact_values.h"
#include "services/funding/domain/calculation/population_pass.h"
#include "services/funding/domain/comparison/passages.h"
#include "services/funding/domain/explanation/explanation_file.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr int kRecipientsPerMessage = 200;
constexpr int kMostExtremes = 10;
// Two nations are computed, on a machine that may be busy.
constexpr absl::Duration kPatience = absl::Minutes(2);

// Those that changed most, in one direction.
class Extremes {
 public:
  Extremes(size_t most, bool gains) : most_(most), gains_(gains) {}

  void Add(const Difference& difference) {
    if (gains_ ? difference.cents <= 0 : difference.cents >= 0) return;
    const auto further = [this](const Difference& a, const Difference& b) {
      return gains_ ? a.cents > b.cents : a.cents < b.cents;
    };
    if (kept_.size() == most_ && !further(difference, kept_.back())) return;
    kept_.insert(std::ranges::upper_bound(kept_, difference, further), difference);
    if (kept_.size() > most_) kept_.pop_back();
  }
  const std::vector<Difference>& kept() const { return kept_; }

 private:
  const size_t most_;
  const bool gains_;
  std::vector<Difference> kept_;  // The furthest first; of equals the lower code.
};

// The recipient's code; empty for none.
absl::StatusOr<std::string> CodeOf(const std::string& recipient, RecipientKind kind,
                                   std::string_view field) {
  if (recipient.empty()) return std::string();
  const bool school = kind == RecipientKind::kSchool;
  static const auto& schools = *new rpc::ResourcePattern("schools/{school}");
  static const auto& municipalities = *new rpc::ResourcePattern("municipalities/{municipality}");
  if (recipient.starts_with("schools/") != school) {
    return InvalidField(field, "WRONG_RECIPIENT",
                        absl::StrCat("this scheme is for ", school ? "schools" : "municipalities"));
  }
  return (school ? schools : municipalities).ParseId(recipient, field);
}

// Computes what both sides give a recipient, one after another, and compares it. Not thread-safe.
class Comparer {
 public:
  static absl::StatusOr<Comparer> Make(const Calculator& before, const Computation& was,
                                       const Calculator& after, const Computation& is) {
    ASSIGN_OR_RETURN(Comparison comparison, Comparison::Make({before, was.result.population},
                                                             {after, is.result.population}));
    return Comparer(Side{before, was}, Side{after, is}, std::move(comparison));
  }

  // Calls `visit` with each passage and what the amount changed by.
  absl::Status ForEach(const Lineage& lineage,
                       absl::FunctionRef<absl::Status(const Passage&, const Difference&)> visit) {
    return ForEachPassage(
        after_.calculator.scheme().recipients, before_.computation.nation(),
        after_.computation.nation(), lineage, [&](const Passage& passage) {
          const auto was = before_.Compute(passage.before);
          const auto is = after_.Compute(passage.after);
          return visit(passage, comparison_.Compare(passage, was.has_value() ? &*was : nullptr,
                                                    is.has_value() ? &*is : nullptr));
        });
  }

 private:
  struct Side {
    Side(const Calculator& rules, const Computation& outcome)
        : calculator(rules), computation(outcome), frame(rules.NewFrame()) {}

    std::optional<Allocation> Compute(const Recipient* recipient) {
      if (recipient == nullptr) return std::nullopt;
      return calculator.Compute(*recipient, frame, computation.result.population);
    }

    const Calculator& calculator;
    const Computation& computation;
    expression::Frame frame;
  };

  Comparer(Side before, Side after, Comparison comparison)
      : before_(std::move(before)), after_(std::move(after)), comparison_(std::move(comparison)) {}

  Side before_;
  Side after_;
  Comparison comparison_;
};

absl::Status SnapshotNeeded() {
  return InvalidField("snapshot", "SNAPSHOT_NEEDED",
                      "must say a snapshot: the rules hold a recipient against all others, or "
                      "facts are missing that only a snapshot tells");
}

}  // namespace

FundingAnalysisService::FundingAnalysisService(FundingStore& store, Register& registry,
                                               rpc::CallPipeline& calls)
    : register_(registry), runs_(store, registry), calls_(calls) {
  calls_.SetUnaryDeadline("Simulate", kPatience);
  calls_.SetUnaryDeadline("WhatIf", kPatience);
}

grpc::ServerUnaryReactor* FundingAnalysisService::Simulate(grpc::CallbackServerContext* context,
                                                           const v1::SimulateRequest* request,
                                                           v1::SimulateResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingAnalysisService::DoSimulate, this));
}

grpc::ServerUnaryReactor* FundingAnalysisService::ExportExplanation(
    grpc::CallbackServerContext* context, const v1::ExportExplanationRequest* request,
    v1::ExportExplanationResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingAnalysisService::DoExport, this));
}

grpc::ServerWriteReactor<v1::CompareRunsResponse>* FundingAnalysisService::CompareRuns(
    grpc::CallbackServerContext* context, const v1::CompareRunsRequest* request) {
  return calls_.ServerStream<v1::CompareRunsResponse>(
      context, request, std::bind_front(&FundingAnalysisService::DoCompare, this));
}

grpc::ServerUnaryReactor* FundingAnalysisService::WhatIf(grpc::CallbackServerContext* context,
                                                         const v1::WhatIfRequest* request,
                                                         v1::WhatIfResponse* response) {
  return calls_.Unary(context, request, response,
                      std::bind_front(&FundingAnalysisService::DoWhatIf, this));
}

template <typename Request>
absl::StatusOr<Calculator> FundingAnalysisService::RulesOf(const Request& request,
                                                           const Calculator* otherwise,
                                                           std::string& scheme_version) {
  std::optional<Scheme> scheme;
  if (request.has_scheme()) {
    ASSIGN_OR_RETURN(const Calculator given, Compile(request.scheme(), "scheme."));
    scheme = given.scheme();
  } else if (request.has_scheme_version()) {
    ASSIGN_OR_RETURN(const SchemeVersionRow row,
                     runs_.SchemeNamed(request.scheme_version(), "scheme_version"));
    ASSIGN_OR_RETURN(scheme, SchemeOf(row));
    scheme_version = SchemeVersionName(row.scheme, row.version);
  } else if (otherwise != nullptr) {
    scheme = otherwise->scheme();
  } else {
    return InvalidField("scheme_version", "REQUIRED", "must be set, or else 'scheme'");
  }
  std::vector<ParameterValue> values;
  for (const v1::ParameterValue& parameter : request.parameters()) {
    ASSIGN_OR_RETURN(
        Exact value,
        rpc::FromProto(parameter.value(), absl::StrCat("parameters[", values.size(), "].value")));
    values.push_back({parameter.name(), std::move(value)});
  }
  if (!values.empty()) scheme_version.clear();
  RETURN_IF_ERROR(Override(values, *scheme));
  return Calculator::Make(*std::move(scheme));
}

absl::Status FundingAnalysisService::DoSimulate(const v1::SimulateRequest& request,
                                                v1::SimulateResponse& response) {
  std::string scheme_version;
  ASSIGN_OR_RETURN(const Calculator calculator, RulesOf(request, nullptr, scheme_version));
  const bool one = !request.recipient().empty() || !request.facts().empty();
  SnapshotIdentity snapshot{.count_date = calculator.scheme().count_date};
  if (!request.snapshot().empty()) {
    ASSIGN_OR_RETURN(const std::string id, ParseSnapshot(request.snapshot(), "snapshot"));
    ASSIGN_OR_RETURN(snapshot, register_.Identify(id));
  } else if (!one || !request.recipient().empty() || calculator.over_population()) {
    return SnapshotNeeded();
  }
  return one ? SimulateOne(request, calculator, snapshot, scheme_version, response)
             : SimulateAll(request, calculator, snapshot, scheme_version, response);
}

absl::Status FundingAnalysisService::SimulateAll(const v1::SimulateRequest&,
                                                 const Calculator& calculator,
                                                 const SnapshotIdentity& snapshot,
                                                 const std::string& scheme_version,
                                                 v1::SimulateResponse& response) {
  ASSIGN_OR_RETURN(const Computation computation, runs_.Compute(calculator, snapshot));
  *response.mutable_run() =
      ToProto(computation.result, calculator, snapshot, scheme_version, absl::UnixEpoch());
  response.mutable_run()->clear_create_time();
  return absl::OkStatus();
}

absl::Status FundingAnalysisService::SimulateOne(const v1::SimulateRequest& request,
                                                 const Calculator& calculator,
                                                 const SnapshotIdentity& snapshot,
                                                 const std::string& scheme_version,
                                                 v1::SimulateResponse& response) {
  const RecipientKind kind = calculator.scheme().recipients;
  ASSIGN_OR_RETURN(const std::string code, CodeOf(request.recipient(), kind, "recipient"));
  Evidence evidence;
  if (!code.empty()) {
    ASSIGN_OR_RETURN(evidence, register_.ReadOne(snapshot.id, kind, code));
  }
  Recipient& recipient = evidence.recipient;
  const std::map<std::string, std::string> facts(request.facts().begin(), request.facts().end());
  for (const auto& [name, value] : facts) {
    RETURN_IF_ERROR(SetFact(calculator, name, value, absl::StrCat("facts[", name, "]"), recipient));
  }
  if (!facts.empty()) evidence.branches.clear();  // They do not add up to it any more.
  RETURN_IF_ERROR(calculator.Check(recipient));
  PopulationFigures population;
  if (calculator.over_population()) {
    ASSIGN_OR_RETURN(const std::unique_ptr<RecipientSource> others,
                     register_.Open(snapshot.id, kind));
    ASSIGN_OR_RETURN(population, FiguresOf(calculator, RecipientsWith(*others, recipient)));
  }
  std::vector<Working> workings;
  const Allocation allocation = calculator.Explain(recipient, workings, population);
  v1::Explanation& explanation = *response.mutable_explanation();
  explanation = ToProto(calculator, snapshot, evidence, allocation, workings);
  explanation.mutable_allocation()->clear_name();
  if (code.empty()) explanation.mutable_allocation()->clear_recipient();
  explanation.set_scheme_version(scheme_version);
  return absl::OkStatus();
}

absl::Status FundingAnalysisService::DoExport(const v1::ExportExplanationRequest& request,
                                              v1::ExportExplanationResponse& response) {
  ASSIGN_OR_RETURN(const AllocationId id, ParseAllocation(request.name()));
  ASSIGN_OR_RETURN(const ExplainedAmount explained, runs_.Explain(id));
  const PinnedRun& pinned = explained.run;
  const RunIdentity identity{.name = pinned.run.name(),
                             .digest = pinned.run.digest(),
                             .scheme_version = pinned.run.scheme_version(),
                             .calculator_version = pinned.run.calculator_version(),
                             .build_version = pinned.run.build_version()};
  std::unique_ptr<RecipientSource> all;
  if (request.with_population()) {
    ASSIGN_OR_RETURN(all,
                     register_.Open(pinned.snapshot.id, pinned.calculator.scheme().recipients));
  }
  ASSIGN_OR_RETURN(
      *response.mutable_content(),
      ExplanationFile(pinned.calculator, identity, pinned.snapshot, explained.population,
                      explained.evidence, explained.allocation, explained.workings, all.get()));
  response.set_file_name(absl::StrCat(id.run, "-", id.recipient, ".json"));
  return absl::OkStatus();
}

absl::Status FundingAnalysisService::DoCompare(rpc::Call&, const v1::CompareRunsRequest& request,
                                               rpc::Writer<v1::CompareRunsResponse>& writer) {
  ASSIGN_OR_RETURN(const std::string before_id, ParseRun(request.before(), "before"));
  ASSIGN_OR_RETURN(const std::string after_id, ParseRun(request.after(), "after"));
  ASSIGN_OR_RETURN(const PinnedRun before, runs_.Open(before_id));
  ASSIGN_OR_RETURN(const PinnedRun after, runs_.Open(after_id));
  // Said before anything is computed.
  RETURN_IF_ERROR(Comparison::Make({before.calculator}, {after.calculator}).status());
  const Scheme& scheme = after.calculator.scheme();
  std::set<std::string> wanted;
  for (int i = 0; i < request.recipients_size(); ++i) {
    ASSIGN_OR_RETURN(std::string code, CodeOf(request.recipients(i), scheme.recipients,
                                              absl::StrCat("recipients[", i, "]")));
    wanted.insert(std::move(code));
  }
  ASSIGN_OR_RETURN(const Computation was, runs_.ComputeAgain(before));
  ASSIGN_OR_RETURN(const Computation is, runs_.ComputeAgain(after));
  ASSIGN_OR_RETURN(const Lineage lineage,
                   register_.ReadLineage(before.snapshot.id, after.snapshot.id));
  ASSIGN_OR_RETURN(Comparer comparer, Comparer::Make(before.calculator, was, after.calculator, is));
  ComparisonTotals totals;
  v1::CompareRunsResponse batch;
  const auto tell = [&](const Passage& passage, const Difference& difference) -> absl::Status {
    if (!wanted.empty() && !wanted.contains(passage.code())) return absl::OkStatus();
    RETURN_IF_ERROR(totals.Add(difference));
    const bool same = difference.cents == 0 && difference.attributions.empty();
    if (request.summary_only() || (same && !request.unchanged())) return absl::OkStatus();
    *batch.add_differences() = ToProto(difference, scheme);
    if (batch.differences_size() < kRecipientsPerMessage) return absl::OkStatus();
    RETURN_IF_ERROR(writer.Write(std::move(batch)));
    batch = {};
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(comparer.ForEach(lineage, tell));
  *batch.mutable_summary() = ToProto(totals, scheme);
  return writer.Write(std::move(batch));
}

absl::Status FundingAnalysisService::DoWhatIf(const v1::WhatIfRequest& request,
                                              v1::WhatIfResponse& response) {
  ASSIGN_OR_RETURN(const std::string id, ParseRun(request.run(), "run"));
  ASSIGN_OR_RETURN(const PinnedRun base, runs_.Open(id));
  std::string scheme_version = base.run.scheme_version();
  ASSIGN_OR_RETURN(const Calculator calculator, RulesOf(request, &base.calculator, scheme_version));
  RETURN_IF_ERROR(Comparison::Make({base.calculator}, {calculator}).status());
  const Scheme& scheme = calculator.scheme();
  SnapshotIdentity snapshot = base.snapshot;
  if (!request.snapshot().empty()) {
    ASSIGN_OR_RETURN(const std::string other, ParseSnapshot(request.snapshot(), "snapshot"));
    ASSIGN_OR_RETURN(snapshot, register_.Identify(other));
  }
  ASSIGN_OR_RETURN(const Computation was, runs_.ComputeAgain(base));
  ASSIGN_OR_RETURN(const Computation would_be, runs_.Compute(calculator, snapshot));
  std::vector<ChangeTable> tables;
  for (int i = 0; i < request.attributes_size(); ++i) {
    ASSIGN_OR_RETURN(Classifier classifier,
                     Classifier::Make(request.attributes(i), scheme.recipients, *was.recipients,
                                      absl::StrCat("attributes[", i, "]")));
    tables.emplace_back(std::move(classifier));
  }
  ASSIGN_OR_RETURN(const Lineage lineage, register_.ReadLineage(base.snapshot.id, snapshot.id));
  ASSIGN_OR_RETURN(Comparer comparer, Comparer::Make(base.calculator, was, calculator, would_be));
  const size_t most = request.largest_count() > 0 ? static_cast<size_t>(request.largest_count())
                                                  : size_t{kMostExtremes};
  Extremes gains(most, true);
  Extremes losses(most, false);
  ChangeRow all;
  ComparisonTotals totals;
  const auto count = [&](const Passage& passage, const Difference& difference) -> absl::Status {
    RETURN_IF_ERROR(totals.Add(difference));
    RETURN_IF_ERROR(all.Add(difference));
    for (ChangeTable& table : tables) RETURN_IF_ERROR(table.Add(passage, difference));
    gains.Add(difference);
    losses.Add(difference);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(comparer.ForEach(lineage, count));
  *response.mutable_run() =
      ToProto(would_be.result, calculator, snapshot, scheme_version, absl::UnixEpoch());
  response.mutable_run()->clear_create_time();
  response.mutable_run()->clear_population_figures();
  *response.mutable_all() = ToProto(all, scheme);
  AddBands(response);
  for (const ChangeTable& table : tables) *response.add_tables() = ToProto(table, scheme);
  for (const Difference& gain : gains.kept()) {
    *response.add_largest_gains() = ToProto(gain, scheme);
  }
  for (const Difference& loss : losses.kept()) {
    *response.add_largest_losses() = ToProto(loss, scheme);
  }
  *response.mutable_summary() = ToProto(totals, scheme);
  if (would_be.result.above_budget) {
    ASSIGN_OR_RETURN(const Money over, Subtract(would_be.result.total, *scheme.budget));
    *response.mutable_above_budget() = rpc::ToProto(over);
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
