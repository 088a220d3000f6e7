#include "services/funding/api/accountability_conversions.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/payment_conversions.h"
#include "services/funding/files/spending_file.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

// The domain's enums count from 0 and the protos' from 1, in the same order.
static_assert(static_cast<int>(Category::kNone) + 1 == v1::SPENDING_CATEGORY_UNCLASSIFIED);
static_assert(static_cast<int>(Measure::kReceived) + 1 == v1::STATEMENT_MEASURE_RECEIVED);
static_assert(static_cast<int>(Measure::kHiredPercentage) + 1 ==
              v1::STATEMENT_MEASURE_HIRED_PERCENTAGE);
static_assert(static_cast<int>(Measure::kSpentInYear) + 1 == v1::STATEMENT_MEASURE_SPENT_IN_YEAR);
static_assert(static_cast<int>(Measure::kCarriedOver) + 1 == v1::STATEMENT_MEASURE_CARRIED_OVER);
// Consent counts from its unknown state in both.
static_assert(static_cast<int>(ConsentState::kRefused) == v1::COUNCIL_CONSENT_STATE_REFUSED);

google::type::Money MoneyOf(int64_t cents, Currency currency) {
  return rpc::ToProto(Money{cents, currency});
}

absl::StatusOr<int64_t> CentsOf(const google::type::Money& money, std::string_view field,
                                Currency currency) {
  ASSIGN_OR_RETURN(const Money amount, rpc::FromProto(money, field));
  if (amount.currency != currency) {
    return InvalidField(field, "CURRENCY_MISMATCH",
                        absl::StrCat("must be in ", Av(currency.code()), ", as the grant is"));
  }
  return amount.cents;
}

absl::StatusOr<SpendingPeriod> FromProto(const v1::SpendingPeriod& period,
                                         const std::string& field) {
  SpendingPeriod read{.legal_reference = period.legal_reference()};
  ASSIGN_OR_RETURN(read.decided_on,
                   rpc::FromProto(period.decided_on(), absl::StrCat(field, ".decided_on")));
  ASSIGN_OR_RETURN(read.from,
                   rpc::FromProto(period.first_day(), absl::StrCat(field, ".first_day")));
  ASSIGN_OR_RETURN(read.until, rpc::FromProto(period.last_day(), absl::StrCat(field, ".last_day")));
  return read;
}

absl::StatusOr<CarryOverRule> FromProto(const v1::CarryOverRule& rule, Currency currency,
                                        const std::string& field) {
  CarryOverRule read{.school_year = rule.school_year(), .legal_reference = rule.legal_reference()};
  if (!rule.most_percentage().empty()) {
    ASSIGN_OR_RETURN(read.most_percentage, Exact::FromDecimal(rule.most_percentage()));
  }
  if (!rule.most_amount().empty()) {
    ASSIGN_OR_RETURN(const Exact amount, Exact::FromDecimal(rule.most_amount()));
    ASSIGN_OR_RETURN(const Money most, ToMoney(amount, currency, Rounding::kDown));
    read.most_cents = most.cents;
  }
  ASSIGN_OR_RETURN(read.until, rpc::FromProto(rule.last_day(), absl::StrCat(field, ".last_day")));
  return read;
}

absl::StatusOr<Consent> FromProto(const v1::CouncilConsent& consent, std::string_view field) {
  Consent read{.state = static_cast<ConsentState>(consent.state())};
  if (consent.has_date()) {
    ASSIGN_OR_RETURN(read.date, rpc::FromProto(consent.date(), absl::StrCat(Av(field), ".date")));
  }
  return read;
}

void ToProto(const Consent& consent, v1::CouncilConsent& proto) {
  proto.set_state(static_cast<v1::CouncilConsentState>(consent.state));
  if (consent.date) *proto.mutable_date() = rpc::ToProto(*consent.date);
}

}  // namespace

absl::StatusOr<AccountabilityRules> FromProto(const v1::AccountabilityRules& content,
                                              std::string_view grant, std::string_view prefix) {
  AccountabilityRules rules{.grant = std::string(grant),
                            .schools = content.recipients() != v1::RECIPIENT_KIND_MUNICIPALITY,
                            .overspending = content.overspending() == v1::OVERSPENDING_RULE_REFUSE
                                                ? Overspending::kRefuse
                                                : Overspending::kWarn,
                            .code = content.statement_code(),
                            .code_provisional = content.statement_code_provisional()};
  ASSIGN_OR_RETURN(rules.currency, Currency::FromCode(content.currency()));
  for (int i = 0; i < content.spending_periods_size(); ++i) {
    ASSIGN_OR_RETURN(rules.periods.emplace_back(),
                     FromProto(content.spending_periods(i),
                               absl::StrCat(Av(prefix), "spending_periods[", i, "]")));
  }
  for (const v1::StatementIndicator& indicator : content.statement_indicators()) {
    rules.indicators.push_back({static_cast<Measure>(static_cast<int>(indicator.measure()) - 1),
                                indicator.title().nl(), indicator.title().en()});
  }
  for (int i = 0; i < content.carry_overs_size(); ++i) {
    ASSIGN_OR_RETURN(rules.carry_overs.emplace_back(),
                     FromProto(content.carry_overs(i), rules.currency,
                               absl::StrCat(Av(prefix), "carry_overs[", i, "]")));
  }
  RETURN_IF_ERROR(CheckRules(rules));
  return rules;
}

absl::StatusOr<AccountabilityRules> RulesOf(const RulesRow& row) {
  v1::AccountabilityRules content;
  if (!content.ParseFromString(row.content)) {
    return absl::DataLossError(absl::StrCat(RulesName(row), " cannot be read"));
  }
  return FromProto(content, row.grant, "");
}

std::string RulesName(const RulesRow& row) {
  return absl::StrCat("accountabilityRules/", row.grant, "/versions/", row.version);
}

absl::StatusOr<v1::AccountabilityRulesVersion> ToProto(const RulesRow& row) {
  v1::AccountabilityRulesVersion proto;
  if (!proto.mutable_content()->ParseFromString(row.content)) {
    return absl::DataLossError(absl::StrCat(RulesName(row), " cannot be read"));
  }
  if (row.version > 0) proto.set_name(RulesName(row));
  proto.set_digest(row.digest);
  *proto.mutable_publish_time() = rpc::ToProto(row.publish_time);
  proto.set_publisher(row.published_by);
  return proto;
}

absl::StatusOr<SpendingReport> FromProto(const v1::SpendingReport& proto,
                                         const AccountabilityRules& rules) {
  SpendingReport report{.grant = rules.grant,
                        .year = proto.year(),
                        .version = proto.version() < 1 ? 1 : proto.version(),
                        .scan_made = proto.scan_made(),
                        .teachers = proto.teacher_involvement(),
                        .parents = proto.parent_involvement(),
                        .pupils = proto.pupil_involvement()};
  ASSIGN_OR_RETURN(report.recipient, CodeIn(proto.recipient(), "recipient"));
  std::set<int> seen;
  for (const v1::CategorySpending& part : proto.spending()) {
    const int place = static_cast<int>(part.category()) - 1;
    if (place < 0 || place >= static_cast<int>(kCategories) || !seen.insert(place).second) {
      return InvalidField("spending", "DUPLICATE_CATEGORY",
                          "must name each category once, from A to F, or UNCLASSIFIED");
    }
    ASSIGN_OR_RETURN(report.cents[static_cast<size_t>(place)],
                     CentsOf(part.amount(), "spending.amount", rules.currency));
  }
  if (proto.has_hired()) {
    ASSIGN_OR_RETURN(report.hired_cents, CentsOf(proto.hired(), "hired", rules.currency));
  }
  if (proto.has_reserved()) {
    ASSIGN_OR_RETURN(report.reserved_cents, CentsOf(proto.reserved(), "reserved", rules.currency));
  }
  if (proto.has_above_school_level()) {
    ASSIGN_OR_RETURN(report.above_cents,
                     CentsOf(proto.above_school_level(), "above_school_level", rules.currency));
  }
  ASSIGN_OR_RETURN(report.mr, FromProto(proto.mr_consent(), "mr_consent"));
  ASSIGN_OR_RETURN(report.gmr, FromProto(proto.gmr_consent(), "gmr_consent"));
  return report;
}

v1::SpendingReport ToProto(const ReportRow& row, Currency currency) {
  const SpendingReport& report = row.report;
  v1::SpendingReport proto;
  proto.set_recipient(RecipientNameOf(report.recipient));
  proto.set_year(report.year);
  proto.set_version(report.version);
  proto.set_holder(HolderNameOf(report.holder));
  int64_t total = 0;
  for (size_t i = 0; i < kCategories; ++i) {
    if (report.cents[i] == 0) continue;
    total += report.cents[i];
    v1::CategorySpending& part = *proto.add_spending();
    part.set_category(static_cast<v1::SpendingCategory>(static_cast<int>(i) + 1));
    *part.mutable_amount() = MoneyOf(report.cents[i], currency);
  }
  *proto.mutable_hired() = MoneyOf(report.hired_cents, currency);
  *proto.mutable_reserved() = MoneyOf(report.reserved_cents, currency);
  *proto.mutable_above_school_level() = MoneyOf(report.above_cents, currency);
  ToProto(report.mr, *proto.mutable_mr_consent());
  ToProto(report.gmr, *proto.mutable_gmr_consent());
  proto.set_scan_made(report.scan_made);
  proto.set_teacher_involvement(report.teachers);
  proto.set_parent_involvement(report.parents);
  proto.set_pupil_involvement(report.pupils);
  *proto.mutable_total() = MoneyOf(total, currency);
  if (const auto share = HiredPercentage(report.hired_cents, total)) {
    proto.set_hired_percentage(share->ToText());
  }
  proto.set_submitter(row.submitted_by);
  *proto.mutable_submit_time() = rpc::ToProto(row.submit_time);
  return proto;
}

v1::SpendingFinding ToProto(const NumberedFinding& numbered) {
  v1::SpendingFinding proto;
  proto.set_line(numbered.line);
  proto.set_recipient(RecipientNameOf(numbered.recipient));
  proto.set_column(numbered.finding.field);
  proto.set_reason(numbered.finding.reason);
  proto.set_sentence(numbered.finding.sentence);
  proto.set_refused(numbered.finding.refuses);
  return proto;
}

v1::SpendingFinding FindingOf(const RefusedRow& row) {
  v1::SpendingFinding proto;
  proto.set_line(row.line);
  proto.set_column(row.column);
  proto.set_reason(row.reason);
  proto.set_sentence(row.sentence);
  proto.set_refused(true);
  return proto;
}

v1::FundPosition ToProto(const FundPosition& position, Currency currency,
                         std::string_view recipient) {
  v1::FundPosition proto;
  proto.set_recipient(std::string(recipient));
  *proto.mutable_received() = MoneyOf(position.received, currency);
  *proto.mutable_spent() = MoneyOf(position.spent, currency);
  *proto.mutable_reserved() = MoneyOf(position.reserved, currency);
  *proto.mutable_remaining() = MoneyOf(position.remaining, currency);
  *proto.mutable_recoverable() = MoneyOf(position.recoverable, currency);
  *proto.mutable_recovered() = MoneyOf(position.recovered, currency);
  *proto.mutable_carried_over() = MoneyOf(position.carried_over, currency);
  return proto;
}

v1::Recovery ToProto(const RecoveryRow& row) {
  v1::Recovery proto;
  proto.set_name(absl::StrCat("recoveries/", row.id));
  proto.set_grant(row.grant);
  *proto.mutable_date() = rpc::ToProto(row.day);
  *proto.mutable_total() = rpc::ToProto(row.total);
  *proto.mutable_recovered() = rpc::ToProto(row.recovered);
  proto.set_line_count(row.line_count);
  *proto.mutable_create_time() = rpc::ToProto(row.create_time);
  proto.set_creator(row.created_by);
  proto.set_reversed(row.reversed);
  proto.set_overpaid_only(row.overpaid_only);
  return proto;
}

v1::CarryOver ToProto(const CarryOverRow& row) {
  v1::CarryOver proto;
  proto.set_name(absl::StrCat("carryOvers/", row.id));
  proto.set_grant(row.grant);
  proto.set_school_year(row.school_year);
  proto.set_next_school_year(NextSchoolYear(row.school_year).value_or(""));
  *proto.mutable_date() = rpc::ToProto(row.day);
  *proto.mutable_total() = rpc::ToProto(row.total);
  *proto.mutable_claimed() = rpc::ToProto(row.claimed);
  *proto.mutable_overpaid() = rpc::ToProto(row.overpaid);
  if (row.claimed.cents > 0) proto.set_recovery(absl::StrCat("recoveries/", row.id));
  proto.set_line_count(row.line_count);
  *proto.mutable_spending_until() = rpc::ToProto(row.until);
  proto.set_legal_reference(row.legal_reference);
  *proto.mutable_create_time() = rpc::ToProto(row.create_time);
  proto.set_creator(row.created_by);
  if (row.reverse_time) *proto.mutable_reverse_time() = rpc::ToProto(*row.reverse_time);
  proto.set_reverser(row.reversed_by);
  proto.set_reverse_reason(row.reverse_reason);
  return proto;
}

v1::CarryOverLine ToProto(const CarryOverPart& part, Currency currency) {
  v1::CarryOverLine proto;
  proto.set_recipient(RecipientNameOf(part.recipient));
  *proto.mutable_unspent() = MoneyOf(part.unspent, currency);
  *proto.mutable_carried() = MoneyOf(part.carried, currency);
  *proto.mutable_claimed() = MoneyOf(part.claimed, currency);
  *proto.mutable_overpaid() = MoneyOf(part.overpaid, currency);
  return proto;
}

v1::RecoveryLine ToProto(const RecoveryClaim& claim, Currency currency) {
  v1::RecoveryLine proto;
  proto.set_recipient(RecipientNameOf(claim.recipient));
  *proto.mutable_claimed() = MoneyOf(claim.cents, currency);
  *proto.mutable_recovered() = MoneyOf(claim.repaid_cents, currency);
  return proto;
}

std::string HolderNameOf(std::string_view code) {
  if (code.empty()) return "";
  return absl::StrCat(absl::StartsWith(Av(code), "GM") ? "municipalities/" : "boards/", Av(code));
}

absl::StatusOr<std::string> CodeIn(std::string_view name, std::string_view field) {
  const size_t slash = name.find('/');
  const std::string_view code =
      slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
  absl::StatusOr<std::string> parsed = ParseRecipientCode(code);
  if (!parsed.ok() || RecipientNameOf(*parsed) != name) {
    return InvalidField(field, "BAD_RECIPIENT",
                        "must be a school, such as schools/16SW03, or a municipality, such as "
                        "municipalities/GM0363");
  }
  return parsed;
}

}  // namespace vg::funding
