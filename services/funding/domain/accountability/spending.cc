#include "services/funding/domain/accountability/spending.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

constexpr std::string_view kCategoryNames[] = {"A", "B", "C", "D", "E", "F", "none"};
constexpr std::pair<ConsentState, std::string_view> kStates[] = {
    {ConsentState::kUnknown, ""},
    {ConsentState::kRequested, "requested"},
    {ConsentState::kGiven, "given"},
    {ConsentState::kPartly, "partly"},
    {ConsentState::kRefused, "refused"}};

void Add(const Consent& consent, DigestBuilder& digest) {
  digest.Text(NameOf(consent.state)).Text(consent.date ? FormatDay(*consent.date) : "");
}

}  // namespace

std::string_view NameOf(Category category) { return kCategoryNames[static_cast<size_t>(category)]; }

std::string_view NameOf(ConsentState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "";
}

absl::StatusOr<ConsentState> ConsentStateNamed(std::string_view word, std::string_view field) {
  for (const auto& [state, name] : kStates) {
    if (name == word) return state;
  }
  return InvalidField(
      field, "UNKNOWN_VALUE",
      absl::StrCat("'", Av(word.substr(0, 40)), "' is not requested, given, partly or refused"));
}

absl::StatusOr<int64_t> TotalCents(const SpendingReport& report) {
  Money total;
  for (const int64_t cents : report.cents) {
    ASSIGN_OR_RETURN(total, Add(total, Money{cents}));
  }
  return total.cents;
}

std::optional<Exact> HiredPercentage(int64_t hired_cents, int64_t total_cents) {
  if (total_cents == 0) return std::nullopt;
  return Exact(hired_cents) * 100 / Exact(total_cents);
}

std::string DigestOf(const SpendingReport& report) {
  DigestBuilder digest("voortgang.funding.spending_report.v1");
  digest.Text(report.grant).Text(report.recipient).Integer(report.year).Text(report.holder);
  for (const int64_t cents : report.cents) digest.Integer(cents);
  digest.Integer(report.hired_cents).Integer(report.reserved_cents).Integer(report.above_cents);
  Add(report.mr, digest);
  Add(report.gmr, digest);
  return digest.Flag(report.scan_made)
      .Text(report.teachers)
      .Text(report.parents)
      .Text(report.pupils)
      .Finish();
}

}  // namespace vg::funding
