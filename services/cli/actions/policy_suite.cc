#include "services/cli/actions/policy_suite.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/encoding.h"
#include "common/time/clock.h"
#include "services/cli/session.h"
#include "services/funding/api/scheme_proto.h"
#include "services/funding/domain/calculation/instalments.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/explanation/sentences.h"
#include "voortgang/funding/v1/policy_test.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using funding::Allocation;
using funding::Calculator;
using funding::Recipient;

// Shown of an amount that could not be determined.
constexpr char kUndetermined[] = "undetermined";

funding::Count FromProto(const voortgang::type::v1::Count& count) {
  switch (count.state()) {
    case voortgang::type::v1::COUNT_STATE_KNOWN:
      return funding::Count::Known(count.value());
    case voortgang::type::v1::COUNT_STATE_SUPPRESSED:
      return funding::Count::Suppressed();
    case voortgang::type::v1::COUNT_STATE_NOT_APPLICABLE:
      return funding::Count::Known(0);
    default:
      return funding::Count::Missing();
  }
}

funding::Sector FromProto(voortgang::type::v1::Sector sector) {
  switch (sector) {
    case voortgang::type::v1::SECTOR_PRIMARY:
      return funding::Sector::kPrimary;
    case voortgang::type::v1::SECTOR_SECONDARY:
      return funding::Sector::kSecondary;
    case voortgang::type::v1::SECTOR_SPECIAL:
      return funding::Sector::kSpecial;
    default:
      return funding::Sector::kUnknown;
  }
}

absl::StatusOr<funding::Pupils> ReadPupils(const v1::TestRecipient& proto,
                                           const std::string& path) {
  if (proto.pupils().empty()) return funding::UnknownPupils();
  funding::Pupils pupils;
  std::vector<std::string> types;
  for (size_t i = 0; i < funding::kSchoolTypes; ++i) {
    types.emplace_back(NameOf(static_cast<funding::SchoolType>(i)));
  }
  for (const auto& [type, count] : proto.pupils()) {
    const auto found = std::ranges::find(types, type);
    if (found == types.end()) {
      const std::string near(Nearest(type, types));
      return InvalidField(
          absl::StrCat(path, ".pupils[", type, "]"), "UNKNOWN_VALUE",
          absl::StrCat("'", type, "' is no school type",
                       near.empty() ? "; there are bo, sbo, so, vso, vo, pro, "
                                      "vbo_upper and vavo"
                                    : absl::StrCat("; did you mean '", near, "'?")));
    }
    pupils[static_cast<size_t>(found - types.begin())] = FromProto(count);
  }
  return pupils;
}

absl::StatusOr<Recipient> FromProto(const v1::TestRecipient& proto, int place,
                                    const std::string& path) {
  Recipient recipient{.code = proto.code().empty() ? absl::StrCat(place + 1) : proto.code(),
                      .title = proto.title(),
                      .sector = FromProto(proto.sector()),
                      .province = proto.province(),
                      .denomination = proto.denomination(),
                      .board = proto.board(),
                      .municipality = proto.municipality()};
  ASSIGN_OR_RETURN(recipient.pupils, ReadPupils(proto, path));
  if (proto.has_score()) {
    ASSIGN_OR_RETURN(recipient.score, rpc::FromProto(proto.score(), path + ".score"));
  }
  if (proto.has_population()) recipient.population = proto.population();
  recipient.attributes.assign(proto.attributes().begin(), proto.attributes().end());
  return recipient;
}

class Runner {
 public:
  Runner(const Calculator& calculator, std::vector<PolicyOutcome>& outcomes)
      : calculator_(calculator), scheme_(calculator.scheme()), outcomes_(outcomes) {}

  // Errors are about `path` ("tests[3]") of the document.
  absl::Status Run(const v1::PolicyTest& test, const std::string& path) {
    std::vector<Recipient> recipients;
    std::set<std::string> codes;
    for (int i = 0; i < test.recipients_size(); ++i) {
      const std::string at = absl::StrCat(path, ".recipients[", i, "]");
      ASSIGN_OR_RETURN(recipients.emplace_back(), FromProto(test.recipients(i), i, at));
      if (!codes.insert(recipients.back().code).second) {
        return InvalidField(at + ".code", "DUPLICATE_ID",
                            absl::StrCat("'", recipients.back().code, "' is there twice"));
      }
    }
    funding::SnapshotIdentity snapshot{
        .id = "test", .digest = "", .count_date = scheme_.count_date};
    if (test.has_count_date()) {
      ASSIGN_OR_RETURN(snapshot.count_date,
                       rpc::FromProto(test.count_date(), path + ".count_date"));
    }
    const absl::StatusOr<funding::RunResult> run =
        funding::Allocate(calculator_, snapshot, recipients);
    if (!run.ok())
      return InvalidField(path, DetailsOf(run.status()).reason,
                          std::string(Sv(run.status().message())));
    outcome_ = &outcomes_.emplace_back();
    outcome_->test = test.name();
    if (test.has_total())
      RETURN_IF_ERROR(Number("", "total", test.total(), run->total, path + ".total"));
    for (int i = 0; i < test.recipients_size(); ++i) {
      const v1::TestRecipient& expected = test.recipients(i);
      if (!expected.has_expect()) continue;
      const size_t before = outcome_->differences.size();
      const auto found =
          std::ranges::lower_bound(run->allocations, recipients[i].code, {}, &Allocation::code);
      RETURN_IF_ERROR(
          Compare(expected.expect(), *found, absl::StrCat(path, ".recipients[", i, "].expect")));
      if (outcome_->differences.size() > before) {
        Explain(recipients[i], snapshot, run->population);
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Compare(const v1::ExpectedAmount& expect, const Allocation& allocation,
                       const std::string& path) {
    if (expect.has_amount()) {
      RETURN_IF_ERROR(
          Number(allocation.code, "amount", expect.amount(), allocation.amount, path + ".amount"));
    }
    const std::map<std::string, voortgang::type::v1::Decimal> components(
        expect.components().begin(), expect.components().end());
    for (const auto& [id, amount] : components) {
      const std::string at = absl::StrCat(path, ".components[", id, "]");
      ASSIGN_OR_RETURN(const size_t place, PlaceOf(id, at));
      RETURN_IF_ERROR(Number(allocation.code, absl::StrCat("components[", id, "]"), amount,
                             PartOf(allocation, place), at));
    }
    for (int i = 0; i < expect.payments_size(); ++i) {
      RETURN_IF_ERROR(
          ComparePayment(expect.payments(i), allocation, absl::StrCat(path, ".payments[", i, "]")));
    }
    if (!expect.undetermined().empty() &&
        !absl::StrContains(allocation.undetermined_reason, expect.undetermined())) {
      Differ(allocation.code, kUndetermined, expect.undetermined(),
             allocation.undetermined_reason.empty() && allocation.amount.has_value()
                 ? absl::StrCat("an amount of ", Format(*allocation.amount, Language::kEnglish))
                 : allocation.undetermined_reason);
    }
    return absl::OkStatus();
  }

  absl::Status ComparePayment(const v1::ExpectedPayment& expect, const Allocation& allocation,
                              const std::string& path) {
    ASSIGN_OR_RETURN(const size_t place, PlaceOf(expect.component(), path + ".component"));
    ASSIGN_OR_RETURN(const absl::CivilDay day, rpc::FromProto(expect.month(), path + ".month"));
    std::optional<Money> found = PartOf(allocation, place);
    if (found.has_value()) {
      const funding::Component& component = scheme_.components[place];
      const std::vector<funding::Payment> payments =
          funding::PaymentsOf(*found, component.instalments, component.payment_rounding);
      const auto payment =
          std::ranges::find(payments, absl::CivilMonth(day), &funding::Payment::month);
      found = payment == payments.end() ? Money{0, scheme_.currency} : payment->amount;
    }
    return Number(
        allocation.code,
        absl::StrCat("payments[", expect.component(), ", ", FormatDay(day).substr(0, 7), "]"),
        expect.amount(), found, path + ".amount");
  }

  absl::StatusOr<size_t> PlaceOf(const std::string& id, const std::string& path) const {
    const auto found = std::ranges::find(scheme_.components, id, &funding::Component::id);
    if (found != scheme_.components.end()) {
      return static_cast<size_t>(found - scheme_.components.begin());
    }
    std::vector<std::string> known;
    for (const funding::Component& component : scheme_.components) known.push_back(component.id);
    const std::string near(Nearest(id, known));
    return InvalidField(
        path, "UNKNOWN_VALUE",
        absl::StrCat("the scheme has no component '", id, "'",
                     near.empty() ? "" : absl::StrCat("; did you mean '", near, "'?")));
  }

  // Nothing of a component that does not apply is an amount of zero.
  std::optional<Money> PartOf(const Allocation& allocation, size_t place) const {
    const auto part = std::ranges::find(allocation.components, static_cast<int>(place),
                                        &funding::ComponentAmount::component);
    return part == allocation.components.end() ? Money{0, scheme_.currency} : part->amount;
  }

  absl::Status Number(const std::string& recipient, const std::string& what,
                      const voortgang::type::v1::Decimal& expected, std::optional<Money> found,
                      const std::string& path) {
    ASSIGN_OR_RETURN(const Exact wanted, rpc::FromProto(expected, path));
    if (found.has_value() && ToExact(*found) == wanted) return absl::OkStatus();
    const absl::StatusOr<Money> money =
        ToMoney(wanted, scheme_.currency, Rounding::kHalfAwayFromZero);
    const bool cents = money.ok() && ToExact(*money) == wanted;
    Differ(recipient, what, cents ? Format(*money, Language::kEnglish) : wanted.ToText(),
           found.has_value() ? Format(*found, Language::kEnglish) : kUndetermined);
    return absl::OkStatus();
  }

  void Differ(const std::string& recipient, const std::string& what, std::string expected,
              std::string found) {
    outcome_->differences.push_back({recipient, what, std::move(expected), std::move(found)});
  }

  void Explain(const Recipient& recipient, const funding::SnapshotIdentity& snapshot,
               const funding::PopulationFigures& population) {
    std::vector<funding::Working> workings;
    const Allocation allocation = calculator_.Explain(recipient, workings, population);
    std::vector<std::string> sentences;
    for (const funding::Text& sentence :
         funding::Sentences(calculator_, snapshot, allocation, workings)) {
      sentences.push_back(sentence.In(Language::kEnglish));
    }
    outcome_->explanations.emplace_back(recipient.code, std::move(sentences));
  }

  const Calculator& calculator_;
  const funding::Scheme& scheme_;
  std::vector<PolicyOutcome>& outcomes_;
  PolicyOutcome* outcome_ = nullptr;
};

}  // namespace

absl::StatusOr<PolicyReport> RunPolicySuite(const std::string& path) {
  v1::PolicyTestSuite suite;
  Document document;
  RETURN_IF_ERROR(document.Read(path, &suite));
  PolicyReport report{.file = path};
  report.scheme = (std::filesystem::path(path).parent_path() / suite.scheme()).lexically_normal();

  v1::Scheme scheme;
  Document scheme_document;
  RETURN_IF_ERROR(scheme_document.Read(report.scheme, &scheme));
  absl::StatusOr<Calculator> calculator = funding::Compile(scheme, "content.");
  if (!calculator.ok()) return scheme_document.Locate(calculator.status(), "content");
  report.digest = calculator->digest();
  Runner runner(*calculator, report.outcomes);
  for (int i = 0; i < suite.tests_size(); ++i) {
    const absl::Status status = runner.Run(suite.tests(i), absl::StrCat("tests[", i, "]"));
    if (!status.ok()) return document.Locate(status, "");
  }
  return report;
}

std::string PolicyText(const PolicyReport& report) {
  std::string text = absl::StrCat(report.file, " (", report.scheme, ")\n");
  for (const PolicyOutcome& outcome : report.outcomes) {
    absl::StrAppend(&text, outcome.passed() ? "  passed  " : "  FAILED  ", outcome.test, "\n");
    for (const PolicyDifference& difference : outcome.differences) {
      absl::StrAppend(&text, "            ", difference.recipient,
                      difference.recipient.empty() ? "" : " ", difference.what, ": expected ",
                      difference.expected, ", found ", difference.found, "\n");
    }
    for (const auto& [recipient, sentences] : outcome.explanations) {
      absl::StrAppend(&text, "            How ", recipient, " came about:\n");
      for (const std::string& sentence : sentences) {
        absl::StrAppend(&text, "              ", sentence, "\n");
      }
    }
  }
  return text;
}

std::string PolicyJson(const PolicyReport& report) {
  nlohmann::ordered_json tests = nlohmann::ordered_json::array();
  for (const PolicyOutcome& outcome : report.outcomes) {
    nlohmann::ordered_json test = {{"name", outcome.test}, {"passed", outcome.passed()}};
    for (const PolicyDifference& difference : outcome.differences) {
      test["differences"].push_back({{"recipient", difference.recipient},
                                     {"what", difference.what},
                                     {"expected", difference.expected},
                                     {"found", difference.found}});
    }
    for (const auto& [recipient, sentences] : outcome.explanations) {
      test["explanations"].push_back({{"recipient", recipient}, {"sentences", sentences}});
    }
    tests.push_back(std::move(test));
  }
  const nlohmann::ordered_json all = {{"file", report.file},
                                      {"scheme", report.scheme},
                                      {"schemeDigest", report.digest},
                                      {"tests", std::move(tests)}};
  return all.dump() + "\n";
}

}  // namespace vg::cli
