#include "services/funding/domain/explanation/payment_findings.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "services/funding/domain/calculation/instalments.h"

namespace vg::funding {
namespace {

// "2021-11".
std::optional<absl::CivilMonth> MonthOf(const std::string& text) {
  int year = 0;
  int month = 0;
  if (text.size() != 7 || text[4] != '-' || !absl::SimpleAtoi(text.substr(0, 4), &year) ||
      !absl::SimpleAtoi(text.substr(5), &month) || month < 1 || month > 12) {
    return std::nullopt;
  }
  return absl::CivilMonth(year, month);
}

}  // namespace

std::vector<VerifiedItem> PaymentFindings(const std::string& name, const nlohmann::json& component,
                                          Money amount, JsonReader& reader) {
  using Outcome = VerifiedItem::Outcome;
  std::vector<Instalment> instalments;
  std::vector<std::string> stated;
  for (const nlohmann::json& payment : reader.Array(component, "payments")) {
    const std::optional<absl::CivilMonth> month = MonthOf(reader.Text(payment, "month"));
    if (!month.has_value()) {
      reader.Fail("the month of a payment must be such as 2021-11");
      return {};
    }
    instalments.push_back(
        {*month, reader.Integer(payment, "share"), reader.Integer(payment, "of")});
    stated.push_back(reader.Text(payment, "amount"));
  }
  if (const std::string fault = FaultOf(instalments); !fault.empty()) {
    return {{Outcome::kDiffers, absl::StrCat(name, ": payments: ", fault)}};
  }
  std::vector<VerifiedItem> findings;
  const std::vector<Payment> planned =
      PaymentsOf(amount, instalments, reader.Rounding(component, "payment_rounding"));
  for (size_t i = 0; i < planned.size(); ++i) {
    const std::string computed = ToDecimal(planned[i].amount);
    std::string what =
        absl::StrCat(name, ": payment ", i + 1, " of ", planned.size(), ": ", computed);
    const bool agrees = computed == stated[i];
    if (!agrees) absl::StrAppend(&what, ": the file says ", stated[i]);
    findings.push_back({agrees ? Outcome::kAgrees : Outcome::kDiffers, std::move(what)});
  }
  return findings;
}

}  // namespace vg::funding
