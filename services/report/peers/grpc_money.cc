#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/report/peers/grpc_conversions.h"
#include "services/report/peers/grpc_sources.h"

namespace vg::report {
namespace {

namespace funding = voortgang::funding::v1;

absl::StatusOr<Exact> AmountOf(const google::type::Money& money, std::string_view field) {
  ASSIGN_OR_RETURN(const Money amount, rpc::FromProto(money, field));
  return ToExact(amount);
}

// "A" … "F", "unclassified".
std::string SpendingCategoryName(funding::SpendingCategory category) {
  if (category == funding::SPENDING_CATEGORY_UNCLASSIFIED) return "unclassified";
  const std::string& name = funding::SpendingCategory_Name(category);
  return name.substr(name.rfind('_') + 1);
}

}  // namespace

absl::StatusOr<RunFacts> GrpcSources::GetRun(const std::string& name) {
  funding::GetRunRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(const funding::Run run,
                   clients_.funding.Call(&funding::FundingService::Stub::GetRun, request));
  funding::GetSchemeVersionRequest get_scheme;
  get_scheme.set_name(run.scheme_version());
  ASSIGN_OR_RETURN(
      const funding::SchemeVersion scheme,
      clients_.funding.Call(&funding::FundingService::Stub::GetSchemeVersion, get_scheme));
  RunFacts facts{
      .digest = run.digest(),
      .scheme_version = run.scheme_version(),
      .scheme_digest = run.scheme_digest(),
      .scheme_title = TextOf(scheme.content().title()),
      .currency = run.total().currency_code(),
      .determined = run.determined_count(),
      .undetermined = run.undetermined_count(),
      .municipalities = scheme.content().recipients() == funding::RECIPIENT_KIND_MUNICIPALITY};
  ASSIGN_OR_RETURN(facts.total, AmountOf(run.total(), "total"));
  Words titles;
  for (const funding::Component& component : scheme.content().components()) {
    titles[component.id()] = TextOf(component.title());
  }
  for (const funding::ComponentTotal& total : run.component_totals()) {
    RunFacts::Component& component = facts.components.emplace_back();
    component.id = total.component();
    component.title = titles[total.component()];
    component.recipients = total.recipient_count();
    ASSIGN_OR_RETURN(component.total, AmountOf(total.total(), "component_totals"));
  }
  return facts;
}

absl::StatusOr<BooksFacts> GrpcSources::GetBooks(const std::string& grant) {
  ASSIGN_OR_RETURN(
      const funding::ListBooksResponse response,
      clients_.ledger.Call(&funding::LedgerService::Stub::ListBooks, funding::ListBooksRequest()));
  BooksFacts facts;
  const std::string prefix = absl::StrCat("grants/", grant, "/books/");
  for (const funding::LedgerBook& book : response.books()) {
    if (!book.name().starts_with(prefix)) continue;
    facts.books.push_back({.resource = book.name(), .digest = book.digest()});
    for (const funding::LedgerBalance& balance : book.totals()) {
      ASSIGN_OR_RETURN(const Exact amount, AmountOf(balance.amount(), "totals"));
      facts.currency = balance.amount().currency_code();
      switch (balance.purpose()) {
        case funding::ACCOUNT_PURPOSE_SPENT:
          facts.spent += amount;
          [[fallthrough]];
        case funding::ACCOUNT_PURPOSE_PAID:
        case funding::ACCOUNT_PURPOSE_RECOVERABLE:
        case funding::ACCOUNT_PURPOSE_CARRIED_OVER:
          facts.paid += amount;
          [[fallthrough]];
        case funding::ACCOUNT_PURPOSE_COMMITTED:
        case funding::ACCOUNT_PURPOSE_PAYABLE:
          facts.granted += amount;
          break;
        default:
          break;
      }
    }
  }
  return facts;
}

absl::StatusOr<SpendingFacts> GrpcSources::GetSpending(const std::string& grant, int year) {
  funding::ListSpendingReportsRequest request;
  request.set_grant(grant);
  request.set_year(year);
  request.set_page_size(1000);
  SpendingFacts facts;
  std::set<std::string> recipients;
  std::map<std::string, std::set<std::string>> by_category;
  DigestBuilder digest("voortgang.report.spending.v1");
  do {
    ASSIGN_OR_RETURN(
        const funding::ListSpendingReportsResponse page,
        clients_.accountability.Call(&funding::AccountabilityService::Stub::ListSpendingReports,
                                     request, kPatience));
    for (const funding::SpendingReport& report : page.spending_reports()) {
      recipients.insert(report.recipient());
      digest.Record("report").Text(report.recipient()).Integer(report.year());
      digest.Integer(report.version()).List(static_cast<size_t>(report.spending_size()));
      for (const funding::CategorySpending& spending : report.spending()) {
        const std::string category = SpendingCategoryName(spending.category());
        ASSIGN_OR_RETURN(const Exact amount, AmountOf(spending.amount(), "spending"));
        facts.currency = spending.amount().currency_code();
        facts.total += amount;
        facts.categories[category].amount += amount;
        by_category[category].insert(report.recipient());
        digest.Text(category).Number(amount);
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  for (const auto& [category, of] : by_category) {
    facts.categories[category].recipients = static_cast<int64_t>(of.size());
  }
  facts.recipients = static_cast<int64_t>(recipients.size());
  facts.digest = digest.Finish();
  return facts;
}

}  // namespace vg::report
