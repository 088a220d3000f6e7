#include "services/funding/domain/accountability/carry_over.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "services/funding/domain/ledger/overpaid.h"

namespace vg::funding {
namespace {

// The year in which "2021-2022" begins.
std::optional<int> FirstYear(std::string_view school_year) {
  int first = 0, second = 0;
  if (school_year.size() != 9 || school_year[4] != '-' ||
      !absl::SimpleAtoi(Av(school_year.substr(0, 4)), &first) ||
      !absl::SimpleAtoi(Av(school_year.substr(5)), &second) || second != first + 1) {
    return std::nullopt;
  }
  return first;
}

}  // namespace

std::optional<std::string> NextSchoolYear(std::string_view school_year) {
  const std::optional<int> first = FirstYear(school_year);
  if (!first.has_value()) return std::nullopt;
  return absl::StrCat(*first + 1, "-", *first + 2);
}

absl::CivilDay LastDayOfSchoolYear(std::string_view school_year) {
  return absl::CivilDay(FirstYear(school_year).value_or(0) + 1, 7, 31);
}

CarryOverPart Divide(const CarryOverRule& rule, const UnspentFunds& funds) {
  int64_t most = std::max<int64_t>(funds.unspent, 0);
  const auto limit = [&](int64_t cents) {
    most = std::min(most, std::max<int64_t>(cents - funds.carried, 0));
  };
  if (rule.most_cents.has_value()) limit(*rule.most_cents);
  if (rule.most_percentage.has_value()) {
    const Exact share = *rule.most_percentage * Exact(funds.received) / Exact(100);
    limit(share.Round(0, Rounding::kFloor).ToInt64().value_or(0));
  }
  const int64_t unspent = std::max<int64_t>(funds.unspent, 0);
  CarryOverPart part{funds.recipient, unspent, most, unspent - most};
  for (const auto& [detail, cents] : funds.overpaid) part.overpaid += cents;
  return part;
}

CarryOverEntries Carry(const CarryOverTerms& terms, const std::string& recipient, int64_t cents,
                       const std::map<std::string, int64_t, std::less<>>& overpaid) {
  const std::string next = NextSchoolYear(terms.rule.school_year).value_or("");
  Entry from{.id = absl::StrCat("carry-over:", terms.id, ":", recipient),
             .kind = EntryKind::kCarryOver,
             .effective = terms.day,
             .actor = terms.actor,
             .reason = absl::StrCat("unspent of ", terms.rule.school_year, ", for ", next, " (",
                                    terms.rule.legal_reference, ")"),
             .source = absl::StrCat("carryOvers/", terms.id),
             .reverses = "",
             .postings = {}};
  Entry to = from;
  const std::string there = absl::StrCat("carried over to ", next);
  const std::string here = absl::StrCat("carried over from ", terms.rule.school_year);
  const auto move = [&](Purpose purpose, int64_t moved, const std::string& left,
                        const std::string& arrived) {
    const Money amount{moved, terms.currency}, less{-moved, terms.currency};
    from.postings.push_back({recipient, purpose, less, left});
    from.postings.push_back({"", Purpose::kAppropriation, amount, there});
    to.postings.push_back({"", Purpose::kAppropriation, less, here});
    to.postings.push_back({recipient, purpose, amount, arrived});
  };
  if (cents != 0) move(Purpose::kPaid, cents, there, here);
  for (const auto& [detail, owed] : overpaid) {
    move(Purpose::kCarriedOver, owed, detail, BroughtDetail(detail, terms.rule.school_year));
  }
  return {std::move(from), std::move(to)};
}

}  // namespace vg::funding
