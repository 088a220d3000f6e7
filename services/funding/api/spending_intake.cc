#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/accountability_conversions.h"
#include "services/funding/api/accountability_service.h"
#include "services/funding/api/names.h"
#include "services/funding/api/payment_conversions.h"
#include "services/funding/files/spending_file.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr size_t kMostReports = 100'000;
constexpr int kShownAtOnce = 1000;

absl::Status OutOfOrder(std::string_view field, std::string sentence) {
  return InvalidField(field, "OUT_OF_ORDER", std::move(sentence));
}

absl::Status TooManyReports() {
  return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_REPORTS",
               absl::StrCat("send at most ", kMostReports, " reports at once"));
}

void Show(v1::SpendingFinding finding, v1::SubmitSpendingResponse& response) {
  if (response.findings_size() < kShownAtOnce) *response.add_findings() = std::move(finding);
}

void Refuse(const NumberedReport& numbered, std::string reason, std::string sentence,
            v1::SubmitSpendingResponse& response) {
  response.set_refused_count(response.refused_count() + 1);
  Show(ToProto(NumberedFinding{numbered.line,
                               numbered.report.recipient,
                               {true, "recipient", std::move(reason), std::move(sentence)}}),
       response);
}

// Sets who accounts for each report, and refuses those of others than `holder` (empty: anybody).
std::vector<NumberedReport> OfHolder(std::vector<NumberedReport> reports,
                                     const RecipientPayees& payees, const std::string& holder,
                                     v1::SubmitSpendingResponse& response) {
  std::vector<NumberedReport> kept;
  for (NumberedReport& numbered : reports) {
    SpendingReport& report = numbered.report;
    report.holder = payees.Of(report.recipient);
    if (report.holder.empty()) {
      Refuse(numbered, "UNKNOWN_RECIPIENT",
             absl::StrCat("the register does not say which board ", report.recipient, " is of"),
             response);
    } else if (!holder.empty() && report.holder != holder) {
      Refuse(numbered, "NOT_OF_HOLDER",
             absl::StrCat(report.recipient, " is of ", HolderNameOf(report.holder)), response);
    } else {
      kept.push_back(std::move(numbered));
    }
  }
  return kept;
}

}  // namespace

grpc::ServerReadReactor<v1::SubmitSpendingRequest>* AccountabilityService::SubmitSpending(
    grpc::CallbackServerContext* context, v1::SubmitSpendingResponse* response) {
  return calls_.ClientStream<v1::SubmitSpendingRequest>(
      context, response, std::bind_front(&AccountabilityService::DoSubmit, this));
}

absl::StatusOr<std::vector<NumberedReport>> AccountabilityService::ReadReports(
    Reader& reader, const AccountabilityRules& rules, v1::SubmitSpendingResponse& response) {
  std::vector<NumberedReport> reports;
  std::unique_ptr<SpendingFile> file;
  int64_t place = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const auto* const message, reader.Read());
    if (message == nullptr) break;
    if (message->has_data() ? place > 0 : !message->has_report() || file != nullptr) {
      return OutOfOrder("report", "after the terms come reports, or the pieces of one file");
    }
    if (message->has_data()) {
      if (file == nullptr) file = std::make_unique<SpendingFile>(rules.grant, rules.currency);
      RETURN_IF_ERROR(file->Feed(message->data()));
      continue;
    }
    ++place;
    const absl::StatusOr<SpendingReport> report = FromProto(message->report(), rules);
    if (report.ok()) {
      reports.push_back({place, *report});
      if (reports.size() > kMostReports) return TooManyReports();
      continue;
    }
    RefusedRows refused;
    refused.Add(place, report.status());
    response.set_refused_count(response.refused_count() + 1);
    Show(FindingOf(refused.kept()[0]), response);
  }
  if (file == nullptr) return reports;
  RETURN_IF_ERROR(file->Finish());
  if (file->reports().size() > kMostReports) return TooManyReports();
  response.set_refused_count(file->refused().total());
  for (const RefusedRow& row : file->refused().kept()) Show(FindingOf(row), response);
  for (const auto& [line, report] : file->reports()) reports.push_back({line, report});
  return reports;
}

absl::Status AccountabilityService::DoSubmit(rpc::Call& call, Reader& reader,
                                             v1::SubmitSpendingResponse& response) {
  ASSIGN_OR_RETURN(const auto* const first, reader.Read());
  if (first == nullptr || !first->has_terms()) {
    return OutOfOrder("terms", "the first message is the terms");
  }
  const v1::SubmitSpendingTerms terms = first->terms();
  ASSIGN_OR_RETURN(const std::string snapshot, ParseSnapshot(terms.snapshot(), "terms.snapshot"));
  ASSIGN_OR_RETURN(const Rules found, RulesNamed(terms.grant()));
  const std::string holder =
      terms.holder().empty() ? "" : terms.holder().substr(terms.holder().find('/') + 1);
  ASSIGN_OR_RETURN(std::vector<NumberedReport> reports, ReadReports(reader, found.rules, response));
  ASSIGN_OR_RETURN(const RecipientPayees payees, RecipientPayees::Read(register_, snapshot));
  std::set<int> years;
  for (const NumberedReport& numbered : reports) years.insert(numbered.report.year);
  reports = OfHolder(std::move(reports), payees, holder, response);
  // If something is refused here already, the rest is still checked, so that all is said at once.
  const bool stopped = response.refused_count() > 0 && !terms.skip_refused();
  ASSIGN_OR_RETURN(const SubmissionResult result,
                   store_.Submit({.rules = &found.rules,
                                  .today = Today(),
                                  .now = clock_.Now(),
                                  .actor = call.caller().name,
                                  .skip_refused = terms.skip_refused(),
                                  .validate_only = terms.validate_only() || stopped},
                                 reports));
  response.set_refused_count(response.refused_count() + result.refused);
  const bool taken = response.refused_count() == 0 || terms.skip_refused();
  response.set_accepted_count(taken ? result.accepted : 0);
  for (const NumberedFinding& finding : result.findings) Show(ToProto(finding), response);
  if (holder.empty()) return absl::OkStatus();

  const std::vector<std::string> recipients = absl::StartsWith(terms.holder(), "boards/")
                                                  ? payees.RecipientsOf(holder)
                                                  : std::vector<std::string>{holder};
  ASSIGN_OR_RETURN(
      const auto positions,
      store_.PositionsOf({found.rules.grant, found.rules.currency}, Today(), recipients));
  for (const int year : years) {
    std::set<std::string> reported;
    ASSIGN_OR_RETURN(const std::vector<ReportRow> rows,
                     store_.Reports(terms.grant(), "", year, false, {}, kMostReports));
    for (const ReportRow& row : rows) reported.insert(row.report.recipient);
    for (const auto& [recipient, position] : positions) {
      if (!reported.contains(recipient)) {
        response.add_unreported(absl::StrCat(RecipientNameOf(recipient), " ", year));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
