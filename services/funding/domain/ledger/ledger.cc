#include "services/funding/domain/ledger/ledger.h"

#include <limits>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

// Longer than any that is derived here; a bound against accidents.
constexpr size_t kLongestId = 300;
constexpr size_t kMostPostings = 10'000;

constexpr std::pair<EntryKind, std::string_view> kKinds[] = {
    {EntryKind::kBudget, "budget"},
    {EntryKind::kAllocation, "allocation"},
    {EntryKind::kCorrection, "correction"},
    {EntryKind::kReversal, "reversal"},
    {EntryKind::kPaymentOrder, "payment_order"},
    {EntryKind::kPayment, "payment"},
    {EntryKind::kReturn, "return"},
    {EntryKind::kSpending, "spending"},
    {EntryKind::kRecovery, "recovery"},
    {EntryKind::kRepayment, "repayment"},
    {EntryKind::kCarryOver, "carry_over"},
};

absl::Status BadEntry(const Entry& entry, std::string_view what) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_ENTRY",
               absl::StrCat("entry '", entry.id, "' ", Av(what)), {{"entry", entry.id}});
}

absl::Status CheckPosting(const Entry& entry, const Posting& posting) {
  if (posting.amount.cents == 0) return BadEntry(entry, "has a posting of nothing");
  // Its mirror must fit too.
  if (posting.amount.cents == std::numeric_limits<int64_t>::min()) {
    return BadEntry(entry, "has a posting whose reversal does not fit");
  }
  if (OfBook(posting.purpose) != posting.recipient.empty()) {
    return BadEntry(entry, OfBook(posting.purpose)
                               ? absl::StrCat("posts ", Av(NameOf(posting.purpose)),
                                              " to a recipient; that account is the book's")
                               : absl::StrCat("posts ", Av(NameOf(posting.purpose)),
                                              " without naming the recipient"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view NameOf(Purpose purpose) {
  switch (purpose) {
    case Purpose::kAppropriation:
      return "appropriation";
    case Purpose::kAvailable:
      return "available";
    case Purpose::kCommitted:
      return "committed";
    case Purpose::kPayable:
      return "payable";
    case Purpose::kPaid:
      return "paid";
    case Purpose::kSpent:
      return "spent";
    case Purpose::kRecoverable:
      return "recoverable";
    case Purpose::kCarriedOver:
      return "carried_over";
  }
  return "";
}

std::optional<Purpose> PurposeNamed(std::string_view name) {
  for (const Purpose purpose : kPurposes) {
    if (NameOf(purpose) == name) return purpose;
  }
  return std::nullopt;
}

bool OfBook(Purpose purpose) {
  return purpose == Purpose::kAppropriation || purpose == Purpose::kAvailable;
}

std::string_view NameOf(EntryKind kind) {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return "";
}

std::optional<EntryKind> KindNamed(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

std::string BookOf(std::string_view grant, std::string_view school_year) {
  return absl::StrCat(Av(grant), "/", Av(school_year));
}

absl::Status CheckEntry(const Entry& entry) {
  if (entry.id.empty() || entry.id.size() > kLongestId) {
    return BadEntry(entry, absl::StrCat("needs an id of 1 to ", kLongestId, " bytes"));
  }
  if (entry.actor.empty()) return BadEntry(entry, "does not say who posts it");
  if (entry.postings.size() < 2 || entry.postings.size() > kMostPostings) {
    return BadEntry(entry, absl::StrCat("has ", entry.postings.size(),
                                        " postings; an entry has 2 to ", kMostPostings));
  }
  std::map<std::string_view, Money> sums;
  for (const Posting& posting : entry.postings) {
    RETURN_IF_ERROR(CheckPosting(entry, posting));
    Money& sum = sums.try_emplace(posting.amount.currency.code(), Money{0, posting.amount.currency})
                     .first->second;
    ASSIGN_OR_RETURN(sum, Add(sum, posting.amount));
  }
  for (const auto& [currency, sum] : sums) {
    if (sum.cents == 0) continue;
    return Error(absl::StatusCode::kInvalidArgument, "UNBALANCED",
                 absl::StrCat("entry '", entry.id, "' is out of balance by ", ToText(sum),
                              "; its postings must add up to zero"),
                 {{"entry", entry.id}, {"difference", ToText(sum)}});
  }
  return absl::OkStatus();
}

std::string ContentDigest(const Entry& entry) {
  DigestBuilder digest("voortgang.funding.entry.v1");
  digest.Text(entry.id)
      .Text(NameOf(entry.kind))
      .Text(FormatDay(entry.effective))
      .Text(entry.actor)
      .Text(entry.reason)
      .Text(entry.source)
      .Text(entry.reverses)
      .List(entry.postings.size());
  for (const Posting& posting : entry.postings) {
    digest.Text(posting.recipient)
        .Text(NameOf(posting.purpose))
        .Amount(posting.amount)
        .Text(posting.detail);
  }
  return digest.Finish();
}

std::string ChainDigest(std::string_view before, std::string_view book, int64_t number,
                        absl::Time recorded, std::string_view content_digest) {
  return DigestBuilder("voortgang.funding.ledger.v1")
      .Text(before)
      .Text(book)
      .Integer(number)
      .Integer(absl::ToUnixMicros(recorded))
      .Text(content_digest)
      .Finish();
}

Entry MirrorOf(const Entry& entry, absl::CivilDay effective, std::string actor, std::string reason,
               std::string source) {
  Entry mirror{.id = absl::StrCat("reversal:", entry.id),
               .kind = EntryKind::kReversal,
               .effective = effective,
               .actor = std::move(actor),
               .reason = std::move(reason),
               .source = std::move(source),
               .reverses = entry.id,
               .postings = entry.postings};
  for (Posting& posting : mirror.postings) posting.amount.cents = -posting.amount.cents;
  return mirror;
}

}  // namespace vg::funding
